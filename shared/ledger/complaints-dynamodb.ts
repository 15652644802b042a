/** Complaints in the ledger: `REQ#<key>` / `COMPLAINT#<number>`; open ones in the index of what came when. */

import { type DynamoDBClient, GetItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb'
import { epochSeconds } from '../platform/time.ts'
import type { Complaint } from '../requests/complaint.ts'
import type { Complaints } from './ledger.ts'
import { date, type Item, keyOf, number, requestPk, text } from './row-dynamodb.ts'

export const COMPLAINT = 'COMPLAINT#'
/** Beside the shards of the open requests, whose lists do not see it. */
const OPEN_SHARD = 'complaints'
const RECEIVED_INDEX = 'received'

export const complaintsIn = (client: DynamoDBClient, table: string): Complaints => ({
  async complaint(request, number) {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: table,
        Key: keyOfComplaint({ request, number }),
        ConsistentRead: true,
      }),
    )
    return Item && fromComplaintItem(Item)
  },

  async countOpenComplaints() {
    const query = {
      TableName: table,
      IndexName: RECEIVED_INDEX,
      Select: 'COUNT' as const,
      KeyConditionExpression: '#shard = :shard',
      ExpressionAttributeNames: { '#shard': 'openShard' },
      ExpressionAttributeValues: { ':shard': { S: OPEN_SHARD } },
    }
    let open = 0
    for await (const { Count = 0 } of paginateQuery({ client }, query)) open += Count
    return open
  },
})

/** Only with the write of its request, which says that nobody else has written meanwhile. */
export const complaintParams = (TableName: string, complaint: Complaint) => ({
  TableName,
  Item: {
    ...keyOfComplaint(complaint),
    receivedAt: { S: complaint.receivedAt.toISOString() },
    text: { S: complaint.text },
    ...(complaint.answer === undefined
      ? { openShard: { S: OPEN_SHARD } }
      : { answer: { S: complaint.answer } }),
    ...(complaint.answeredAt && { answeredAt: { S: complaint.answeredAt.toISOString() } }),
    ...(complaint.expiresAt && { expiresAt: { N: epochSeconds(complaint.expiresAt) } }),
  } satisfies Item,
})

const keyOfComplaint = ({ request, number }: Pick<Complaint, 'request' | 'number'>) => ({
  pk: { S: requestPk(request) },
  sk: { S: `${COMPLAINT}${number}` },
})

/** @throws TypeError naming the attribute that is missing or unreadable. */
const fromComplaintItem = (item: Item): Complaint => ({
  request: keyOf(item),
  number: Number(text(item, 'sk').slice(COMPLAINT.length)),
  receivedAt: date(item, 'receivedAt'),
  text: text(item, 'text'),
  ...(item['answer']?.S !== undefined && { answer: item['answer'].S }),
  ...(item['answeredAt'] && { answeredAt: date(item, 'answeredAt') }),
  ...(item['expiresAt'] && { expiresAt: new Date(number(item, 'expiresAt') * 1000) }),
})
