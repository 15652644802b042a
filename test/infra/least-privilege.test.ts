/** The functions that are deployed, at work under the policies that are deployed: enough for them, and nothing over. */
import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startSecretsManager } from '../../infra/local/engines/secrets-manager.ts'
import { LEDGER_TABLE } from '../../infra/local/engines/tables.ts'
import { PEOPLE } from '../../infra/local/sample/people.ts'
import { dynamoLedger } from '../../shared/ledger/ledger-dynamodb.ts'
import { advance } from '../../shared/requests/request.ts'
import { hold } from '../../shared/requests/steps.ts'
import { canonical } from '../fixtures/companies/canonical.ts'
import { aRequest } from '../fixtures/companies/request.ts'
import { scan } from '../fixtures/companies/tables.ts'
import { newGuard } from '../fixtures/deployed/guard.ts'
import { grantsOf } from '../fixtures/deployed/policies.ts'
import { NAMES_WITHOUT_EMAIL, synthesized, withoutEmail } from '../fixtures/deployed/stack.ts'
import { Refusal } from '../fixtures/faults/engine-proxy.ts'
import {
  DAY_SECONDS,
  type SampleSystem,
  seconds,
  sign,
  startSample,
  until,
} from '../fixtures/system/sample-system.ts'
import { startTableEngine } from '../fixtures/world/engines.ts'

const NAMES = NAMES_WITHOUT_EMAIL

let engine: Awaited<ReturnType<typeof startTableEngine>>
let system: SampleSystem
const guard = newGuard()

beforeAll(async () => {
  const [stack, started] = await Promise.all([synthesized('withoutEmail'), startTableEngine()])
  guard.judgeBy(Object.fromEntries(NAMES.map((name) => [name, grantsOf(stack, name)])))
  engine = started
  const endpoint = await guard.guarded(engine.endpoint)
  system = await startSample({
    bundled: true,
    config: withoutEmail,
    env: { DYNAMODB_ENDPOINT: endpoint },
    startSecrets,
  })
  // Kept long enough: it goes when its person does.
  const { userId = '' } = PEOPLE[7] ?? {}
  await put('Bills', { billNo: 'HD-1', userId, issuedAt: '2005-05-05T00:00:00Z' })
})
afterEach(() => guard.during(undefined))
afterAll(async () => {
  await system.close()
  await guard.close()
  await engine.close()
})

const startSecrets: typeof startSecretsManager = async (...secrets) => {
  const manager = await startSecretsManager(...secrets)
  return { ...manager, endpoint: await guard.guarded(manager.endpoint) }
}

const facebookId = (number: number): string => PEOPLE[number - 1]?.facebookId ?? ''
const instagramId = (number: number): string => PEOPLE[number - 1]?.instagramId ?? ''
const keyOf = async (code: string): Promise<string> => (await system.show(code)).key
const put = (table: string, item: Readonly<Record<string, string>>) =>
  engine.client.send(new PutItemCommand({ TableName: table, Item: texts(item) }))
const texts = (item: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(item).map(([name, text]) => [name, { S: text }]))

describe('under its own policies each function does its part', () => {
  // Each would wait in vain for what the first has shown to be impossible.
  beforeEach(() => {
    const refused = guard.refused()
    if (refused.length > 0) throw new Error(`refused: ${refused.join(', ')}`)
  })

  it.each([
    ['of a whole account', 'shop', facebookId(8), true],
    ['of a colleague', 'shop', facebookId(9), true],
    ['of what came from Meta', 'insta', instagramId(25), true],
    ['of somebody who is known by Instagram only', 'insta', instagramId(39), true],
    ['of a stranger', 'shop', '888888888888', false],
  ])('in the erasure %s', async (_whose, app, userId, found) => {
    expect((await system.reached(await system.ask(app, userId))).found).toBe(found)
  })

  it('when Meta calls twice, amid another write to the row', async () => {
    const issuedAt = seconds()
    const code = await system.ask('shop', facebookId(12), issuedAt)
    guard.during(({ caller, operation }) => {
      if (caller !== 'meta-callback' || operation !== 'PutItem') return
      guard.during(undefined)
      throw new Refusal('TransactionConflictException', 'Transaction is ongoing for the item')
    })
    expect(await system.ask('shop', facebookId(12), issuedAt)).toBe(code)
    await system.reached(code)
  })

  it('when a doubtful request waits for an approval', async () => {
    const code = await doubtful(facebookId(13))
    const key = await keyOf(code)
    const beginning = key.slice(0, 12)
    expect((await system.show(beginning)).key).toBe(key)
    expect((await system.operate('approve', beginning)).status).toBe(200)
    await system.reached(code)
  })

  it('when somebody saves a receipt and the keys to check it by', async () => {
    const code = await system.ask('shop', facebookId(31))
    await system.reached(code)
    expect((await fetch(`${system.url}/status/${code}/receipt`)).status).toBe(200)
    expect((await fetch(`${system.url}/.well-known/jwks.json`)).status).toBe(200)
  })

  it('when an operator asks for a plan', async () => {
    const { email = '' } = PEOPLE[14] ?? {}
    const response = await fetch(`${system.url}/_local/view`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ command: 'plan', identities: [['email', email]] }),
    })
    expect(response.status).toBe(200)
  })

  it('when something is left, and goes on once it is gone', async () => {
    const Key = await strangeItemOf(20)
    const code = await system.ask('shop', facebookId(20))
    await system.shown(code, 'needs_operator')
    await engine.client.send(new DeleteItemCommand({ TableName: 'Shop', Key }))
    expect((await system.operate('retry', code)).status).toBe(200)
    await system.reached(code)
  })

  it('when a hold stands against a person', async () => {
    await strangeItemOf(21)
    const code = await system.ask('shop', facebookId(21))
    const { key } = await system.shown(code, 'needs_operator')
    for (const { pk, owner } of await scan(engine.client, LEDGER_TABLE)) {
      if (owner?.S === key) await put(LEDGER_TABLE, { pk: pk?.S ?? '', sk: 'HOLD' })
    }
    expect((await system.operate('retry', code)).status).toBe(200)
    await system.shown(code, 'on_hold')
  })

  it('when an operator holds, releases, extends, refuses and takes back', async () => {
    const code = await doubtful(facebookId(26))
    expect((await system.operate('hold', code, { reason: 'a test' })).status).toBe(200)
    const meanwhile = await system.ask('shop', facebookId(26))
    await system.shown(meanwhile, 'on_hold')
    expect((await system.operate('release', code)).status).toBe(200)
    await system.shown(meanwhile, 'completed', 'completed_with_retention')
    expect((await system.operate('extend', code, { reason: 'complex' })).status).toBe(200)
    expect((await system.operate('refuse', code, { reason: 'legal_claim' })).status).toBe(200)
    const other = await doubtful(facebookId(27))
    const pk = `REQ#${await keyOf(other)}`
    const row = (await scan(engine.client, LEDGER_TABLE)).find(
      (one) => one['pk']?.S === pk && one['identity'],
    )
    // More than one transaction takes.
    const chunks = Array.from({ length: 100 }, (_, n) => `IDS#${String(n).padStart(4, '0')}`)
    await Promise.all(chunks.map((sk) => put(LEDGER_TABLE, { pk, sk, sealed: row?.['identity']?.S ?? '' })))
    expect((await system.operate('withdraw', other)).status).toBe(200)
  })

  it('when somebody complains, and an operator reads and answers', async () => {
    const code = await doubtful(facebookId(30))
    const body = new URLSearchParams({ text: 'This takes too long.' })
    const posted = await fetch(`${system.url}/status/${code}/complaint`, {
      method: 'POST',
      redirect: 'manual',
      body,
    })
    expect(posted.status).toBe(303)
    expect((await system.operate('complaint', code)).status).toBe(200)
    expect((await system.operate('answer', code, { text: 'It goes on.' })).status).toBe(200)
    expect(await (await fetch(`${system.url}/status/${code}`)).text()).toContain('It goes on.')
  })

  it('when an operator lists, counts, exports, pauses and resumes', async () => {
    expect(await asked('operate', { command: 'pause' })).toMatchObject(OK)
    const code = await system.ask('shop', facebookId(28))
    await system.shown(code, 'waiting')
    expect(await asked('view', { command: 'list', limit: 10 })).toMatchObject(OK)
    expect(await asked('view', { command: 'stats' })).toMatchObject(OK)
    expect(await asked('view', { command: 'export' })).toMatchObject(OK)
    expect(await asked('operate', { command: 'resume' })).toMatchObject(OK)
    await system.reached(code)
  })

  it('when an operator imports a list of ids', async () => {
    const userId = facebookId(29)
    const digest = 'd'.repeat(64)
    expect(await asked('view', { command: 'standing', app: 'shop', ids: [userId, '999'] })).toMatchObject(OK)
    expect(await asked('view', { command: 'find-import', digest })).toMatchObject(OK)
    expect(await asked('operate', { command: 'begin-import', digest, app: 'shop', found: 1 })).toMatchObject(
      OK,
    )
    const ids = [{ userId, day: '2026-11-20', isFound: true }]
    const opened = await asked('operate', { command: 'import', app: 'shop', ids })
    expect(opened).toMatchObject({ ...OK, opened: 1 })
    const [request = ''] = opened['requests'] as readonly string[]
    expect(await asked('view', { command: 'queued', requests: [request] })).toMatchObject(OK)
    await system.shown(request, 'completed_with_retention', 'completed')
  })

  it('when a rule finds who is due, and opens requests for them', async () => {
    const counted = await asked('view', { command: 'retention' })
    const [rule] = counted['rules'] as readonly {
      readonly name: string
      readonly pass: { readonly due: number }
    }[]
    const name = rule?.name ?? ''
    expect(
      await asked('operate', { command: 'enable-rule', rule: name, expect: rule?.pass.due }),
    ).toMatchObject(OK)
    await system.invoke('retention', {})
    const listed = await asked('view', { command: 'list', limit: 10, channel: 'retention' })
    const [request] = listed['requests'] as readonly { readonly key: string }[]
    await system.shown(request?.key ?? '', 'completed_with_retention', 'completed')
    expect(await asked('operate', { command: 'disable-rule', rule: name })).toMatchObject(OK)
  })

  it('when a table was restored, and a replay erases anew who is back', async () => {
    const since = new Date().toISOString()
    const before = await scan(engine.client, 'Shop')
    await system.reached(await system.ask('shop', facebookId(32)))
    const left = new Set((await scan(engine.client, 'Shop')).map(canonical))
    const back = before.filter((item) => !left.has(canonical(item)))
    for (const Item of back) await engine.client.send(new PutItemCommand({ TableName: 'Shop', Item }))
    await system.invoke('restores', {
      id: 'e1',
      time: new Date().toISOString(),
      detail: { requestParameters: { sourceTableName: 'Shop', targetTableName: 'Shop-2' } },
    })

    const of = { table: 'ledger', since }
    const { tables } = await asked('operate', { command: 'find-replay', ...of })
    expect(await asked('operate', { command: 'learn-erased', ...of })).toMatchObject(OK)
    const requests = new Set<unknown>()
    for (const at of tables as readonly string[]) {
      let after: unknown
      do {
        const page = { at, isKept: true, ...(after !== undefined && { after }) }
        const looked = await asked('operate', { command: 'look-again', ...of, ...page })
        for (const request of looked['found'] as readonly string[]) requests.add(request)
        after = looked['next']
      } while (after !== undefined)
    }
    expect(requests.size).toBe(1)
    expect(await asked('operate', { command: 'begin-replay', ...of, found: 1 })).toMatchObject(OK)
    const opened = await asked('operate', { command: 'replay', ...of, requests: [...requests] })
    expect(opened).toMatchObject({ ...OK, opened: 1 })
    await system.shown(String(opened['requests']), 'completed_with_retention', 'completed')
    expect(await asked('operate', { command: 'end-replay', ...of })).toMatchObject({ ...OK, restores: 1 })
    const now = new Set((await scan(engine.client, 'Shop')).map(canonical))
    expect(back.filter((item) => now.has(canonical(item)))).toEqual([])
  })

  it('when somebody has removed the app, and is left in peace until it falls due', async () => {
    const userId = facebookId(30)
    const signed = sign({ user_id: userId, issued_at: seconds() }, system.appSecrets['shop']?.[0] ?? '')
    const response = await fetch(`${system.url}/meta/shop/deauthorize`, {
      method: 'POST',
      body: new URLSearchParams({ signed_request: signed }),
    })
    expect(response.status).toBe(200)
    const scheduled = await asked('view', { command: 'list', limit: 10, state: 'scheduled' })
    expect(scheduled).toMatchObject({ requests: [{ channel: 'retention', app: 'shop' }] })
  })

  it('when two requests of one person meet, and the earlier takes over', async () => {
    const first = await doubtful(facebookId(22))
    let isTaken = false
    // Nobody gets further than the claims.
    guard.during(({ caller, moment, operation, table, parts }) => {
      if (moment === 'after') isTaken ||= parts.some(({ sk }) => sk === 'CLAIM')
      else if (caller === 'erase' && operation === 'Query' && table === 'OrderLines') {
        throw new Refusal('ValidationException', 'not now')
      }
    })
    const second = await system.ask('shop', facebookId(22))
    await system.shown(second, 'waiting')
    expect((await system.operate('approve', first)).status).toBe(200)
    await until(
      () => isTaken,
      (taken) => taken,
    )
    guard.during(undefined)
    await system.reached(first)
    await system.reached(second)
  })

  it('when a request that nobody confirmed lapses', async () => {
    const ledger = dynamoLedger(engine.client, LEDGER_TABLE)
    const at = new Date()
    const by = { at, by: 'test' }
    const asked = aRequest({ state: 'awaiting_confirmation', channel: 'email', nextCheckAt: at })
    const held = hold(asked, at)
    await ledger.open(asked)
    await ledger.save(held, { ...by, step: 'hold' })
    await ledger.save(advance(held, 'release', at, { nextCheckAt: at }), { ...by, step: 'release' })
    expect((await system.shown(asked.key, 'expired')).problem).toBeUndefined()
  })
})

/** A genuine signature from long ago, on something that has been found. */
async function doubtful(userId: string): Promise<string> {
  const code = await system.ask('shop', userId, seconds() - 400 * DAY_SECONDS)
  await system.shown(code, 'needs_review')
  return code
}

/** No holding knows what it is. */
async function strangeItemOf(number: number) {
  const key = { PK: `USER#${PEOPLE[number - 1]?.userId}`, SK: 'NOTE#1' }
  await put('Shop', key)
  return texts(key)
}

describe('after all that', () => {
  it('no function was refused anything', () => {
    expect(guard.refused()).toEqual([])
  })

  it('every permission was used, and every attribute that it names', () => {
    expect(guard.idle()).toEqual([])
  })
})

const OK = { status: 200 }

async function asked(name: 'view' | 'operate', body: object): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(`${system.url}/_local/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, ...((await response.json()) as object) }
}
