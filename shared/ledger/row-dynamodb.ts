/** A request as a DynamoDB item. A row that cannot be read is a defect, never a default. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { epochSeconds } from '../platform/time.ts'
import { isRequestKey, type RequestKey } from '../requests/code.ts'
import { STATES } from '../requests/lifecycle.ts'
import { CHANNELS, type DeletionRequest } from '../requests/request.ts'

export type Item = Record<string, AttributeValue>

const SHARDS = 8

/** The key of any item of the ledger. */
export const primaryKey = ({ pk, sk }: Item): Item => ({ ...(pk && { pk }), ...(sk && { sk }) })

export const requestPk = (key: RequestKey): string => `REQ#${key}`
export const OPEN_SHARDS = Array.from({ length: SHARDS }, (_, shard) => String(shard))
const shardOf = (key: RequestKey): string => String(Number.parseInt(key.slice(0, 2), 16) % SHARDS)

const DATES = [
  'receivedAt',
  'updatedAt',
  'dueAt',
  'endedAt',
  'firstDeleteAt',
  'nextCheckAt',
  'answerAt',
  'resumeAt',
] as const
const TEXTS = ['app', 'identity', 'contact', 'heldFrom', 'heldBy', 'journaled', 'mapHash', 'repeats'] as const
const NUMBERS = ['version', 'attempts', 'wakeups'] as const
/** Structures nobody queries: JSON text. */
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

export function toItem(request: DeletionRequest): Item {
  const item: Item = {
    pk: { S: requestPk(request.key) },
    sk: { S: 'META' },
    requestKey: { S: request.key },
    state: { S: request.state },
    channel: { S: request.channel },
    scope: { S: request.scope },
  }
  for (const name of DATES) {
    const date = request[name]
    if (date) item[name] = { S: date.toISOString() }
  }
  for (const name of TEXTS) {
    const text = request[name]
    if (text !== undefined) item[name] = { S: text }
  }
  for (const name of NUMBERS) item[name] = { N: String(request[name]) }
  for (const name of STRUCTURES) {
    const structure = request[name]
    if (structure !== undefined) item[name] = { S: JSON.stringify(structure) }
  }
  if (request.lease) {
    item['leaseId'] = { S: request.lease.id }
    item['leaseUntil'] = { S: request.lease.until.toISOString() }
  }
  if (request.nextCheckAt) item['openShard'] = { S: shardOf(request.key) }
  if (request.expiresAt) item['expiresAt'] = { N: epochSeconds(request.expiresAt) }
  return item
}

/** @throws TypeError naming the attribute that is missing or unreadable. */
export function fromItem(item: Item): DeletionRequest {
  const entries: [string, unknown][] = [
    ['key', keyOf(item)],
    ['state', oneOf(item, 'state', STATES)],
    ['channel', oneOf(item, 'channel', CHANNELS)],
    ['scope', oneOf(item, 'scope', ['platform', 'account'])],
    ...DATES.map((name) => [name, item[name] && date(item, name)] satisfies [string, unknown]),
    ...TEXTS.map((name) => [name, item[name]?.S] satisfies [string, unknown]),
    ...NUMBERS.map((name) => [name, number(item, name)] satisfies [string, unknown]),
    ...STRUCTURES.map((name) => [name, structure(item, name)] satisfies [string, unknown]),
  ]
  if (item['leaseId']) {
    entries.push(['lease', { id: text(item, 'leaseId'), until: date(item, 'leaseUntil') }])
  }
  if (item['expiresAt']) entries.push(['expiresAt', new Date(number(item, 'expiresAt') * 1000)])
  const request = Object.fromEntries(entries.filter(([, value]) => value !== undefined))
  for (const needed of ['receivedAt', 'updatedAt', 'dueAt', 'doubts']) {
    if (request[needed] === undefined) throw new TypeError(`a row of the ledger has no ${needed}`)
  }
  // Every attribute was checked above, by name.
  return request as unknown as DeletionRequest
}

export function keyOf(item: Item): RequestKey {
  const key = text(item, 'pk').slice('REQ#'.length)
  if (!isRequestKey(key)) throw new TypeError('a row of the ledger has no request key')
  return key
}

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

function structure(item: Item, name: string): unknown {
  const value = item[name]?.S
  return value === undefined ? undefined : JSON.parse(value)
}

export function oneOf<T extends string>(item: Item, name: string, allowed: readonly T[]): T {
  const value = text(item, name)
  const found = allowed.find((candidate) => candidate === value)
  if (found === undefined) throw new TypeError(`a row of the ledger has an unknown ${name}`)
  return found
}
