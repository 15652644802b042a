/** The other doors: Meta's list, the retention clock, and how an operator sees what has come in. */

import { BatchWriteItemCommand, DynamoDBClient, type PutItemCommand } from '@aws-sdk/client-dynamodb'
import pMap from 'p-map'
import { time } from '../../functions/time.ts'
import { startDynamoDb } from '../../infra/local/engines/dynamodb.ts'
import { engineClient } from '../../infra/local/engines/engines.ts'
import { createTables, LEDGER_TABLE } from '../../infra/local/engines/tables.ts'
import type { Cleanup } from '../../infra/local/state/cleanup.ts'
import { openDataFolder } from '../../infra/local/state/data-folder.ts'
import { ruleHash } from '../../shared/data-map/map-hash.ts'
import { lookUpIds } from '../../shared/erasure/look-up-ids.ts'
import { dynamoLedger } from '../../shared/ledger/ledger-dynamodb.ts'
import { toItem } from '../../shared/ledger/row-dynamodb.ts'
import { openListRequests } from '../../shared/meta/list-intake.ts'
import { listOpen } from '../../shared/operations/listings.ts'
import { NO_DEADLINE } from '../../shared/platform/deadline.ts'
import { delays } from '../../shared/platform/delays.ts'
import { pacesIn } from '../../shared/records/pace.ts'
import { dynamoRecords } from '../../shared/records/records-dynamodb.ts'
import type { RequestKey } from '../../shared/requests/code.ts'
import { sweepRetention } from '../../shared/retention/retention-sweep.ts'
import { aRequest } from '../fixtures/companies/request.ts'
import { LEFT, retentionMap } from '../fixtures/companies/retention-company.ts'
import { rounded } from './statistics.ts'

export interface DoorFigures {
  readonly list: { readonly requests: number; readonly firstPageMs: number; readonly filteredMs: number }
  readonly retention: {
    readonly customers: number
    readonly due: number
    /** Consumed by the pass that opens all of them. */
    readonly readUnits: number
    readonly seconds: number
  }
  readonly import: {
    readonly ids: number
    readonly perSecond: number
    /** Of the heap, after a collection: after a tenth of the ids, and after all. */
    readonly heapMb: readonly [number, number]
  }
}

const REQUESTS = 5000
const CUSTOMERS = 5000
const DUE = 1000
const IDS = 2000
const BATCH = 200
const WRITERS = 8
const NOW = new Date('2026-11-27T12:00:00Z')

export async function measureDoors(tidy: Cleanup): Promise<DoorFigures> {
  const folder = await openDataFolder()
  tidy.add(() => folder.release())
  const engine = await tidy.adding(startDynamoDb(folder, {}))
  const client = new DynamoDBClient(engineClient(engine.endpoint))
  tidy.add(() => client.destroy())
  const rule = { ...LEFT, perDay: CUSTOMERS }
  const map = retentionMap(rule)
  await createTables(client, map)
  const tables = Object.fromEntries(Object.entries(map.tables).map(([key, { name }]) => [key, name]))
  const waits = delays(1, Math.random)
  const ledger = dynamoLedger(client, LEDGER_TABLE)
  const records = dynamoRecords({
    client,
    paceOf: pacesIn(map, tables, 1),
    random: Math.random,
    ...time,
  })
  const sealer = { seal: async () => 'x'.repeat(160), open: async () => ({}) }
  const indexKey = async () => 'index'
  const both = { map, tables, records, ledger, sealer, indexKey, delays: waits, deadlines: ['P20D'] }

  await fillCustomers(client)
  let readUnits = 0
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const input = args.input as { readonly TableName?: string }
        if (commandName !== 'QueryCommand' || input.TableName !== 'Accounts') return next(args)
        const result = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } })
        const { ConsumedCapacity } = result.output as { ConsumedCapacity?: { CapacityUnits?: number } }
        readUnits += ConsumedCapacity?.CapacityUnits ?? 0
        return result
      },
    { step: 'initialize', name: 'units' },
  )
  await ledger.enableRule('left', { hash: ruleHash(rule), by: 'bench', at: NOW.toISOString() })
  let started = performance.now()
  const opened = await sweepRetention({
    ...both,
    clock: () => NOW,
    timeZone: 'Asia/Ho_Chi_Minh',
    locale: 'vi',
    itemsIn: async () => CUSTOMERS * 100,
    deadline: NO_DEADLINE,
  })
  if (opened !== DUE) throw new Error(`${opened} people were found to be due, not ${DUE}`)
  const seconds = rounded((performance.now() - started) / 1000, 1)
  client.middlewareStack.remove('units')

  const imported = await measureImport(both)

  await fillRequests(client)
  started = performance.now()
  await listOpen(ledger, { filter: {}, limit: 50 })
  const firstPageMs = rounded(performance.now() - started, 0)
  started = performance.now()
  await listOpen(ledger, { filter: { state: 'needs_review' }, limit: 50 })
  const filteredMs = rounded(performance.now() - started, 0)

  return {
    list: { requests: REQUESTS, firstPageMs, filteredMs },
    retention: { customers: CUSTOMERS, due: DUE, readUnits: rounded(readUnits, 1), seconds },
    import: imported,
  }
}

type Both = Pick<
  Parameters<typeof sweepRetention>[0],
  'map' | 'tables' | 'sealer' | 'indexKey' | 'delays' | 'deadlines'
> & {
  readonly records: ReturnType<typeof dynamoRecords>
  readonly ledger: ReturnType<typeof dynamoLedger>
}

/** What `view` and `operate` do for the tool, batch by batch; one id in ten has records. */
async function measureImport({ ledger, ...both }: Both): Promise<DoorFigures['import']> {
  const app = { identity: 'facebookId', scope: 'account' } as const
  const heaps: number[] = []
  const started = performance.now()
  for (let from = 0; from < IDS; from += BATCH) {
    const ids = Array.from({ length: BATCH }, (_, n) =>
      (from + n) % 10 === 0 ? String(CUSTOMERS + from + n) : String(10 ** 16 + from + n),
    )
    const standings = await lookUpIds({ ...both, erasures: ledger, clock: () => NOW }, app, ids)
    const listed = ids.map((userId, n) => ({ userId, day: '2026-11-20', isFound: standings[n] === 'found' }))
    await openListRequests({ ...both, ledger }, { name: 'shop', app }, listed, NOW)
    if (from === IDS / 10 || from + BATCH === IDS) heaps.push(heapMb())
  }
  const perSecond = rounded(IDS / ((performance.now() - started) / 1000), 0)
  const [early = 0, late = 0] = heaps
  return { ids: IDS, perSecond, heapMb: [early, late] }
}

const heapMb = (): number => {
  globalThis.gc?.()
  return rounded(process.memoryUsage().heapUsed / 2 ** 20, 1)
}

async function fillCustomers(client: DynamoDBClient): Promise<void> {
  await fill(client, 'Accounts', CUSTOMERS, (n) => ({
    id: { S: `u${n}` },
    fb: { S: String(CUSTOMERS + n) },
    contract: { S: 'left' },
    leftAt: { S: new Date(leftAt(n)).toISOString() },
    name: { S: 'x'.repeat(200) },
  }))
}

/** So many have left seven months ago, the others within the last five. */
const leftAt = (n: number): number =>
  n < DUE ? NOW.getTime() - 210 * DAY_MS - n * 1000 : NOW.getTime() - (n % 150) * DAY_MS - n * 1000

const DAY_MS = 24 * 3600 * 1000

async function fillRequests(client: DynamoDBClient): Promise<void> {
  await fill(client, LEDGER_TABLE, REQUESTS, (n) =>
    toItem(
      aRequest({
        state: n % 1000 === 0 ? 'needs_review' : 'waiting',
        key: n.toString(16).padStart(64, '0').split('').toReversed().join('') as RequestKey,
        receivedAt: new Date(NOW.getTime() - n * 1000),
        nextCheckAt: new Date('2999-01-01T00:00:00Z'),
      }),
    ),
  )
}

async function fill(
  client: DynamoDBClient,
  table: string,
  count: number,
  itemAt: (n: number) => NonNullable<ConstructorParameters<typeof PutItemCommand>[0]['Item']>,
): Promise<void> {
  const batches = Array.from({ length: count / 25 }, (_, n) => n * 25)
  await pMap(
    batches,
    (from) =>
      client.send(
        new BatchWriteItemCommand({
          RequestItems: {
            [table]: Array.from({ length: 25 }, (_, n) => ({ PutRequest: { Item: itemAt(from + n) } })),
          },
        }),
      ),
    { concurrency: WRITERS },
  )
}
