/** What an engineer would write against the SDK: keys queried ahead while batches of them are deleted. */
import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb'
import pMap, { pMapSkip } from 'p-map'
import { EVENTS_TABLE, partitionOf } from './one-person-company.ts'

const BATCH = 25
/** Without a limit the embedded engine reads the rest of the partition for every page, however little fits into it. */
const PAGE = 1000

export interface RawLoopOptions {
  /** Batches in flight. */
  readonly concurrency: number
  readonly consistent?: boolean
}

/** @returns How many keys it has read and deleted. */
export async function rawLoop(
  client: DynamoDBClient,
  userId: string,
  { concurrency, consistent = false }: RawLoopOptions,
): Promise<number> {
  let items = 0
  await pMap(
    batchesAhead(client, userId, consistent),
    async (batch) => {
      items += batch.length
      await deleteAll(client, batch)
      return pMapSkip
    },
    { concurrency },
  )
  return items
}

/** The same loop with what makes it honest: it counts before, and looks again until nothing is found. */
export async function checkedRawLoop(
  client: DynamoDBClient,
  userId: string,
  { concurrency }: RawLoopOptions,
): Promise<number> {
  let planned = 0
  for (let page = await count(client, userId); page; page = await count(client, userId, page)) {
    planned += page.Count ?? 0
    if (!page.LastEvaluatedKey) break
  }
  while ((await rawLoop(client, userId, { concurrency, consistent: true })) > 0);
  return planned
}

const count = (
  client: DynamoDBClient,
  userId: string,
  before?: QueryCommandOutput,
): Promise<QueryCommandOutput> =>
  client.send(
    new QueryCommand({
      ...partition(userId, before),
      Select: 'COUNT',
      ConsistentRead: true,
    }),
  )

/** The next page is asked for before the keys of this one are handed out. */
async function* batchesAhead(
  client: DynamoDBClient,
  userId: string,
  consistent: boolean,
): AsyncGenerator<readonly WriteRequest[]> {
  const keys = async (before?: QueryCommandOutput): Promise<QueryCommandOutput> =>
    client.send(
      new QueryCommand({
        ...partition(userId, before),
        ProjectionExpression: 'pk, sk',
        ConsistentRead: consistent,
      }),
    )
  let ahead: Promise<QueryCommandOutput> | undefined = keys()
  while (ahead) {
    const page: QueryCommandOutput = await ahead
    ahead = page.LastEvaluatedKey ? keys(page) : undefined
    const { Items: items = [] } = page
    for (let first = 0; first < items.length; first += BATCH) {
      yield items.slice(first, first + BATCH).map((Key) => ({ DeleteRequest: { Key } }))
    }
  }
}

const partition = (userId: string, before?: QueryCommandOutput): QueryCommandInput => ({
  TableName: EVENTS_TABLE,
  Limit: PAGE,
  KeyConditionExpression: 'pk = :pk',
  ExpressionAttributeValues: { ':pk': { S: partitionOf(userId) } },
  ...(before && { ExclusiveStartKey: before.LastEvaluatedKey }),
})

async function deleteAll(client: DynamoDBClient, batch: readonly WriteRequest[]): Promise<void> {
  let pending = [...batch]
  while (pending.length > 0) {
    const { UnprocessedItems: left } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [EVENTS_TABLE]: pending } }),
    )
    pending = left?.[EVENTS_TABLE] ?? []
  }
}
