import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, expect, it } from 'vitest'
import { engineClient } from '../../infra/local/engines/engines.ts'
import { LEDGER_TABLE } from '../../infra/local/engines/tables.ts'
import { PEOPLE, TWO_THOUSAND_ITEMS } from '../../infra/local/sample/people.ts'
import { requestKeyOf } from '../../shared/requests/code.ts'
import {
  difference,
  type Item,
  mentioning,
  type Person,
  personWith,
  type Snapshot,
  scan,
  snapshot,
} from '../fixtures/companies/tables.ts'
import { chance } from '../fixtures/random/random.ts'
import { endAll, npmStart, processesWith, type Run } from '../fixtures/system/npm-start.ts'
import {
  COMPLETED,
  type Outside,
  outside,
  type Status,
  seconds,
  total,
  until,
} from '../fixtures/system/sample-system.ts'

const KILLS = 12

const data = mkdtempSync(join(tmpdir(), 'kill-'))
afterAll(async () => {
  await endAll()
  rmSync(data, { recursive: true, force: true })
})

interface Started extends Outside {
  readonly run: Run
  readonly dynamodb: DynamoDBClient
}

async function start(): Promise<Started> {
  const run = npmStart(['--data-dir', data, '--port', '0'])
  const url = await run.ready
  const local = (await (await fetch(`${url}/_local`)).json()) as {
    dynamodb: string
    apps: Record<string, { secret: string }>
  }
  const dynamodb = new DynamoDBClient({ ...engineClient(local.dynamodb), maxAttempts: 1 })
  return { ...outside(url, (app) => local.apps[app]?.secret ?? ''), run, dynamodb }
}

async function kill({ run, dynamodb }: Started): Promise<void> {
  run.signal('SIGKILL')
  expect(await run.ended).toBe('SIGKILL')
  dynamodb.destroy()
}

const rowsOf = async ({ dynamodb }: Started): Promise<ReadonlyMap<string, Item>> =>
  new Map(
    (await scan(dynamodb, LEDGER_TABLE))
      .filter(({ sk }) => sk?.S === 'META')
      .map((item) => [item['requestKey']?.S ?? '', item]),
  )
const isFinal = (row: Item | undefined): boolean => COMPLETED.includes(row?.['state']?.S ?? '')

it('loses no accepted request, however often it is killed', async () => {
  const random = chance('kill -9')
  /** By code: whose it is. */
  const answered = new Map<string, string>()
  const askedOf = PEOPLE.flatMap(({ facebookId }) => facebookId ?? [])
  const firstAsked = PEOPLE[TWO_THOUSAND_ITEMS - 1]?.facebookId ?? ''
  let issued = seconds()
  let system = await start()
  const before = await snapshot(system.dynamodb)

  for (let kills = 0; kills < KILLS; kills += 1) {
    const { ask } = system
    // Each in a second of its own, so that each is a request of its own.
    const load = async () => {
      for (let n = 0; n < 4; n += 1) {
        const person = answered.size === 0 ? firstAsked : random.pick(askedOf)
        issued -= 1
        answered.set(await ask('shop', person, issued), person)
        await pause(random.below(100))
      }
    }
    const enough = answered.size + random.below(5)
    const loading = Promise.allSettled([load(), load()])
    await until(
      () => answered.size,
      (size) => size >= enough,
    )
    await pause(random.below(600))
    await kill(system)
    await loading
    system = await start()
  }
  expect(answered.size).toBeGreaterThan(KILLS)

  // In use: a second start is refused, and does no harm.
  const second = npmStart(['--data-dir', data, '--port', '0'])
  const goesOn = expectEachGoesOn(system)
  expect(await second.ended).toBe(1)
  expect(second.output()).toBe('')
  expect(second.errors().trim()).toBe(`the data folder ${data} is in use by another run`)
  await goesOn

  const { dynamodb } = system
  const keys = [...answered.keys()].map((code) => requestKeyOf(code as never))
  await until(
    async () => {
      const rows = await rowsOf(system)
      return keys.filter((key) => !isFinal(rows.get(key))).length
    },
    (open) => open === 0,
  )
  // Also the requests whose answer was lost in a kill: they were accepted, too.
  await until(
    async () => [...(await rowsOf(system)).values()].filter((row) => !isFinal(row)).length,
    (open) => open === 0,
  )

  const after = await snapshot(dynamodb)
  const statuses = new Map<string, Status[]>()
  for (const [code, person] of answered) {
    statuses.set(person, [...(statuses.get(person) ?? []), await system.status(code)])
  }
  const rows = [...(await rowsOf(system)).values()]
  const unanswered = rows.length - answered.size
  for (const [metaId, theirs] of statuses) {
    expectExactCounts(personWith(before, metaId), theirs, { before, after, unanswered })
  }
  const { gone, added } = difference(before, after)
  expect(added).toEqual([])
  // The ledger has them all, also those whose answer was lost in a kill.
  const outcomes = rows.map((row) => JSON.parse(row['outcome']?.S ?? '{}') as Partial<Status>)
  expect(total(outcomes.flatMap(({ erased = [] }) => erased))).toBe(gone.length)

  await kill(system)
  expect(
    await until(
      () => processesWith(data),
      (left) => left.length === 0,
    ),
  ).toEqual([])
})

/** Each row that is not final changes or ends. */
async function expectEachGoesOn(system: Started): Promise<void> {
  const start = await rowsOf(system)
  const open = [...start].flatMap(([key, row]) => (isFinal(row) ? [] : [key]))
  await until(
    async () => {
      const rows = await rowsOf(system)
      return open.filter((key) => rows.get(key)?.['version']?.N === start.get(key)?.['version']?.N)
    },
    (standing) => standing.length === 0,
    // A lease lasts 180 s: no request may go on only because that of a dead worker ends by itself.
    { everyMs: 100, withinMs: 150_000 },
  )
}

interface World {
  readonly before: Snapshot
  readonly after: Snapshot
  /** Requests of somebody whose answer was lost: what they counted is not known here. */
  readonly unanswered: number
}

/** All of the person's requests together say what became of what was there. */
function expectExactCounts(
  { userId, values }: Person,
  statuses: readonly Status[],
  { before, after, unanswered }: World,
): void {
  const mentioned = mentioning(before, values)
  const { gone, changed } = difference(before, after)
  const theirs = (rows: readonly { readonly text: string }[]) =>
    rows.filter(({ text }) => mentioned.some((row) => row.text === text))
  const bills = mentioned.filter(({ table }) => table === 'Bills')
  expect(mentioning(after, values).map(({ table }) => table)).toEqual(bills.map(() => 'Bills'))

  const erased = total(statuses.flatMap((status) => status.erased ?? []))
  const redacted = total(statuses.flatMap((status) => status.redacted ?? []))
  const wasErased = theirs(gone).length
  const wasRedacted = theirs(changed.map((row) => row.before)).filter(
    (row) => !bills.some(({ text }) => text === row.text),
  ).length
  // What is missing was told to those whose answer was lost; nothing is ever counted twice.
  const missing = [wasErased - erased, wasRedacted - redacted]
  const wrong = unanswered === 0 ? missing : missing.filter((items) => items < 0)
  expect([userId, ...wrong.filter((items) => items !== 0)]).toEqual([userId])
  for (const status of statuses) expect([0, bills.length]).toContain(total(status.retained))
}
