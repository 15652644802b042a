/** Imports that are under way: `IMPORT#<name>` / `META`. */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { epochSeconds } from '../platform/time.ts'
import type { Imports } from './ledger.ts'
import { isLostRace } from './lost-race-dynamodb.ts'
import type { Item } from './row-dynamodb.ts'

export const importsIn = (client: DynamoDBClient, table: string): Imports => ({
  async beginImport({ name, app, found, by, at, until }) {
    const Item = {
      ...importKey(name),
      app: { S: app },
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

  async endImport(name) {
    await client.send(new DeleteItemCommand({ TableName: table, Key: importKey(name) }))
  },

  async findImport(name) {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: importKey(name), ConsistentRead: true }),
    )
    return Item && { found: Number(Item['found']?.N) }
  },
})

const importKey = (name: string) => ({ pk: { S: `IMPORT#${name}` }, sk: { S: 'META' } }) satisfies Item
