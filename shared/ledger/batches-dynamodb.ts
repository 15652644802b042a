/** What is under way for many people at a time: `BATCH#<name>` / `META`. */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { epochSeconds } from '../platform/time.ts'
import type { Batches } from './ledger.ts'
import { isLostRace } from './lost-race-dynamodb.ts'
import type { Item } from './row-dynamodb.ts'

export const batchesIn = (client: DynamoDBClient, table: string): Batches => ({
  async beginBatch({ name, of, found, by, at, until }) {
    const Item = {
      ...batchKey(name),
      of: { S: of },
      found: { N: String(found) },
      by: { S: by },
      at: { S: at.toISOString() },
      expiresAt: { N: epochSeconds(until) },
    } satisfies Item
    try {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item,
          ConditionExpression: 'attribute_not_exists(#pk)',
          ExpressionAttributeNames: { '#pk': 'pk' },
        }),
      )
    } catch (error) {
      if (!isLostRace(error)) throw error
    }
  },

  async endBatch(name) {
    await client.send(new DeleteItemCommand({ TableName: table, Key: batchKey(name) }))
  },

  async findBatch(name) {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: batchKey(name), ConsistentRead: true }),
    )
    return Item && { found: Number(Item['found']?.N) }
  },
})

const batchKey = (name: string) => ({ pk: { S: `BATCH#${name}` }, sk: { S: 'META' } }) satisfies Item
