/** Holds, one ledger item per subject hash: `ID#<hash>` / `HOLD`, with the names of all that hold it. */
import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import pMap from 'p-map'
import { ServiceError } from '../platform/errors.ts'
import { isRequestKey } from '../requests/code.ts'
import { batchRead } from './batch-read-dynamodb.ts'
import type { HoldName, Holds } from './ledger.ts'
import { isLostRace } from './lost-race-dynamodb.ts'
import { type Item, text } from './row-dynamodb.ts'

const CONCURRENCY = 8
const MAX_TURNS = 10

export const holdsIn = (client: DynamoDBClient, table: string): Holds => ({
  async hold(hashes, name, at) {
    await pMap(
      hashes,
      (hash) =>
        client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: holdKey(hash),
            UpdateExpression: 'ADD #by :name SET #at = if_not_exists(#at, :at)',
            ExpressionAttributeNames: { '#by': 'by', '#at': 'at' },
            ExpressionAttributeValues: { ':name': { SS: [name] }, ':at': { S: at.toISOString() } },
          }),
        ),
      { concurrency: CONCURRENCY },
    )
  },

  async endHold(hashes, name) {
    await pMap(hashes, (hash) => takeName(client, { table, hash, name }), { concurrency: CONCURRENCY })
  },

  async holdsOn(hashes) {
    const items = await batchRead(client, table, hashes.map(holdKey))
    return items.map((item) => ({
      hash: text(item, 'pk').slice('ID#'.length),
      by: (item['by']?.SS ?? []).filter(isHoldName),
    }))
  },

  async ownersOf(hashes) {
    const items = await batchRead(client, table, hashes.map(claimKey))
    const all = items.flatMap(({ owner, formers }) => [owner?.S ?? '', ...(formers?.SS ?? [])])
    return [...new Set(all)].filter(isRequestKey)
  },
})

/** The last name goes with the item: without a name it would hold for ever. */
async function takeName(
  client: DynamoDBClient,
  { table, hash, name }: { readonly table: string; readonly hash: string; readonly name: HoldName },
): Promise<void> {
  const shared = {
    TableName: table,
    Key: holdKey(hash),
    ExpressionAttributeNames: { '#by': 'by' },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  } as const
  const only: Record<string, AttributeValue> = { ':name': { SS: [name] } }
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const last = new DeleteItemCommand({
      ...shared,
      ConditionExpression: 'attribute_not_exists(#by) OR #by = :name',
      ExpressionAttributeValues: only,
    })
    if (await isDone(client.send(last))) return
    const one = new UpdateItemCommand({
      ...shared,
      UpdateExpression: 'DELETE #by :name',
      ConditionExpression: 'size(#by) > :one',
      ExpressionAttributeValues: { ...only, ':one': { N: '1' } },
    })
    if (await isDone(client.send(one))) return
    const [item] = await batchRead(client, table, [holdKey(hash)])
    if (!item?.['by']?.SS?.includes(name)) return
  }
  throw new ServiceError('LEDGER_CONFLICT', 'a hold changes all the time')
}

async function isDone(write: Promise<unknown>): Promise<boolean> {
  try {
    await write
    return true
  } catch (error) {
    if (isLostRace(error)) return false
    throw error
  }
}

const holdKey = (hash: string) => ({ pk: { S: `ID#${hash}` }, sk: { S: 'HOLD' } }) satisfies Item
const claimKey = (hash: string) => ({ pk: { S: `ID#${hash}` }, sk: { S: 'CLAIM' } }) satisfies Item

const isHoldName = (text: string): text is HoldName => text === 'identity' || isRequestKey(text)
