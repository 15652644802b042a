/** The company's tables in DynamoDB. */
import { setTimeout as pause } from 'node:timers/promises'
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  QueryCommand,
  UpdateItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb'
import pMap from 'p-map'
import { ServiceError } from '../platform/errors.ts'
import type { Condition, Item, Key, RecordQuery, Records } from './records.ts'

const READ_BATCH = 100
const WRITE_BATCH = 25
const CONCURRENCY = 8
const MAX_ROUNDS = 10
const FIRST_PAUSE_MS = 50

/** @param random Jitters the pauses between tries: a number from 0 to 1. */
export const dynamoRecords = (client: DynamoDBClient, random: () => number): Records => ({
  async page(query, after) {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({ ...queryParams(query), ...(after && { ExclusiveStartKey: after }) }),
    )
    return { items: Items, ...(LastEvaluatedKey && { next: LastEvaluatedKey }) }
  },

  async read(table, keys, attributes) {
    const batches = await pMap(
      chunks(unique(keys), READ_BATCH),
      async (batch) => {
        const found: Item[] = []
        let pending: readonly Key[] = batch
        for (let round = 0; pending.length > 0; round += 1) {
          await backOff(round, random)
          const { Responses, UnprocessedKeys } = await client.send(
            new BatchGetItemCommand({
              RequestItems: {
                [table]: { Keys: [...pending], ConsistentRead: true, ...projection(attributes) },
              },
            }),
          )
          found.push(...(Responses?.[table] ?? []))
          pending = UnprocessedKeys?.[table]?.Keys ?? []
        }
        return found
      },
      { concurrency: CONCURRENCY },
    )
    return batches.flat()
  },

  async erase(table, keys) {
    await pMap(
      chunks(keys, WRITE_BATCH),
      async (batch) => {
        let pending: WriteRequest[] = batch.map((Key) => ({ DeleteRequest: { Key: { ...Key } } }))
        for (let round = 0; pending.length > 0; round += 1) {
          await backOff(round, random)
          const { UnprocessedItems } = await client.send(
            new BatchWriteItemCommand({ RequestItems: { [table]: pending } }),
          )
          pending = UnprocessedItems?.[table] ?? []
        }
      },
      { concurrency: CONCURRENCY },
    )
  },

  eraseIf: (table, key, conditions) =>
    unlessRefused(() =>
      client.send(new DeleteItemCommand({ ...target(table, key), ...where(key, conditions) })),
    ),

  changeIf(table, key, { set, remove }, conditions) {
    const sets = Object.keys(set).map((_, n) => `#s${n} = :s${n}`)
    const removes = remove.map((_, n) => `#r${n}`)
    const { ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues, ...rest } = where(
      key,
      conditions,
    )
    const values = { ...ExpressionAttributeValues, ...named(':s', Object.values(set)) }
    return unlessRefused(() =>
      client.send(
        new UpdateItemCommand({
          ...target(table, key),
          ...rest,
          UpdateExpression: [
            sets.length > 0 ? `SET ${sets.join(', ')}` : '',
            removes.length > 0 ? `REMOVE ${removes.join(', ')}` : '',
          ].join(' '),
          ConditionExpression,
          ExpressionAttributeNames: {
            ...ExpressionAttributeNames,
            ...named('#s', Object.keys(set)),
            ...named('#r', remove),
          },
          ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
        }),
      ),
    )
  },
})

function queryParams({ table, index, partition, sort, attributes, limit }: RecordQuery) {
  const { ProjectionExpression, ExpressionAttributeNames } = projection(attributes)
  return {
    TableName: table,
    ...(index === undefined ? { ConsistentRead: true } : { IndexName: index }),
    KeyConditionExpression: sort
      ? `#k0 = :k0 AND ${sort.beginsWith ? 'begins_with(#k1, :k1)' : '#k1 = :k1'}`
      : '#k0 = :k0',
    ExpressionAttributeNames: {
      ...ExpressionAttributeNames,
      ...named('#k', [partition.attribute, ...(sort ? [sort.attribute] : [])]),
    },
    ExpressionAttributeValues: named(':k', [partition.value, ...(sort ? [sort.value] : [])]),
    ProjectionExpression,
    ...(limit === undefined ? {} : { Limit: limit }),
  }
}

const target = (TableName: string, key: Key) => ({
  TableName,
  Key: { ...key },
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
})

/** The item exists, and each attribute holds its value. */
const where = (key: Key, conditions: readonly Condition[]) => ({
  ConditionExpression: ['attribute_exists(#key)', ...conditions.map((_, n) => `#c${n} = :c${n}`)].join(
    ' AND ',
  ),
  ExpressionAttributeNames: {
    '#key': Object.keys(key)[0] ?? '',
    ...named(
      '#c',
      conditions.map(({ attribute }) => attribute),
    ),
  },
  ...(conditions.length > 0 && {
    ExpressionAttributeValues: named(
      ':c',
      conditions.map(({ value }) => value),
    ),
  }),
})

/** An item that is gone needs no write; one that is there and differs is left alone. */
async function unlessRefused(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write()
    return true
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return error.Item === undefined
  }
}

/** An index may name an item twice while it changes; a batch may not. */
const unique = (keys: readonly Key[]): readonly Key[] => [
  ...new Map(keys.map((key) => [JSON.stringify(key), key])).values(),
]

const projection = (attributes: readonly string[]) => ({
  ProjectionExpression: attributes.map((_, n) => `#p${n}`).join(', '),
  ExpressionAttributeNames: named('#p', attributes),
})

const named = <T>(prefix: string, values: readonly T[]): Record<string, T> =>
  Object.fromEntries(values.map((value, n) => [prefix + n, value]))

const chunks = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size))

/** Doubling pauses after each answer that left something over; what never gets done is an error, not a loop. */
async function backOff(round: number, random: () => number): Promise<void> {
  if (round === 0) return
  if (round > MAX_ROUNDS) throw new ServiceError('RECORDS_UNREADABLE', 'DynamoDB keeps handing items back')
  await pause(FIRST_PAUSE_MS * 2 ** (round - 1) * (0.5 + random() / 2))
}
