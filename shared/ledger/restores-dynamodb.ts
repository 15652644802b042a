/** Tables that were restored and not replayed yet: `RESTORE` / `<id>`. */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
} from '@aws-sdk/client-dynamodb'
import type { Restore, Restores } from './ledger.ts'
import { date, type Item, text } from './row-dynamodb.ts'

const PARTITION = 'RESTORE'

export const restoresIn = (client: DynamoDBClient, table: string): Restores => ({
  async noteRestore({ id, source, target, at, to }) {
    const item: Item = {
      ...restoreKey(id),
      at: { S: at.toISOString() },
      ...(source !== undefined && { source: { S: source } }),
      ...(target !== undefined && { target: { S: target } }),
      ...(to && { to: { S: to.toISOString() } }),
    }
    await client.send(new PutItemCommand({ TableName: table, Item: item }))
  },

  async restores() {
    const found: Restore[] = []
    const query = {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': 'pk' },
      ExpressionAttributeValues: { ':pk': { S: PARTITION } },
    }
    for await (const { Items = [] } of paginateQuery({ client }, query)) found.push(...Items.map(fromItem))
    return found
  },

  async endRestore(id) {
    await client.send(new DeleteItemCommand({ TableName: table, Key: restoreKey(id) }))
  },
})

const restoreKey = (id: string) => ({ pk: { S: PARTITION }, sk: { S: id } }) satisfies Item

const fromItem = (item: Item): Restore => ({
  id: text(item, 'sk'),
  at: date(item, 'at'),
  ...(item['source']?.S !== undefined && { source: item['source'].S }),
  ...(item['target']?.S !== undefined && { target: item['target'].S }),
  ...(item['to'] && { to: date(item, 'to') }),
})
