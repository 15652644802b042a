/**
 * What outlives a request's row: `ID#<hash>` / `ERASED`, one item per subject hash; `REQ#<key>` / `BEGUN`, and
 * `FOUND#<replay>#<hash>`; `RESTORE` / `<id>`, the tables that were restored and not replayed yet.
 */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import pMap from 'p-map'
import { defined } from '../platform/defined.ts'
import { epochSeconds } from '../platform/time.ts'
import { isRequestKey, type RequestKey } from '../requests/code.ts'
import { CHANNELS } from '../requests/request.ts'
import { batchRead, partOf, queryItems, readItem, wins } from './calls-dynamodb.ts'
import type { BegunErasure, Erasures, Restore } from './erasures.ts'
import {
  date,
  type Item,
  itemKey,
  itemOf,
  keyOf,
  number,
  oneOf,
  optionalDate,
  primaryKey,
  requestPk,
  scopeOf,
  text,
  using,
} from './row-dynamodb.ts'

const CONCURRENCY = 8

export function erasuresIn(client: DynamoDBClient, table: string): Erasures {
  const found = (replay: string, key: RequestKey) =>
    partOf(client, table, { key, prefix: `FOUND#${replay}#` })
  const put = (Item: Item) => client.send(new PutItemCommand({ TableName: table, Item }))
  const remove = (Key: Item) => client.send(new DeleteItemCommand({ TableName: table, Key }))
  return {
    async noteErased(hashes, { request, until }) {
      await pMap(hashes, (hash) => note(client, table, { hash, request, until }), {
        concurrency: CONCURRENCY,
      })
    },

    async erasersOf(hashes) {
      const items = await batchRead(client, table, hashes.map(erasedKey))
      const erasers = ({ requests }: Item) => (requests?.SS ?? []).filter((key) => isRequestKey(key))
      return new Map(items.map((item) => [text(item, 'pk').slice('ID#'.length), erasers(item)]))
    },

    async noteBegun(begun) {
      await put(begunItem(begun))
    },

    async begun(request) {
      const item = await readItem(client, table, begunKey(request))
      return item && begunIn(item)
    },

    async noteFound({ replay, request, hash, sealed, until }) {
      const key = itemKey(requestPk(request), `FOUND#${replay}#${hash}`)
      await put(itemOf(key, { sealed }, until))
    },

    async foundAgain(replay, request) {
      return (await found(replay, request)).map((item) => text(item, 'sealed'))
    },

    async forgetFound(replay, request) {
      for (const item of await found(replay, request)) await remove(primaryKey(item))
    },

    async noteRestore({ id, source, target, at, to }) {
      await put(itemOf(itemKey(RESTORE, id), { at, source, target, to }))
    },

    async restores() {
      const items = await queryItems(client, {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: '#pk = :pk',
        ...using(['pk'], { pk: RESTORE }),
      })
      return items.map(restoreIn)
    },

    async endRestore(id) {
      await remove(itemKey(RESTORE, id))
    },
  }
}

const RESTORE = 'RESTORE'

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
    ...using(['requests'], { request: [request] }),
  }
  const addAndProlong = new UpdateItemCommand({
    ...add,
    UpdateExpression: `${add.UpdateExpression} SET #expiresAt = :until`,
    ConditionExpression: 'attribute_not_exists(#expiresAt) OR #expiresAt < :until',
    ...using(['requests', 'expiresAt'], { request: [request], until: epochSeconds(until) }),
  })
  if (!(await wins(client.send(addAndProlong)))) await client.send(new UpdateItemCommand(add))
}

const erasedKey = (hash: string) => itemKey(`ID#${hash}`, 'ERASED')
const begunKey = (key: RequestKey) => itemKey(requestPk(key), 'BEGUN')

function begunItem(begun: BegunErasure): Item {
  const { key, channel, scope, receivedAt, dueAt, startedAt, until, ...more } = begun
  const fields = { channel, scope, receivedAt, dueAt, startedAt, more: JSON.stringify(more) }
  return itemOf(begunKey(key), fields, until)
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

const restoreIn = (item: Item): Restore =>
  defined({
    id: text(item, 'sk'),
    at: date(item, 'at'),
    source: item['source']?.S,
    target: item['target']?.S,
    to: optionalDate(item, 'to'),
  })
