/** Transactions on a request's items: what they hold at most, and that the request is still as it was read. */
import {
  type DynamoDBClient,
  paginateQuery,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import type { RequestKey } from '../requests/code.ts'
import type { DeletionRequest } from '../requests/request.ts'
import { isLostRace, lostRace } from './lost-race-dynamodb.ts'
import { type Item, requestPk } from './row-dynamodb.ts'

export const MAX_TRANSACTION = 100
/** DynamoDB takes 4 MB; a row and its lines need some of it. */
const MAX_TRANSACTION_BYTES = 3_000_000

/** @throws {@link ServiceError} `LEDGER_CONFLICT` when somebody else's write came first. */
export async function transact(
  client: DynamoDBClient,
  request: DeletionRequest,
  TransactItems: TransactWriteItem[],
): Promise<void> {
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems }))
  } catch (error) {
    throw translated(error, request)
  }
}

/** A lost race as such, any other error as it is. */
export const translated = (error: unknown, request: DeletionRequest): unknown =>
  isLostRace(error) ? lostRace(`version ${request.version} was already taken`, error) : error

/** The items of a request whose sort key begins so. */
export async function partOf(
  client: DynamoDBClient,
  table: string,
  { key, prefix }: { readonly key: RequestKey; readonly prefix: string },
): Promise<Item[]> {
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

export const isStillAt = ({ key, version }: Pick<DeletionRequest, 'key' | 'version'>) => ({
  Key: { pk: { S: requestPk(key) }, sk: { S: 'META' } },
  ConditionExpression: '#version = :version',
  ExpressionAttributeNames: { '#version': 'version' },
  ExpressionAttributeValues: { ':version': { N: String(version) } },
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
