/** Finds rows whose keys are not known: those that are due, open ones by when they came, keys by their beginning, and all. */
import { type DynamoDBClient, paginateScan, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { defined } from '../platform/defined.ts'
import type { RequestKey } from '../requests/code.ts'
import { isFinal, STATES } from '../requests/lifecycle.ts'
import { CHANNELS } from '../requests/request.ts'
import { queryItems, startAfter, stoppedAt } from './calls-dynamodb.ts'
import type { Ledger, ListPosition, OpenRow } from './ledger.ts'
import {
  date,
  fromItem,
  type Item,
  keyOf,
  OPEN_INDEX,
  OPEN_SHARDS,
  oneOf,
  RECEIVED_INDEX,
} from './row-dynamodb.ts'

type Listings = Pick<Ledger, 'due' | 'beginningWith' | 'openRows' | 'everyRequest'>

const SCAN_SEGMENTS = 8

export const listingsIn = (client: DynamoDBClient, table: string): Listings => ({
  async due(at, limit) {
    const queries = OPEN_SHARDS.map((shard) => ({
      TableName: table,
      IndexName: OPEN_INDEX,
      KeyConditionExpression: '#shard = :shard AND #at <= :at',
      ExpressionAttributeNames: { '#shard': 'openShard', '#at': 'nextCheckAt' },
      ExpressionAttributeValues: { ':shard': { S: shard }, ':at': { S: at.toISOString() } },
    }))
    const shards = await Promise.all(queries.map((query) => queryItems(client, query, limit)))
    return shards
      .flat()
      .sort((a, b) => (a['nextCheckAt']?.S ?? '').localeCompare(b['nextCheckAt']?.S ?? ''))
      .slice(0, limit)
      .map(keyOf)
  },

  async beginningWith(prefix) {
    const segments = Array.from({ length: SCAN_SEGMENTS }, async (_, Segment) => {
      const keys: RequestKey[] = []
      const scan = {
        ...requestScan(table, prefix),
        Segment,
        TotalSegments: SCAN_SEGMENTS,
        ProjectionExpression: '#pk',
      }
      for await (const page of paginateScan({ client }, scan)) keys.push(...(page.Items ?? []).map(keyOf))
      return keys
    })
    return (await Promise.all(segments)).flat()
  },

  async openRows(limit, after) {
    for (let perShard = Math.ceil(limit / OPEN_SHARDS.length); ; perShard *= 2) {
      const shards = await Promise.all(
        OPEN_SHARDS.map((shard) => readShard(client, table, { shard, limit: perShard, after })),
      )
      // Beyond the last row read of a shard that has more, rows are missing.
      const known = shards.flatMap(({ rows, isAll }) =>
        isAll ? [] : [rows.at(-1)?.receivedAt ?? new Date(0)],
      )
      const bound = known.length > 0 ? Math.min(...known.map(Number)) : Number.POSITIVE_INFINITY
      const read = shards.flatMap(({ rows }) => rows).filter(({ receivedAt }) => Number(receivedAt) < bound)
      const rows = read.filter((row) => after === undefined || compare(row, after) > 0).toSorted(compare)
      const last = rows.at(-1)
      // So many came at one moment that no shard got beyond it.
      if (!last && known.length > 0) continue
      const next = known.length > 0 && last ? positionOf(last) : undefined
      return defined({ rows: rows.filter(({ state }) => !isFinal(state)), next })
    }
  },

  async everyRequest(limit, after) {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new ScanCommand({
        ...requestScan(table, ''),
        Limit: limit,
        ExclusiveStartKey: startAfter(after),
      }),
    )
    return defined({ rows: Items.map(fromItem), next: stoppedAt(LastEvaluatedKey) })
  },
})

/** Every row of a request whose key begins so. */
const requestScan = (TableName: string, prefix: string) => ({
  TableName,
  FilterExpression: '#sk = :meta AND begins_with(#pk, :prefix)',
  ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
  ExpressionAttributeValues: { ':meta': { S: 'META' }, ':prefix': { S: `REQ#${prefix}` } },
})

interface ShardQuery {
  readonly shard: string
  readonly limit: number
  readonly after: ListPosition | undefined
}

/** From the moment of the last row on: another row of the same moment may not have been read yet. */
async function readShard(
  client: DynamoDBClient,
  table: string,
  { shard, limit, after }: ShardQuery,
): Promise<{ readonly rows: readonly OpenRow[]; readonly isAll: boolean }> {
  const from = after?.receivedAt ?? new Date(0)
  const items: Item[] = []
  let next: Item | undefined
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: RECEIVED_INDEX,
        KeyConditionExpression: '#shard = :shard AND #at >= :from',
        ExpressionAttributeNames: { '#shard': 'openShard', '#at': 'receivedAt' },
        ExpressionAttributeValues: { ':shard': { S: shard }, ':from': { S: from.toISOString() } },
        Limit: limit - items.length,
        ExclusiveStartKey: next,
      }),
    )
    items.push(...(page.Items ?? []))
    next = page.LastEvaluatedKey
  } while (next && items.length < limit)
  return { rows: items.map(fromIndex), isAll: next === undefined }
}

const fromIndex = (item: Item): OpenRow =>
  defined({
    key: keyOf(item),
    state: oneOf(item, 'state', STATES),
    channel: oneOf(item, 'channel', CHANNELS),
    app: item['app']?.S,
    receivedAt: date(item, 'receivedAt'),
    dueAt: date(item, 'dueAt'),
  })

const positionOf = ({ receivedAt, key }: OpenRow): ListPosition => ({ receivedAt, key })

/** In the order in which they came. */
const compare = (a: ListPosition, b: ListPosition): number =>
  Number(a.receivedAt) - Number(b.receivedAt) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
