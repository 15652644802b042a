/** Requests in DynamoDB: `REQ#<key>` / `META`, `IDS#n`, `LOG#<time>`, `SUBJECTS#n`, `COMPLAINT#n`. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { type OwedMail, owedMailOf } from '../requests/owed-mail.ts'
import type { DeletionRequest } from '../requests/request.ts'
import { COMPLAINT, complaintParams } from './complaints-dynamodb.ts'
import { expireParams, fromLine, lineParams } from './history-dynamodb.ts'
import { bytesOf } from './identities-dynamodb.ts'
import type { Requests } from './ledger.ts'
import { isLostRace } from './lost-race-dynamodb.ts'
import { mailParams } from './owed-mails-dynamodb.ts'
import { fromItem, primaryKey, requestPk, toItem } from './row-dynamodb.ts'
import { subjectParams } from './subjects-dynamodb.ts'
import {
  inTransactions,
  isStillAt,
  MAX_TRANSACTION,
  partOf,
  transact,
  translated,
} from './transactions-dynamodb.ts'

export function requestsIn(client: DynamoDBClient, table: string): Requests {
  const due = (mail: OwedMail | undefined): TransactWriteItem[] =>
    mail ? [{ Put: mailParams(table, mail) }] : []

  const ledger: Requests = {
    async open(request) {
      const said = owedMailOf(request, 'received', request.receivedAt)
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

    async save(request, entry, complaint) {
      if (entry) {
        return transact(client, request, [
          { Put: putParams(table, request) },
          { Put: lineParams(table, request, entry) },
          ...due(owedMailOf(request, entry.step, entry.at)),
          ...(complaint ? [{ Put: complaintParams(table, complaint) }] : []),
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
        partOf(client, table, { key, prefix: 'IDS#' }),
        Promise.all([
          partOf(client, table, { key, prefix: 'LOG#' }),
          partOf(client, table, { key, prefix: 'NOTICE#' }),
          // An answered one has its own end.
          partOf(client, table, { key, prefix: COMPLAINT }).then((all) =>
            all.filter((one) => !one['expiresAt']),
          ),
        ]).then((parts) => parts.flat()),
        ledger.subjects(key),
      ])
      const said = due(owedMailOf(request, entry.step, entry.at))
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
        await transact(client, request, [
          { ConditionCheck: { TableName: table, ...isStillBefore } },
          ...first,
          ...some,
        ])
      }
      // Older lines get their end ahead as well: written twice, it is the same.
      const room = MAX_TRANSACTION - 2 - said.length - last.length - kept.length
      for (const { Update } of ends.slice(room)) await client.send(new UpdateItemCommand(Update))
      await transact(client, request, [
        { Put: putParams(table, request) },
        { Put: lineParams(table, request, entry) },
        ...said,
        ...last,
        ...kept,
        ...ends.slice(0, room),
      ])
    },

    async subjects(key) {
      return (await partOf(client, table, { key, prefix: 'SUBJECTS#' })).flatMap(
        ({ hashes }) => hashes?.SS ?? [],
      )
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
      return (await partOf(client, table, { key, prefix: 'LOG#' })).map(fromLine)
    },
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
