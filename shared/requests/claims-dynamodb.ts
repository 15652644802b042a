/** Claims and holds: one ledger item per subject hash. */
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { isRequestKey, type RequestKey } from './code.ts'
import type { Ledger } from './ledger.ts'
import { requestPk } from './row-dynamodb.ts'

const BATCH = 100

export const claimsIn = (
  client: DynamoDBClient,
  table: string,
): Pick<Ledger, 'claim' | 'takeOver' | 'giveBack' | 'isHeld'> => ({
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
      if (owner === undefined || !isRequestKey(owner)) throw error
      return owner
    }
  },

  async takeOver(hash, key, from) {
    const claim = {
      Put: {
        TableName: table,
        Item: claimItem(hash, key),
        ConditionExpression: '#owner = :from',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: { ':from': { S: typeof from === 'string' ? from : from.key } },
      },
    }
    // The owner's version rises, so a worker that believes it still has the claim cannot start to delete.
    const disturb = typeof from !== 'string' && {
      Update: {
        TableName: table,
        Key: { pk: { S: requestPk(from.key) }, sk: { S: 'META' } },
        UpdateExpression: 'SET #version = :next',
        ConditionExpression: '#version = :seen AND attribute_not_exists(#first)',
        ExpressionAttributeNames: { '#version': 'version', '#first': 'firstDeleteAt' },
        ExpressionAttributeValues: {
          ':seen': { N: String(from.version) },
          ':next': { N: String(from.version + 1) },
        },
      },
    }
    try {
      await client.send(
        new TransactWriteItemsCommand({ TransactItems: disturb ? [disturb, claim] : [claim] }),
      )
      return true
    } catch (error) {
      if (error instanceof TransactionCanceledException) return false
      throw error
    }
  },

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
        if (!(error instanceof ConditionalCheckFailedException)) throw error
      }
    }
  },

  async isHeld(hashes) {
    let held = false
    for (let from = 0; from < hashes.length && !held; from += BATCH) {
      let keys = hashes
        .slice(from, from + BATCH)
        .map((hash) => ({ pk: { S: `ID#${hash}` }, sk: { S: 'HOLD' } }))
      while (keys.length > 0 && !held) {
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
