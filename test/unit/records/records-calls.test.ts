import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  ProvisionedThroughputExceededException,
  ReplicatedWriteConflictException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { NO_DEADLINE } from '../../../shared/platform/deadline.ts'
import type { Item } from '../../../shared/records/records.ts'
import { dynamoRecords } from '../../../shared/records/records-dynamodb.ts'

type Input = Readonly<Record<string, unknown>>
type Answer = Readonly<Record<string, unknown>> | Error

/** The calls of the adapter as DynamoDB would see them, each answered by the test. */
function calls(
  answer: (input: Input, number: number) => Answer = () => ({}),
  unitsPerSecond = Number.POSITIVE_INFINITY,
) {
  const client = new DynamoDBClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
  const seen: (readonly [string, Input])[] = []
  const slept: number[] = []
  let nowMs = 0
  client.middlewareStack.add(
    (_next, context) => async (args) => {
      const input = args.input as Input
      seen.push([String(context['commandName']).replace('Command', ''), input])
      const given = answer(input, seen.length)
      if (given instanceof Error) throw given
      return { response: undefined, output: { $metadata: {}, ...given } as never }
    },
    { step: 'initialize' },
  )
  const records = dynamoRecords({
    client,
    paceOf: () => ({ read: unitsPerSecond, write: unitsPerSecond }),
    random: () => 1,
    nowMs: () => nowMs,
    sleep: async (milliseconds) => {
      slept.push(milliseconds)
      nowMs += milliseconds
    },
  })
  return { records, seen, slept }
}

const KEY = { PK: { S: 'a' } }
const keys = (count: number): readonly Item[] =>
  Array.from({ length: count }, (_, n) => ({ PK: { S: String(n) } }))
const about = { message: '', $metadata: {} }
const TOTAL = { ReturnConsumedCapacity: 'TOTAL' }

it('a count asks for no item, and for what is left of the partition', async () => {
  const { records, seen } = calls(() => ({ Count: 7, LastEvaluatedKey: KEY }))
  const partition = { attribute: 'PK', value: { S: 'a' } }
  expect(await records.count({ table: 'App', partition, attributes: ['PK'], limit: 7 }, KEY)).toEqual({
    items: 7,
    next: KEY,
  })
  expect(seen).toEqual([
    [
      'Query',
      {
        TableName: 'App',
        ConsistentRead: true,
        KeyConditionExpression: '#n0 = :v0',
        ExpressionAttributeNames: { '#n0': 'PK' },
        ExpressionAttributeValues: { ':v0': { S: 'a' } },
        Select: 'COUNT',
        Limit: 7,
        ExclusiveStartKey: KEY,
        ...TOTAL,
      },
    ],
  ])
})

describe('a page', () => {
  it.each([
    ['equals', ['x'], '#n1 = :v1'],
    ['beginsWith', ['x'], 'begins_with(#n1, :v1)'],
    ['between', ['x', 'y'], '#n1 BETWEEN :v1 AND :v2'],
    ['from', ['x'], '#n1 >= :v1'],
    ['to', ['x'], '#n1 <= :v1'],
  ] as const)('of a partition is read consistently: %s', async (test, ends, expression) => {
    const { records, seen } = calls(() => ({ Items: [KEY], LastEvaluatedKey: KEY }))
    const sort = { attribute: 'SK', test, values: ends.map((S) => ({ S })) }
    const partition = { attribute: 'PK', value: { S: 'a' } }
    expect(
      await records.page({ table: 'App', partition, sort, attributes: ['PK', 'name'], limit: 7 }),
    ).toEqual({
      items: [KEY],
      next: KEY,
    })
    expect(seen).toEqual([
      [
        'Query',
        {
          TableName: 'App',
          ConsistentRead: true,
          KeyConditionExpression: `#n0 = :v0 AND ${expression}`,
          ProjectionExpression: '#n0, #n2',
          ExpressionAttributeNames: { '#n0': 'PK', '#n1': 'SK', '#n2': 'name' },
          ExpressionAttributeValues: {
            ':v0': { S: 'a' },
            ':v1': { S: 'x' },
            ...(ends.length > 1 && { ':v2': { S: 'y' } }),
          },
          Limit: 7,
          ...TOTAL,
        },
      ],
    ])
  })

  it('of an index goes on after the last one', async () => {
    const { records, seen } = calls()
    const partition = { attribute: 'by', value: { S: 'u1' } }
    expect(await records.page({ table: 'App', index: 'byUser', partition, limit: 7 }, KEY)).toEqual({
      items: [],
    })
    expect(seen[0]?.[1]).toEqual({
      TableName: 'App',
      IndexName: 'byUser',
      KeyConditionExpression: '#n0 = :v0',
      ExpressionAttributeNames: { '#n0': 'by' },
      ExpressionAttributeValues: { ':v0': { S: 'u1' } },
      Limit: 7,
      ExclusiveStartKey: KEY,
      ...TOTAL,
    })
  })

  it('of a whole table has only what is among the values', async () => {
    const { records, seen } = calls()
    const among = [
      { attribute: 'by', values: [{ S: 'u1' }, { S: 'u2' }] },
      { attribute: 'age', values: [{ N: '7' }] },
    ]
    await records.page({ table: 'App', among, attributes: ['PK'], limit: 7 })
    await records.page({ table: 'App', limit: 7 }, KEY)
    const shared = { TableName: 'App', ConsistentRead: true, Limit: 7, ...TOTAL }
    expect(seen).toEqual([
      [
        'Scan',
        {
          ...shared,
          FilterExpression: '#n0 IN (:v0, :v1) AND #n1 IN (:v2)',
          ProjectionExpression: '#n2',
          ExpressionAttributeNames: { '#n0': 'by', '#n1': 'age', '#n2': 'PK' },
          ExpressionAttributeValues: { ':v0': { S: 'u1' }, ':v1': { S: 'u2' }, ':v2': { N: '7' } },
        },
      ],
      ['Scan', { ...shared, ExclusiveStartKey: KEY }],
    ])
  })
})

describe('items', () => {
  /** A table in which every item has that many bytes; what is asked is answered in any order. */
  const holding =
    (bytes: (key: string) => number) =>
    ({ RequestItems }: Input): Answer => {
      const { Keys } = (RequestItems as Record<string, { Keys: Item[] }>)['App'] ?? { Keys: [] }
      const found = Keys.map((key) => ({ ...key, body: { S: 'x'.repeat(bytes(key['PK']?.S ?? '')) } }))
      return { Responses: { App: found.toReversed() } }
    }
  const asked = (seen: readonly (readonly [string, Input])[]) =>
    seen.map(
      ([, input]) => (input['RequestItems'] as Record<string, { Keys: Item[] }>)['App']?.Keys.length ?? 0,
    )

  it('are read consistently, each once, in the order of the keys', async () => {
    const { records, seen } = calls(holding(() => 100))
    const wanted = { attributes: ['PK', 'body'] }
    const { items, keys: read } = await records.read('App', [...keys(201), ...keys(3)], wanted)
    expect([items.map(({ PK }) => PK?.S), read]).toEqual([keys(201).map(({ PK }) => PK?.S), 204])
    // The first ones tell what an item weighs.
    const counts = asked(seen)
    expect([counts[0], Math.max(...counts), counts.reduce((sum, count) => sum + count, 0)]).toEqual([
      5, 40, 201,
    ])
    expect(seen.at(-1)?.[1]['RequestItems']).toMatchObject({
      App: {
        ConsistentRead: true,
        ProjectionExpression: '#n0, #n1',
        ExpressionAttributeNames: { '#n0': 'PK', '#n1': 'body' },
      },
    })
    expect(seen[0]).toMatchObject(['BatchGetItem', TOTAL])
  })

  it('are read until they weigh enough, and hardly more are asked for', async () => {
    const { records, seen } = calls(holding(() => 390_000))
    const limit = { weight: 8_000_000 }
    const { items, keys: read } = await records.read('App', keys(2000), limit)
    expect([items.length, read, asked(seen)]).toEqual([21, 21, [5, 5, 5, 5, 1]])
    expect((await records.read('App', keys(2000).slice(read), limit)).keys).toBe(21)
    expect(asked(seen).slice(5)).toEqual([5, 5, 5, 5, 1])
  })

  it('that grow all at once are never asked for by more than fit into memory', async () => {
    const { records, seen } = calls(holding((key) => (Number(key) < 500 ? 100 : 390_000)))
    const limit = { weight: 8_000_000 }
    const { items, keys: read } = await records.read('App', keys(2000), limit)
    expect([items.length, read]).toEqual([521, 521])
    expect(Math.max(...asked(seen))).toBe(40)
    expect(asked(seen).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(521 + 120)
  })

  it('end a page where they did before, whatever was read meanwhile', async () => {
    const bytes = (key: string) => (Number(key) * 7919) % 390_000
    const limit = { weight: 8_000_000 }
    const fresh = calls(holding(bytes)).records
    const used = calls(holding((key) => (Number(key) > 5000 ? 10 : bytes(key)))).records
    await used.read('App', keys(6000).slice(5001))
    expect(await used.read('App', keys(500), limit)).toEqual(await fresh.read('App', keys(500), limit))
  })

  it('are none where no key is given, or none is there', async () => {
    const { records, seen } = calls()
    expect(await records.read('App', [])).toEqual({ items: [], keys: 0 })
    expect(seen).toEqual([])
    expect(await records.read('App', keys(1))).toEqual({ items: [], keys: 1 })
  })

  it('are asked for again when they are handed back, after longer and longer pauses', async () => {
    const { records, seen, slept } = calls(({ RequestItems }, number) =>
      number < 4 ? { UnprocessedKeys: RequestItems } : { Responses: { App: keys(1) } },
    )
    expect(await records.read('App', keys(1))).toEqual({ items: keys(1), keys: 1 })
    expect([seen.length, slept]).toEqual([4, [50, 100, 200]])
  })

  it('are erased 25 at once, and as many as were begun before the time was over', async () => {
    const { records, seen } = calls()
    expect(await records.erase('App', keys(51), NO_DEADLINE)).toEqual([])
    const batches = seen.map(([, input]) => (input['RequestItems'] as Record<string, unknown[]>)['App'])
    expect(batches.map((batch) => batch?.length)).toEqual([25, 25, 1])
    expect(batches[2]).toEqual([{ DeleteRequest: { Key: { PK: { S: '50' } } } }])
    expect(seen[0]).toMatchObject(['BatchWriteItem', TOTAL])
    expect(await records.erase('App', keys(51), { passed: () => true })).toEqual(keys(51))
    const answers = [false, false, true]
    expect(await records.erase('App', keys(51), { passed: () => answers.shift() ?? true })).toEqual([
      { PK: { S: '50' } },
    ])
  })

  it('that are handed back ten times more are an error', async () => {
    const stubborn = calls(({ RequestItems }) => ({ UnprocessedItems: RequestItems }))
    await expect(stubborn.records.erase('App', keys(1), NO_DEADLINE)).rejects.toMatchObject({
      code: 'RECORDS_UNREADABLE',
    })
    expect(stubborn.seen).toHaveLength(11)
    expect(stubborn.slept.slice(-2)).toEqual([12_800, 25_600])
  })
})

describe('a write on a condition', () => {
  const conditions = [{ attribute: 'by', is: { S: 'u1' } }]
  const target = { TableName: 'App', Key: KEY, ReturnValuesOnConditionCheckFailure: 'ALL_OLD', ...TOTAL }

  it('erases what is still the person’s', async () => {
    const { records, seen } = calls()
    expect(await records.eraseIf('App', KEY, conditions)).toBe('done')
    expect(seen).toEqual([
      [
        'DeleteItem',
        {
          ...target,
          ConditionExpression: 'attribute_exists(#n0) AND #n1 = :v0',
          ExpressionAttributeNames: { '#n0': 'PK', '#n1': 'by' },
          ExpressionAttributeValues: { ':v0': { S: 'u1' } },
        },
      ],
    ])
  })

  it('changes what is still the person’s', async () => {
    const { records, seen } = calls()
    const change = { set: { name: { S: '-' } }, remove: ['note'], conditions }
    expect(await records.changeIf('App', KEY, change)).toBe('done')
    expect(seen).toEqual([
      [
        'UpdateItem',
        {
          ...target,
          UpdateExpression: 'SET #n0 = :v0 REMOVE #n1',
          ConditionExpression: 'attribute_exists(#n2) AND #n3 = :v1',
          ExpressionAttributeNames: { '#n0': 'name', '#n1': 'note', '#n2': 'PK', '#n3': 'by' },
          ExpressionAttributeValues: { ':v0': { S: '-' }, ':v1': { S: 'u1' } },
        },
      ],
    ])
  })

  it('takes out at most a hundred attributes at once, in their order, and puts in with the last', async () => {
    const taken = async (count: number) => {
      const { records, seen } = calls()
      const remove = Array.from({ length: count }, (_, n) => `a${n}`)
      const change = { set: { name: { S: '-' } }, remove, conditions }
      expect(await records.changeIf('App', KEY, change)).toBe('done')
      const inputs = seen.map(([, input]) => input)
      expect(inputs.every((input) => String(input['ConditionExpression']).includes(' AND '))).toBe(true)
      expect(inputs.map((input) => String(input['UpdateExpression']).startsWith('SET'))).toEqual(
        inputs.map((_, n) => n === inputs.length - 1),
      )
      const names = inputs.map(
        (input) => Object.values(input['ExpressionAttributeNames'] as object) as string[],
      )
      const parts = names.map((all) => all.filter((name) => /^a\d/.test(name)))
      expect(parts.flat()).toEqual(remove)
      return parts.map(({ length }) => length)
    }
    expect(await taken(0)).toEqual([0])
    expect(await taken(99)).toEqual([99])
    expect(await taken(100)).toEqual([100])
    expect(await taken(201)).toEqual([1, 100, 100])
  })

  it.each(['ValidationException', 'ItemCollectionSizeLimitExceededException'])(
    'is impossible for an item that DynamoDB refuses with %s',
    async (name) => {
      const { records } = calls(() => Object.assign(new Error('too large'), { name }))
      expect(await records.eraseIf('App', KEY, conditions)).toBe('impossible')
    },
  )

  it('is refused by an item that is there, and needless for one that is gone', async () => {
    const refused = calls(() => new ConditionalCheckFailedException({ ...about, Item: KEY }))
    expect(await refused.records.eraseIf('App', KEY, conditions)).toBe(KEY)
    const remove = Array.from({ length: 201 }, (_, n) => `a${n}`)
    expect(await refused.records.changeIf('App', KEY, { set: {}, remove, conditions })).toBe(KEY)
    expect(refused.seen).toHaveLength(2)
    const gone = calls(() => new ConditionalCheckFailedException(about))
    expect(await gone.records.eraseIf('App', KEY, conditions)).toBe('gone')
    expect(await gone.records.changeIf('App', KEY, { set: {}, remove: ['a'], conditions })).toBe('gone')
    // The first call, whose answer was lost, has done it.
    const $metadata = { attempts: 2 }
    const again = calls(() => new ConditionalCheckFailedException({ ...about, $metadata }))
    expect(await again.records.eraseIf('App', KEY, conditions)).toBe('done')
  })

  it.each([TransactionConflictException, ReplicatedWriteConflictException])(
    'comes again by itself when it meets another write: %o',
    async (Conflict) => {
      const { records, seen, slept } = calls((_input, number) => (number < 4 ? new Conflict(about) : {}))
      expect(await records.eraseIf('App', KEY, conditions)).toBe('done')
      expect([seen.length, slept]).toEqual([4, [50, 100, 200]])
      const batch = calls((_input, number) => (number < 3 ? new Conflict(about) : {}))
      expect(await batch.records.erase('App', keys(2), NO_DEADLINE)).toEqual([])
      expect([batch.seen.length, batch.slept]).toEqual([3, [50, 100]])
      expect(batch.records.pauseMs('App')).toBe(0)
    },
  )

  it('that meets another one for ever fails', async () => {
    const { records, seen } = calls(() => new TransactionConflictException(about))
    const change = { set: {}, remove: ['a'], conditions }
    await expect(records.changeIf('App', KEY, change)).rejects.toThrow(TransactionConflictException)
    expect(seen).toHaveLength(11)
  })

  it('fails on any other error', async () => {
    const { records } = calls(() => new Error('down'))
    await expect(records.eraseIf('App', KEY, conditions)).rejects.toThrow('down')
  })
})

describe('the pace of a table', () => {
  const consumed = (CapacityUnits: number) => ({ ConsumedCapacity: { CapacityUnits } })

  it('is paid by what a call consumed, and the next guess is by what the last one cost', async () => {
    const { records, slept } = calls(() => consumed(50), 100)
    await records.eraseIf('App', KEY, [])
    expect(records.pauseMs('App')).toBe(500)
    await records.eraseIf('App', KEY, [])
    expect(slept).toEqual([500])
    expect(records.pauseMs('App')).toBe(500)
    expect(records.pauseMs('Other')).toBe(0)
  })

  it('counts every part of an answer, and guesses a batch by its items', async () => {
    const { records } = calls(
      () => ({ ConsumedCapacity: [{ CapacityUnits: 30 }, { CapacityUnits: 20 }, {}] }),
      100,
    )
    await records.erase('App', keys(25), NO_DEADLINE)
    expect(records.pauseMs('App')).toBe(500)
  })

  it('of reads is one for pages and keys, whose costs are guessed apart', async () => {
    const { records, slept } = calls(() => consumed(10), 100)
    await records.page({ table: 'App', limit: 1 })
    await records.read('App', keys(2))
    await records.page({ table: 'App', limit: 1 })
    expect(slept).toEqual([100, 100])
    expect(records.pauseMs('App')).toBe(0)
  })

  it('makes pages of a slow table small, until it is known what an item costs', async () => {
    const { records, seen } = calls(() => ({ ...consumed(50), ScannedCount: 50 }), 5)
    await records.page({ table: 'App', limit: 1000 })
    await records.page({ table: 'App', limit: 1000 })
    expect(seen.map(([, { Limit }]) => Limit)).toEqual([5, 50])
  })

  it('makes pages of an index small where the items that it leads to are dear to read', async () => {
    const { records, seen } = calls(() => ({ ...consumed(1), ScannedCount: 100 }), 5)
    await records.page({ table: 'App', index: 'byUser', limit: 1000 })
    await records.read('App', keys(1))
    await records.page({ table: 'App', index: 'byUser', limit: 1000 })
    await records.page({ table: 'App', limit: 1000 })
    expect(seen.map(([, { Limit }]) => Limit)).toEqual([5, undefined, 50, 1000])
  })

  it('makes batches of large items small', async () => {
    const { records, seen } = calls(() => consumed(100), 200)
    await records.erase('App', keys(30), NO_DEADLINE)
    const sizes = seen.map(([, input]) => (input['RequestItems'] as Record<string, unknown[]>)['App']?.length)
    expect(sizes).toEqual([20, 10])
    await records.erase('App', keys(40), NO_DEADLINE)
    expect(seen).toHaveLength(4)
  })

  it('rests after a throttled call, which comes again', async () => {
    const throttled = new ProvisionedThroughputExceededException(about)
    const { records, seen, slept } = calls((_input, number) => (number < 3 ? throttled : consumed(1)), 100)
    expect(await records.eraseIf('App', KEY, [])).toBe('done')
    expect([seen.length, slept]).toEqual([3, [1000, 2000]])
    // What it cost was paid off meanwhile.
    expect(records.pauseMs('App')).toBe(0)
  })

  it('gives up after ten rests', async () => {
    const { records, seen } = calls(() => new ProvisionedThroughputExceededException(about))
    await expect(records.eraseIf('App', KEY, [])).rejects.toThrow(ProvisionedThroughputExceededException)
    expect(seen).toHaveLength(11)
  })

  it('pays nothing for a call that failed', async () => {
    const { records } = calls(() => new Error('down'), 100)
    await expect(records.eraseIf('App', KEY, [])).rejects.toThrow('down')
    expect(records.pauseMs('App')).toBe(0)
  })
})
