/** Finds rows of which the key is not known: those that are due, and those that begin so. */
import { type DynamoDBClient, paginateQuery, paginateScan } from '@aws-sdk/client-dynamodb'
import type { RequestKey } from '../requests/code.ts'
import type { Ledger } from './ledger.ts'
import { type Item, keyOf, OPEN_SHARDS } from './row-dynamodb.ts'

const OPEN_INDEX = 'open'
const SCAN_SEGMENTS = 8

export const rowsIn = (client: DynamoDBClient, table: string): Pick<Ledger, 'due' | 'beginningWith'> => ({
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
})
