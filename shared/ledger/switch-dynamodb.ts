/** Whether all erasing is paused: `SWITCH` / `PAUSED`, there or not. */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { Switch } from './ledger.ts'

const KEY = { pk: { S: 'SWITCH' }, sk: { S: 'PAUSED' } }

export const switchIn = (client: DynamoDBClient, table: string): Switch => ({
  async isPaused() {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: KEY, ConsistentRead: true }),
    )
    return Item !== undefined
  },

  async setPaused(isPaused, { by, at }) {
    const item = { ...KEY, by: { S: by }, at: { S: at.toISOString() } }
    await (isPaused
      ? client.send(new PutItemCommand({ TableName: table, Item: item }))
      : client.send(new DeleteItemCommand({ TableName: table, Key: KEY })))
  },
})
