/** Complaints in the ledger: `REQ#<key>` / `COMPLAINT#<number>`; open ones are in the index by `receivedAt`. */
import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb'
import { defined } from '../platform/defined.ts'
import type { Complaint } from '../requests/request.ts'
import { readItem } from './calls-dynamodb.ts'
import type { Complaints } from './ledger.ts'
import {
  attributes,
  date,
  expiring,
  expiryOf,
  type Item,
  itemKey,
  keyOf,
  OPEN_COMPLAINTS,
  optionalDate,
  RECEIVED_INDEX,
  requestPk,
  text,
  using,
} from './row-dynamodb.ts'

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
export const complaintParams = (TableName: string, complaint: Complaint) => {
  const { receivedAt, text, answer, answeredAt, expiresAt } = complaint
  const openShard = answer === undefined ? OPEN_COMPLAINTS : undefined
  return {
    TableName,
    Item: {
      ...complaintKey(complaint),
      ...attributes({ receivedAt, text, openShard, answer, answeredAt }),
      ...expiring(expiresAt),
    },
  }
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
