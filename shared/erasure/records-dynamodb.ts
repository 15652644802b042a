/** The company's tables in DynamoDB. */
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  type ConsumedCapacity,
  DeleteItemCommand,
  type DynamoDBClient,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb'
import pMap from 'p-map'
import { ServiceError } from '../platform/errors.ts'
import { aliases, conditionExpression, projectionOf, updateExpression } from './expressions-dynamodb.ts'
import { type Pace, type Paces, pace, type Time } from './pace.ts'
import type { Condition, Item, Key, RecordQuery, Records, SortRange, Written } from './records.ts'
import { restAfter } from './throttling.ts'
import { untilOneFails } from './until-one-fails.ts'

const READ_BATCH = 100
const WRITE_BATCH = 25
const CONCURRENCY = 16
const MAX_TRIES = 10
const FIRST_PAUSE_MS = 50
/** An UpdateExpression has 4 KB. */
const CHANGES_PER_WRITE = 100

export interface RecordsOptions extends Time {
  readonly client: DynamoDBClient
  /** By the table's name in DynamoDB. */
  readonly paceOf: (table: string) => Paces
  /** Jitters the pauses between tries: a number from 0 to 1. */
  readonly random: () => number
}

export function dynamoRecords({ client, paceOf, random, ...time }: RecordsOptions): Records {
  const meters = new Map<string, Meters>()
  const metersOf = (table: string): Meters => {
    const found = meters.get(table)
    if (found) return found
    const { read, write } = paceOf(table)
    const reads = pace(read, time)
    const made = { page: meter(reads), read: meter(reads), write: meter(pace(write, time)) }
    meters.set(table, made)
    return made
  }

  /** One call in its turn; one that is throttled comes again, when the table has rested. */
  async function paced<T extends Consuming>(kind: Meter, items: number, call: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries += 1) {
      // Nobody knows what an item costs: one call goes ahead to find out.
      while (kind.scout) await kind.scout.promise
      const known = kind.guess(items)
      const scout = known === undefined ? Promise.withResolvers<void>() : undefined
      kind.scout = scout
      const expected = known ?? items
      try {
        await kind.pace.turn(expected)
        const answer = await call()
        const units = unitsIn(answer)
        kind.learn(units, items)
        kind.pace.spent(units, expected)
        return answer
      } catch (error) {
        kind.pace.spent(0, expected)
        const rest = restAfter(error, tries, random())
        if (rest === undefined || tries >= MAX_TRIES) throw error
        kind.pace.rest(rest)
      } finally {
        if (scout) kind.scout = undefined
        scout?.resolve()
      }
    }
  }

  /** Doubling pauses after each answer that left something over; what never gets done is an error, not a loop. */
  async function backOff(round: number): Promise<void> {
    if (round === 0) return
    if (round > MAX_TRIES) throw new ServiceError('RECORDS_UNREADABLE', 'DynamoDB keeps handing items back')
    await time.sleep(FIRST_PAUSE_MS * 2 ** (round - 1) * (0.5 + random() / 2))
  }

  async function readBatch(table: string, batch: readonly Key[], attributes: readonly string[] | undefined) {
    const names = aliases()
    const wanted = { ...projectionOf(names, attributes), ...names.parameters() }
    const found: Item[] = []
    let pending: readonly Key[] = batch
    for (let round = 0; pending.length > 0; round += 1) {
      await backOff(round)
      const RequestItems = { [table]: { Keys: [...pending], ConsistentRead: true, ...wanted } }
      const { Responses, UnprocessedKeys } = await paced(metersOf(table).read, pending.length, () =>
        client.send(new BatchGetItemCommand({ RequestItems, ...CONSUMED })),
      )
      found.push(...(Responses?.[table] ?? []))
      pending = UnprocessedKeys?.[table]?.Keys ?? []
    }
    return found
  }

  async function eraseBatch(table: string, batch: readonly Key[]): Promise<void> {
    let pending: WriteRequest[] = batch.map((Key) => ({ DeleteRequest: { Key } }))
    for (let round = 0; pending.length > 0; round += 1) {
      await backOff(round)
      const RequestItems = { [table]: pending }
      const { UnprocessedItems } = await paced(metersOf(table).write, pending.length, () =>
        client.send(new BatchWriteItemCommand({ RequestItems, ...CONSUMED })),
      )
      pending = UnprocessedItems?.[table] ?? []
    }
  }

  return {
    async page(query, after) {
      const from = after && { ExclusiveStartKey: after }
      const { Items = [], LastEvaluatedKey } = await paced(metersOf(query.table).page, 1, () =>
        query.partition
          ? client.send(new QueryCommand({ ...queryParams(query), ...from }))
          : client.send(new ScanCommand({ ...scanParams(query), ...from })),
      )
      return { items: Items, ...(LastEvaluatedKey && { next: LastEvaluatedKey }) }
    },

    async read(table, keys, attributes) {
      const batches = chunks(unique(keys), READ_BATCH)
      const found = await pMap(batches, (batch) => readBatch(table, batch, attributes), {
        concurrency: CONCURRENCY,
      })
      return found.flat()
    },

    async erase(table, keys, isOver) {
      const left: Key[] = []
      await untilOneFails(chunks(keys, WRITE_BATCH), CONCURRENCY, async (batch) => {
        if (isOver()) left.push(...batch)
        else await eraseBatch(table, batch)
      })
      return left
    },

    eraseIf: (table, key, conditions) =>
      unlessRefused(() =>
        paced(metersOf(table).write, 1, () =>
          client.send(
            new DeleteItemCommand({ ...target(table, key), ...where(key, conditions), ...CONSUMED }),
          ),
        ),
      ),

    async changeIf(table, key, { set, remove, conditions }) {
      const parts = inParts(remove)
      for (const [n, some] of parts.entries()) {
        const names = aliases()
        const isLast = n === parts.length - 1
        const UpdateExpression = updateExpression(names, { set: isLast ? set : {}, remove: some })
        const ConditionExpression = conditionExpression(names, key, conditions)
        const written = await unlessRefused(() =>
          paced(metersOf(table).write, 1, () =>
            client.send(
              new UpdateItemCommand({
                ...target(table, key),
                UpdateExpression,
                ConditionExpression,
                ...names.parameters(),
                ...CONSUMED,
              }),
            ),
          ),
        )
        if (written !== 'done') return written
      }
      return 'done'
    },

    pauseMs: (table) => metersOf(table).write.pace.pauseMs(),
  }
}

/** Reading by page and by key share a pace. */
interface Meters {
  readonly page: Meter
  readonly read: Meter
  readonly write: Meter
}

/** A pace, and what a page or an item of the table costs as far as is known. */
interface Meter {
  readonly pace: Pace
  /** Undefined before the first answer. */
  readonly guess: (items: number) => number | undefined
  readonly learn: (units: number, items: number) => void
  /** The call that goes ahead. */
  scout: PromiseWithResolvers<void> | undefined
}

function meter(own: Pace): Meter {
  let unitsPerItem: number | undefined
  return {
    pace: own,
    scout: undefined,
    guess: (items) => (unitsPerItem === undefined ? undefined : items * unitsPerItem),
    learn(units, items) {
      // What was handed back as a whole consumed nothing, and says nothing.
      if (units > 0) unitsPerItem = units / items
    },
  }
}

const CONSUMED = { ReturnConsumedCapacity: 'TOTAL' } as const

interface Consuming {
  readonly ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] | undefined
}

/** The total counts the indexes in. */
const unitsIn = ({ ConsumedCapacity = [] }: Consuming): number =>
  [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0)

function queryParams({ table, index, partition, sort, attributes, limit }: RecordQuery) {
  const names = aliases()
  const conditions = [
    ...(partition ? [`${names.name(partition.attribute)} = ${names.value(partition.value)}`] : []),
    ...(sort ? [SORT[sort.test](names.name(sort.attribute), sort.values.map(names.value))] : []),
  ]
  return {
    TableName: table,
    ...(index === undefined ? { ConsistentRead: true } : { IndexName: index }),
    KeyConditionExpression: conditions.join(' AND '),
    ...projectionOf(names, attributes),
    ...names.parameters(),
    Limit: limit,
    ...CONSUMED,
  }
}

const SORT: Readonly<Record<SortRange['test'], (name: string, values: readonly string[]) => string>> = {
  equals: (name, [value]) => `${name} = ${value}`,
  beginsWith: (name, [value]) => `begins_with(${name}, ${value})`,
  between: (name, [first, last]) => `${name} BETWEEN ${first} AND ${last}`,
  from: (name, [value]) => `${name} >= ${value}`,
  to: (name, [value]) => `${name} <= ${value}`,
}

function scanParams({ table, among = [], attributes, limit }: RecordQuery) {
  const names = aliases()
  const filters = among.map(
    ({ attribute, values }) => `${names.name(attribute)} IN (${values.map(names.value).join(', ')})`,
  )
  return {
    TableName: table,
    ConsistentRead: true,
    ...(filters.length > 0 && { FilterExpression: filters.join(' AND ') }),
    Limit: limit,
    ...projectionOf(names, attributes),
    ...names.parameters(),
    ...CONSUMED,
  }
}

const target = (TableName: string, Key: Key) => ({
  TableName,
  Key,
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
})

function where(key: Key, conditions: readonly Condition[]) {
  const names = aliases()
  return { ConditionExpression: conditionExpression(names, key, conditions), ...names.parameters() }
}

/** An item that is gone needs no write; one that is there and differs, or cannot be written so, is left alone. */
async function unlessRefused(write: () => Promise<unknown>): Promise<Written> {
  try {
    await write()
    return 'done'
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return error.Item ?? 'done'
    if (error instanceof Error && IMPOSSIBLE.includes(error.name)) return 'impossible'
    throw error
  }
}

/** About the item itself: too large after the change, or in too large a collection. */
const IMPOSSIBLE = ['ValidationException', 'ItemCollectionSizeLimitExceededException']

/** An index may name an item twice while it changes; a batch may not. */
const unique = (keys: readonly Key[]): readonly Key[] => [
  ...new Map(keys.map((key) => [JSON.stringify(key), key])).values(),
]

const chunks = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size))

/** In its order, the last part full: what it ends with goes in one write. */
function inParts(remove: readonly string[]): readonly (readonly string[])[] {
  const first = remove.length % CHANGES_PER_WRITE
  const parts = [remove.slice(0, first), ...chunks(remove.slice(first), CHANGES_PER_WRITE)]
  return parts.filter((part, n) => part.length > 0 || (n === 0 && parts.length === 1))
}
