/**
 * A function holding: the copy of a person's documents in an index of Amazon OpenSearch Service.
 *
 *   search: { function: 'arn:aws:lambda:…:function:erase-search', action: 'erase', category: 'orders', scope: 'account', after: ['orders'] }
 *
 * Stand it `after` the holding that is copied, or the copying brings documents back. A search sees what the last refresh saw,
 * and only primary shards see it at once: every call begins with one, and asks those. `verify` then proves that no primary
 * shard finds a document; replicas follow, and what is deleted stays in segments until they are merged, and in snapshots
 * until those end. Serverless collections know no delete by query.
 */

import { Hash } from '@smithy/core/serde'
import { SignatureV4 } from '@smithy/signature-v4'
import type { OutsideAnswer, OutsideEvent } from '../../shared/person/company-function.ts'

const index = new URL(process.env['SEARCH_INDEX_URL'] ?? 'https://search.example/orders')
const PER_CALL = 2000
const preference = '_primary'

export default async function searchCopy({ phase, identities }: OutsideEvent): Promise<OutsideAnswer> {
  const userId = identities['userId'] ?? []
  if (userId.length === 0) return { items: 0, done: true }
  const { fields } = await post('_field_caps', { fields: 'userId' })
  // Not mapped, or as text, it finds nobody: that would look like nothing left.
  if (Object.keys((fields as { userId?: object }).userId ?? {}).join() !== 'keyword') {
    throw new Error('userId is not a keyword')
  }
  if (shards(await post('_refresh', {}), 'failed') > 0) throw new Error('a shard did not refresh')
  const body = { query: { terms: { userId } } }
  if (phase !== 'erase') {
    const counted = await post('_count', { preference }, body)
    // A shard without a node has neither succeeded nor failed, and may hold what is looked for.
    if (shards(counted, 'successful') !== shards(counted, 'total')) throw new Error('a shard did not answer')
    return { items: number(counted, 'count'), done: true }
  }
  const deleted = await post(
    '_delete_by_query',
    { preference, max_docs: `${PER_CALL}`, refresh: 'true' },
    body,
  )
  if (deleted['timed_out'] !== false || !isEmpty(deleted['failures'])) throw new Error('not all was deleted')
  const items = number(deleted, 'deleted')
  return { items, done: items < PER_CALL }
}

type Answer = Readonly<Record<string, unknown>>

async function post(
  operation: string,
  query: Readonly<Record<string, string>>,
  content?: unknown,
): Promise<Answer> {
  const {
    AWS_ACCESS_KEY_ID = '',
    AWS_SECRET_ACCESS_KEY = '',
    AWS_SESSION_TOKEN,
    AWS_REGION = '',
  } = process.env
  const signer = new SignatureV4({
    service: 'es',
    region: AWS_REGION,
    sha256: Hash.bind(undefined, 'sha256'),
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN !== undefined && { sessionToken: AWS_SESSION_TOKEN }),
    },
  })
  const url = new URL(`${index.pathname}/${operation}?${new URLSearchParams(query).toString()}`, index)
  const body = content === undefined ? '' : JSON.stringify(content)
  const { protocol, hostname, pathname: path } = url
  const { headers } = await signer.sign({
    method: 'POST',
    protocol,
    hostname,
    path,
    query: { ...query },
    headers: { host: url.host, 'content-type': 'application/json' },
    body,
  })
  const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(50_000) })
  // What it says may repeat the query, which names the person.
  if (!answer.ok) throw new Error(`${operation} was answered ${answer.status}`)
  return (await answer.json()) as Answer
}

const shards = (answer: Answer, how: 'total' | 'successful' | 'failed'): number =>
  number((answer['_shards'] ?? {}) as Answer, how)

function number(answer: Answer, name: string): number {
  const value = answer[name]
  if (typeof value !== 'number') throw new Error(`an answer without ${name}`)
  return value
}

const isEmpty = (list: unknown): boolean => Array.isArray(list) && list.length === 0
