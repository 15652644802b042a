/** A request as a DynamoDB item, and the attributes of every item. One that cannot be read is a defect, never a default. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { defined } from '../platform/defined.ts'
import { epochSeconds } from '../platform/time.ts'
import { isRequestKey, type RequestKey } from '../requests/code.ts'
import { STATES } from '../requests/lifecycle.ts'
import { CHANNELS, type DeletionRequest } from '../requests/request.ts'

export type Item = Record<string, AttributeValue>

const SHARDS = 8
/** The hash key of both indexes of open items: the shards of requests, and what else is open. */
export const OPEN_SHARDS = Array.from({ length: SHARDS }, (_, shard) => String(shard))
export const OPEN_MAILS = 'notices'
export const OPEN_COMPLAINTS = 'complaints'
/** By `nextCheckAt`. */
export const OPEN_INDEX = 'open'
/** By `receivedAt`. */
export const RECEIVED_INDEX = 'received'

const shardOf = (key: RequestKey): string => String(Number.parseInt(key.slice(0, 2), 16) % SHARDS)

export const itemKey = (pk: string, sk: string) => ({ pk: { S: pk }, sk: { S: sk } }) satisfies Item
export const requestPk = (key: RequestKey): string => `REQ#${key}`
export const rowKey = (key: RequestKey) => itemKey(requestPk(key), 'META')
/** The key of any item of the ledger. */
export const primaryKey = ({ pk, sk }: Item): Item => defined({ pk, sk }) as Item

const NEEDED_DATES = ['receivedAt', 'updatedAt', 'dueAt'] as const
const OPTIONAL_DATES = ['endedAt', 'firstDeleteAt', 'nextCheckAt', 'answerAt', 'resumeAt'] as const
const TEXTS = ['app', 'identity', 'contact', 'heldFrom', 'heldBy', 'journaled', 'mapHash', 'repeats'] as const
const NUMBERS = ['version', 'attempts', 'wakeups'] as const
/** Structures that nobody queries: JSON text. */
const STRUCTURES = [
  'messages',
  'doubts',
  'approval',
  'checkpoint',
  'problem',
  'confirmed',
  'outcome',
  'opened',
  'retention',
  'alone',
  'keeps',
  'refusal',
  'extension',
  'complaints',
] as const
const AS_THEY_ARE = [
  'state',
  'channel',
  'scope',
  ...NEEDED_DATES,
  ...OPTIONAL_DATES,
  ...TEXTS,
  ...NUMBERS,
] as const

export function toItem(request: DeletionRequest): Item {
  const { key, lease, nextCheckAt, expiresAt } = request
  const asJson = STRUCTURES.map((name) => [name, request[name] && JSON.stringify(request[name])] as const)
  const fields = {
    requestKey: key,
    ...Object.fromEntries([...AS_THEY_ARE.map((name) => [name, request[name]] as const), ...asJson]),
    leaseId: lease?.id,
    leaseUntil: lease?.until,
    openShard: nextCheckAt && shardOf(key),
  }
  return itemOf(rowKey(key), fields, expiresAt)
}

/** @throws TypeError naming the attribute that is missing or unreadable. */
export function fromItem(item: Item): DeletionRequest {
  const request: Readonly<Record<string, unknown>> = defined({
    key: keyOf(item),
    state: oneOf(item, 'state', STATES),
    channel: oneOf(item, 'channel', CHANNELS),
    scope: scopeOf(item),
    ...Object.fromEntries([
      ...NEEDED_DATES.map((name) => [name, date(item, name)]),
      ...OPTIONAL_DATES.map((name) => [name, optionalDate(item, name)]),
      ...TEXTS.map((name) => [name, item[name]?.S]),
      ...NUMBERS.map((name) => [name, number(item, name)]),
      ...STRUCTURES.map((name) => [name, structure(item, name)]),
    ]),
    lease: item['leaseId'] && { id: text(item, 'leaseId'), until: date(item, 'leaseUntil') },
    expiresAt: expiryOf(item),
  })
  if (!request['doubts']) throw new TypeError('a row of the ledger has no doubts')
  // Every attribute was checked above, by name.
  return request as unknown as DeletionRequest
}

type Fields = Readonly<Record<string, string | number | Date | readonly string[] | undefined>>

/** Dates as ISO 8601, numbers as DynamoDB's own, lists as sets; a field without a value is left out. */
const attributes = (fields: Fields): Item =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, attribute(value)]],
    ),
  )

function attribute(value: NonNullable<Fields[string]>): AttributeValue {
  if (typeof value === 'number') return { N: String(value) }
  if (typeof value === 'string') return { S: value }
  return value instanceof Date ? { S: value.toISOString() } : { SS: [...value] }
}

/** The `#names` and `:values` of an expression. */
export const using = (names: readonly string[], values: Fields = {}) => ({
  ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
  ExpressionAttributeValues: Object.fromEntries(
    Object.entries(attributes(values)).map(([name, value]) => [`:${name}`, value]),
  ),
})

/** The condition of a put: the first write makes the item; each later one replaces exactly the one before, or nothing. */
export const replacing = (count: 'version' | 'writes', n: number) =>
  n === 1
    ? { ConditionExpression: 'attribute_not_exists(#pk)', ExpressionAttributeNames: { '#pk': 'pk' } }
    : { ConditionExpression: `#${count} = :before`, ...using([count], { before: n - 1 }) }

/** An item with these fields, which goes after `expiresAt`, by DynamoDB's TTL. */
export const itemOf = (key: Item, fields: Fields, expiresAt?: Date): Item => ({
  ...key,
  ...attributes({ ...fields, expiresAt: expiresAt && epochSeconds(expiresAt) }),
})

export const expiryOf = (item: Item): Date | undefined =>
  item['expiresAt'] && new Date(number(item, 'expiresAt') * 1000)

export function keyOf(item: Item): RequestKey {
  const key = text(item, 'pk').slice('REQ#'.length)
  if (!isRequestKey(key)) throw new TypeError('a row of the ledger has no request key')
  return key
}

export const scopeOf = (item: Item) => oneOf(item, 'scope', ['platform', 'account'])

export function text(item: Item, name: string): string {
  const value = item[name]?.S
  if (value === undefined) throw new TypeError(`a row of the ledger has no ${name}`)
  return value
}

export function number(item: Item, name: string): number {
  const value = Number(item[name]?.N)
  if (!Number.isFinite(value)) throw new TypeError(`a row of the ledger has no ${name}`)
  return value
}

export function date(item: Item, name: string): Date {
  const parsed = new Date(text(item, name))
  if (Number.isNaN(parsed.getTime())) throw new TypeError(`a row of the ledger has an unreadable ${name}`)
  return parsed
}

export const optionalDate = (item: Item, name: string): Date | undefined => item[name] && date(item, name)

const structure = (item: Item, name: string): unknown => item[name] && JSON.parse(text(item, name))

export function oneOf<T extends string>(item: Item, name: string, allowed: readonly T[]): T {
  const value = text(item, name)
  const found = allowed.find((candidate) => candidate === value)
  if (found === undefined) throw new TypeError(`a row of the ledger has an unknown ${name}`)
  return found
}
