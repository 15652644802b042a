/**
 * Requests in DynamoDB: `REQ#<key>` / `META`; `LOG#<time>`, a line for each step worth remembering; and `COMPLAINT#<number>`,
 * of which open ones are in the index by `receivedAt`.
 */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
  paginateQuery,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { defined } from '../platform/defined.ts'
import { owedMailOf } from '../requests/owed-mail.ts'
import type { Complaint, DeletionRequest, HistoryEntry } from '../requests/request.ts'
import { asVersion, isLostRace, partOf, readItem, transact } from './calls-dynamodb.ts'
import type { Complaints, Requests } from './ledger.ts'
import { mailParams, padded } from './mails-dynamodb.ts'
import {
  date,
  expiryOf,
  fromItem,
  type Item,
  itemKey,
  itemOf,
  keyOf,
  OPEN_COMPLAINTS,
  optionalDate,
  RECEIVED_INDEX,
  replacing,
  requestPk,
  rowKey,
  text,
  toItem,
  using,
} from './row-dynamodb.ts'

export function requestsIn(client: DynamoDBClient, table: string): Requests {
  const find: Requests['find'] = async (key) => {
    const item = await readItem(client, table, rowKey(key))
    return item && fromItem(item)
  }
  return {
    find,

    async open(request) {
      const first = rowParams(table, request)
      const mail = mailPut(table, request, { step: 'received', at: request.receivedAt })
      try {
        if (mail.length === 0) await client.send(new PutItemCommand(first))
        else await client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: first }, ...mail] }))
        return { request, created: true }
      } catch (error) {
        if (!isLostRace(error)) throw error
        const item = error instanceof ConditionalCheckFailedException ? error.Item : undefined
        const there = item ? fromItem(item) : await find(request.key)
        if (!there) throw error
        return { request: there, created: false }
      }
    },

    async save(request, entry, complaint) {
      const row = rowParams(table, request)
      if (!entry) return asVersion(request, client.send(new PutItemCommand(row)))
      await transact(client, request, [
        { Put: row },
        { Put: { TableName: table, Item: lineItem(request, entry) } },
        ...mailPut(table, request, entry),
        ...(complaint ? [{ Put: { TableName: table, Item: complaintItem(complaint) } }] : []),
      ])
    },

    async countNothingFound(series, found) {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: itemKey(`RULE#nothing-found#${series}`, 'COUNT'),
          UpdateExpression: found ? 'SET #count = :count' : 'ADD #count :count',
          ...using(['count'], { count: found ? 0 : 1 }),
          ReturnValues: 'UPDATED_NEW',
        }),
      )
      return Number(Attributes?.['count']?.N ?? 0)
    },

    async history(key) {
      return (await partOf(client, table, { key, prefix: 'LOG#' })).map(fromLine)
    },
  }
}

/** The put of a row, under the condition that all writers rely on. */
export const rowParams = (TableName: string, request: DeletionRequest): PutItemCommandInput => ({
  TableName,
  Item: toItem(request),
  ...replacing('version', request.version),
  ...(request.version === 1 && { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
})

/** The put of the mail that a step owes, if any. */
export function mailPut(
  table: string,
  request: DeletionRequest,
  { step, at }: Pick<HistoryEntry, 'step' | 'at'>,
): TransactWriteItem[] {
  const mail = owedMailOf(request, step, at)
  return mail ? [{ Put: mailParams(table, mail) }] : []
}

/** A line of a final request goes when the request does. */
export function lineItem({ key, version, expiresAt }: DeletionRequest, entry: HistoryEntry): Item {
  const { at, step, by, reason } = entry
  const sk = `LOG#${at.toISOString()}#${padded(version)}`
  return itemOf(itemKey(requestPk(key), sk), { at, step, by, reason }, expiresAt)
}

/** @throws TypeError naming the attribute that is missing or unreadable. */
export const fromLine = (item: Item): HistoryEntry =>
  defined({
    at: date(item, 'at'),
    // Only `lineItem` writes it.
    step: text(item, 'step') as HistoryEntry['step'],
    by: text(item, 'by'),
    reason: item['reason']?.S,
  })

export const COMPLAINT = 'COMPLAINT#'

export const complaintsIn = (client: DynamoDBClient, table: string): Complaints => ({
  async complaint(request, number) {
    const item = await readItem(client, table, complaintKey({ request, number }))
    return item && fromComplaintItem(item)
  },

  async countOpenComplaints() {
    const query = {
      TableName: table,
      IndexName: RECEIVED_INDEX,
      Select: 'COUNT' as const,
      KeyConditionExpression: '#openShard = :shard',
      ...using(['openShard'], { shard: OPEN_COMPLAINTS }),
    }
    let open = 0
    for await (const { Count = 0 } of paginateQuery({ client }, query)) open += Count
    return open
  },
})

/** Unconditional: written only with its request, whose version shows that no other write came first. */
function complaintItem(complaint: Complaint): Item {
  const { receivedAt, text, answer, answeredAt, expiresAt } = complaint
  const openShard = answer === undefined ? OPEN_COMPLAINTS : undefined
  return itemOf(complaintKey(complaint), { receivedAt, text, openShard, answer, answeredAt }, expiresAt)
}

const complaintKey = ({ request, number }: Pick<Complaint, 'request' | 'number'>) =>
  itemKey(requestPk(request), `${COMPLAINT}${number}`)

/** @throws TypeError naming the attribute that is missing or unreadable. */
const fromComplaintItem = (item: Item): Complaint =>
  defined({
    request: keyOf(item),
    number: Number(text(item, 'sk').slice(COMPLAINT.length)),
    receivedAt: date(item, 'receivedAt'),
    text: text(item, 'text'),
    answer: item['answer']?.S,
    answeredAt: optionalDate(item, 'answeredAt'),
    expiresAt: expiryOf(item),
  })
