/** A restore brings erased people back, and a replay erases them again: 500 people, 50 of them erased. */

import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb'
import pMap from 'p-map'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import company from '../../deletion.config.ts'
import { replayErasures } from '../../infra/cli/commands/replay.ts'
import { type Ask, asker } from '../../infra/cli/system/ask.ts'

import { LEDGER_TABLE } from '../../infra/local/engines/tables.ts'
import type { DeletionConfig } from '../../shared/config/define.ts'
import { canonical } from '../fixtures/companies/canonical.ts'
import { personRows, SMALL_MAP, SMALL_TABLES } from '../fixtures/companies/small-company.ts'
import { type Item, put, scan } from '../fixtures/companies/tables.ts'
import { type SampleSystem, startSample, until } from '../fixtures/system/sample-system.ts'

const PEOPLE = Array.from({ length: 500 }, (_, n) => ({ user: `u${n}`, facebookId: String(9_000_000 + n) }))
/** Ten of the first were erased before the copy, and are customers again. */
const [RETURNED, FIRST, LATER, LINKED] = [
  PEOPLE.slice(0, 10),
  PEOPLE.slice(10, 30),
  PEOPLE.slice(30, 55),
  PEOPLE.slice(55, 60),
]

const { email: _email, ...rest } = company
const config: DeletionConfig = {
  ...rest,
  apps: {
    shop: { appId: '1', product: 'facebook', identity: 'facebookId', scope: 'account' },
    // Only what came from Meta goes.
    light: { appId: '2', product: 'facebook', identity: 'facebookId', scope: 'platform' },
  },
  dataMap: { ...SMALL_MAP, indexSettleSeconds: 0 },
}

const ask = asker({ local: true })
let system: SampleSystem
let copies: Readonly<Record<string, readonly Item[]>>
/** When the copies were taken. */
let since: string
let erased: Readonly<Record<string, readonly string[]>>
let ledgerAfterFirst: readonly Item[]

const rowsOf = ({ user, facebookId }: (typeof PEOPLE)[number]) => personRows(user, facebookId, { orders: 1 })

beforeAll(async () => {
  system = await startSample({
    config,
    sample: {
      seed: (client) => pMap(PEOPLE, (person) => put(client, rowsOf(person)), { concurrency: 8 }),
      people: [],
    },
  })
  vi.stubEnv('LOCAL_URL', system.url)
  await erase('shop', RETURNED)
  await pMap(RETURNED, (person) => put(system.dynamodb, rowsOf(person)))
  copies = await takeCopies([...SMALL_TABLES])
  since = new Date().toISOString()
  await erase('shop', FIRST)
  ledgerAfterFirst = await system.ledger()
  await Promise.all([erase('shop', LATER), erase('light', LINKED)])
  erased = await state()
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await system.close()
})

async function erase(app: string, people: typeof PEOPLE): Promise<void> {
  await pMap(people, ({ facebookId }) => system.ask(app, facebookId), { concurrency: 8 })
  await settled()
}

/** Nothing is open any more. */
const settled = () =>
  until(
    () => ask('stats', {}),
    ({ states }) => Object.keys(states).length === 0,
    { everyMs: 400 },
  )

const takeCopies = async (tables: readonly string[]) =>
  Object.fromEntries(
    await Promise.all(tables.map(async (table) => [table, await scan(system.dynamodb, table)] as const)),
  )

const state = async () =>
  Object.fromEntries(
    Object.entries(await takeCopies(SMALL_TABLES)).map(([table, items]) => [
      table,
      items.map(canonical).toSorted(),
    ]),
  )

const KEYS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.values(SMALL_MAP.tables).map(({ name, key }) => [name, Object.keys(key)])),
  [LEDGER_TABLE]: ['pk', 'sk'],
}

/** Makes a table what it was. */
async function restore(client: DynamoDBClient, table: string, copy: readonly Item[]): Promise<void> {
  const keyOf = (item: Item) =>
    Object.fromEntries((KEYS[table] ?? []).map((name) => [name, item[name]])) as Item
  const now = new Map((await scan(client, table)).map((item) => [canonical(keyOf(item)), item]))
  const writes: WriteRequest[] = []
  for (const item of copy) {
    const there = now.get(canonical(keyOf(item)))
    now.delete(canonical(keyOf(item)))
    if (!there || canonical(there) !== canonical(item)) writes.push({ PutRequest: { Item: { ...item } } })
  }
  for (const item of now.values()) writes.push({ DeleteRequest: { Key: { ...keyOf(item) } } })
  for (let from = 0; from < writes.length; from += 25) {
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: writes.slice(from, from + 25) } }))
  }
}

const restoreTables = async (...tables: readonly string[]) => {
  for (const table of tables) await restore(system.dynamodb, table, copies[table] ?? [])
  expect(await state()).not.toEqual(erased)
}
const dryRun = (table: string) => replayErasures(ask, { table, since })
const rows = async () => (await system.ledger()).filter(({ sk }) => sk?.S === 'META')

describe('after a restore', () => {
  it('of all tables, those who were erased since are erased again, and nobody else changes', async () => {
    await restoreTables(...SMALL_TABLES)
    const before = await rows()
    const counted = await dryRun('ledger')
    expect(counted).toMatchObject({ found: 50, underWay: [], lost: [] })
    expect(await rows()).toEqual(before)
    expect(await replayErasures(ask, { table: 'ledger', since }, 50)).toMatchObject({ opened: 50 })
    const opened = (await rows()).filter(({ opened: by }) => by?.S?.includes('replay of ledger@'))
    expect(opened.map(({ channel }) => channel?.S)).toEqual(opened.map(() => 'operator'))
    expect(opened.filter(({ scope }) => scope?.S === 'platform')).toHaveLength(LINKED.length)
    await settled()
    expect(await state()).toEqual(erased)
    expect(await dryRun('ledger')).toMatchObject({ found: 0 })
    expect(await replayErasures(ask, { table: 'ledger', since }, 0)).toMatchObject({ opened: 0 })
  })

  it.each([
    ['app', 'App', 50],
    ['lines', 'Lines', 45],
    ['chat', 'Chat', 45],
    ['bills', 'Bills', 45],
  ])(
    'of %s alone too',
    async (key, table, people) => {
      await restoreTables(table)
      expect(await replayErasures(ask, { table, since }, people)).toMatchObject({
        tables: [key],
        opened: people,
      })
      await settled()
      expect(await state()).toEqual(erased)
    },
    120_000,
  )

  it('of the ledger with all tables, people have their codes again, who asked after the copy as well', async () => {
    const lost = (await rows()).map(({ pk }) => pk?.S)
    await restoreTables(...SMALL_TABLES)
    await restore(system.dynamodb, LEDGER_TABLE, ledgerAfterFirst)
    const known = (await rows()).map(({ pk }) => pk?.S)
    expect(known).toHaveLength(RETURNED.length + FIRST.length)
    // Killed between two pages, and again while requests are opened.
    for (const command of ['look-again', 'replay']) {
      await expect(replayErasures(dying(command, 2), { table: 'ledger', since }, 50)).rejects.toThrow(
        'killed',
      )
    }
    const done = await replayErasures(ask, { table: 'ledger', since }, 50)
    expect(done.lost).toEqual([])
    await settled()
    expect(await state()).toEqual(erased)
    const now = await rows()
    const again = now.filter(({ pk, repeats }) => !repeats && lost.includes(pk?.S) && !known.includes(pk?.S))
    expect(again.map(({ channel, app }) => `${channel?.S} ${app?.S}`).toSorted()).toEqual([
      ...LINKED.map(() => 'meta light'),
      ...LATER.map(() => 'meta shop'),
    ])
    expect(now.filter(({ repeats }) => !repeats)).toHaveLength(60)
    // Of those whom the ledger knows; of one whose turn came while the replay looked, twice.
    expect(new Set(now.flatMap(({ repeats }) => repeats?.S ?? [])).size).toBe(FIRST.length)
    expect(await replayErasures(ask, { table: 'ledger', since }, 0)).toMatchObject({
      opened: 0,
      found: 0,
    })
  })
})

/** Fails before so many calls of a command. */
function dying(command: string, times: number): Ask {
  let calls = 0
  return async (asked, input) => {
    if (asked === command) calls += 1
    if (calls === times) throw new Error('killed')
    return ask(asked, input)
  }
}
