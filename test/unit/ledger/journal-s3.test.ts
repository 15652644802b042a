/** What the journal asks of S3, and what it makes of the answers; npm start's own bucket has the real calls. */
import { S3Client } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../../shared/ledger/erasures.ts'
import { s3Journal } from '../../../shared/ledger/journal-s3.ts'
import { codeFrom, requestKeyOf } from '../../../shared/requests/code.ts'
import { NOW } from '../../fixtures/companies/request.ts'

const key = requestKeyOf(codeFrom(new Uint8Array(15)))
const ENTRY: JournalEntry = {
  key,
  channel: 'meta',
  scope: 'account',
  receivedAt: NOW,
  dueAt: NOW,
  startedAt: NOW,
  until: NOW,
  hashes: ['b', 'a'],
}

function journal(answer: (command: string, input: Readonly<Record<string, unknown>>) => object | Error) {
  const client = new S3Client({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
  const calls: [string, Readonly<Record<string, unknown>>][] = []
  client.middlewareStack.add(
    (_next, context) => async (args) => {
      const command = String(context['commandName'])
      const input = args.input as Readonly<Record<string, unknown>>
      calls.push([command, input])
      const given = answer(command, input)
      if (given instanceof Error) throw given
      // The type of the output is that of every command at once.
      return { response: undefined, output: { $metadata: {}, ...given } as never }
    },
    { step: 'initialize' },
  )
  return { ...s3Journal(client, 'bucket'), calls }
}

const failing = (name: string) => Object.assign(new Error('S3 said no'), { name })

describe('an entry', () => {
  it('is an object of its own, by day, request and hashes in any order, and is written once', async () => {
    const { calls, ...there } = journal(() => ({}))
    await there.write(ENTRY)
    await there.write({ ...ENTRY, hashes: ['a', 'b'] })
    await there.write({ ...ENTRY, hashes: ['a', 'c'] })
    expect(calls[0]).toEqual([
      'PutObjectCommand',
      {
        Bucket: 'bucket',
        Key: expect.stringMatching(new RegExp(`^erasures/2026-11-22/${key}/[0-9a-f]{16}\\.json$`)),
        Body: JSON.stringify({ version: 1, ...ENTRY }),
        ContentType: 'application/json',
        IfNoneMatch: '*',
        ChecksumAlgorithm: 'CRC32',
      },
    ])
    const names = calls.map(([, { Key }]) => Key)
    expect(names[1]).toBe(names[0])
    expect(names[2]).not.toBe(names[0])
  })

  it('that is there already is as good, and no other failure is', async () => {
    await journal(() => failing('PreconditionFailed')).write(ENTRY)
    await expect(journal(() => failing('AccessDenied')).write(ENTRY)).rejects.toThrow('S3 said no')
  })
})

describe('a page', () => {
  const stored = (more: object = {}) => JSON.stringify({ version: 1, ...ENTRY, ...more })
  const withEntry = (text: string | undefined, list: object = { Contents: [{ Key: 'erasures/1' }, {}] }) =>
    journal((command) =>
      command === 'ListObjectsV2Command' ? list : { Body: text && { transformToString: async () => text } },
    )

  it('has the entries as they were written, after the last page', async () => {
    const { calls, ...there } = withEntry(stored())
    expect(await there.page('erasures/0')).toEqual({ entries: [ENTRY] })
    expect(calls).toEqual([
      [
        'ListObjectsV2Command',
        { Bucket: 'bucket', Prefix: 'erasures/', MaxKeys: 200, StartAfter: 'erasures/0' },
      ],
      ['GetObjectCommand', { Bucket: 'bucket', Key: 'erasures/1' }],
    ])
  })

  it('says where it goes on, if it does', async () => {
    const Contents = [{ Key: 'erasures/1' }, { Key: 'erasures/2' }]
    const { entries, next } = await withEntry(stored(), { Contents, IsTruncated: true }).page()
    expect([entries.length, next]).toEqual([2, 'erasures/2'])
    expect(await withEntry(stored(), { Contents, IsTruncated: false }).page()).not.toHaveProperty('next')
    expect(await withEntry(stored(), { IsTruncated: true }).page()).toEqual({ entries: [] })
    expect(await withEntry(stored(), {}).page()).toEqual({ entries: [] })
  })

  it.each<[string, object]>([
    ['of another version', { version: 2 }],
    ['of no request', { key: 'x' }],
    ['of no channel', { channel: 'pigeon' }],
    ['of no scope', { scope: 'everything' }],
    ['without hashes', { hashes: 'a' }],
    ['without its day', { receivedAt: 'soon' }],
    ['without its deadline', { dueAt: 'soon' }],
    ['that never began', { startedAt: 'soon' }],
    ['without an end', { until: 'soon' }],
  ])('with an entry %s is an error, never nobody', async (_what, wrong) => {
    await expect(withEntry(stored(wrong)).page()).rejects.toThrow('cannot be read: erasures/1')
  })

  it('with an entry that is empty is an error', async () => {
    await expect(withEntry(undefined).page()).rejects.toThrow(SyntaxError)
  })

  it('takes every channel and scope', async () => {
    for (const more of [{ channel: 'email' }, { channel: 'operator' }, { scope: 'platform' }]) {
      expect((await withEntry(stored(more)).page()).entries).toEqual([{ ...ENTRY, ...more }])
    }
  })
})
