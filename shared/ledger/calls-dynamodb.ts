/** How the ledger calls DynamoDB: consistent reads, writes that may lose a race, and what a transaction holds at most. */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  paginateQuery,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
  TransactionCanceledException,
  TransactionConflictException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { conflict } from '../platform/errors.ts'
import type { RequestKey } from '../requests/code.ts'
import type { DeletionRequest } from '../requests/request.ts'
import type { TablePosition } from './ledger.ts'
import { type Item, itemKey, OPEN_INDEX, requestPk, rowKey, text, using } from './row-dynamodb.ts'

export async function readItem(client: DynamoDBClient, table: string, Key: Item): Promise<Item | undefined> {
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))
  return Item
}

/** @param limit The pages are read until there are so many; the last page is returned whole. */
export async function queryItems(
  client: DynamoDBClient,
  query: QueryCommandInput,
  limit = Number.POSITIVE_INFINITY,
): Promise<Item[]> {
  const items: Item[] = []
  for await (const { Items = [] } of paginateQuery({ client }, query)) {
    items.push(...Items)
    if (items.length >= limit) break
  }
  return items
}

/** The items of a request whose sort key begins so. */
export const partOf = (
  client: DynamoDBClient,
  table: string,
  { key, prefix }: { readonly key: RequestKey; readonly prefix: string },
): Promise<Item[]> =>
  queryItems(client, {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :sk)',
    ...using(['pk', 'sk'], { pk: requestPk(key), sk: prefix }),
  })

/** One page of all items of the table. @returns `next`, where the following page begins. */
export async function scanPage(
  client: DynamoDBClient,
  scan: ScanCommandInput,
  after: TablePosition | undefined,
): Promise<{ readonly items: readonly Item[]; readonly next: TablePosition | undefined }> {
  const from = { ExclusiveStartKey: after && itemKey(after.pk, after.sk) }
  const { Items = [], LastEvaluatedKey: last } = await client.send(new ScanCommand({ ...scan, ...from }))
  return { items: Items, next: last && { pk: text(last, 'pk'), sk: text(last, 'sk') } }
}

/** The rows in an index that are due, those of the moment `at` included. */
export const dueIn = (TableName: string, openShard: string, at: Date): QueryCommandInput => ({
  TableName,
  IndexName: OPEN_INDEX,
  KeyConditionExpression: '#openShard = :openShard AND #nextCheckAt <= :at',
  ...using(['openShard', 'nextCheckAt'], { openShard, at }),
})

const BATCH = 100
const FIRST_WAIT_MS = 25

/** The items with these keys, until there are enough. */
export async function batchRead(
  client: DynamoDBClient,
  table: string,
  keys: readonly Item[],
  isEnough: (found: readonly Item[]) => boolean = () => false,
): Promise<readonly Item[]> {
  const found: Item[] = []
  for (let from = 0; from < keys.length && !isEnough(found); from += BATCH) {
    let left = keys.slice(from, from + BATCH)
    for (let round = 0; left.length > 0 && !isEnough(found); round += 1) {
      if (round > 0) await sleep(FIRST_WAIT_MS * 2 ** Math.min(round, 6))
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetItemCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: true } } }),
      )
      found.push(...(Responses?.[table] ?? []))
      left = UnprocessedKeys?.[table]?.Keys ?? []
    }
  }
  return found
}

/** A condition that does not hold, or a transaction on the same item. Throttling is neither. */
export function isLostRace(error: unknown): boolean {
  if (error instanceof TransactionCanceledException) {
    const failed = (error.CancellationReasons ?? []).flatMap(({ Code = 'None' }) =>
      Code === 'None' ? [] : Code,
    )
    return failed.length > 0 && failed.every((code) => LOST.includes(code))
  }
  return error instanceof ConditionalCheckFailedException || error instanceof TransactionConflictException
}

const LOST: readonly string[] = ['ConditionalCheckFailed', 'TransactionConflict']

/** @returns false when another write came first. */
export async function wins(write: Promise<unknown>): Promise<boolean> {
  try {
    await write
    return true
  } catch (error) {
    if (isLostRace(error)) return false
    throw error
  }
}

export const MAX_TRANSACTION = 100
/** DynamoDB takes 4 MB; a row and its lines need some of it. */
const MAX_TRANSACTION_BYTES = 3_000_000

export const transact = (
  client: DynamoDBClient,
  request: DeletionRequest,
  TransactItems: TransactWriteItem[],
): Promise<void> => asVersion(request, client.send(new TransactWriteItemsCommand({ TransactItems })))

/** @throws {@link ServiceError} `LEDGER_CONFLICT` when another write came first. */
export async function asVersion({ version }: DeletionRequest, write: Promise<unknown>): Promise<void> {
  try {
    await write
  } catch (error) {
    throw isLostRace(error) ? conflict(`version ${version} was already taken`, { cause: error }) : error
  }
}

/** A check in a transaction that the request is still as it was read. */
export const stillAt = (
  TableName: string,
  { key, version }: Pick<DeletionRequest, 'key' | 'version'>,
): TransactWriteItem => ({
  ConditionCheck: {
    TableName,
    Key: rowKey(key),
    ConditionExpression: '#version = :version',
    ...using(['version'], { version }),
  },
})

/** In order, each as large as a transaction with so much room for them may be. */
export function inTransactions(
  all: readonly { readonly bytes: number; readonly action: TransactWriteItem }[],
  room: number,
): readonly (readonly TransactWriteItem[])[] {
  const transactions: TransactWriteItem[][] = []
  let left = 0
  for (const { bytes, action } of all) {
    const last = transactions.at(-1)
    left -= bytes
    if (last && last.length < room && left >= 0) last.push(action)
    else {
      transactions.push([action])
      left = MAX_TRANSACTION_BYTES - bytes
    }
  }
  return transactions
}
