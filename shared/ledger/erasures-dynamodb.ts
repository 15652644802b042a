/**
 * What outlives a request's row: `ID#<hash>` / `ERASED`, one item per subject hash; `REQ#<key>` / `BEGUN`, and
 * `FOUND#<replay>#<hash>`; `RESTORE` / `<id>`, the tables that were restored and not replayed yet.
 */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import pMap from 'p-map'
import { defined } from '../platform/defined.ts'
import { epochSeconds } from '../platform/time.ts'
import { isRequestKey, type RequestKey } from '../requests/code.ts'
import { CHANNELS } from '../requests/request.ts'
import { batchRead, partOf, queryItems, readItem, wins } from './calls-dynamodb.ts'
import type { BegunErasure, Erasures, FoundAgain, Restore, Restores } from './erasures.ts'
import {
  attributes,
  date,
  expiring,
  type Item,
  itemKey,
  keyOf,
  number,
  oneOf,
  optionalDate,
  primaryKey,
  requestPk,
  scopeOf,
  text,
} from './row-dynamodb.ts'

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
    await client.send(new PutItemCommand({ TableName: table, Item: begunItem(begun) }))
  },

  async begun(request) {
    const item = await readItem(client, table, begunKey(request))
    return item && begunIn(item)
  },
})

/** An item lives as long as the longest of its requests demands. */
async function note(
  client: DynamoDBClient,
  TableName: string,
  { hash, request, until }: { readonly hash: string; readonly request: RequestKey; readonly until: Date },
): Promise<void> {
  const add = {
    TableName,
    Key: erasedKey(hash),
    UpdateExpression: 'ADD #requests :request',
    ExpressionAttributeNames: { '#requests': 'requests' },
    ExpressionAttributeValues: { ':request': { SS: [request] } },
  } satisfies UpdateItemCommandInput
  const addAndProlong = new UpdateItemCommand({
    ...add,
    UpdateExpression: `${add.UpdateExpression} SET #until = :until`,
    ConditionExpression: 'attribute_not_exists(#until) OR #until < :until',
    ExpressionAttributeNames: { ...add.ExpressionAttributeNames, '#until': 'expiresAt' },
    ExpressionAttributeValues: { ...add.ExpressionAttributeValues, ':until': { N: epochSeconds(until) } },
  })
  if (!(await wins(client.send(addAndProlong)))) await client.send(new UpdateItemCommand(add))
}

const erasedKey = (hash: string) => itemKey(`ID#${hash}`, 'ERASED')
const begunKey = (key: RequestKey) => itemKey(requestPk(key), 'BEGUN')

function begunItem(begun: BegunErasure): Item {
  const { key, channel, scope, receivedAt, dueAt, startedAt, until, ...more } = begun
  return {
    ...begunKey(key),
    ...attributes({ channel, scope, receivedAt, dueAt, startedAt, more: JSON.stringify(more) }),
    ...expiring(until),
  }
}

const begunIn = (item: Item): BegunErasure => ({
  key: keyOf(item),
  channel: oneOf(item, 'channel', CHANNELS),
  scope: scopeOf(item),
  receivedAt: date(item, 'receivedAt'),
  dueAt: date(item, 'dueAt'),
  startedAt: date(item, 'startedAt'),
  until: new Date(number(item, 'expiresAt') * 1000),
  // As `begunItem` has put it in.
  ...(JSON.parse(text(item, 'more')) as Pick<BegunErasure, 'app' | 'keeps' | 'repeats'>),
})

export function foundAgainIn(client: DynamoDBClient, table: string): FoundAgain {
  const found = (replay: string, key: RequestKey) =>
    partOf(client, table, { key, prefix: `FOUND#${replay}#` })
  return {
    async noteFound({ replay, request, hash, sealed, until }) {
      const Item = {
        ...itemKey(requestPk(request), `FOUND#${replay}#${hash}`),
        ...attributes({ sealed }),
        ...expiring(until),
      }
      await client.send(new PutItemCommand({ TableName: table, Item }))
    },

    async foundAgain(replay, request) {
      return (await found(replay, request)).map((item) => text(item, 'sealed'))
    },

    async forgetFound(replay, request) {
      for (const item of await found(replay, request)) {
        await client.send(new DeleteItemCommand({ TableName: table, Key: primaryKey(item) }))
      }
    },
  }
}

const RESTORE = 'RESTORE'

export const restoresIn = (client: DynamoDBClient, table: string): Restores => ({
  async noteRestore({ id, source, target, at, to }) {
    const Item = { ...itemKey(RESTORE, id), ...attributes({ at, source, target, to }) }
    await client.send(new PutItemCommand({ TableName: table, Item }))
  },

  async restores() {
    const items = await queryItems(client, {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': 'pk' },
      ExpressionAttributeValues: { ':pk': { S: RESTORE } },
    })
    return items.map(restoreIn)
  },

  async endRestore(id) {
    await client.send(new DeleteItemCommand({ TableName: table, Key: itemKey(RESTORE, id) }))
  },
})

const restoreIn = (item: Item): Restore =>
  defined({
    id: text(item, 'sk'),
    at: date(item, 'at'),
    source: item['source']?.S,
    target: item['target']?.S,
    to: optionalDate(item, 'to'),
  })
