/** Mails that are owed, in the ledger: `REQ#<key>` / `NOTICE#<version>`, and `SENT#<hash>` for what has gone out. */

import { createHash } from 'node:crypto'
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { epochSeconds } from '../platform/time.ts'
import { isRequestKey } from '../requests/code.ts'
import { MAIL_KINDS } from '../requests/mail-kinds.ts'
import { MAIL_STATES, type OwedMail } from '../requests/owed-mail.ts'
import type { OwedMails } from './ledger.ts'
import { isLostRace } from './lost-race-dynamodb.ts'
import { date, type Item, keyOf, number, oneOf, requestPk, text } from './row-dynamodb.ts'

const PREFIX = 'NOTICE#'
/** In the index of open rows, beside the shards of the requests. */
const OPEN_SHARD = 'notices'
const OPEN_INDEX = 'open'

export const owedMailsIn = (client: DynamoDBClient, table: string): OwedMails => ({
  async owedMail(request, version) {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: mailKey({ request, version }), ConsistentRead: true }),
    )
    return Item && fromItem(Item)
  },

  async owedMails(request) {
    const found: OwedMail[] = []
    const query = {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :sk)',
      ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
      ExpressionAttributeValues: { ':pk': { S: requestPk(request) }, ':sk': { S: PREFIX } },
    }
    for await (const { Items = [] } of paginateQuery({ client }, query)) found.push(...Items.map(fromItem))
    return found
  },

  async saveMail(mail) {
    try {
      await client.send(new PutItemCommand(mailParams(table, mail)))
      return true
    } catch (error) {
      if (isLostRace(error)) return false
      throw error
    }
  },

  async dueMails(at, limit) {
    const query = {
      TableName: table,
      IndexName: OPEN_INDEX,
      KeyConditionExpression: '#shard = :shard AND #at <= :at',
      ExpressionAttributeNames: { '#shard': 'openShard', '#at': 'nextCheckAt' },
      ExpressionAttributeValues: { ':shard': { S: OPEN_SHARD }, ':at': { S: at.toISOString() } },
    }
    const found: Pick<OwedMail, 'request' | 'version'>[] = []
    for await (const { Items = [] } of paginateQuery({ client }, query)) {
      found.push(...Items.map((item) => ({ request: keyOf(item), version: versionOf(item) })))
      if (found.length >= limit) break
    }
    return found.slice(0, limit)
  },

  async rememberSent(messageId, { request, version }, until) {
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: sentKey(messageId),
        UpdateExpression: 'SET #request = :request, #version = :version, #expiresAt = :until',
        ExpressionAttributeNames: {
          '#request': 'requestKey',
          '#version': 'version',
          '#expiresAt': 'expiresAt',
        },
        ExpressionAttributeValues: {
          ':request': { S: request },
          ':version': { N: String(version) },
          ':until': { N: epochSeconds(until) },
        },
      }),
    )
  },

  async whatWasSent(messageId) {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: sentKey(messageId), ConsistentRead: true }),
    )
    const request = Item?.['requestKey']?.S
    return Item && request !== undefined && isRequestKey(request)
      ? { request, version: number(Item, 'version') }
      : undefined
  },
})

/** The first write makes it; each later one replaces exactly the one before, or nothing. */
export const mailParams = (TableName: string, mail: OwedMail) => ({
  TableName,
  Item: {
    ...mailKey(mail),
    requestKey: { S: mail.request },
    version: { N: String(mail.version) },
    kind: { S: mail.kind },
    state: { S: mail.state },
    writes: { N: String(mail.writes) },
    tries: { N: String(mail.tries) },
    ...(mail.nextCheckAt && {
      openShard: { S: OPEN_SHARD },
      nextCheckAt: { S: mail.nextCheckAt.toISOString() },
    }),
    ...(mail.notBefore && { notBefore: { S: mail.notBefore.toISOString() } }),
    ...(mail.messageId !== undefined && { messageId: { S: mail.messageId } }),
    ...(mail.expiresAt && { expiresAt: { N: epochSeconds(mail.expiresAt) } }),
  } satisfies Item,
  ...(mail.writes === 1
    ? { ConditionExpression: 'attribute_not_exists(#pk)', ExpressionAttributeNames: { '#pk': 'pk' } }
    : {
        ConditionExpression: '#writes = :before',
        ExpressionAttributeNames: { '#writes': 'writes' },
        ExpressionAttributeValues: { ':before': { N: String(mail.writes - 1) } },
      }),
})

const mailKey = ({ request, version }: Pick<OwedMail, 'request' | 'version'>) => ({
  pk: { S: requestPk(request) },
  sk: { S: `${PREFIX}${String(version).padStart(12, '0')}` },
})

const versionOf = (item: Item): number => Number(text(item, 'sk').slice(PREFIX.length))

/** @throws TypeError naming the attribute that is missing or unreadable. */
function fromItem(item: Item): OwedMail {
  return {
    request: keyOf(item),
    version: number(item, 'version'),
    kind: oneOf(item, 'kind', MAIL_KINDS),
    state: oneOf(item, 'state', MAIL_STATES),
    writes: number(item, 'writes'),
    tries: number(item, 'tries'),
    ...(item['nextCheckAt'] && { nextCheckAt: date(item, 'nextCheckAt') }),
    ...(item['notBefore'] && { notBefore: date(item, 'notBefore') }),
    ...(item['expiresAt'] && { expiresAt: new Date(number(item, 'expiresAt') * 1000) }),
    ...(item['messageId']?.S !== undefined && { messageId: item['messageId'].S }),
  }
}

/** A message id says nothing of a person, but it is a key to one's mail: its hash is enough. */
const sentKey = (messageId: string) => ({
  pk: { S: `SENT#${createHash('sha256').update(messageId).digest('hex')}` },
  sk: { S: 'SENT' },
})
