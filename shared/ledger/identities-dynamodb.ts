/** The sealed identities of a request, `REQ#<key>` / `IDS#n`: several items, since a person may have many values. */
import type { DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { RequestKey } from '../requests/code.ts'
import type { Ledger } from './ledger.ts'
import { type Item, primaryKey, requestPk } from './row-dynamodb.ts'
import { inTransactions, isStillAt, MAX_TRANSACTION, partOf, transact } from './transactions-dynamodb.ts'

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
    // In several, the new chunks stand beside the old ones until they are complete: a crash between loses no value.
    for (const some of inPlace.length > 1 ? replacedFrom(freeStart(before, chunks.length)) : inPlace) {
      await transact(client, request, [
        { ConditionCheck: { TableName: table, ...isStillAt(request) } },
        ...some,
      ])
    }
  },
})

const chunkItem = (key: RequestKey, n: number, sealed: string) =>
  ({
    pk: { S: requestPk(key) },
    sk: { S: `IDS#${String(n).padStart(4, '0')}` },
    sealed: { S: sealed },
  }) satisfies Item

/** A seal is plain ASCII. */
export const bytesOf = ({ sealed }: Item): number => sealed?.S?.length ?? 0

/** Where that many chunks stand beside those that are there. */
function freeStart(there: readonly Item[], length: number): number {
  const numbers = there.map(({ sk }) => Number(sk?.S?.slice('IDS#'.length)))
  return Math.min(...numbers) < length ? Math.max(...numbers) + 1 : 0
}
