/** What stands on a subject, by its hash: `ID#<hash>` / `CLAIM`, by one request, and `HOLD`, with the names of all that hold it. */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import pMap from 'p-map'
import { conflict } from '../platform/errors.ts'
import { isRequestKey, type RequestKey } from '../requests/code.ts'
import { batchRead, isLostRace, wins } from './calls-dynamodb.ts'
import type { Claims, HoldName } from './ledger.ts'
import { itemKey, rowKey, text, using } from './row-dynamodb.ts'

const claimKey = (hash: string) => itemKey(`ID#${hash}`, 'CLAIM')
const holdKey = (hash: string) => itemKey(`ID#${hash}`, 'HOLD')

export const claimsIn = (client: DynamoDBClient, table: string): Claims => ({
  async claim(hash, key) {
    try {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: { ...claimKey(hash), owner: { S: key } },
          ConditionExpression: 'attribute_not_exists(#pk) OR #owner = :key',
          ...using(['pk', 'owner'], { key }),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      return key
    } catch (error) {
      const owner = error instanceof ConditionalCheckFailedException ? error.Item?.['owner']?.S : undefined
      if (owner !== undefined && isRequestKey(owner)) return owner
      throw isLostRace(error) ? conflict('a claim changed hands', { cause: error }) : error
    }
  },

  takeOver(hash, key, from) {
    // The owner's version rises, so a worker that believes it still has the claim cannot write any more.
    const rise = {
      TableName: table,
      Key: rowKey(from.key),
      UpdateExpression: 'SET #version = :next',
      ConditionExpression: '#version = :seen',
      ...using(['version'], { seen: from.version, next: from.version + 1 }),
    }
    const TransactItems = [{ Update: rise }, { Update: claimFrom(table, hash, { key, from: from.key }) }]
    return wins(client.send(new TransactWriteItemsCommand({ TransactItems })))
  },

  inherit: (hash, key, from) =>
    wins(client.send(new UpdateItemCommand(claimFrom(table, hash, { key, from })))),

  async giveBack(hashes, key) {
    for (const hash of hashes) {
      const owned = {
        TableName: table,
        Key: claimKey(hash),
        ConditionExpression: '#owner = :key',
        ...using(['owner'], { key }),
      }
      await wins(client.send(new DeleteItemCommand(owned)))
    }
  },

  async isHeld(hashes) {
    const found = await batchRead(client, table, hashes.map(holdKey), (some) => some.length > 0)
    return found.length > 0
  },

  async hold(hashes, name, at) {
    const addTo = (hash: string) => ({
      TableName: table,
      Key: holdKey(hash),
      UpdateExpression: 'ADD #by :name SET #at = if_not_exists(#at, :at)',
      ...using(['by', 'at'], { name: [name], at }),
    })
    const add = (hash: string) => client.send(new UpdateItemCommand(addTo(hash)))
    await pMap(hashes, add, { concurrency: CONCURRENCY })
  },

  async endHold(hashes, name) {
    await pMap(hashes, (hash) => removeName(client, { table, hash, name }), { concurrency: CONCURRENCY })
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

/** Takes a claim from its owner. The owner may be in the middle of a page: a hold stops it, too, so its key is kept. */
const claimFrom = (
  TableName: string,
  hash: string,
  { key, from }: { readonly key: RequestKey; readonly from: RequestKey },
) => ({
  TableName,
  Key: claimKey(hash),
  UpdateExpression: 'SET #owner = :key ADD #formers :formers',
  ConditionExpression: '#owner = :from',
  ...using(['owner', 'formers'], { from, key, formers: [from] }),
})

const CONCURRENCY = 8
const MAX_TRIES = 10

/** The last name goes with the item: without a name it would hold for ever. */
async function removeName(
  client: DynamoDBClient,
  { table, hash, name }: { readonly table: string; readonly hash: string; readonly name: HoldName },
): Promise<void> {
  const item = { TableName: table, Key: holdKey(hash) }
  const last = {
    ...item,
    ConditionExpression: 'attribute_not_exists(#by) OR #by = :name',
    ...using(['by'], { name: [name] }),
  }
  const oneOfSeveral = {
    ...item,
    UpdateExpression: 'DELETE #by :name',
    ConditionExpression: 'size(#by) > :one',
    ...using(['by'], { name: [name], one: 1 }),
  }
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (await wins(client.send(new DeleteItemCommand(last)))) return
    if (await wins(client.send(new UpdateItemCommand(oneOfSeveral)))) return
    const [left] = await batchRead(client, table, [holdKey(hash)])
    if (!left?.['by']?.SS?.includes(name)) return
  }
  throw conflict('the hold keeps changing')
}

const isHoldName = (name: string): name is HoldName => name === 'identity' || isRequestKey(name)
