/** docs/openapi.yaml: that it is right by its own rules, and that the running system answers as it says. */
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import company from '../../deletion.config.ts'
import { LEDGER_TABLE } from '../../infra/local/engines/tables.ts'
import { samplePeople } from '../../infra/local/sample/sample.ts'
import { ROUTES } from '../../infra/wiring.ts'
import { FAILURES } from '../../shared/platform/errors.ts'
import { PUBLIC_STATE } from '../../shared/requests/lifecycle.ts'
import { CHANNELS } from '../../shared/requests/request.ts'
import { linkIn, mailboxOf } from '../fixtures/system/mailbox.ts'
import {
  type Answered,
  document,
  documentedKinds,
  faultsOf,
  kindOf,
  misfits,
  operations,
  validity,
  version,
} from '../fixtures/system/openapi.ts'
import { codeIn, type SampleSystem, seconds, sign, startSample } from '../fixtures/system/sample-system.ts'

describe('docs/openapi.yaml', () => {
  it('is valid OpenAPI 3.1', () => {
    expect(validity).toEqual({ valid: true })
    expect(version).toBe('3.1')
  })

  it('names the routes that there are, and no others', () => {
    expect([...operations.keys()].toSorted()).toEqual(Object.keys(ROUTES).toSorted())
  })

  it.each(Object.entries(document.paths))('explains what is variable in %s', (path, { parameters = [] }) => {
    const explained = parameters.filter((one) => one.in === 'path').map(({ name }) => name)
    expect(explained).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
  })

  it('has the words of the code for states, channels and errors', () => {
    const { Status, Failure, Channel } = document.components.schemas
    expect(new Set(Status?.properties['state']?.enum as string[])).toEqual(
      new Set(Object.values(PUBLIC_STATE)),
    )
    expect(Channel).toMatchObject({ enum: CHANNELS })
    const words = new Set<string>(Object.values(FAILURES).map(({ word }) => word))
    // The operator's own.
    words.delete('conflict')
    expect(new Set(Failure?.properties['error']?.enum as string[])).toEqual(words)
  })
})

const FORM = 'application/x-www-form-urlencoded'
const ACCEPTS = [{}, { accept: 'application/json' }]
const EMAIL = 'openapi@example.org'
const STRANGER = '99999999999999901'
const UNKNOWN = '9999999999ABCDEFGHJKMNPQ'
const [found = { userId: '' }, doubtful = { userId: '' }] = samplePeople()

type Fields = Readonly<Record<string, string>>
interface Asked {
  /** In the place of the path's parameter. */
  readonly value?: string
  readonly query?: string
  readonly headers?: Fields
}
interface Sent extends Asked {
  readonly fields?: Fields
  readonly body?: string
  readonly type?: string
}

let system: SampleSystem
/** All that was answered. */
const answers: Answered[] = []
/** The forms that were accepted. */
const forms: { readonly route: string; readonly fields: Fields }[] = []

beforeAll(async () => {
  const email = {
    address: 'xoa-du-lieu@mail.example.com',
    identity: 'email',
    receiving: {},
    coolingOff: 'PT1H',
  }
  system = await startSample({ config: { ...company, email } })
  await Promise.all([
    askForMeta('/meta/{app}/data-deletion'),
    askForMeta('/meta/{app}/deauthorize'),
    followFound(),
    followUnknown(),
    followDoubtful(),
    openPages(),
    followMails().then(askTooOften),
    askForNothing(),
  ])
})
afterAll(() => system.close())

async function ask(route: string, path: string, init: RequestInit): Promise<Answered> {
  const response = await fetch(system.url + path, { redirect: 'manual', ...init })
  const answer = { route, status: response.status, headers: response.headers, body: await response.text() }
  answers.push(answer)
  return answer
}

/** Asks by GET, and by HEAD. @returns The body of GET. */
async function get(pattern: string, { value = '', query = '', headers = {} }: Asked = {}): Promise<string> {
  const path = pattern.replace(/\{\w+\}/, value) + query
  const [{ body }] = await Promise.all([
    ask(`GET ${pattern}`, path, { method: 'GET', headers }),
    ask(`HEAD ${pattern}`, path, { method: 'HEAD', headers }),
  ])
  return body
}

async function post(
  pattern: string,
  { value = '', headers, fields = {}, body, type = FORM }: Sent,
): Promise<string> {
  const route = `POST ${pattern}`
  const answer = await ask(route, pattern.replace(/\{\w+\}/, value), {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
    body: body ?? new URLSearchParams(fields).toString(),
  })
  if (answer.status < 400) forms.push({ route, fields })
  return answer.body
}

/** Bodies that nobody takes, from who wants a page and who wants JSON. */
async function postOtherBodies(pattern: string, value = '') {
  for (const headers of ACCEPTS) {
    await post(pattern, { value, headers, body: 'x'.repeat(32 * 1024 + 1) })
    await post(pattern, { value, headers, body: '{}', type: 'application/json' })
  }
}

const signed = (userId: string, issuedAt = seconds()): Fields => ({
  signed_request: sign({ user_id: userId, issued_at: issuedAt }, system.appSecrets['shop']?.[0] ?? ''),
})

async function askForMeta(pattern: string) {
  const shop = { value: 'shop' }
  await post(pattern, { ...shop, fields: signed(STRANGER) })
  await post(pattern, { ...shop, fields: { signed_request: 'x.y' } })
  await post(pattern, { value: 'nosuch', fields: signed(STRANGER) })
  await postOtherBodies(pattern, shop.value)
  await get(pattern, shop)
  await get(pattern, { value: 'nosuch' })
}

const callback = async (userId: string, issuedAt?: number): Promise<string> =>
  codeIn(
    JSON.parse(await post('/meta/{app}/data-deletion', { value: 'shop', fields: signed(userId, issuedAt) })),
  )

/** As a page and as JSON, and the receipt. */
async function look(value: string) {
  for (const headers of ACCEPTS) {
    await get('/status/{code}', { value, headers })
    await get('/status/{code}/receipt', { value, headers })
  }
}

async function followFound() {
  const code = await callback(found.userId)
  await look(code)
  await get('/status/{code}', { value: code, query: '?live=1&lang=en' })
  await system.reached(code)
  await look(code)
  await get('/status/{code}', { value: code.toLowerCase() })
  await complain(code)
}

async function complain(value: string) {
  const pattern = '/status/{code}/complaint'
  await post(pattern, { value, fields: { text: 'My orders are still there.' } })
  for (const headers of ACCEPTS) {
    await post(pattern, { value, headers })
    await post(pattern, { value: UNKNOWN, headers, fields: { text: 'Whose?' } })
  }
  await postOtherBodies(pattern, value)
}

async function followUnknown() {
  const code = await callback(`${STRANGER}2`)
  await system.reached(code)
  await look(code)
}

async function followDoubtful() {
  const code = await callback(doubtful.userId, 1_600_000_000)
  await system.reached(code, 'in_review')
  await look(code)
}

async function openPages() {
  await get('/')
  await get('/status', { query: `?code=${UNKNOWN}&lang=vi` })
  await get('/.well-known/jwks.json')
  await look(UNKNOWN)
}

async function followMails() {
  const mailbox = mailboxOf(system)
  await post('/request', { fields: { email: EMAIL } })
  const [asked] = await mailbox.received(EMAIL, 1)
  if (!asked) throw new Error('there is no mail')
  const code = lastOf(linkIn(asked, 'status'))
  await look(code)
  await decide('/confirm/{token}', lastOf(linkIn(asked, 'confirm')))
  await look(code)
  const [, confirmed] = await mailbox.received(EMAIL, 2)
  if (!confirmed) throw new Error('there is no second mail')
  await decide('/withdraw/{token}', lastOf(linkIn(confirmed, 'withdraw')))
  await look(code)
}

const lastOf = (link: string): string => new URL(link).pathname.split('/').at(-1) ?? ''

async function decide(pattern: string, value: string) {
  for (const headers of ACCEPTS) {
    await get(pattern, { value: 'forged', headers })
    await post(pattern, { value: 'forged', headers })
  }
  const [, nonce = ''] = /name="nonce" value="([^"]+)"/.exec(await get(pattern, { value })) ?? []
  await post(pattern, { value, fields: { nonce } })
  await postOtherBodies(pattern, value)
  await post(pattern, { value, fields: { nonce, agreed: 'yes' } })
  await get(pattern, { value })
}

async function askTooOften() {
  await post('/request', { fields: { email: 'nobody' } })
  await postOtherBodies('/request')
  // As if sixty others had sent it this minute.
  await system.dynamodb.send(
    new PutItemCommand({
      TableName: LEDGER_TABLE,
      Item: {
        pk: { S: 'QUOTA#request-form' },
        sk: { S: 'TURNS' },
        turns: { N: '60' },
        endsAt: { S: '9999-12-31T00:00:00.000Z' },
      },
    }),
  )
  for (const headers of ACCEPTS) await post('/request', { headers, fields: { email: EMAIL } })
}

async function askForNothing() {
  for (const headers of ACCEPTS) {
    await ask('$default', '/nowhere', { headers })
    for (const path of Object.keys(document.paths)) {
      await ask('$default', path.replace(/\{\w+\}/, 'shop'), { method: 'DELETE', headers })
    }
  }
}

describe.each([...operations.keys()])('%s', (route) => {
  // What only API Gateway says, and an outage.
  const unprovoked = (kind: string) =>
    kind.startsWith('5XX') || (kind.startsWith('429') && route !== 'POST /request')
  const given = () => answers.filter((answer) => answer.route === route)

  it('gives the statuses and types that are documented, each of them, and no others', () => {
    const documented = documentedKinds(route).filter((kind) => !unprovoked(kind))
    expect([...new Set(given().map(kindOf))].toSorted()).toEqual(documented.toSorted())
  })

  it('gives the headers and bodies that are documented', () => {
    expect(given().flatMap(faultsOf)).toEqual([])
  })
})

it('takes the forms that are documented', () => {
  expect(new Set(forms.map(({ route }) => route)).size).toBe(6)
  const wrong = forms.flatMap(({ route, fields }) =>
    misfits(operations.get(route)?.requestBody?.content[FORM]?.schema ?? { not: {} }, fields),
  )
  expect(wrong).toEqual([])
})

it('shows a status in each of these states', () => {
  const states = answers
    .filter((answer) => answer.route === 'GET /status/{code}' && kindOf(answer) === '200 application/json')
    .map(({ body }) => (JSON.parse(body) as { readonly state: string }).state)
  expect([...new Set(states)]).toEqual(
    expect.arrayContaining([
      'in_review',
      'completed',
      'completed_with_retention',
      'awaiting_confirmation',
      'scheduled',
      'withdrawn',
    ]),
  )
})

it('signs a receipt that says what is documented', () => {
  const route = 'GET /status/{code}/receipt'
  const receipts = answers.filter((answer) => answer.route === route && answer.status === 200)
  const { 'x-payload': schema = { not: {} } } =
    operations.get(route)?.responses['200']?.content?.['application/jose'] ?? {}
  expect(receipts.length).toBeGreaterThan(1)
  const wrong = receipts.flatMap(({ body }) =>
    misfits(schema, JSON.parse(Buffer.from(body.split('.')[1] ?? '', 'base64url').toString())),
  )
  expect(wrong).toEqual([])
})

it('names the methods that a path takes', () => {
  const refused = answers.filter(({ route, status }) => route === '$default' && status === 405)
  const allowed = Object.keys(document.paths).map((path) =>
    [...operations.keys()].flatMap((route) => (route.endsWith(` ${path}`) ? [route.split(' ')[0]] : [])),
  )
  expect(refused.map(({ headers }) => headers.get('allow'))).toEqual(
    [...allowed, ...allowed].map((methods) => methods.join(', ')),
  )
})
