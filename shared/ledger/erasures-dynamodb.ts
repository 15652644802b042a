/** Who has been erased: `ID#<hash>` / `ERASED`, one item per subject hash, and `REQ#<key>` / `BEGUN`. */
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import pMap from 'p-map'
import { epochSeconds } from '../platform/time.ts'
import { isRequestKey, type RequestKey } from '../requests/code.ts'
import { CHANNELS } from '../requests/request.ts'
import { batchRead } from './batch-read-dynamodb.ts'
import type { BegunErasure, Erasures } from './ledger.ts'
import { isLostRace } from './lost-race-dynamodb.ts'
import { date, type Item, keyOf, number, oneOf, requestPk, text } from './row-dynamodb.ts'

const CONCURRENCY = 8

export const erasuresIn = (client: DynamoDBClient, table: string): Erasures => ({
  async noteErased(hashes, { request, until }) {
    await pMap(hashes, (hash) => note(client, table, { hash, request, until }), { concurrency: CONCURRENCY })
  },

  async erasersOf(hashes) {
    const items = await batchRead(client, table, hashes.map(erasedKey))
    return new Map(
      items.map((item) => [
        text(item, 'pk').slice('ID#'.length),
        (item['requests']?.SS ?? []).filter((key) => isRequestKey(key)),
      ]),
    )
  },

  async noteBegun(begun) {
    await client.send(new PutItemCommand({ TableName: table, Item: toItem(begun) }))
  },

  async begun(request) {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: begunKey(request), ConsistentRead: true }),
    )
    return Item && fromItem(Item)
  },
})

/** An item lives as long as the longest of its requests demands. */
async function note(
  client: DynamoDBClient,
  TableName: string,
  { hash, request, until }: { readonly hash: string; readonly request: RequestKey; readonly until: Date },
): Promise<void> {
  const adding = {
    TableName,
    Key: erasedKey(hash),
    UpdateExpression: 'ADD #requests :request',
    ExpressionAttributeNames: { '#requests': 'requests' },
    ExpressionAttributeValues: { ':request': { SS: [request] } },
  } satisfies UpdateItemCommandInput
  try {
    await client.send(
      new UpdateItemCommand({
        ...adding,
        UpdateExpression: `${adding.UpdateExpression} SET #until = :until`,
        ConditionExpression: 'attribute_not_exists(#until) OR #until < :until',
        ExpressionAttributeNames: { ...adding.ExpressionAttributeNames, '#until': 'expiresAt' },
        ExpressionAttributeValues: {
          ...adding.ExpressionAttributeValues,
          ':until': { N: epochSeconds(until) },
        },
      }),
    )
  } catch (error) {
    if (!isLostRace(error)) throw error
    await client.send(new UpdateItemCommand(adding))
  }
}

const erasedKey = (hash: string) => ({ pk: { S: `ID#${hash}` }, sk: { S: 'ERASED' } }) satisfies Item

const begunKey = (key: RequestKey) => ({ pk: { S: requestPk(key) }, sk: { S: 'BEGUN' } }) satisfies Item

const toItem = ({
  key,
  channel,
  scope,
  receivedAt,
  dueAt,
  startedAt,
  until,
  ...more
}: BegunErasure): Item => ({
  ...begunKey(key),
  channel: { S: channel },
  scope: { S: scope },
  receivedAt: { S: receivedAt.toISOString() },
  dueAt: { S: dueAt.toISOString() },
  startedAt: { S: startedAt.toISOString() },
  more: { S: JSON.stringify(more) },
  expiresAt: { N: epochSeconds(until) },
})

const fromItem = (item: Item): BegunErasure => ({
  key: keyOf(item),
  channel: oneOf(item, 'channel', CHANNELS),
  scope: oneOf(item, 'scope', ['platform', 'account']),
  receivedAt: date(item, 'receivedAt'),
  dueAt: date(item, 'dueAt'),
  startedAt: date(item, 'startedAt'),
  until: new Date(number(item, 'expiresAt') * 1000),
  // As toItem has put it in.
  ...(JSON.parse(text(item, 'more')) as Pick<BegunErasure, 'app' | 'keeps' | 'repeats'>),
})
