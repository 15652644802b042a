/** The port to the company's tables, in DynamoDB. */
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DeleteItemCommandOutput,
  DescribeTableCommand,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandOutput,
  ScanCommand,
  UpdateItemCommand,
  type UpdateItemCommandOutput,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb'
import { inBatches } from './batches.ts'
import { inFlight } from './in-flight.ts'
import { type MeteringOptions, metering } from './metered-calls.ts'
import { CONSUMED, queryParams, scanParams } from './queries-dynamodb.ts'
import { reading } from './reading-dynamodb.ts'
import type { Key, RecordQuery, Records } from './records.ts'
import { untilOneFails } from './until-one-fails.ts'
import { deleteParams, unlessRefused, updatesOf, weightOfChange } from './writes-dynamodb.ts'

const WRITE_BATCH = 25
const CONCURRENCY = 32
/** At a slow pace, a page or batch is smaller, so that the worker's turn ends in time. */
const SECONDS_A_PAGE = 10
const SECONDS_A_BATCH = 1
/** What the writes on conditions carry that go on at once: values of 400 KB, before the change and after it. */
const WRITTEN_AT_ONCE = 4_000_000

export function dynamoRecords({ client, ...options }: MeteringOptions & { client: DynamoDBClient }): Records {
  const metersOf = metering(options)
  const inTurn = inFlight(WRITTEN_AT_ONCE)

  async function eraseBatch(table: string, batch: readonly Key[]): Promise<void> {
    const { write } = metersOf(table)
    let pending: WriteRequest[] = batch.map((Key) => ({ DeleteRequest: { Key } }))
    for (let times = 0; pending.length > 0; times += 1) {
      const RequestItems = { [table]: pending }
      const { UnprocessedItems } = await write.call(
        pending.length,
        () => client.send(new BatchWriteItemCommand({ RequestItems, ...CONSUMED })),
        { times },
      )
      pending = UnprocessedItems?.[table] ?? []
    }
  }

  const writeOne = (table: string, send: () => Promise<DeleteItemCommandOutput | UpdateItemCommandOutput>) =>
    unlessRefused(() => metersOf(table).write.call(1, send))

  /** A page of a query, as large as the table's pace allows. */
  async function readPage(
    query: RecordQuery,
    after: Key | undefined,
    send: (page: { Limit: number; ExclusiveStartKey?: Key }) => Promise<QueryCommandOutput>,
  ) {
    const { page, read } = metersOf(query.table)
    // The items that an index leads to are then read by key: that has to be affordable, too.
    const affordable = query.index === undefined ? query.limit : read.most(query.limit, SECONDS_A_PAGE)
    const wanted = {
      Limit: page.most(affordable, SECONDS_A_PAGE),
      ...(after && { ExclusiveStartKey: after }),
    }
    const answer = await page.call(1, () => send(wanted), { countIn: ({ ScannedCount = 0 }) => ScannedCount })
    const { Items = [], Count = 0, LastEvaluatedKey: next } = answer
    return { found: Items, count: Count, ...(next && { next }) }
  }

  return {
    async page(query, after) {
      const { found, next } = await readPage(query, after, (page) =>
        query.partition
          ? client.send(new QueryCommand({ ...queryParams(query), ...page }))
          : client.send(new ScanCommand({ ...scanParams(query), ...page })),
      )
      return { items: found, ...(next && { next }) }
    },

    async count({ attributes: _attributes, ...query }, after) {
      const { count, next } = await readPage(query, after, (page) =>
        client.send(new QueryCommand({ ...queryParams(query), Select: 'COUNT', ...page })),
      )
      return { items: count, ...(next && { next }) }
    },

    read: reading(client, metersOf),

    async erase(table, keys, deadline) {
      const left: Key[] = []
      const { write } = metersOf(table)
      const batches = inBatches(keys, () => write.most(WRITE_BATCH, SECONDS_A_BATCH))
      await untilOneFails(batches, CONCURRENCY, async (batch) => {
        if (deadline.passed()) left.push(...batch)
        else await eraseBatch(table, batch)
      })
      return left
    },

    eraseIf: (table, key, conditions) =>
      inTurn(weightOfChange({ conditions }), () =>
        writeOne(table, () => client.send(new DeleteItemCommand(deleteParams(table, key, conditions)))),
      ),

    changeIf: (table, key, change) =>
      inTurn(weightOfChange(change), async () => {
        for (const update of updatesOf(table, key, change)) {
          const written = await writeOne(table, () => client.send(new UpdateItemCommand(update)))
          if (written !== 'done') return written
        }
        return 'done'
      }),

    pauseMs: (table) => metersOf(table).write.pauseMs(),
  }
}

/** About how many items a table has: DynamoDB counts them every six hours or so. */
export const itemsIn =
  (client: DynamoDBClient) =>
  async (table: string): Promise<number> => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }))
    return Table?.ItemCount ?? 0
  }
