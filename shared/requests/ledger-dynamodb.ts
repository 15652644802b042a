/** The ledger in DynamoDB: `REQ#<key>` / `META`, `IDS#n`, `LOG#<time>`, `SUBJECTS#n`, and `ID#<hash>` / `CLAIM`, `HOLD`. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  paginateQuery,
  paginateScan,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { epochSeconds } from '../platform/time.ts'
import { claimsIn } from './claims-dynamodb.ts'
import type { RequestKey } from './code.ts'
import { expireParams, fromLine, lineParams } from './history-dynamodb.ts'
import { holdsIn } from './holds-dynamodb.ts'
import type { Ledger } from './ledger.ts'
import { listingsIn } from './listings-dynamodb.ts'
import { isLostRace, lostRace } from './lost-race-dynamodb.ts'
import { mailLogIn } from './mail-log-dynamodb.ts'
import { type Notice, noticeOf } from './notice.ts'
import { noticeParams, noticesIn } from './notices-dynamodb.ts'
import { quotasIn } from './quotas-dynamodb.ts'
import type { DeletionRequest } from './request.ts'
import { fromItem, type Item, keyOf, OPEN_SHARDS, primaryKey, requestPk, toItem } from './row-dynamodb.ts'
import { switchIn } from './switch-dynamodb.ts'

const OPEN_INDEX = 'open'
const SCAN_SEGMENTS = 8
const MAX_TRANSACTION = 100
/** DynamoDB takes 4 MB; a row and its lines need some of it. */
const MAX_TRANSACTION_BYTES = 3_000_000

export function dynamoLedger(client: DynamoDBClient, table: string): Ledger {
  const partOf = async (key: RequestKey, prefix: string): Promise<Item[]> => {
    const items: Item[] = []
    const query = {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :sk)',
      ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
      ExpressionAttributeValues: { ':pk': { S: requestPk(key) }, ':sk': { S: prefix } },
    }
    for await (const page of paginateQuery({ client }, query)) items.push(...(page.Items ?? []))
    return items
  }

  const transact = async (request: DeletionRequest, TransactItems: TransactWriteItem[]): Promise<void> => {
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems }))
    } catch (error) {
      throw translated(error, request)
    }
  }

  const due = (notice: Notice | undefined): TransactWriteItem[] =>
    notice ? [{ Put: noticeParams(table, notice) }] : []

  const ledger: Ledger = {
    async open(request) {
      const said = noticeOf(request, 'received', request.receivedAt)
      try {
        const first = putParams(table, request)
        if (said)
          await client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: first }, ...due(said)] }))
        else await client.send(new PutItemCommand(first))
        return { request, created: true }
      } catch (error) {
        if (!isLostRace(error)) throw error
        const there =
          error instanceof ConditionalCheckFailedException && error.Item
            ? fromItem(error.Item)
            : await ledger.find(request.key)
        if (!there) throw error
        return { request: there, created: false }
      }
    },

    async find(key) {
      const { Item } = await client.send(
        new GetItemCommand({
          TableName: table,
          Key: { pk: { S: requestPk(key) }, sk: { S: 'META' } },
          ConsistentRead: true,
        }),
      )
      return Item && fromItem(Item)
    },

    async save(request, entry) {
      if (entry) {
        return transact(request, [
          { Put: putParams(table, request) },
          { Put: lineParams(table, request, entry) },
          ...due(noticeOf(request, entry.step, entry.at)),
        ])
      }
      try {
        await client.send(new PutItemCommand(putParams(table, request)))
      } catch (error) {
        throw translated(error, request)
      }
    },

    async finish(request, entry, { hashes, until } = { hashes: [], until: request.updatedAt }) {
      const { key, expiresAt } = request
      const [chunks, lines, before] = await Promise.all([
        partOf(key, 'IDS#'),
        Promise.all([partOf(key, 'LOG#'), partOf(key, 'NOTICE#')]).then((parts) => parts.flat()),
        ledger.subjects(key),
      ])
      const said = due(noticeOf(request, entry.step, entry.at))
      const ends = expiresAt
        ? lines.map((line) => ({ Update: expireParams(table, primaryKey(line), expiresAt) }))
        : []
      // Who comes after a crash may know fewer values: their hashes were kept before the first of them went.
      const kept = subjectParams(table, key, [...new Set([...before, ...hashes])], until)
      const deletions = chunks.map((chunk) => ({
        bytes: bytesOf(chunk),
        action: { Delete: { TableName: table, Key: primaryKey(chunk) } },
      }))
      const [last = [], ...ahead] = inTransactions(deletions, MAX_TRANSACTION - 2 - said.length - kept.length)
      const isStillBefore = isStillAt({ key, version: request.version - 1 })
      for (const [n, some] of ahead.entries()) {
        const first = n === 0 ? kept : []
        await transact(request, [
          { ConditionCheck: { TableName: table, ...isStillBefore } },
          ...first,
          ...some,
        ])
      }
      // Older lines get their end ahead as well: written twice, it is the same.
      const room = MAX_TRANSACTION - 2 - said.length - last.length - kept.length
      for (const { Update } of ends.slice(room)) await client.send(new UpdateItemCommand(Update))
      await transact(request, [
        { Put: putParams(table, request) },
        { Put: lineParams(table, request, entry) },
        ...said,
        ...last,
        ...kept,
        ...ends.slice(0, room),
      ])
    },

    async subjects(key) {
      return (await partOf(key, 'SUBJECTS#')).flatMap(({ hashes }) => hashes?.SS ?? [])
    },

    async countNothingFound(series, found) {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { pk: { S: `RULE#nothing-found#${series}` }, sk: { S: 'COUNT' } },
          UpdateExpression: found ? 'SET #count = :count' : 'ADD #count :count',
          ExpressionAttributeNames: { '#count': 'count' },
          ExpressionAttributeValues: { ':count': { N: found ? '0' : '1' } },
          ReturnValues: 'UPDATED_NEW',
        }),
      )
      return Number(Attributes?.['count']?.N ?? 0)
    },

    async history(key) {
      return (await partOf(key, 'LOG#')).map(fromLine)
    },

    async due(at, limit) {
      const shards = await Promise.all(
        OPEN_SHARDS.map(async (shard) => {
          const items: Item[] = []
          const query = {
            TableName: table,
            IndexName: OPEN_INDEX,
            KeyConditionExpression: '#shard = :shard AND #at <= :at',
            ExpressionAttributeNames: { '#shard': 'openShard', '#at': 'nextCheckAt' },
            ExpressionAttributeValues: { ':shard': { S: shard }, ':at': { S: at.toISOString() } },
          }
          for await (const page of paginateQuery({ client }, query)) {
            items.push(...(page.Items ?? []))
            if (items.length >= limit) break
          }
          return items
        }),
      )
      return shards
        .flat()
        .sort((a, b) => (a['nextCheckAt']?.S ?? '').localeCompare(b['nextCheckAt']?.S ?? ''))
        .slice(0, limit)
        .map(keyOf)
    },

    async beginningWith(prefix) {
      const segments = Array.from({ length: SCAN_SEGMENTS }, async (_, segment) => {
        const keys: RequestKey[] = []
        const scan = {
          TableName: table,
          Segment: segment,
          TotalSegments: SCAN_SEGMENTS,
          FilterExpression: '#sk = :meta AND begins_with(#pk, :prefix)',
          ProjectionExpression: '#pk',
          ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
          ExpressionAttributeValues: { ':meta': { S: 'META' }, ':prefix': { S: `REQ#${prefix}` } },
        }
        for await (const page of paginateScan({ client }, scan)) keys.push(...(page.Items ?? []).map(keyOf))
        return keys
      })
      return (await Promise.all(segments)).flat()
    },

    async identities(key) {
      return (await partOf(key, 'IDS#')).flatMap((item) => item['sealed']?.S ?? [])
    },

    async saveIdentities(request, chunks) {
      const before = await partOf(request.key, 'IDS#')
      const replacedFrom = (start: number): readonly (readonly TransactWriteItem[])[] => {
        const items = chunks.map((sealed, n) => chunkItem(request.key, start + n, sealed))
        const names = new Set(items.map(({ sk }) => sk.S))
        const surplus = before.filter(({ sk }) => !names.has(sk?.S ?? ''))
        return inTransactions(
          [
            ...items.map((Item) => ({ bytes: bytesOf(Item), action: { Put: { TableName: table, Item } } })),
            ...surplus.map((chunk) => ({
              bytes: bytesOf(chunk),
              action: { Delete: { TableName: table, Key: primaryKey(chunk) } },
            })),
          ],
          MAX_TRANSACTION - 1,
        )
      }
      const inPlace = replacedFrom(0)
      // In several, the new chunks stand beside the old ones until they are complete: a crash between loses no value.
      for (const some of inPlace.length > 1 ? replacedFrom(freeStart(before, chunks.length)) : inPlace) {
        await transact(request, [{ ConditionCheck: { TableName: table, ...isStillAt(request) } }, ...some])
      }
    },

    ...claimsIn(client, table),
    ...holdsIn(client, table),
    ...listingsIn(client, table),
    ...switchIn(client, table),
    ...noticesIn(client, table),
    ...quotasIn(client, table),
    ...mailLogIn(client, table),
  }
  return ledger
}

/** The exact condition that all writers rely on. */
const putParams = (TableName: string, request: DeletionRequest): PutItemCommandInput => ({
  TableName,
  Item: toItem(request),
  // The first version creates; each later one replaces exactly its predecessor, or nothing.
  ...(request.version === 1
    ? {
        ConditionExpression: 'attribute_not_exists(#pk)',
        ExpressionAttributeNames: { '#pk': 'pk' },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      }
    : {
        ConditionExpression: '#version = :before',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':before': { N: String(request.version - 1) } },
      }),
})

const chunkItem = (key: RequestKey, n: number, sealed: string) =>
  ({
    pk: { S: requestPk(key) },
    sk: { S: `IDS#${String(n).padStart(4, '0')}` },
    sealed: { S: sealed },
  }) satisfies Item

/** A seal is plain ASCII. */
const bytesOf = ({ sealed }: Item): number => sealed?.S?.length ?? 0

/** Where that many chunks stand beside those that are there. */
function freeStart(there: readonly Item[], length: number): number {
  const numbers = there.map(({ sk }) => Number(sk?.S?.slice('IDS#'.length)))
  return Math.min(...numbers) < length ? Math.max(...numbers) + 1 : 0
}

/** In order, each as large as a transaction with so much room for them may be. */
function inTransactions(
  all: readonly { readonly bytes: number; readonly action: TransactWriteItem }[],
  room: number,
): readonly (readonly TransactWriteItem[])[] {
  const transactions: TransactWriteItem[][] = []
  let left = 0
  for (const { bytes, action } of all) {
    const last = transactions.at(-1)
    left -= bytes
    if (last && last.length < room && left >= 0) last.push(action)
    else {
      transactions.push([action])
      left = MAX_TRANSACTION_BYTES - bytes
    }
  }
  return transactions
}

/** 64 characters a hash, 400 KB an item. */
const HASHES_PER_ITEM = 2000

const subjectParams = (TableName: string, key: RequestKey, hashes: readonly string[], until: Date) =>
  Array.from({ length: Math.ceil(hashes.length / HASHES_PER_ITEM) }, (_, n) => ({
    Put: {
      TableName,
      Item: {
        pk: { S: requestPk(key) },
        sk: { S: `SUBJECTS#${String(n).padStart(4, '0')}` },
        hashes: { SS: hashes.slice(n * HASHES_PER_ITEM, (n + 1) * HASHES_PER_ITEM) },
        expiresAt: { N: epochSeconds(until) },
      } satisfies Item,
    },
  }))

const isStillAt = ({ key, version }: Pick<DeletionRequest, 'key' | 'version'>) => ({
  Key: { pk: { S: requestPk(key) }, sk: { S: 'META' } },
  ConditionExpression: '#version = :version',
  ExpressionAttributeNames: { '#version': 'version' },
  ExpressionAttributeValues: { ':version': { N: String(version) } },
})

/** Somebody else's write came first, or the error as it is. */
const translated = (error: unknown, request: DeletionRequest): unknown =>
  isLostRace(error) ? lostRace(`version ${request.version} was already taken`, error) : error
