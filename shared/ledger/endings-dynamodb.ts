/** The end of a request: its identities go, and the hashes of its subjects stay, `REQ#<key>` / `SUBJECTS#n`, as long as backups. */
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
import { COMPLAINT } from './complaints-dynamodb.ts'
import { bytesOf } from './identities-dynamodb.ts'
import type { Requests, Subjects } from './ledger.ts'
import { MAIL } from './mails-dynamodb.ts'
import { lineParams, mailPut, rowParams } from './requests-dynamodb.ts'
import { expiring, itemKey, primaryKey, requestPk } from './row-dynamodb.ts'

export function endingsIn(client: DynamoDBClient, table: string): Pick<Requests, 'finish' | 'subjects'> {
  const subjects: Requests['subjects'] = async (key) => {
    const items = await partOf(client, table, { key, prefix: 'SUBJECTS#' })
    return items.flatMap(({ hashes }) => hashes?.SS ?? [])
  }
  return {
    subjects,

    async finish(request, entry, { hashes, until } = { hashes: [], until: request.updatedAt }) {
      const { key, version } = request
      const [chunks, expiring, before] = await Promise.all([
        partOf(client, table, { key, prefix: 'IDS#' }),
        expiries(client, table, request),
        subjects(key),
      ])
      // After a crash fewer values may be known: their hashes were kept before the first of them went.
      const kept = subjectPuts(table, key, { hashes: [...new Set([...before, ...hashes])], until })
      const mail = mailPut(table, request, entry)
      const row = [{ Put: rowParams(table, request) }, { Put: lineParams(table, request, entry) }]
      const room = MAX_TRANSACTION - row.length - mail.length - kept.length
      const deletions = chunks.map((chunk) => ({
        bytes: bytesOf(chunk),
        action: { Delete: { TableName: table, Key: primaryKey(chunk) } },
      }))
      const [last = [], ...ahead] = inTransactions(deletions, room)
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
    ExpressionAttributeNames: { '#expiresAt': 'expiresAt', '#pk': 'pk' },
    ExpressionAttributeValues: { ':at': { N: epochSeconds(expiresAt) } },
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
      Item: {
        ...itemKey(requestPk(key), `SUBJECTS#${String(n).padStart(4, '0')}`),
        hashes: { SS: hashes.slice(n * HASHES_PER_ITEM, (n + 1) * HASHES_PER_ITEM) },
        ...expiring(until),
      },
    },
  }))
