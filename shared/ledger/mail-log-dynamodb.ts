/** Mail that was not answered, in the ledger: `MAIL#<day>` / `<time>#<id>`. */
import { type DynamoDBClient, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb'
import { addDays } from 'date-fns/addDays'
import { dayOf, epochSeconds } from '../platform/time.ts'
import type { MailLog, NotedMail } from './ledger.ts'
import { date, type Item, text } from './row-dynamodb.ts'

const KEEP_DAYS = 30

export const mailLogIn = (client: DynamoDBClient, table: string): MailLog => ({
  async noteMail({ id, at, is, why }) {
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          pk: { S: `MAIL#${dayOf(at)}` },
          sk: { S: `${at.toISOString()}#${id}` },
          id: { S: id },
          at: { S: at.toISOString() },
          is: { S: is },
          ...(why !== undefined && { why: { S: why } }),
          expiresAt: { N: epochSeconds(addDays(at, KEEP_DAYS)) },
        },
      }),
    )
  },

  async mailsOn(day) {
    const found: NotedMail[] = []
    const query = {
      TableName: table,
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': 'pk' },
      ExpressionAttributeValues: { ':pk': { S: `MAIL#${day}` } },
    }
    for await (const { Items = [] } of paginateQuery({ client }, query)) found.push(...Items.map(fromLine))
    return found
  },
})

const fromLine = (item: Item): NotedMail => ({
  id: text(item, 'id'),
  at: date(item, 'at'),
  is: text(item, 'is'),
  ...(item['why']?.S !== undefined && { why: item['why'].S }),
})
