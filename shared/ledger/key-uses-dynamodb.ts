/** Which keys the ledger still needs: it is read whole, page by page, and nothing is opened. */
import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import type { KeyUses } from '../keys/key-needs.ts'
import { receiptOf } from '../requests/receipt.ts'
import type { TablePosition } from './ledger.ts'
import { fromItem, type Item, primaryKey } from './row-dynamodb.ts'

/** Wherever a seal stands, by itself or inside a structure: a protected header, no encrypted key, an initial vector. */
const SEAL = /eyJ[\w-]+(?=\.\.[\w-]+\.)/g

const PAGE = 1000

export async function keyUsesPage(
  client: DynamoDBClient,
  table: string,
  after?: TablePosition,
): Promise<KeyUses & { readonly next?: TablePosition }> {
  const { Items = [], LastEvaluatedKey } = await client.send(
    new ScanCommand({
      TableName: table,
      Limit: PAGE,
      ConsistentRead: true,
      ExclusiveStartKey: after && { pk: { S: after.pk }, sk: { S: after.sk } },
    }),
  )
  const seals: Record<string, number> = {}
  let receiptsSince: string | undefined
  for (const item of Items) {
    for (const id of sealedWith(item)) seals[id] = (seals[id] ?? 0) + 1
    const endedAt = receiptEnd(item)
    if (endedAt !== undefined && (receiptsSince === undefined || endedAt < receiptsSince))
      receiptsSince = endedAt
  }
  const { pk, sk } = primaryKey(LastEvaluatedKey ?? {})
  return {
    seals,
    ...(receiptsSince !== undefined && { receiptsSince }),
    ...(pk?.S !== undefined && sk?.S !== undefined && { next: { pk: pk.S, sk: sk.S } }),
  }
}

const sealedWith = (item: Item): readonly string[] =>
  (JSON.stringify(item).match(SEAL) ?? []).flatMap((header) => keyIn(header) ?? [])

/** Anybody may have written what only looks like a seal: a complaint's answer, for one. */
function keyIn(header: string): string | undefined {
  try {
    // Looked at below, whatever it is.
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { readonly kid?: unknown }
    return typeof kid === 'string' ? kid : undefined
  } catch {
    return undefined
  }
}

/** When a request ended of which there is a receipt. */
const receiptEnd = (item: Item): string | undefined =>
  item['sk']?.S === 'META' && item['pk']?.S?.startsWith('REQ#')
    ? receiptOf(fromItem(item))?.completedAt
    : undefined
