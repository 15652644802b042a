/** The ledger in DynamoDB: `REQ#<key>` / `META`, `IDS#n`, `LOG#<time>`, and `ID#<hash>` / `CLAIM`, `HOLD`. */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  paginateQuery,
  paginateScan,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { ServiceError } from '../platform/errors.ts'
import { claimsIn } from './claims-dynamodb.ts'
import type { RequestKey } from './code.ts'
import { expireParams, fromLine, lineParams } from './history-dynamodb.ts'
import type { Ledger } from './ledger.ts'
import type { DeletionRequest } from './request.ts'
import { fromItem, type Item, keyOf, OPEN_SHARDS, requestPk, toItem } from './row-dynamodb.ts'

const OPEN_INDEX = 'open'
const SCAN_SEGMENTS = 8

export function dynamoLedger(client: DynamoDBClient, table: string): Ledger {
  const partOf = async (key: RequestKey, prefix: string): Promise<Item[]> => {
    const items: Item[] = []
    const query = {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :sk)',
      ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
      ExpressionAttributeValues: { ':pk': { S: requestPk(key) }, ':sk': { S: prefix } },
    }
    for await (const page of paginateQuery({ client }, query)) items.push(...(page.Items ?? []))
    return items
  }

  return {
    async open(request) {
      try {
        await client.send(new PutItemCommand(putParams(table, request)))
        return { request, created: true }
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error
        return { request: fromItem(error.Item), created: false }
      }
    },

    async find(key) {
      const { Item } = await client.send(
        new GetItemCommand({
          TableName: table,
          Key: { pk: { S: requestPk(key) }, sk: { S: 'META' } },
          ConsistentRead: true,
        }),
      )
      return Item && fromItem(Item)
    },

    async save(request, entry) {
      try {
        await (entry
          ? client.send(
              new TransactWriteItemsCommand({
                TransactItems: [
                  { Put: putParams(table, request) },
                  { Put: lineParams(table, request, entry) },
                ],
              }),
            )
          : client.send(new PutItemCommand(putParams(table, request))))
      } catch (cause) {
        throw translated(cause, request)
      }
    },

    async finish(request, entry) {
      const [chunks, lines] = await Promise.all([partOf(request.key, 'IDS#'), partOf(request.key, 'LOG#')])
      if (request.expiresAt) {
        for (const { pk, sk } of lines) {
          if (pk && sk)
            await client.send(new UpdateItemCommand(expireParams(table, { pk, sk }, request.expiresAt)))
        }
      }
      const forget = chunks.map(({ pk, sk }) => ({ Delete: { TableName: table, Key: { pk, sk } as Item } }))
      try {
        await client.send(
          new TransactWriteItemsCommand({
            TransactItems: [
              { Put: putParams(table, request) },
              { Put: lineParams(table, request, entry) },
              ...forget,
            ],
          }),
        )
      } catch (cause) {
        throw translated(cause, request)
      }
    },

    async history(key) {
      return (await partOf(key, 'LOG#')).map(fromLine)
    },

    async due(at, limit) {
      const shards = await Promise.all(
        OPEN_SHARDS.map(async (shard) => {
          const items: Item[] = []
          const query = {
            TableName: table,
            IndexName: OPEN_INDEX,
            KeyConditionExpression: '#shard = :shard AND #at <= :at',
            ExpressionAttributeNames: { '#shard': 'openShard', '#at': 'nextCheckAt' },
            ExpressionAttributeValues: { ':shard': { S: shard }, ':at': { S: at.toISOString() } },
          }
          for await (const page of paginateQuery({ client }, query)) {
            items.push(...(page.Items ?? []))
            if (items.length >= limit) break
          }
          return items
        }),
      )
      return shards
        .flat()
        .sort((a, b) => (a['nextCheckAt']?.S ?? '').localeCompare(b['nextCheckAt']?.S ?? ''))
        .slice(0, limit)
        .map(keyOf)
    },

    async beginningWith(prefix) {
      const segments = Array.from({ length: SCAN_SEGMENTS }, async (_, segment) => {
        const keys: RequestKey[] = []
        const scan = {
          TableName: table,
          Segment: segment,
          TotalSegments: SCAN_SEGMENTS,
          FilterExpression: '#sk = :meta AND begins_with(#pk, :prefix)',
          ProjectionExpression: '#pk',
          ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
          ExpressionAttributeValues: { ':meta': { S: 'META' }, ':prefix': { S: `REQ#${prefix}` } },
        }
        for await (const page of paginateScan({ client }, scan)) keys.push(...(page.Items ?? []).map(keyOf))
        return keys
      })
      return (await Promise.all(segments)).flat()
    },

    async identities(key) {
      return (await partOf(key, 'IDS#')).flatMap((item) => item['sealed']?.S ?? [])
    },

    async saveIdentities(key, chunks) {
      const before = await partOf(key, 'IDS#')
      for (const [n, sealed] of chunks.entries()) {
        await client.send(
          new PutItemCommand({
            TableName: table,
            Item: { pk: { S: requestPk(key) }, sk: { S: `IDS#${n}` }, sealed: { S: sealed } },
          }),
        )
      }
      for (const { pk, sk } of before) {
        if (Number(sk?.S?.slice('IDS#'.length)) >= chunks.length) {
          await client.send(new DeleteItemCommand({ TableName: table, Key: { pk, sk } as Item }))
        }
      }
    },

    ...claimsIn(client, table),
  }
}

/** The exact condition that all writers rely on. */
const putParams = (TableName: string, request: DeletionRequest): PutItemCommandInput => ({
  TableName,
  Item: toItem(request),
  // The first version creates; each later one replaces exactly its predecessor, or nothing.
  ...(request.version === 1
    ? {
        ConditionExpression: 'attribute_not_exists(#pk)',
        ExpressionAttributeNames: { '#pk': 'pk' },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      }
    : {
        ConditionExpression: '#version = :before',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':before': { N: String(request.version - 1) } },
      }),
})

/** Somebody else's write came first, or the error as it is. */
function translated(cause: unknown, request: DeletionRequest): unknown {
  const lost =
    cause instanceof ConditionalCheckFailedException ||
    (cause instanceof TransactionCanceledException &&
      cause.CancellationReasons?.some(
        ({ Code }) => Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict',
      ))
  return lost
    ? new ServiceError('LEDGER_CONFLICT', `version ${request.version} was already taken`, { cause })
    : cause
}
