import {
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DynamoDBClient,
  PutItemCommand,
  paginateScan,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import config from '../../deletion.config.ts'
import { engineClient } from '../../infra/local/engines/engines.ts'
import type { Person } from '../../infra/local/http/local-routes.ts'
import { PEOPLE } from '../../infra/local/sample/people.ts'
import { DEMO_PERSON, samplePeople, seedSample } from '../../infra/local/sample/sample.ts'
import { type System, startSystem } from '../../infra/local/system.ts'
import type { Preview } from '../../shared/erasure/preview.ts'
import { createSignedRequest, type PayloadFields } from '../../shared/meta/signed-request.ts'
import type { ShownRequest } from '../../shared/operations/operations.ts'
import type { OnWire } from '../../shared/operator/answers.ts'
import { isFinal } from '../../shared/requests/lifecycle.ts'
import { functionUrl, signedIn } from '../fixtures/deployed/deployed-functions.ts'
import { type CliOptions, runCli } from '../fixtures/system/cli.ts'

type Shown = OnWire<ShownRequest>

const PEOPLE_BY_TURN = samplePeople().slice(1)
const log: string[] = []

/** Every test has somebody of its own. */
function somebody(): Person {
  const person = PEOPLE_BY_TURN.shift()
  if (!person) throw new Error('the sample company has nobody left')
  return person
}

let system: System
let client: DynamoDBClient

beforeAll(async () => {
  const { META_APP_SECRETS: _, ...env } = process.env
  const sample = { seed: seedSample, people: samplePeople() }
  system = await startSystem({ config, port: 0, sample, env, log: (line) => log.push(line) })
  client = new DynamoDBClient(engineClient(system.endpoints.dynamodb))
})
afterAll(async () => {
  client.destroy()
  await system.close()
})

const ops = (args: readonly string[], options: CliOptions = {}) =>
  runCli([...args, '--local'], { ...options, env: { LOCAL_URL: system.url } })

async function opsJson<T>(...args: readonly string[]): Promise<T> {
  const { exitCode, stdout, stderr } = await ops([...args, '--json'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  return JSON.parse(stdout) as T
}

/** Posts to the callback as Meta does, and answers with the code. */
async function post(app: string, signedRequest: string): Promise<string> {
  const body = new URLSearchParams({ signed_request: signedRequest })
  const response = await fetch(`${system.url}/meta/${app}/data-deletion`, { method: 'POST', body })
  const answer = (await response.json()) as { readonly confirmation_code: string }
  return answer.confirmation_code
}

const postPayload = ({ app, userId }: Person, payload: PayloadFields = {}): Promise<string> => {
  const issued = { user_id: userId, issued_at: Math.floor(Date.now() / 1000) }
  return post(app, createSignedRequest({ ...issued, ...payload }, system.appSecrets[app]?.[0] ?? ''))
}

async function shownAs(state: string, request: string): Promise<Shown> {
  const giveUpAt = Date.now() + 20_000
  for (;;) {
    const shown = await opsJson<Shown>('show', request)
    if (shown.state === state) return shown
    if (Date.now() > giveUpAt || isFinal(shown.state))
      throw new Error(
        `it is ${shown.state}, not ${state}\n${log
          .filter((line) => !line.includes('OPERATOR_COMMAND'))
          .slice(-10)
          .join('\n')}`,
      )
  }
}

/** Every item of the company's tables, its attributes in one order. */
async function everything(): Promise<ReadonlySet<string>> {
  const items = new Set<string>()
  for (const { name } of Object.values(config.dataMap.tables)) {
    for await (const { Items = [] } of paginateScan({ client }, { TableName: name, ConsistentRead: true })) {
      for (const item of Items) items.add(JSON.stringify([name, item], inOrder))
    }
  }
  return items
}

const inOrder = (_field: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value

const sum = (tallies: readonly { readonly items: number }[]): number =>
  tallies.reduce((total, { items }) => total + items, 0)

/** Whatever would tell who it is. */
function valuesOf({ email, userId }: Person): readonly string[] {
  const person = PEOPLE.find((one) => one.email === email)
  return [email, userId, person?.name ?? '', person?.mobile ?? ''].map((value) =>
    JSON.stringify(value).slice(1, -1),
  )
}

describe('sign, plan and show', () => {
  it('plans what an erasure then does, touches nothing, and is found again by code, key and a beginning of it', async () => {
    const before = await everything()
    const planned = await opsJson<Preview>('plan', `facebookId=${DEMO_PERSON.userId}`)
    expect((await everything()).symmetricDifference(before)).toEqual(new Set())
    const of = (kind: string) => sum(planned.holdings.filter(({ action }) => action === kind))
    expect([of('erase'), of('redact'), of('retain')].every((items) => items > 0)).toBe(true)

    const { stdout: signed, exitCode } = await ops([
      'sign',
      '--app',
      DEMO_PERSON.app,
      '--user-id',
      DEMO_PERSON.userId,
    ])
    expect(exitCode).toBe(0)
    const code = await post(DEMO_PERSON.app, signed.trim())
    const shown = await shownAs('completed_with_retention', code)
    const { erased = [], redacted = [], retained = [] } = shown.outcome ?? {}
    expect([sum(erased), sum(redacted), sum(retained)]).toEqual([of('erase'), of('redact'), of('retain')])

    const typed = code.toLowerCase().replaceAll(/(.{6})(?=.)/g, '$1-')
    for (const name of [typed, shown.key, shown.key.slice(0, 8), shown.key.slice(0, 20).toUpperCase()]) {
      expect(await opsJson('show', name)).toEqual(shown)
    }
  })

  it('shows it to people without the person and without the code', async () => {
    const person = somebody()
    const code = await postPayload(person)
    const { key } = await shownAs('completed_with_retention', code)
    const { stdout } = await ops(['show', code])
    expect(stdout).toContain(key)
    expect(stdout).toMatch(/^State +completed_with_retention$/m)
    expect([code, ...valuesOf(person)].filter((value) => stdout.includes(value))).toEqual([])
  })

  it('plans for who is named on standard input, and repeats nobody', async () => {
    const person = somebody()
    const { stdout } = await ops(['plan'], { input: `facebookId=${person.userId}\nemail=${person.email}\n` })
    expect(stdout).toMatch(/^\d+ items: erase [1-9]\d*, /m)
    expect(valuesOf(person).filter((value) => stdout.includes(value))).toEqual([])
  })

  it('refuses what names no request, and an identity that the map does not have', async () => {
    const unknown = await ops(['show', 'ffffffff'])
    expect(unknown).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('no request') })
    const { exitCode, stderr } = await ops(['plan', 'orderNo=4711'])
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining('use userId, facebookId'),
    })
  })
})

describe('show without --local', () => {
  it('tells the same by a signed call of the function’s address, which needs no --local', async () => {
    const code = await postPayload(somebody())
    const local = await shownAs('completed_with_retention', code)
    await using view = await functionUrl(async (command) => {
      const response = await fetch(`${system.url}/_local/view`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(command),
      })
      return { status: response.status, body: await response.text() }
    })
    const env = { ...signedIn(), OPS_VIEW_URL: view.url }
    const { exitCode, stdout, stderr } = await runCli(['show', code, '--json'], { env })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(JSON.parse(stdout)).toEqual(local)
    const unknown = await runCli(['show', 'ffffffff'], { env })
    expect(unknown).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('no request') })
  })
})

describe('check --live', () => {
  interface Checked {
    readonly valid: boolean
    readonly findings: readonly unknown[]
    readonly deployed: { readonly ledgers: readonly string[]; readonly samples: readonly object[] }
  }

  it('finds the sample company as its map says, and shows nobody', async () => {
    const before = await everything()
    const { valid, findings, deployed } = await opsJson<Checked>('check', '--live')
    expect({ valid, findings, ledgers: deployed.ledgers }).toEqual({
      valid: true,
      findings: [],
      ledgers: ['DeletionRequests'],
    })
    const { exitCode, stdout, stderr } = await ops(['check', '--live', '--sample', '10000'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toMatch(/^ok npm start at .*: the 6 tables of the map are as the map says/m)
    const values = samplePeople().flatMap(valuesOf)
    expect(values.filter((value) => stdout.includes(value))).toEqual([])
    expect((await everything()).symmetricDifference(before)).toEqual(new Set())
  })

  it('takes the ledger by its name, and says if there is none of that name', async () => {
    expect((await ops(['check', '--live', '--sample', '0', '--ledger', 'DeletionRequests'])).exitCode).toBe(0)
    const { exitCode, stdout } = await ops(['check', '--live', '--sample', '0', '--ledger', 'Ledger'])
    expect(exitCode).toBe(1)
    expect(stdout).toContain('--ledger\n  there is no table "Ledger"')
    expect(stdout).toContain('the table "DeletionRequests" is there, and neither mapped nor waived')
  })

  it('names a table that nobody thought of', async () => {
    const TableName = 'Newsletters'
    await client.send(
      new CreateTableCommand({
        TableName,
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    )
    const { exitCode, stdout } = await ops(['check', '--live'])
    await client.send(new DeleteTableCommand({ TableName }))
    expect(exitCode).toBe(1)
    expect(stdout).toContain(
      'dataMap.tables\n  the table "Newsletters" is there, and neither mapped nor waived\n',
    )
    expect(stdout).toMatch(/^1 finding$/m)
  })
})

describe('approve', () => {
  it('lets a request that looks like a login cookie go on, and names who said so', async () => {
    const person = somebody()
    const before = await everything()
    const code = await postPayload(person, { code: 'as in a login cookie' })
    const { key, problem } = await shownAs('needs_review', code)
    expect(problem).toMatchObject({ reason: 'login_shaped', planned: { profile: { items: 1 } } })
    expect((await everything()).symmetricDifference(before)).toEqual(new Set())

    const short = key.slice(0, 12)
    expect((await ops(['show', short])).stdout).toContain(`ops -- approve ${short} --local`)
    expect((await ops(['retry', short])).exitCode).toBe(1)
    const approved = await ops(['approve', short, '--as', 'linh', '--reason', 'ticket 4711'])
    expect(approved).toMatchObject({ exitCode: 0, stderr: '' })

    const { outcome, history } = await shownAs('completed_with_retention', code)
    expect(sum(outcome?.erased ?? [])).toBeGreaterThan(0)
    expect(history).toContainEqual({
      at: expect.any(String),
      step: 'approve',
      by: expect.stringMatching(/:user\/linh$/),
      reason: 'ticket 4711',
    })
    const again = await ops(['approve', short])
    expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('cannot approve') })
  })
})

describe('retry', () => {
  it('ends what a person had to mend, which is named without its value', async () => {
    const person = somebody()
    const userId = PEOPLE.find(({ email }) => email === person.email)?.userId ?? ''
    const Key = { PK: { S: `USER#${userId}` }, SK: { S: 'GIFT#for-somebody' } }
    await client.send(new PutItemCommand({ TableName: 'Shop', Item: Key }))
    const code = await postPayload(person)
    const { key, problem } = await shownAs('needs_operator', code)
    expect(problem).toEqual({
      reason: 'residue',
      residue: [{ table: 'Shop', sortKey: 'GIFT#', items: 1, why: 'unclaimed' }],
    })
    const { stdout } = await ops(['show', key])
    expect(stdout).toMatch(/│ Shop +│ +│ GIFT#… +│ +1 │ unclaimed/)
    expect(stdout).not.toContain('for-somebody')

    await client.send(new DeleteItemCommand({ TableName: 'Shop', Key }))
    expect(await ops(['retry', key.slice(0, 8)])).toMatchObject({ exitCode: 0 })
    expect((await shownAs('completed_with_retention', code)).history.map(({ step }) => step)).toContain(
      'retry',
    )
  })
})
