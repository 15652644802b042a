/** Finds rows whose keys are not known: those that are due, open ones by when they came, keys by their beginning, and all. */
import { type DynamoDBClient, paginateScan, QueryCommand } from '@aws-sdk/client-dynamodb'
import { defined } from '../platform/defined.ts'
import type { RequestKey } from '../requests/code.ts'
import { isFinal, STATES } from '../requests/lifecycle.ts'
import { CHANNELS } from '../requests/request.ts'
import { dueIn, queryItems, scanPage } from './calls-dynamodb.ts'
import type { Listings, ListPosition, OpenRow } from './ledger.ts'
import {
  date,
  fromItem,
  type Item,
  keyOf,
  OPEN_SHARDS,
  oneOf,
  RECEIVED_INDEX,
  using,
} from './row-dynamodb.ts'

const SCAN_SEGMENTS = 8

export const listingsIn = (client: DynamoDBClient, table: string): Listings => ({
  async due(at, limit) {
    const shards = await Promise.all(
      OPEN_SHARDS.map((shard) => queryItems(client, dueIn(table, shard, at), limit)),
    )
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
    const from = after?.receivedAt ?? new Date(0)
    for (let perShard = Math.ceil(limit / OPEN_SHARDS.length); ; perShard *= 2) {
      const shards = await Promise.all(
        OPEN_SHARDS.map((shard) => readShard(client, table, { shard, limit: perShard, from })),
      )
      // Beyond the last row read of a shard that has more, rows are missing.
      const ends = shards.map(({ rows, isAll }) =>
        isAll ? Number.POSITIVE_INFINITY : Number(rows.at(-1)?.receivedAt ?? 0),
      )
      const bound = Math.min(...ends)
      const rows = shards
        .flatMap((shard) => shard.rows)
        .filter((row) => Number(row.receivedAt) < bound && (!after || compare(row, after) > 0))
        .toSorted(compare)
      const last = rows.at(-1)
      const isAll = bound === Number.POSITIVE_INFINITY
      // So many came at one moment that no shard got beyond it.
      if (!last && !isAll) continue
      const next = last && !isAll ? { receivedAt: last.receivedAt, key: last.key } : undefined
      return defined({ rows: rows.filter(({ state }) => !isFinal(state)), next })
    }
  },

  async everyRequest(limit, after) {
    const { items, next } = await scanPage(client, { ...requestScan(table, ''), Limit: limit }, after)
    return defined({ rows: items.map(fromItem), next })
  },
})

/** Every row of a request whose key begins so. */
const requestScan = (TableName: string, prefix: string) => ({
  TableName,
  FilterExpression: '#sk = :meta AND begins_with(#pk, :prefix)',
  ...using(['pk', 'sk'], { meta: 'META', prefix: `REQ#${prefix}` }),
})

/** From the moment of the last row on: another row of the same moment may not have been read yet. */
async function readShard(
  client: DynamoDBClient,
  table: string,
  { shard, limit, from }: { readonly shard: string; readonly limit: number; readonly from: Date },
): Promise<{ readonly rows: readonly OpenRow[]; readonly isAll: boolean }> {
  const items: Item[] = []
  let next: Item | undefined
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: RECEIVED_INDEX,
        KeyConditionExpression: '#openShard = :shard AND #receivedAt >= :from',
        ...using(['openShard', 'receivedAt'], { shard, from }),
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

/** In the order in which they came. */
const compare = (a: ListPosition, b: ListPosition): number =>
  Number(a.receivedAt) - Number(b.receivedAt) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
