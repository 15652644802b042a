/**
 * The sealed identities of a request, `REQ#<key>` / `IDS#n`: several items, since a person may have many values. At its end
 * they go, and the hashes of its subjects stay, `SUBJECTS#n`, as long as backups.
 */
import {
  type DynamoDBClient,
  type TransactWriteItem,
  type Update,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { epochSeconds } from '../platform/time.ts'
import type { RequestKey } from '../requests/code.ts'
import type { DeletionRequest } from '../requests/request.ts'
import { inTransactions, MAX_TRANSACTION, partOf, stillAt, transact } from './calls-dynamodb.ts'
import type { Identities, Subjects } from './ledger.ts'
import { MAIL } from './mails-dynamodb.ts'
import { COMPLAINT, lineItem, mailPut, rowParams } from './requests-dynamodb.ts'
import { type Item, itemKey, itemOf, primaryKey, requestPk, using } from './row-dynamodb.ts'

export function identitiesIn(client: DynamoDBClient, table: string): Identities {
  const subjects: Identities['subjects'] = async (key) => {
    const items = await partOf(client, table, { key, prefix: 'SUBJECTS#' })
    return items.flatMap(({ hashes }) => hashes?.SS ?? [])
  }
  const chunksOf = (key: RequestKey) => partOf(client, table, { key, prefix: 'IDS#' })
  const remove = (chunk: Item) => ({
    bytes: bytesOf(chunk),
    action: { Delete: { TableName: table, Key: primaryKey(chunk) } },
  })
  return {
    subjects,

    async identities(key) {
      return (await chunksOf(key)).flatMap((item) => item['sealed']?.S ?? [])
    },

    async saveIdentities(request, chunks) {
      const before = await chunksOf(request.key)
      const replacedFrom = (start: number): readonly (readonly TransactWriteItem[])[] => {
        const items = chunks.map((sealed, n) => chunkItem(request.key, start + n, sealed))
        const names = new Set(items.map(({ sk }) => sk.S))
        const surplus = before.filter(({ sk }) => !names.has(sk?.S ?? ''))
        return inTransactions(
          [
            ...items.map((Item) => ({ bytes: bytesOf(Item), action: { Put: { TableName: table, Item } } })),
            ...surplus.map(remove),
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

    async finish(request, entry, { hashes, until } = { hashes: [], until: request.updatedAt }) {
      const { key, version } = request
      const [chunks, expiring, before] = await Promise.all([
        chunksOf(key),
        expiries(client, table, request),
        subjects(key),
      ])
      // After a crash fewer values may be known: their hashes were kept before the first of them went.
      const kept = subjectPuts(table, key, { hashes: [...new Set([...before, ...hashes])], until })
      const mail = mailPut(table, request, entry)
      const row = [
        { Put: rowParams(table, request) },
        { Put: { TableName: table, Item: lineItem(request, entry) } },
      ]
      const room = MAX_TRANSACTION - row.length - mail.length - kept.length
      const [last = [], ...ahead] = inTransactions(chunks.map(remove), room)
      const isStillBefore = stillAt(table, { key, version: version - 1 })
      for (const [n, some] of ahead.entries()) {
        await transact(client, request, [isStillBefore, ...(n === 0 ? kept : []), ...some])
      }
      // Older items get their expiry ahead as well: written twice, it is the same.
      const left = room - last.length
      for (const update of expiring.slice(left)) await client.send(new UpdateItemCommand(update))
      const withRow = expiring.slice(0, left).map((Update) => ({ Update }))
      await transact(client, request, [...row, ...mail, ...last, ...kept, ...withRow])
    },
  }
}

const chunkItem = (key: RequestKey, n: number, sealed: string) => ({
  ...itemKey(requestPk(key), `IDS#${numbered(n)}`),
  sealed: { S: sealed },
})

const numbered = (n: number): string => String(n).padStart(4, '0')

/** A seal is plain ASCII. */
const bytesOf = ({ sealed }: Item): number => sealed?.S?.length ?? 0

/** The first number from which so many chunks stand beside those that are there. */
function freeStart(there: readonly Item[], length: number): number {
  const numbers = there.map(({ sk }) => Number(sk?.S?.slice('IDS#'.length)))
  return Math.min(...numbers) < length ? Math.max(...numbers) + 1 : 0
}

/** What gives an expiry to all that stands beside the row. An answered complaint has its own. */
async function expiries(
  client: DynamoDBClient,
  table: string,
  { key, expiresAt }: DeletionRequest,
): Promise<readonly Update[]> {
  if (!expiresAt) return []
  const [lines = [], mails = [], complaints = []] = await Promise.all(
    ['LOG#', MAIL, COMPLAINT].map((prefix) => partOf(client, table, { key, prefix })),
  )
  const open = complaints.filter((complaint) => !complaint['expiresAt'])
  return [...lines, ...mails, ...open].map((item) => ({
    TableName: table,
    Key: primaryKey(item),
    UpdateExpression: 'SET #expiresAt = :at',
    ConditionExpression: 'attribute_exists(#pk)',
    ...using(['expiresAt', 'pk'], { at: epochSeconds(expiresAt) }),
  }))
}

/** 64 characters a hash, 400 KB an item. */
const HASHES_PER_ITEM = 2000

const subjectPuts = (
  TableName: string,
  key: RequestKey,
  { hashes, until }: Subjects,
): readonly TransactWriteItem[] =>
  Array.from({ length: Math.ceil(hashes.length / HASHES_PER_ITEM) }, (_, n) => ({
    Put: {
      TableName,
      Item: itemOf(
        itemKey(requestPk(key), `SUBJECTS#${numbered(n)}`),
        { hashes: hashes.slice(n * HASHES_PER_ITEM, (n + 1) * HASHES_PER_ITEM) },
        until,
      ),
    },
  }))
