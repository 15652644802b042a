/** Claims and holds: one ledger item per subject hash. */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { isRequestKey, type RequestKey } from '../requests/code.ts'
import { batchRead } from './batch-read-dynamodb.ts'
import type { Ledger } from './ledger.ts'
import { isLostRace, lostRace } from './lost-race-dynamodb.ts'
import { requestPk } from './row-dynamodb.ts'

export const claimsIn = (
  client: DynamoDBClient,
  table: string,
): Pick<Ledger, 'claim' | 'takeOver' | 'inherit' | 'giveBack' | 'isHeld'> => ({
  async claim(hash, key) {
    try {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: claimItem(hash, key),
          ConditionExpression: 'attribute_not_exists(#pk) OR #owner = :key',
          ExpressionAttributeNames: { '#pk': 'pk', '#owner': 'owner' },
          ExpressionAttributeValues: { ':key': { S: key } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      return key
    } catch (error) {
      const owner = error instanceof ConditionalCheckFailedException ? error.Item?.['owner']?.S : undefined
      if (owner !== undefined && isRequestKey(owner)) return owner
      throw isLostRace(error) ? lostRace('a claim changed hands', error) : error
    }
  },

  takeOver: (hash, key, from) =>
    unlessLost(() =>
      client.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            // The owner's version rises, so a worker that believes it still has the claim cannot write any more.
            {
              Update: {
                TableName: table,
                Key: { pk: { S: requestPk(from.key) }, sk: { S: 'META' } },
                UpdateExpression: 'SET #version = :next',
                ConditionExpression: '#version = :seen',
                ExpressionAttributeNames: { '#version': 'version' },
                ExpressionAttributeValues: {
                  ':seen': { N: String(from.version) },
                  ':next': { N: String(from.version + 1) },
                },
              },
            },
            { Update: { TableName: table, ...claimFrom(hash, key, from.key) } },
          ],
        }),
      ),
    ),

  inherit: (hash, key, from) =>
    unlessLost(() => client.send(new UpdateItemCommand({ TableName: table, ...claimFrom(hash, key, from) }))),

  async giveBack(hashes, key) {
    for (const hash of hashes) {
      try {
        await client.send(
          new DeleteItemCommand({
            TableName: table,
            Key: { pk: { S: `ID#${hash}` }, sk: { S: 'CLAIM' } },
            ConditionExpression: '#owner = :key',
            ExpressionAttributeNames: { '#owner': 'owner' },
            ExpressionAttributeValues: { ':key': { S: key } },
          }),
        )
      } catch (error) {
        if (!isLostRace(error)) throw error
      }
    }
  },

  async isHeld(hashes) {
    const keys = hashes.map((hash) => ({ pk: { S: `ID#${hash}` }, sk: { S: 'HOLD' } }))
    const found = await batchRead(client, table, keys, (some) => some.length > 0)
    return found.length > 0
  },
})

const claimItem = (hash: string, key: RequestKey) => ({
  pk: { S: `ID#${hash}` },
  sk: { S: 'CLAIM' },
  owner: { S: key },
})

/** Takes a claim that another request still has. Whom it is taken from may be in the middle of a page: a hold stops it, too. */
const claimFrom = (hash: string, key: RequestKey, from: RequestKey) => ({
  Key: { pk: { S: `ID#${hash}` }, sk: { S: 'CLAIM' } },
  UpdateExpression: 'SET #owner = :key ADD #formers :formers',
  ConditionExpression: '#owner = :from',
  ExpressionAttributeNames: { '#owner': 'owner', '#formers': 'formers' },
  ExpressionAttributeValues: { ':from': { S: from }, ':key': { S: key }, ':formers': { SS: [from] } },
})

async function unlessLost(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write()
    return true
  } catch (error) {
    if (isLostRace(error)) return false
    throw error
  }
}
