/**
 * A function holding: the copy of a person's documents in an index of Amazon OpenSearch Service.
 *
 *   search: { function: 'arn:aws:lambda:…:function:erase-search', action: 'erase', category: 'orders', scope: 'account', after: ['orders'] }
 *
 * Stand it `after` the holding that is copied, or the copying brings documents back. Needs es:ESHttpPost on the index. A search
 * sees what the last refresh saw, so every call begins with one. `verify` then proves that no shard finds a document; what is
 * deleted stays in segments until they are merged, and in snapshots until those end. Serverless collections know no delete by
 * query.
 */
import { Hash } from '@smithy/core/serde'
import { SignatureV4 } from '@smithy/signature-v4'
import type { OutsideAnswer, OutsideEvent } from '../../shared/erasure/outside.ts'

const index = new URL(process.env['SEARCH_INDEX_URL'] ?? 'https://search.example/orders')
const PER_CALL = 2000

export default async function searchCopy({ phase, identities }: OutsideEvent): Promise<OutsideAnswer> {
  const userId = identities['userId'] ?? []
  if (userId.length === 0) return { items: 0, done: true }
  // A comma would make two shards of one value.
  if (!userId.every((value) => /^[\w-]+$/.test(value))) throw new Error('a user id that cannot be a routing')
  const body = { query: { terms: { userId } } }
  whole(await post('_refresh', {}))
  // These documents are stored with their user id as the routing. Leave it out where yours are not: all shards are asked.
  const routing = userId.join(',')
  if (phase !== 'erase') {
    const counted = whole(await post('_count', { routing }, body))
    return { items: number(counted, 'count'), done: true }
  }
  const deleted = await post('_delete_by_query', { routing, max_docs: `${PER_CALL}`, refresh: 'true' }, body)
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

/** A shard that did not answer may hold what is looked for. */
function whole(answer: Answer): Answer {
  const shards = answer['_shards'] as Answer | undefined
  if (shards?.['failed'] !== 0) throw new Error('a shard did not answer')
  return answer
}

function number(answer: Answer, name: string): number {
  const value = answer[name]
  if (typeof value !== 'number') throw new Error(`an answer without ${name}`)
  return value
}

const isEmpty = (list: unknown): boolean => Array.isArray(list) && list.length === 0
