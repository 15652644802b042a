/** Which keys the ledger still needs: the whole table is read, page by page, and no seal is opened. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { KeyUses } from '../keys/key-needs.ts'
import { defined } from '../platform/defined.ts'
import { receiptOf } from '../requests/receipt.ts'
import { scanPage } from './calls-dynamodb.ts'
import type { TablePosition } from './ledger.ts'
import { fromItem, type Item } from './row-dynamodb.ts'

/** A seal's protected header, before an empty encrypted key and an initial vector: in an attribute or inside a structure. */
const SEAL = /eyJ[\w-]+(?=\.\.[\w-]+\.)/g

const PAGE = 1000

export async function keyUsesPage(
  client: DynamoDBClient,
  table: string,
  after?: TablePosition,
): Promise<KeyUses & { readonly next?: TablePosition }> {
  const scan = { TableName: table, Limit: PAGE, ConsistentRead: true }
  const { items, next } = await scanPage(client, scan, after)
  const seals: Record<string, number> = {}
  let receiptsSince: string | undefined
  for (const item of items) {
    for (const id of sealedWith(item)) seals[id] = (seals[id] ?? 0) + 1
    const endedAt = receiptEnd(item)
    if (endedAt !== undefined && (receiptsSince === undefined || endedAt < receiptsSince))
      receiptsSince = endedAt
  }
  return defined({ seals, receiptsSince, next })
}

const sealedWith = (item: Item): readonly string[] =>
  (JSON.stringify(item).match(SEAL) ?? []).flatMap((header) => keyIn(header) ?? [])

/** A text that only looks like a seal, such as a complaint's answer, may be anything. */
function keyIn(header: string): string | undefined {
  try {
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { readonly kid?: unknown }
    return typeof kid === 'string' ? kid : undefined
  } catch {
    return undefined
  }
}

/** When the request of this row ended, if there is a receipt of it. */
const receiptEnd = (item: Item): string | undefined =>
  item['sk']?.S === 'META' && item['pk']?.S?.startsWith('REQ#')
    ? receiptOf(fromItem(item))?.completedAt
    : undefined
