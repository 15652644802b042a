/** Claims and holds: one ledger item per subject hash. */
import { setTimeout as pause } from 'node:timers/promises'
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { isRequestKey, type RequestKey } from './code.ts'
import type { Ledger } from './ledger.ts'
import { isLostRace, lostRace } from './lost-race-dynamodb.ts'
import { requestPk } from './row-dynamodb.ts'

const BATCH = 100
const FIRST_PAUSE_MS = 25

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
            { Put: { TableName: table, ...claimFrom(hash, key, from.key) } },
          ],
        }),
      ),
    ),

  inherit: (hash, key, from) =>
    unlessLost(() => client.send(new PutItemCommand({ TableName: table, ...claimFrom(hash, key, from) }))),

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
    let held = false
    for (let from = 0; from < hashes.length && !held; from += BATCH) {
      let keys = hashes
        .slice(from, from + BATCH)
        .map((hash) => ({ pk: { S: `ID#${hash}` }, sk: { S: 'HOLD' } }))
      for (let round = 0; keys.length > 0 && !held; round += 1) {
        if (round > 0) await pause(FIRST_PAUSE_MS * 2 ** Math.min(round, 6))
        const { Responses, UnprocessedKeys } = await client.send(
          new BatchGetItemCommand({ RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } }),
        )
        held = (Responses?.[table]?.length ?? 0) > 0
        keys = (UnprocessedKeys?.[table]?.Keys ?? []) as typeof keys
      }
    }
    return held
  },
})

const claimItem = (hash: string, key: RequestKey) => ({
  pk: { S: `ID#${hash}` },
  sk: { S: 'CLAIM' },
  owner: { S: key },
})

/** The put of a claim that another request still has. */
const claimFrom = (hash: string, key: RequestKey, from: RequestKey) => ({
  Item: claimItem(hash, key),
  ConditionExpression: '#owner = :from',
  ExpressionAttributeNames: { '#owner': 'owner' },
  ExpressionAttributeValues: { ':from': { S: from } },
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
