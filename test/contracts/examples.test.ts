/** The functions of `docs/examples` as they are copied, against stand-ins that speak the few calls of each service. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { inspect } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { OutsideAnswer, OutsideEvent } from '../../shared/person/company-function.ts'

import type { RequestKey } from '../../shared/requests/code.ts'
import { whyUnsigned } from '../fixtures/deployed/sigv4.ts'
import { urlOf } from '../fixtures/system/cli.ts'

type Handler = (event: OutsideEvent) => Promise<OutsideAnswer>
type Ids = OutsideEvent['identities']

const KEYS = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example', sessionToken: 'session' }
let fails: (call: string) => boolean
let calls: string[]

interface Call {
  readonly request: IncomingMessage
  readonly url: URL
  readonly body: string
}
/** What a service calls its refusal. */
class Refusal {
  readonly type: string
  constructor(type: string) {
    this.type = type
  }
}
/** What answers one call, and how it is named in `calls`. */
type StandIn = (call: Call) => { readonly name: string; readonly answer: () => unknown }

/** Repeats what it was asked, as services do. */
type Refuse = (asked: string) => unknown

function serve(standIn: StandIn, refuse: Refuse): Server {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request)
    const call = { request, url: new URL(request.url ?? '/', 'http://localhost'), body }
    const { name, answer } = standIn(call)
    calls.push(name)
    const refused = fails(name)
    const content = refused ? refuse(`${call.url.search}${body}`) : answer()
    const status = refused || content instanceof Refusal ? 400 : 200
    const sent = typeof content === 'string' ? content : JSON.stringify(content)
    const errorType = content instanceof Refusal ? { 'x-amzn-errortype': content.type } : {}
    response.writeHead(status, { ...errorType, connection: 'close' }).end(sent)
  }
  return createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
}

const servers: Server[] = []
async function listen(
  standIn: StandIn,
  refuse: Refuse = (message) => ({ __type: 'InvalidParameterException', message }),
): Promise<string> {
  const server = serve(standIn, refuse)
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return urlOf(server)
}
afterAll(() => {
  for (const server of servers) server.close()
  vi.unstubAllEnvs()
})
beforeAll(() => {
  vi.stubEnv('AWS_REGION', 'ap-southeast-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', KEYS.accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', KEYS.secretAccessKey)
  vi.stubEnv('AWS_SESSION_TOKEN', KEYS.sessionToken)
})
beforeEach(() => {
  fails = () => false
  calls = []
})

/** One phase to its end, as the eraser asks for it. */
async function ask(handler: Handler, phase: OutsideEvent['phase'], identities: Ids): Promise<number> {
  let items = 0
  let cursor: string | undefined
  for (let call = 0; call < 20; call += 1) {
    const answer = await handler({
      version: 1,
      request: 'request' as RequestKey,
      phase,
      identities,
      ...(cursor !== undefined && { cursor }),
    })
    items += answer.items
    if (answer.done) return items
    expect(answer.cursor !== undefined ? answer.cursor !== cursor : answer.items > 0).toBe(true)
    cursor = answer.cursor
  }
  throw new Error('it is never done')
}

/** What each phase throws where the service refuses. Lambda writes it into a log. */
async function thrownBy(handler: Handler, identities: Ids): Promise<readonly string[]> {
  fails = () => true
  const phases = ['plan', 'erase', 'verify'] as const
  return Promise.all(
    phases.map(async (phase) => {
      const error: unknown = await ask(handler, phase, identities).then(
        () => 'nothing',
        (thrown: unknown) => thrown,
      )
      for (const value of Object.values(identities).flat()) {
        expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(value)
      }
      return String(error)
    }),
  )
}

describe('the files in a versioned bucket', () => {
  let handler: Handler
  let versions: { readonly key: string; readonly id: string; readonly isMarker?: boolean }[]
  const mine = { userId: ['u1', 'u2'] }

  beforeAll(async () => {
    const standIn: StandIn = ({ url: { searchParams: query, pathname }, body }) => {
      if (query.has('versions')) return { name: 'list', answer: () => listed(query) }
      if (!query.has('delete')) throw new Error(`not spoken here: ${pathname}`)
      return { name: 'delete', answer: () => deleted(body) }
    }
    const url = await listen(
      standIn,
      (asked) => `<Error><Code>InvalidArgument</Code><Message>${encodeURI(asked)}</Message></Error>`,
    )
    vi.stubEnv('AWS_ENDPOINT_URL_S3', url)
    vi.stubEnv('FILES_BUCKET', 'files')
    handler = (await import('../../docs/examples/s3-versions.ts')).default
  })
  beforeEach(() => {
    versions = [
      { key: 'users/u1/a.pdf', id: '1' },
      { key: 'users/u1/a.pdf', id: '2' },
      { key: 'users/u1/a.pdf', id: '3', isMarker: true },
      { key: 'users/u10/a.pdf', id: '1' },
      { key: 'users/u2/b.pdf', id: '1' },
    ]
  })

  /** Two on a page, whatever is asked for. */
  function listed(query: URLSearchParams): string {
    const prefix = query.get('prefix') ?? ''
    const after = [query.get('key-marker') ?? '', query.get('version-id-marker') ?? '']
    const all = versions
      .filter(({ key }) => key.startsWith(prefix))
      .filter(({ key, id }) => key > (after[0] ?? '') || (key === after[0] && id > (after[1] ?? '')))
    const page = all.slice(0, 2)
    const last = page.at(-1)
    const rows = page.map(({ key, id, isMarker }) => {
      const element = isMarker ? 'DeleteMarker' : 'Version'
      return `<${element}><Key>${key}</Key><VersionId>${id}</VersionId></${element}>`
    })
    const isTruncated = all.length > page.length
    const next = `<NextKeyMarker>${last?.key}</NextKeyMarker><NextVersionIdMarker>${last?.id}</NextVersionIdMarker>`
    return `<ListVersionsResult><IsTruncated>${isTruncated}</IsTruncated>${isTruncated ? next : ''}${rows.join('')}</ListVersionsResult>`
  }

  function deleted(body: string): string {
    const named = [...body.matchAll(/<Key>([^<]*)<\/Key><VersionId>([^<]*)<\/VersionId>/g)]
    versions = versions.filter(({ key, id }) => !named.some(([, k, v]) => k === key && v === id))
    const locked = fails('locked') ? '<Error><Key>users/u1/a.pdf</Key><Code>AccessDenied</Code></Error>' : ''
    return `<DeleteResult>${locked}</DeleteResult>`
  }

  it('go with their older versions and delete markers, and nobody else’s', async () => {
    expect(await ask(handler, 'plan', mine)).toBe(4)
    expect(versions).toHaveLength(5)
    expect(await ask(handler, 'erase', mine)).toBe(4)
    expect(versions).toEqual([{ key: 'users/u10/a.pdf', id: '1' }])
    expect(await ask(handler, 'verify', mine)).toBe(0)
    expect(await ask(handler, 'erase', mine)).toBe(0)
  })

  it('that a failure has left are gone after another try', async () => {
    fails = (call) => call === 'list' && calls.length === 3
    await expect(ask(handler, 'erase', mine)).rejects.toThrow()
    fails = () => false
    expect(await ask(handler, 'verify', mine)).toBe(2)
    expect(await ask(handler, 'erase', mine)).toBe(2)
    expect(await ask(handler, 'verify', mine)).toBe(0)
  })

  it('are not called erased where one is under a lock, and nobody is named', async () => {
    fails = (call) => call === 'locked'
    await expect(ask(handler, 'erase', mine)).rejects.toThrow(/^1 versions would not go$/)
  })

  it('are not called gone where S3 refuses, and nobody is named', async () => {
    const thrown = await thrownBy(handler, { userId: ['first-user', 'second-user'] })
    expect(thrown).toEqual(Array(3).fill('Error: S3 was asked in vain: InvalidArgument'))
  })

  it('are looked for nowhere where nobody is known', async () => {
    expect(await ask(handler, 'verify', { email: ['a@x.example'] })).toBe(0)
    expect(calls).toEqual([])
  })

  it('are not looked for by a value that would lead elsewhere', async () => {
    await expect(ask(handler, 'erase', { userId: ['../u10'] })).rejects.toThrow('cannot name a folder')
    expect(calls).toEqual([])
  })
})

describe('the users of a pool', () => {
  interface User {
    readonly Username: string
    readonly sub: string
    readonly email: string
  }
  let handler: Handler
  let users: User[]
  let listing: readonly User[] | undefined
  const mine = { cognitoSub: ['s1'], email: ['a@x.example'] }

  beforeAll(async () => {
    const url = await listen(({ request, body }) => {
      const name = request.headers['x-amz-target']?.toString().split('.')[1] ?? ''
      return { name, answer: () => answered(name, JSON.parse(body) as Record<string, string>) }
    })
    vi.stubEnv('AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER', url)
    vi.stubEnv('USER_POOL_ID', 'ap-southeast-1_example')
    handler = (await import('../../docs/examples/cognito-users.ts')).default
  })
  beforeEach(() => {
    users = [
      { Username: 'n1', sub: 's1', email: 'old@x.example' },
      ...['n2', 'n3', 'n4'].map((Username) => ({ Username, sub: Username, email: 'a@x.example' })),
      { Username: 'n5', sub: 's10', email: 'a@x.example.org' },
    ]
    listing = undefined
  })

  /** Two users on a page, whatever is asked for; a page's token is the last name on it. */
  function answered(name: string, { Filter = '', PaginationToken = '', Username = '' }) {
    if (name === 'ListUsers') {
      const [, attribute, escaped] = /^(sub|email) = "((?:[^"\\]|\\.)*)"$/.exec(Filter) ?? []
      if (escaped === undefined) return new Refusal('InvalidParameterException')
      const value = escaped.replaceAll(/\\(.)/g, '$1')
      const all = (listing ?? users)
        .filter((user) => user[attribute as 'sub' | 'email'] === value)
        .filter((user) => user.Username > PaginationToken)
      const page = all.slice(0, 2)
      return {
        Users: page.map((user) => ({ Username: user.Username })),
        ...(all.length > 2 && { PaginationToken: page.at(-1)?.Username }),
      }
    }
    if (!users.some((user) => user.Username === Username)) return new Refusal('UserNotFoundException')
    if (name === 'AdminDeleteUser') users = users.filter((user) => user.Username !== Username)
    return { Username }
  }

  it('go by every value, page by page, and nobody else does', async () => {
    expect(await ask(handler, 'plan', mine)).toBe(4)
    expect(users).toHaveLength(5)
    expect(await ask(handler, 'erase', mine)).toBe(4)
    expect(users.map(({ Username }) => Username)).toEqual(['n5'])
    expect(await ask(handler, 'verify', mine)).toBe(0)
    expect(await ask(handler, 'erase', mine)).toBe(0)
  })

  it('whom the list still shows after they have gone are not counted', async () => {
    listing = users
    await ask(handler, 'erase', mine)
    expect(await ask(handler, 'verify', mine)).toBe(0)
    expect(await ask(handler, 'erase', mine)).toBe(0)
  })

  it('whom a failure has left are gone after another try', async () => {
    fails = (call) => call === 'AdminDeleteUser' && users.length === 4
    await expect(ask(handler, 'erase', mine)).rejects.toThrow()
    fails = () => false
    expect(await ask(handler, 'verify', mine)).toBe(3)
    expect(await ask(handler, 'erase', mine)).toBe(3)
    expect(await ask(handler, 'verify', mine)).toBe(0)
  })

  it('are not called gone where the pool refuses, and nobody is named', async () => {
    const thrown = await thrownBy(handler, mine)
    expect(thrown).toEqual(Array(3).fill('Error: Cognito was asked in vain: InvalidParameterException'))
  })

  it('are not called gone where a user may not be looked at', async () => {
    fails = (call) => call === 'AdminGetUser'
    await expect(ask(handler, 'verify', mine)).rejects.toThrow()
  })

  it('are looked for nowhere where nobody is known', async () => {
    expect(await ask(handler, 'verify', { userId: ['u1'] })).toBe(0)
    expect(calls).toEqual([])
  })

  it('are looked for by the value alone, whatever stands in it', async () => {
    users.push({ Username: 'n6', sub: 'n6', email: '"a\\b"@x.example' })
    expect(await ask(handler, 'erase', { email: ['"a\\b"@x.example', 'x" or sub = "s10'] })).toBe(1)
    expect(users).toHaveLength(5)
  })
})

describe('the copy in a search engine', () => {
  let handler: Handler
  let documents: string[]
  /** As a search sees them: since the last refresh. */
  let seen: readonly string[]
  let mapping: Readonly<Record<string, unknown>>
  const mine = { userId: ['u1', 'u2'] }

  beforeAll(async () => {
    const url = await listen(({ request: { headers }, url: { pathname, searchParams }, body }) => {
      const name = pathname.replace('/orders/', '')
      const answer = (): unknown => {
        if (name === '_refresh') {
          seen = documents
          // Two copies of two shards: those without a node are counted as nothing but in the total.
          const failed = fails('refreshed shard') ? 1 : 0
          return { _shards: { total: 4, successful: 2 - failed, failed } }
        }
        if (name === '_field_caps') return { indices: ['orders'], fields: mapping }
        const { userId } = (JSON.parse(body) as { query: { terms: { userId: string[] } } }).query.terms
        // Another copy may have yet to see what was deleted.
        const found = (searchParams.get('preference') === '_primary' ? seen : []).filter((user) =>
          userId.includes(user),
        )
        if (name === '_count') {
          const failed = fails('failed shard') ? 1 : 0
          const successful = 2 - failed - (fails('lost shard') ? 1 : 0)
          return { count: found.length, _shards: { total: 2, successful, skipped: 0, failed } }
        }
        const going = found.slice(0, Number(searchParams.get('max_docs')))
        for (const user of going) documents.splice(documents.indexOf(user), 1)
        return { deleted: going.length, timed_out: fails('late'), failures: fails('bulk') ? [{}] : [] }
      }
      const call = {
        method: 'POST',
        path: pathname,
        query: searchParams,
        headers: headers as Record<string, string>,
        body,
      }
      const why = whyUnsigned(call, KEYS, { region: 'ap-southeast-1', service: 'es' })
      return { name, answer: why === undefined ? answer : () => new Refusal('AccessDenied') }
    })
    vi.stubEnv('SEARCH_INDEX_URL', `${url}/orders`)
    handler = (await import('../../docs/examples/search-copy.ts')).default
  })
  beforeEach(() => {
    documents = [...Array<string>(2500).fill('u1'), 'u2', 'u3']
    seen = []
    mapping = { userId: { keyword: { type: 'keyword', searchable: true, aggregatable: true } } }
  })

  it('goes in parts, is seen only after a refresh, and is nobody else’s', async () => {
    expect(await ask(handler, 'plan', mine)).toBe(2501)
    expect(await ask(handler, 'erase', mine)).toBe(2501)
    expect(documents).toEqual(['u3'])
    expect(await ask(handler, 'verify', mine)).toBe(0)
    expect(await ask(handler, 'erase', mine)).toBe(0)
  })

  it('that a failure has left is gone after another try, and the failure names nobody', async () => {
    fails = (call) => call === '_delete_by_query' && documents.length < 2000
    await expect(ask(handler, 'erase', mine)).rejects.toThrow(/^_delete_by_query was answered 400$/)
    fails = () => false
    expect(await ask(handler, 'verify', mine)).toBe(501)
    expect(await ask(handler, 'erase', mine)).toBe(501)
    expect(await ask(handler, 'verify', mine)).toBe(0)
  })

  it.each(['refreshed shard', 'failed shard', 'lost shard'])(
    'is not called gone with a %s',
    async (shard) => {
      fails = (call) => call === shard
      await expect(ask(handler, 'verify', mine)).rejects.toThrow(/^a shard did not/)
    },
  )

  it.each(['late', 'bulk'])('is not called erased after a deletion that was cut short (%s)', async (why) => {
    fails = (call) => call === why
    await expect(ask(handler, 'erase', mine)).rejects.toThrow(/^not all was deleted$/)
  })

  it.each([
    ['unknown', {}],
    ['text', { userId: { text: { type: 'text' } } }],
    ['text in one of the indexes', { userId: { keyword: { type: 'keyword' }, text: { type: 'text' } } }],
  ])('is not called gone where the field is %s, so that no value would be found', async (_why, fields) => {
    mapping = fields
    await expect(ask(handler, 'verify', mine)).rejects.toThrow('userId is not a keyword')
  })

  it('is not called gone where the engine refuses, and nobody is named', async () => {
    const thrown = await thrownBy(handler, { userId: ['first-user', 'second-user'] })
    expect(thrown).toEqual(Array(3).fill('Error: _field_caps was answered 400'))
  })

  it('is looked for nowhere where nobody is known', async () => {
    expect(await ask(handler, 'verify', { email: ['a@x.example'] })).toBe(0)
    expect(calls).toEqual([])
  })
})
