/** Many requests at a time: the open ones by the index of when they came, and every one there is. */
import { type DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { isFinal, STATES } from '../requests/lifecycle.ts'
import { CHANNELS } from '../requests/request.ts'
import type { Listings, ListPosition, OpenRow } from './ledger.ts'
import { date, fromItem, type Item, keyOf, OPEN_SHARDS, oneOf, primaryKey } from './row-dynamodb.ts'

const RECEIVED_INDEX = 'received'

export const listingsIn = (client: DynamoDBClient, table: string): Listings => ({
  async openRows(limit, after) {
    for (let perShard = Math.ceil(limit / OPEN_SHARDS.length); ; perShard *= 2) {
      const shards = await Promise.all(
        OPEN_SHARDS.map((shard) => readShard(client, table, { shard, limit: perShard, after })),
      )
      // Beyond the last row of a shard that has more there may be rows that nobody has read.
      const known = shards.flatMap(({ rows, isAll }) =>
        isAll ? [] : [rows.at(-1)?.receivedAt ?? new Date(0)],
      )
      const bound = known.length > 0 ? Math.min(...known.map(Number)) : Number.POSITIVE_INFINITY
      const read = shards.flatMap(({ rows }) => rows).filter(({ receivedAt }) => Number(receivedAt) < bound)
      const rows = read.filter((row) => after === undefined || compare(row, after) > 0).toSorted(compare)
      const last = rows.at(-1)
      // So many came at one moment that no shard got beyond it.
      if (!last && known.length > 0) continue
      const isAll = known.length === 0
      return {
        rows: rows.filter(({ state }) => !isFinal(state)),
        ...(!isAll && last && { next: placeOf(last) }),
      }
    }
  },

  async everyRequest(limit, after) {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new ScanCommand({
        TableName: table,
        Limit: limit,
        ExclusiveStartKey: after && { pk: { S: after.pk }, sk: { S: after.sk } },
        FilterExpression: '#sk = :meta AND begins_with(#pk, :prefix)',
        ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
        ExpressionAttributeValues: { ':meta': { S: 'META' }, ':prefix': { S: 'REQ#' } },
      }),
    )
    const { pk, sk } = primaryKey(LastEvaluatedKey ?? {})
    return {
      rows: Items.map(fromItem),
      ...(pk?.S !== undefined && sk?.S !== undefined && { next: { pk: pk.S, sk: sk.S } }),
    }
  },
})

interface ShardQuery {
  readonly shard: string
  readonly limit: number
  readonly after: ListPosition | undefined
}

/** From the moment of the last row on: what came at the same moment may not have been read yet. */
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

const fromIndex = (item: Item): OpenRow => ({
  key: keyOf(item),
  state: oneOf(item, 'state', STATES),
  channel: oneOf(item, 'channel', CHANNELS),
  ...(item['app']?.S !== undefined && { app: item['app'].S }),
  receivedAt: date(item, 'receivedAt'),
  dueAt: date(item, 'dueAt'),
})

const placeOf = ({ receivedAt, key }: OpenRow): ListPosition => ({ receivedAt, key })

/** In the order in which they came. */
const compare = (a: ListPosition, b: ListPosition): number =>
  Number(a.receivedAt) - Number(b.receivedAt) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
