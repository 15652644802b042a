/** A comparison is fair only while both handlers write the same. */
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { LEDGER_TABLE } from '../../../infra/local/engines/tables.ts'
import { type Item, requestPk } from '../../../shared/ledger/row-dynamodb.ts'
import { type ConfirmationCode, requestKeyOf } from '../../../shared/requests/code.ts'

const SIZE_TOLERANCE = 0.05

/**
 * Compares the attributes and the size of what was written under two codes.
 *
 * @throws Error when bare-handler.ts has to follow a change of the ledger.
 */
export async function assertSameItem(client: DynamoDBClient, whole: string, bare: string): Promise<void> {
  const [ours, theirs] = await Promise.all([whole, bare].map((code) => itemOf(client, code)))
  const names = (item: Item): string => Object.keys(item).toSorted().join(' ')
  const size = (item: Item): number => JSON.stringify(item).length
  if (!ours || !theirs) throw new Error('a handler answered with a code that is not in the ledger')
  if (names(ours) === names(theirs) && Math.abs(size(ours) / size(theirs) - 1) < SIZE_TOLERANCE) return
  throw new Error(
    `bare-handler.ts must write what the callback writes:\n  ${names(ours)} (${size(ours)} bytes)\n  ${names(theirs)} (${size(theirs)} bytes)`,
  )
}

async function itemOf(client: DynamoDBClient, code: string): Promise<Item | undefined> {
  const pk = requestPk(requestKeyOf(code as ConfirmationCode))
  const { Item } = await client.send(
    new GetItemCommand({ TableName: LEDGER_TABLE, Key: { pk: { S: pk }, sk: { S: 'META' } } }),
  )
  return Item
}
