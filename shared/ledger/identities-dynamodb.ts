/** The sealed identities of a request, `REQ#<key>` / `IDS#n`: several items, since a person may have many values. */
import type { DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { RequestKey } from '../requests/code.ts'
import { inTransactions, MAX_TRANSACTION, partOf, stillAt, transact } from './calls-dynamodb.ts'
import type { Ledger } from './ledger.ts'
import { type Item, itemKey, primaryKey, requestPk } from './row-dynamodb.ts'

export const identitiesIn = (
  client: DynamoDBClient,
  table: string,
): Pick<Ledger, 'identities' | 'saveIdentities'> => ({
  async identities(key) {
    return (await partOf(client, table, { key, prefix: 'IDS#' })).flatMap((item) => item['sealed']?.S ?? [])
  },

  async saveIdentities(request, chunks) {
    const before = await partOf(client, table, { key: request.key, prefix: 'IDS#' })
    const replacedFrom = (start: number): readonly (readonly TransactWriteItem[])[] => {
      const items = chunks.map((sealed, n) => chunkItem(request.key, start + n, sealed))
      const names = new Set(items.map(({ sk }) => sk.S))
      const surplus = before.filter(({ sk }) => !names.has(sk?.S ?? ''))
      return inTransactions(
        [
          ...items.map((Item) => ({ bytes: bytesOf(Item), action: { Put: { TableName: table, Item } } })),
          ...surplus.map((chunk) => ({
            bytes: bytesOf(chunk),
            action: { Delete: { TableName: table, Key: primaryKey(chunk) } },
          })),
        ],
        MAX_TRANSACTION - 1,
      )
    }
    const inPlace = replacedFrom(0)
    // If it takes several transactions, the new chunks stand beside the old ones until they are complete: no crash loses a value.
    for (const some of inPlace.length > 1 ? replacedFrom(freeStart(before, chunks.length)) : inPlace) {
      await transact(client, request, [stillAt(table, request), ...some])
    }
  },
})

const chunkItem = (key: RequestKey, n: number, sealed: string) => ({
  ...itemKey(requestPk(key), `IDS#${String(n).padStart(4, '0')}`),
  sealed: { S: sealed },
})

/** A seal is plain ASCII. */
export const bytesOf = ({ sealed }: Item): number => sealed?.S?.length ?? 0

/** The first number from which so many chunks stand beside those that are there. */
function freeStart(there: readonly Item[], length: number): number {
  const numbers = there.map(({ sk }) => Number(sk?.S?.slice('IDS#'.length)))
  return Math.min(...numbers) < length ? Math.max(...numbers) + 1 : 0
}
