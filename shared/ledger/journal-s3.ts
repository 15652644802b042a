/** The journal in S3: an object for each entry, `erasures/<day>/<request key>/<digest of its hashes>.json`. */
import { createHash } from 'node:crypto'
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import pMap from 'p-map'
import { defined } from '../platform/defined.ts'
import { dayOf } from '../platform/time.ts'
import { isRequestKey } from '../requests/code.ts'
import { CHANNELS } from '../requests/request.ts'
import type { Journal, JournalEntry } from './erasures.ts'

const FOLDER = 'erasures/'
const VERSION = 1
const PAGE = 200
const CONCURRENCY = 16

export const s3Journal = (client: S3Client, bucket: string): Journal => ({
  async write(entry) {
    try {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: nameOf(entry),
          Body: JSON.stringify({ version: VERSION, ...entry }),
          ContentType: 'application/json',
          // Written once: a worker that comes again after a crash finds it there.
          IfNoneMatch: '*',
          // S3 locks no object without a checksum.
          ChecksumAlgorithm: 'CRC32',
        }),
      )
    } catch (error) {
      if (!(error instanceof Error && error.name === 'PreconditionFailed')) throw error
    }
  },

  async page(after) {
    const { Contents = [], IsTruncated } = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: FOLDER, MaxKeys: PAGE, StartAfter: after }),
    )
    const names = Contents.flatMap(({ Key }) => Key ?? [])
    const entries = await pMap(names, (name) => read(client, bucket, name), { concurrency: CONCURRENCY })
    const last = names.at(-1)
    return defined({ entries, next: IsTruncated ? last : undefined })
  },
})

const nameOf = ({ key, startedAt, hashes }: JournalEntry): string => {
  const digest = createHash('sha256').update(hashes.toSorted().join()).digest('hex')
  return `${FOLDER}${dayOf(startedAt)}/${key}/${digest.slice(0, 16)}.json`
}

async function read(client: S3Client, Bucket: string, Key: string): Promise<JournalEntry> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
  return parse(Key, (await Body?.transformToString()) ?? '')
}

/** As it was written. */
type Stored = Readonly<Record<keyof JournalEntry | 'version', unknown>>

const DATES = ['receivedAt', 'dueAt', 'startedAt', 'until'] as const

/** @throws TypeError for an entry that cannot be read: nobody may be missed by it. */
function parse(name: string, text: string): JournalEntry {
  const { version, ...entry } = JSON.parse(text) as Stored
  const dates = Object.fromEntries(DATES.map((date) => [date, new Date(String(entry[date]))]))
  const isWhole =
    version === VERSION &&
    isRequestKey(String(entry.key)) &&
    CHANNELS.some((channel) => channel === entry.channel) &&
    ['platform', 'account'].includes(String(entry.scope)) &&
    Array.isArray(entry.hashes) &&
    Object.values(dates).every((date) => !Number.isNaN(date.getTime()))
  if (!isWhole) throw new TypeError(`the journal has an entry that cannot be read: ${name}`)
  // Only this system writes it; the fields that decide who is erased are checked above.
  return { ...entry, ...dates } as JournalEntry
}
