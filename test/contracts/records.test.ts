import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engineClient } from '../../infra/local/engines/engines.ts'
import { NO_DEADLINE } from '../../shared/platform/deadline.ts'
import type { Records } from '../../shared/records/records.ts'
import { dynamoRecords } from '../../shared/records/records-dynamodb.ts'
import { SMALL_MAP } from '../fixtures/companies/small-company.ts'
import { type EngineProxy, Refusal, startEngineProxy } from '../fixtures/faults/engine-proxy.ts'
import { inMemory } from '../fixtures/world/in-memory.ts'
import { type EngineWorld, onEngine, recordsThrough } from '../fixtures/world/on-engine.ts'
import { recordsContract } from './records.contract.ts'

let world: EngineWorld
beforeAll(async () => {
  world = await onEngine()
  await world.open(SMALL_MAP)
})
afterAll(() => world.close())

recordsContract('DynamoDB', async () => ({
  records: recordsThrough(world.client),
  put: async (items) => world.put('App', ...items),
}))

recordsContract('memory', async () => {
  const { open, put } = inMemory()
  return { records: open(SMALL_MAP).records, put: async (items) => put('App', ...items) }
})

/** The embedded engine never hands anything back; AWS does. */
function handingBack(command: string, times: number): DynamoDBClient {
  const moody = world.newClient()
  let left = times
  moody.middlewareStack.add(
    (next, context) => async (args) => {
      const { RequestItems } = args.input as { RequestItems?: Record<string, unknown> }
      if (context['commandName'] !== command || !RequestItems || left <= 0) return next(args)
      left -= 1
      const [table = '', given] = Object.entries(RequestItems)[0] ?? []
      const half = (all: unknown[]) => Math.ceil(all.length / 2)
      const keep = (all: unknown): unknown[] => (Array.isArray(all) ? all.slice(0, half(all)) : [])
      const rest = (all: unknown): unknown[] => (Array.isArray(all) ? all.slice(half(all)) : [])
      if (command === 'BatchWriteItemCommand') {
        const result = await next({ ...args, input: { RequestItems: { [table]: keep(given) } } })
        return {
          ...result,
          output: { ...result.output, UnprocessedItems: { [table]: rest(given) } } as never,
        }
      }
      const read = given as { Keys: unknown[] }
      const result = await next({
        ...args,
        input: { RequestItems: { [table]: { ...read, Keys: keep(read.Keys) } } },
      })
      const UnprocessedKeys = { [table]: { ...read, Keys: rest(read.Keys) } }
      return { ...result, output: { ...result.output, UnprocessedKeys } as never }
    },
    { step: 'initialize' },
  )
  return moody
}

const rows = Array.from({ length: 60 }, (_, n) => ({ PK: { S: 'moody' }, SK: { S: String(n) } }))
const fill = () => world.put('App', ...rows)

describe('what DynamoDB hands back unprocessed', () => {
  it('is erased in the end', async () => {
    await fill()
    await recordsThrough(handingBack('BatchWriteItemCommand', 7)).erase('App', rows, NO_DEADLINE)
    expect((await world.all('App')).filter(({ PK }) => PK?.S === 'moody')).toEqual([])
  })

  it('is read in the end', async () => {
    await fill()
    const { items } = await recordsThrough(handingBack('BatchGetItemCommand', 4)).read('App', rows)
    expect(items).toEqual(rows)
  })

  it('for ever is an error, not a loop and never silence', async () => {
    await fill()
    const stubborn = recordsThrough(handingBack('BatchWriteItemCommand', 1e9))
    await expect(stubborn.erase('App', rows.slice(0, 3), NO_DEADLINE)).resolves.toEqual([])
    const stuck = world.newClient()
    stuck.middlewareStack.add(
      (_next) => async (args) => {
        const { RequestItems } = args.input as { RequestItems?: unknown }
        return { response: {}, output: { $metadata: {}, UnprocessedItems: RequestItems } as never }
      },
      { step: 'initialize' },
    )
    await expect(recordsThrough(stuck).erase('App', rows, NO_DEADLINE)).rejects.toMatchObject({
      code: 'RECORDS_UNREADABLE',
    })
  })
})

describe('a write that meets another one on its item', () => {
  const item = (n: number) => ({ PK: { S: 'met' }, SK: { S: String(n) } })
  let proxy: EngineProxy
  beforeAll(async () => {
    const { protocol, hostname, port = '' } = (await world.client.config.endpoint?.()) ?? {}
    proxy = await startEngineProxy(`${protocol}//${hostname}:${port}`)
  })
  afterAll(() => proxy.close())

  /** Each item is refused so often. */
  function conflicting(type: string, times: number): Records {
    const left = new Map<string, number>()
    proxy.watch(({ moment, operation, input }) => {
      const key = JSON.stringify(input['Key'] ?? input['RequestItems'])
      const before = left.get(key) ?? times
      if (moment === 'after' || !/Delete|Update|BatchWrite/.test(operation) || before === 0) return
      left.set(key, before - 1)
      throw new Refusal(type, 'ongoing')
    })
    return recordsThrough(new DynamoDBClient({ ...engineClient(proxy.endpoint), maxAttempts: 1 }))
  }

  it.each(['TransactionConflictException', 'ReplicatedWriteConflictException'])(
    'is done in the end, and the other items are: %s',
    async (type) => {
      await world.put('App', ...[1, 2, 3].map((n) => ({ ...item(n), note: { S: 'x' } })))
      const records = conflicting(type, 3)
      expect(await records.eraseIf('App', item(1), [{ attribute: 'note', exists: true }])).toBe('done')
      expect(await records.changeIf('App', item(2), { set: {}, remove: ['note'], conditions: [] })).toBe(
        'done',
      )
      expect(await records.erase('App', [item(3)], NO_DEADLINE)).toEqual([])
      expect((await world.all('App')).filter(({ PK }) => PK?.S === 'met')).toEqual([item(2)])
    },
  )

  it('for ever is an error', async () => {
    await world.put('App', item(4))
    const records = conflicting('TransactionConflictException', 1e9)
    await expect(records.eraseIf('App', item(4), [])).rejects.toThrow('ongoing')
  })
})

describe('the pace of a table', () => {
  it('is not overrun while nobody knows what an item costs', async () => {
    let nowMs = 0
    const sent: number[] = []
    const dear = world.newClient()
    dear.middlewareStack.add(
      () => async (args) => {
        sent.push(nowMs)
        const { RequestItems } = args.input as { RequestItems: { App: readonly unknown[] } }
        const ConsumedCapacity = [{ CapacityUnits: 40 * RequestItems.App.length }]
        return { response: {}, output: { $metadata: {}, ConsumedCapacity } as never }
      },
      { step: 'initialize' },
    )
    const records = dynamoRecords({
      client: dear,
      paceOf: () => ({ read: 100, write: 100 }),
      random: () => 0,
      nowMs: () => nowMs,
      sleep: async (milliseconds) => {
        nowMs += milliseconds
      },
    })
    await records.erase(
      'App',
      Array.from({ length: 100 }, (_, n) => ({ PK: { S: 'dear' }, SK: { S: String(n) } })),
      NO_DEADLINE,
    )
    // 4,000 units at 100 a second: the first ten items at once, the others when these are paid off.
    expect(nowMs).toBeGreaterThanOrEqual(35_000)
    expect(sent[1]).toBeGreaterThanOrEqual(4000)
  })
})
