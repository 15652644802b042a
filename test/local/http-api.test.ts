import { request as httpRequest, type RequestOptions } from 'node:http'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpApi, listen } from '../../infra/local/http/api.ts'
import { localRoutes } from '../../infra/local/http/local-routes.ts'
import { router } from '../../infra/local/http/routes.ts'

const events: APIGatewayProxyEventV2[] = []
const lines: string[] = []
let result: unknown
let api: HttpApi

beforeAll(async () => {
  api = await listen(0)
})
afterAll(() => api.close(0))

const open = () =>
  api.open({
    route: router<string>({
      $default: 'pages',
      'GET /status/{code}': 'status',
      'POST /meta/{app}': 'callback',
    }),
    async invoke(_, event) {
      events.push(event as APIGatewayProxyEventV2)
      if (result instanceof Error) throw result
      return result
    },
    localRoutes: localRoutes({
      url: 'http://localhost:1',
      endpoints: {
        dynamodb: 'http://127.0.0.1:2',
        sqs: 'http://127.0.0.1:3',
        secretsManager: 'http://127.0.0.1:5',
        s3: 'http://127.0.0.1:4',
      },
      appSecrets: () => ({ shop: ['newest', 'older'] }),
      people: [],
      async invoke(name, event) {
        return { name, event }
      },
    }),
    log: (line) => lines.push(line),
  })

interface Answer {
  readonly status: number | undefined
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

function call(path: string, options: RequestOptions = {}, body?: string | Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port: api.port, path, ...options }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

async function eventOf(path: string, options: RequestOptions = {}, body?: string | Buffer) {
  events.length = 0
  result = { statusCode: 200 }
  await call(path, options, body)
  const [event] = events
  if (!event) throw new Error('nothing was invoked')
  return event
}

describe('before it is opened', () => {
  it('answers 503', async () => {
    expect((await call('/')).status).toBe(503)
    open()
  })
})

describe('the event', () => {
  it('encodes the body of a form', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const event = await eventOf('/meta/shop', { method: 'POST', headers }, 'signed_request=a.b')
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'POST /meta/{app}',
      pathParameters: { app: 'shop' },
      isBase64Encoded: true,
      body: 'c2lnbmVkX3JlcXVlc3Q9YS5i',
      requestContext: { http: { method: 'POST', path: '/meta/shop' }, stage: '$default' },
    })
  })

  it.each(['text/plain', 'application/json; charset=utf-8', 'application/problem+json'])(
    'leaves a body of %s as it is',
    async (type) => {
      const event = await eventOf('/', { method: 'POST', headers: { 'content-type': type } }, '{"ä":1}')
      expect(event).toMatchObject({ isBase64Encoded: false, body: '{"ä":1}' })
    },
  )

  it('has no body when none was sent', async () => {
    const event = await eventOf('/', { method: 'POST', headers: { 'content-type': 'text/plain' } }, '')
    expect(event).not.toHaveProperty('body')
    expect(event.isBase64Encoded).toBe(false)
  })

  it('joins what is there twice, and keeps cookies apart', async () => {
    const headers = { 'X-Twice': ['1', '2'], Cookie: 'a=1; b=2' }
    const event = await eventOf('/status/x?q=1&q=2&r=a%20b', { headers })
    expect(event.headers['x-twice']).toBe('1,2')
    expect(event.headers).not.toHaveProperty('cookie')
    expect(event.cookies).toEqual(['a=1', 'b=2'])
    expect(event.queryStringParameters).toEqual({ q: '1,2', r: 'a b' })
    expect(event.rawQueryString).toBe('q=1&q=2&r=a%20b')
  })

  it('decodes the path and its parameters', async () => {
    const event = await eventOf('/status/%C3%A9%20x')
    expect(event).toMatchObject({ rawPath: '/status/é x', pathParameters: { code: 'é x' } })
  })

  it('goes to $default when no route fits', async () => {
    const event = await eventOf('/nowhere')
    expect(event.routeKey).toBe('$default')
    expect(event).not.toHaveProperty('pathParameters')
  })
})

describe('the answer', () => {
  it('is what the function said', async () => {
    result = {
      statusCode: 303,
      headers: { Location: '/x', 'X-Number': 1 },
      cookies: ['a=1', 'b=2'],
      body: 'aMOp',
      isBase64Encoded: true,
    }
    const { status, headers, body } = await call('/')
    expect({ status, body }).toEqual({ status: 303, body: 'hé' })
    expect(headers).toMatchObject({ location: '/x', 'x-number': '1', 'set-cookie': ['a=1', 'b=2'] })
  })

  it.each([
    [{ a: 1 }, '{"a":1}'],
    ['plain', 'plain'],
    [null, 'null'],
  ])('of %j without a status is 200 and JSON', async (given, expected) => {
    result = given
    const { status, headers, body } = await call('/')
    expect([status, headers['content-type'], body]).toEqual([200, 'application/json', expected])
  })

  it('to HEAD has the length and no body', async () => {
    result = { statusCode: 200, body: 'five!' }
    const { headers, body } = await call('/', { method: 'HEAD' })
    expect([headers['content-length'], body]).toEqual(['5', ''])
  })

  it.each([
    [new Error('secret detail')],
    [{ statusCode: 'nonsense' }],
    [{ statusCode: 200, body: { not: 'text' } }],
  ])('to a failing function is 500 and says nothing', async (failing) => {
    result = failing
    const { status, body } = await call('/')
    expect([status, body]).toEqual([500, '{"message":"Internal Server Error"}'])
  })

  it('refuses a body above 10 MB', async () => {
    const { status, body } = await call('/', { method: 'POST' }, Buffer.alloc(10 * 1024 * 1024 + 1))
    expect([status, body]).toEqual([413, '{"message":"Request Entity Too Large"}'])
  })

  it('refuses a path that cannot be decoded', async () => {
    expect((await eventOf('/status/%zz')).pathParameters).toEqual({ code: '%zz' })
  })
})

describe('its own names', () => {
  it.each(['localhost', '127.0.0.1', '[::1]'])('answers for %s', async (name) => {
    result = { statusCode: 200 }
    expect((await call('/', { headers: { host: `${name}:${api.port}` } })).status).toBe(200)
  })

  it.each(['evil.example', 'localhost', 'localhost:1', 'localhost.evil.example'])(
    'refuses %s',
    async (host) => {
      for (const path of ['/', '/_local']) expect((await call(path, { headers: { host } })).status).toBe(421)
    },
  )
})

describe('/_local', () => {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' } as Record<string, string> }

  it('says where everything is', async () => {
    expect(JSON.parse((await call('/_local')).body)).toEqual({
      dynamodb: 'http://127.0.0.1:2',
      sqs: 'http://127.0.0.1:3',
      s3: 'http://127.0.0.1:4',
      secrets: {
        url: 'http://127.0.0.1:5',
        ids: {
          index: 'local/index',
          seal: 'local/seal',
          token: 'local/token',
          receipt: 'local/receipt',
          meta: 'local/meta',
        },
      },
      apps: { shop: { callback: 'http://localhost:1/meta/shop/data-deletion', secret: 'newest' } },
      people: [],
    })
  })

  it('invokes the operator’s functions under the given name', async () => {
    const headers = { ...post.headers, 'x-principal': 'lan' }
    const { name, event } = JSON.parse((await call('/_local/operate', { ...post, headers }, '{"a":1}')).body)
    expect(name).toBe('operate')
    expect(event).toMatchObject({ body: '{"a":1}', isBase64Encoded: false, rawPath: '/' })
    expect(event.requestContext.authorizer.iam.userArn).toBe('arn:aws:iam::000000000000:user/lan')
  })

  it.each([
    ['an origin', 403, { ...post.headers, origin: 'http://localhost' }],
    ['another content type', 415, { 'content-type': 'text/plain' }],
    ['a principal that is none', 400, { ...post.headers, 'x-principal': 'a/b' }],
  ])('refuses %s', async (_, status, headers) => {
    expect((await call('/_local/view', { ...post, headers }, '{}')).status).toBe(status)
  })

  it('leaves everything else to the routes', async () => {
    expect((await eventOf('/_local/other')).routeKey).toBe('$default')
    expect((await eventOf('/_local/view')).routeKey).toBe('$default')
  })
})

describe('the log', () => {
  it('names the route, never the path', async () => {
    await eventOf('/status/SECRETCODE?token=SECRET')
    expect(lines.at(-1)).toMatch(/^http GET \/status\/\{code\} 200 \d+ ms$/)
    expect(lines.join()).not.toContain('SECRET')
  })
})

describe('listen', () => {
  it('says which port is taken', async () => {
    await expect(listen(api.port)).rejects.toThrow(`port ${api.port} is in use`)
  })
})
