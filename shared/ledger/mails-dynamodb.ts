/**
 * Mail in the ledger: what is owed, `REQ#<key>` / `NOTICE#<version>`, and sent, `SENT#<hash>`; what was not answered,
 * `MAIL#<day>` / `<time>#<id>`; and counts that limit how much is sent, `QUOTA#<name>`.
 */
import { createHash } from 'node:crypto'
import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { addDays } from 'date-fns/addDays'
import { defined } from '../platform/defined.ts'
import { dayOf, epochSeconds } from '../platform/time.ts'
import { isRequestKey } from '../requests/code.ts'
import { MAIL_KINDS } from '../requests/mail-kinds.ts'
import { MAIL_STATES, type OwedMail } from '../requests/owed-mail.ts'
import { dueIn, partOf, queryItems, readItem, wins } from './calls-dynamodb.ts'
import type { MailKey, MailLog, NotedMail, OwedMails } from './ledger.ts'
import {
  date,
  expiryOf,
  type Item,
  itemKey,
  itemOf,
  keyOf,
  number,
  OPEN_MAILS,
  oneOf,
  optionalDate,
  replacing,
  requestPk,
  text,
  using,
} from './row-dynamodb.ts'

export const MAIL = 'NOTICE#'

export const owedMailsIn = (client: DynamoDBClient, table: string): OwedMails => ({
  async owedMail(request, version) {
    const item = await readItem(client, table, mailKey({ request, version }))
    return item && fromMailItem(item)
  },

  async owedMails(request) {
    return (await partOf(client, table, { key: request, prefix: MAIL })).map(fromMailItem)
  },

  saveMail: (mail) => wins(client.send(new PutItemCommand(mailParams(table, mail)))),

  async dueMails(at, limit) {
    const found = await queryItems(client, dueIn(table, OPEN_MAILS, at), limit)
    return found.slice(0, limit).map((item) => ({ request: keyOf(item), version: versionOf(item) }))
  },

  async rememberSent(messageId, { request, version }, until) {
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: sentKey(messageId),
        UpdateExpression: 'SET #requestKey = :request, #version = :version, #expiresAt = :until',
        ...using(['requestKey', 'version', 'expiresAt'], { request, version, until: epochSeconds(until) }),
      }),
    )
  },

  async whatWasSent(messageId) {
    const item = await readItem(client, table, sentKey(messageId))
    const request = item?.['requestKey']?.S
    return item && request !== undefined && isRequestKey(request)
      ? { request, version: number(item, 'version') }
      : undefined
  },
})

export const mailParams = (TableName: string, mail: OwedMail) => {
  const { request: requestKey, expiresAt, ...fields } = mail
  const openShard = mail.nextCheckAt && OPEN_MAILS
  return {
    TableName,
    Item: itemOf(mailKey(mail), { ...fields, requestKey, openShard }, expiresAt),
    ...replacing('writes', mail.writes),
  }
}

const mailKey = ({ request, version }: MailKey) => itemKey(requestPk(request), `${MAIL}${padded(version)}`)

/** In a sort key: as text, 10 comes before 9. */
export const padded = (version: number): string => String(version).padStart(12, '0')

const versionOf = (item: Item): number => Number(text(item, 'sk').slice(MAIL.length))

/** @throws TypeError naming the attribute that is missing or unreadable. */
const fromMailItem = (item: Item): OwedMail =>
  defined({
    request: keyOf(item),
    version: number(item, 'version'),
    kind: oneOf(item, 'kind', MAIL_KINDS),
    state: oneOf(item, 'state', MAIL_STATES),
    writes: number(item, 'writes'),
    tries: number(item, 'tries'),
    nextCheckAt: optionalDate(item, 'nextCheckAt'),
    notBefore: optionalDate(item, 'notBefore'),
    expiresAt: expiryOf(item),
    messageId: item['messageId']?.S,
  })

/** A message id names no person, but it is a key to one's mail: its hash is enough. */
const sentKey = (messageId: string) =>
  itemKey(`SENT#${createHash('sha256').update(messageId).digest('hex')}`, 'SENT')

const KEEP_DAYS = 30

export const mailLogIn = (client: DynamoDBClient, table: string): MailLog => ({
  async takeTurn(name, { limit, at, until }) {
    const item = { TableName: table, Key: itemKey(`QUOTA#${name}`, 'TURNS') }
    const next = new UpdateItemCommand({
      ...item,
      UpdateExpression: 'ADD #turns :one',
      ConditionExpression: '#endsAt > :now AND #turns < :limit',
      ...using(['turns', 'endsAt'], { one: 1, now: at, limit }),
    })
    if (await wins(client.send(next))) return true
    const first = new UpdateItemCommand({
      ...item,
      UpdateExpression: 'SET #turns = :one, #endsAt = :until, #expiresAt = :ttl',
      // The period before is over; TTL may leave its item standing for days.
      ConditionExpression: 'attribute_not_exists(#endsAt) OR #endsAt <= :now',
      ...using(['turns', 'endsAt', 'expiresAt'], { one: 1, now: at, until, ttl: epochSeconds(until) }),
    })
    return wins(client.send(first))
  },

  async noteMail({ id, at, is, why }) {
    const key = itemKey(`MAIL#${dayOf(at)}`, `${at.toISOString()}#${id}`)
    const Item = itemOf(key, { id, at, is, why }, addDays(at, KEEP_DAYS))
    await client.send(new PutItemCommand({ TableName: table, Item }))
  },

  async mailsOn(day) {
    const items = await queryItems(client, {
      TableName: table,
      KeyConditionExpression: '#pk = :pk',
      ...using(['pk'], { pk: `MAIL#${day}` }),
    })
    return items.map(fromNote)
  },
})

const fromNote = (item: Item): NotedMail =>
  defined({ id: text(item, 'id'), at: date(item, 'at'), is: text(item, 'is'), why: item['why']?.S })
