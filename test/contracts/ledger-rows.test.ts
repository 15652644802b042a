/** A ledger that version 0.1.0 wrote: every kind of item is read, written alike, and worked on. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { LEDGER_TABLE } from '../../infra/local/engines/tables.ts'
import { s3Journal } from '../../shared/ledger/journal-s3.ts'
import type { Ledger } from '../../shared/ledger/ledger.ts'
import type { Item } from '../../shared/records/records.ts'
import type { RequestKey } from '../../shared/requests/code.ts'
import { isFinal, LIFECYCLE, STATES, type Step } from '../../shared/requests/lifecycle.ts'
import { changeMail } from '../../shared/requests/owed-mail.ts'
import { advance, change, type DeletionRequest } from '../../shared/requests/request.ts'
import { NOW } from '../fixtures/companies/request.ts'
import { SMALL_MAP } from '../fixtures/companies/small-company.ts'
import { type EngineWorld, onEngine } from '../fixtures/world/on-engine.ts'

/** Saved by version 0.1.0, one item a line; its people, tables and operators are invented. */
const FILE = join(import.meta.dirname, '../fixtures/ledger-rows-0.1.jsonl')
const SAVED = readFileSync(FILE, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Item)

const LATER = new Date('2026-12-01T08:00:00.000Z')
const END = new Date('2028-11-22T08:00:00.000Z')
const SUBJECT = '347bd4ed165275ed3c31f9d7e3e0f594113b06cb950ef2843f6f688be0c8bc2c'

let world: EngineWorld
let ledger: Ledger
beforeAll(async () => {
  world = await onEngine()
  await world.open(SMALL_MAP)
  ledger = world.ledger
  await world.put(LEDGER_TABLE, ...SAVED)
})
afterAll(() => world.close())

/** A key of one digit, or of two that repeat. */
const keyOf = (digits: string): RequestKey =>
  (digits.length < 2 || digits === 'c3'
    ? digits.repeat(64 / digits.length)
    : digits.padStart(64, '0')) as RequestKey
const rows = SAVED.filter(({ pk, sk }) => pk?.S?.startsWith('REQ#') && sk?.S === 'META')
const requestOf = (row: Item): RequestKey => (row['requestKey']?.S ?? '') as RequestKey
/** The order of fields inside a structure means nothing. */
const meaning = (item: Item) =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, structureIn(value)]))
const structureIn = (value: AttributeValue): unknown =>
  value.S && /^[[{]/.test(value.S) ? JSON.parse(value.S) : value

const label = (row: Item): string => {
  const checkpoint = row['checkpoint']?.S
  const { phase } = checkpoint
    ? (JSON.parse(checkpoint) as { readonly phase: string })
    : { phase: 'no checkpoint' }
  return `${row['state']?.S}, ${phase}, ${requestOf(row).slice(0, 4)}`
}

const rowOf = async (key: RequestKey): Promise<Item | undefined> =>
  (await world.all(LEDGER_TABLE)).find(({ pk, sk }) => pk?.S === `REQ#${key}` && sk?.S === 'META')

async function requestAt(key: RequestKey): Promise<DeletionRequest> {
  const request = await ledger.find(key)
  if (!request) throw new Error('the row is gone')
  return request
}

const isOpen = ({ state }: Item): boolean => STATES.some((name) => name === state?.S && !isFinal(name))

/** Any step that is open to it. */
function stepOf({ state, firstDeleteAt }: DeletionRequest): Step {
  const steps = Object.keys(LIFECYCLE[state]) as Step[]
  const step = steps.find((one) => one !== 'withdraw' || firstDeleteAt === undefined)
  if (!step) throw new Error('no step is open to it')
  return step
}

it('has a row in every state and, while it is worked on, in every phase', () => {
  const states = new Set(rows.map(({ state }) => state?.S))
  expect(states).toEqual(new Set(STATES))
  const phases = new Set(rows.map((row) => label(row).split(', ')[1]))
  expect(phases).toEqual(new Set(['erase', 'no checkpoint', 'plan', 'resolve', 'verify']))
})

it.each(rows.map((row) => [label(row), row] as const))(
  'reads a row that is %s, and writes it alike',
  async (_, row) => {
    const key = requestOf(row)
    await ledger.save(change(await requestAt(key), LATER, {}))
    expect(meaning((await rowOf(key)) ?? {})).toEqual({
      ...meaning(row),
      version: { N: String(Number(row['version']?.N) + 1) },
      updatedAt: { S: LATER.toISOString() },
    })
  },
)

it.each(rows.filter(isOpen).map((row) => [label(row), row] as const))(
  'moves a row on that is %s',
  async (_, row) => {
    const request = await requestAt(requestOf(row))
    const step = stepOf(request)
    const moved = advance(request, step, LATER)
    await ledger.save(moved, { at: LATER, step, by: 'system' })
    expect(await requestAt(request.key)).toEqual(moved)
  },
)

it('lists the open rows, by what is due and by when they came', async () => {
  const all = await Promise.all(rows.map((row) => requestAt(requestOf(row))))
  const open = all.filter(({ state, nextCheckAt }) => !isFinal(state) && nextCheckAt).map(({ key }) => key)
  expect(open.length).toBeGreaterThan(30)
  expect(await ledger.due(new Date('9999-12-31T23:59:59.999Z'), 1000)).toEqual(expect.arrayContaining(open))
  const listed = await ledger.openRows(1000)
  expect(listed.rows.map(({ key }) => key)).toEqual(expect.arrayContaining(open))
})

it('goes on with the mails that are owed', async () => {
  const request = keyOf('c3')
  const mails = (await ledger.owedMails(request)).filter(({ version }) => version <= 7)
  expect(mails.map(({ kind, state, writes, tries }) => [kind, state, writes, tries])).toEqual([
    ['confirm', 'sent', 3, 1],
    ['confirm', 'due', 1, 0],
    ['confirm', 'sending', 2, 1],
    ['confirm', 'unsent', 4, 2],
    ['confirm', 'void', 2, 0],
    ['extended', 'bounced', 4, 1],
    ['answered', 'complained', 4, 1],
  ])
  expect(mails[6]).toMatchObject({ messageId: '0103', expiresAt: new Date('2028-10-22T08:00:00.000Z') })
  const due = await ledger.dueMails(new Date('2026-11-23T08:00:00.000Z'), 100)
  expect(due).toContainEqual({ request, version: 2 })
  expect(due).toContainEqual({ request, version: 3 })
  for (const mail of mails) expect(await ledger.saveMail(changeMail(mail, { state: 'void' }))).toBe(true)
  expect(await ledger.whatWasSent('0101')).toEqual({ request: keyOf('17'), version: 1 })
})

it('ends a request with its identities, history, mails and complaints', async () => {
  const key = keyOf('c3')
  const request = await requestAt(key)
  expect(await ledger.complaint(key, 1)).toEqual({
    request: key,
    number: 1,
    receivedAt: NOW,
    text: 'sealed',
    answer: 'Because.',
    answeredAt: new Date('2026-11-23T08:00:00.000Z'),
    expiresAt: new Date('2027-02-20T08:00:00.000Z'),
  })
  expect(await ledger.complaint(key, 2)).toMatchObject({ text: 'sealed' })
  expect(await ledger.countOpenComplaints()).toBe(3)
  expect((await ledger.history(key))[0]).toEqual({
    at: NOW,
    step: 'extended',
    by: 'arn:aws:iam::111122223333:user/an',
    reason: 'complex',
  })
  const entry = { at: LATER, step: 'withdraw', by: 'person' } as const
  await ledger.finish(advance(request, 'withdraw', LATER, { expiresAt: END }), entry, {
    hashes: ['h'],
    until: END,
  })
  expect(await ledger.find(key)).toMatchObject({ state: 'withdrawn', expiresAt: END })
  expect(await ledger.complaint(key, 2)).toMatchObject({ expiresAt: END })
  expect((await ledger.owedMails(key)).every(({ expiresAt }) => expiresAt)).toBe(true)
  expect(await ledger.subjects(key)).toEqual(['h'])
})

it('knows the identities and subjects of a request', async () => {
  expect(await ledger.identities(keyOf('6'.padStart(2, '0')))).toEqual(['one'])
  const [owner] = await ledger.ownersOf([SUBJECT])
  if (!owner) throw new Error('nobody has claimed it')
  expect(owner.slice(0, 4)).toBe('3b7a')
  expect(await ledger.subjects(owner)).toEqual([SUBJECT])
  expect((await ledger.history(owner))[0]).toEqual({ at: NOW, step: 'done', by: 'linh', reason: 'paper' })
  expect(await ledger.claim(SUBJECT, keyOf('c3'))).toBe(owner)
  expect(await ledger.erasersOf([SUBJECT])).toEqual(new Map([[SUBJECT, [owner]]]))
  expect(await ledger.inherit(SUBJECT, keyOf('c3'), owner)).toBe(true)
  expect(await ledger.ownersOf([SUBJECT])).toEqual([keyOf('c3'), owner])
  expect(await ledger.ownersOf([`h${keyOf('10')}`.slice(0, 65)])).toEqual([keyOf('11'), keyOf('10')])
})

it('keeps a hold until its last name is taken off', async () => {
  expect(await ledger.holdsOn([SUBJECT])).toEqual([{ hash: SUBJECT, by: ['identity'] }])
  await ledger.endHold([SUBJECT], 'identity')
  expect(await ledger.isHeld([SUBJECT])).toBe(false)
})

it('goes on counting', async () => {
  const of = { limit: 3, at: new Date('2026-11-22T08:01:00.000Z'), until: LATER }
  expect([await ledger.takeTurn('confirm', of), await ledger.takeTurn('confirm', of)]).toEqual([true, false])
  expect(await ledger.countNothingFound('shop', false)).toBe(1)
})

it('knows what has been erased, found again, restored and begun', async () => {
  const { key: begun, ...more } = (await ledger.begun(keyOf('5d'))) ?? {}
  expect(begun).toBe(keyOf('5d'))
  expect(more).toEqual({
    channel: 'meta',
    app: 'shop',
    scope: 'platform',
    receivedAt: NOW,
    dueAt: new Date('2026-11-22T08:01:00.000Z'),
    startedAt: new Date('2026-11-22T08:00:01.000Z'),
    until: new Date('2026-11-22T08:02:00.000Z'),
  })
  expect(await ledger.foundAgain('app#1', keyOf('5e'))).toEqual(['one'])
  await ledger.forgetFound('app#1', keyOf('5e'))
  expect(await ledger.foundAgain('app#1', keyOf('5e'))).toEqual([])
  expect(await ledger.restores()).toEqual([
    { id: keyOf('5f'), at: NOW, source: 'Shop', target: 'Shop-2', to: new Date('2026-11-22T07:59:00.000Z') },
    { id: keyOf('60'), at: NOW, target: 'Shop' },
  ])
  await ledger.endRestore(keyOf('5f'))
  expect(await ledger.restores()).toHaveLength(1)
  expect(await ledger.findBatch(keyOf('61'))).toEqual({ found: 3 })
})

it('knows the rules, the switch and the mail log', async () => {
  const pass = { hash: 'h', day: '2026-11-22', due: 3, opened: 1, unclear: { future: 2 }, isDone: false }
  const { enabled, ...left } = await ledger.ruleOf('left')
  expect(enabled).toEqual({ hash: 'h', by: 'arn:aws:iam::111122223333:user/an', at: NOW.toISOString() })
  expect(left).toEqual({
    pass: {
      ...pass,
      withoutNotice: 1,
      isOpening: true,
      isFull: true,
      place: { partition: 2, after: 'sealed' },
    },
  })
  await ledger.enableRule('left', undefined)
  expect(await ledger.ruleOf('left')).toEqual(left)
  expect(await ledger.isPaused()).toBe(true)
  await ledger.setPaused(false, { by: 'linh', at: LATER })
  expect(await ledger.isPaused()).toBe(false)
  const at = new Date('2031-01-24T00:00:00.000Z')
  expect(await ledger.mailsOn('2031-01-24')).toEqual([
    { id: 'one', at, is: 'drop', why: 'spam' },
    { id: 'two', at, is: 'too_soon' },
  ])
})

it('reads the journal', async () => {
  const dates = {
    receivedAt: '2026-11-22T08:00:00.000Z',
    dueAt: '2026-12-12T08:00:00.000Z',
    startedAt: '2026-11-23T08:00:00.000Z',
    until: '2026-12-28T08:00:00.000Z',
  }
  const [one, two] = [keyOf('1'.padStart(2, '0')), keyOf('2'.padStart(2, '0'))]
  const keeps = { bills: { because: 'tax', until: '2032-03-01' } }
  const entry = { channel: 'operator', scope: 'account', keeps, repeats: keyOf('e2'), hashes: [one, two] }
  const stored = JSON.stringify({ version: 1, key: keyOf('e1'), ...dates, ...entry })
  const name = `erasures/2026-11-23/${keyOf('e1')}/671e4f9f350e4479.json`
  const written: unknown[] = []
  const bucket = {
    async send({ input }: { readonly input: { readonly Key?: string; readonly Body?: string } }) {
      if (input.Body !== undefined) written.push([input.Key, JSON.parse(input.Body)])
      return { Contents: [{ Key: name }], Body: { transformToString: async () => stored } }
    },
  }
  const journal = s3Journal(bucket as unknown as S3Client, 'journal')
  const { entries } = await journal.page()
  const asDates = Object.fromEntries(Object.entries(dates).map(([field, date]) => [field, new Date(date)]))
  expect(entries).toEqual([{ key: keyOf('e1'), ...asDates, ...entry }])
  for (const read of entries) await journal.write(read)
  expect(written).toEqual([[name, JSON.parse(stored)]])
})
