import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ACCOUNT } from '../../infra/local/engines/engines.ts'
import { PEOPLE } from '../../infra/local/sample/people.ts'
import { canonical } from '../fixtures/companies/canonical.ts'
import { holdsAny } from '../fixtures/companies/tables.ts'
import { codeIn, type SampleSystem, seconds, sign, startSample } from '../fixtures/system/sample-system.ts'

const SECRET = 'the-app-secret-of-shop'
const NOTE = 'bà ngoại thích trà sen'
const data = mkdtempSync(join(tmpdir(), 'leaks-'))

let system: SampleSystem
beforeAll(async () => {
  system = await startSample({
    dataDir: data,
    env: { META_APP_SECRETS: JSON.stringify({ shop: [SECRET] }) },
  })
})
afterAll(async () => {
  await system.close()
  rmSync(data, { recursive: true, force: true })
})

/** Every value of everybody by which somebody could be recognised. */
const personal = PEOPLE.flatMap((person) => {
  const { userId, name, metaName, email, mobile, landline, address, facebookId, instagramId, ips } = person
  return [userId, name, metaName, email, mobile, landline, address, facebookId, instagramId, ...ips]
}).filter((value) => value !== undefined)

/** What must never be seen outside of the company's own tables. */
const secrets = (): readonly string[] => [...personal, NOTE, SECRET, ...tokens]
const tokens = new Set<string>()

const expectClean = (what: string, text: string): void => {
  const found = secrets().filter((value) => holdsAny(text, [value]))
  expect(found, `${what} holds ${found.join()}: ${text.slice(0, 300)}`).toEqual([])
}

/** Asks, and remembers what was sent and answered as what must not turn up anywhere. */
async function ask(number: number, payload: object = {}, app = 'shop'): Promise<string> {
  const { facebookId, instagramId } = PEOPLE[number - 1] ?? {}
  const id = app === 'shop' ? facebookId : instagramId
  const secret = system.appSecrets[app]?.[0] ?? ''
  const signed = sign({ user_id: id, issued_at: seconds(), ...payload }, secret)
  for (const part of signed.split('.')) tokens.add(part)
  const response = await system.post(app, signed)
  expect(response.status).toBe(200)
  const code = codeIn(await response.json())
  tokens.add(code)
  return code
}

describe('nothing of a person is seen', () => {
  const seen: string[] = []
  /** Whatever stood in the ledger at any time, open or final. */
  const ledger = new Set<string>()
  let ends: Readonly<Record<'final' | 'open', readonly string[]>>

  beforeAll(async () => {
    const { userId } = PEOPLE[3] ?? {}
    await system.dynamodb.send(
      new PutItemCommand({
        TableName: 'Shop',
        Item: { PK: { S: `USER#${userId}` }, SK: { S: `NOTE#${NOTE}` }, text: { S: NOTE } },
      }),
    )
    const watching = watchQueues(seen)
    const remember = async () => {
      for (const item of await system.ledger()) ledger.add(canonical(item))
    }
    const watch = setInterval(() => void remember(), 100)

    const [plain, platform, review, operator] = await Promise.all([
      Promise.all([1, 2, 3].map((number) => ask(number))),
      ask(5, {}, 'insta'),
      ask(6, { code: 'an-oauth-code' }),
      ask(4),
    ])
    tokens.add('an-oauth-code')
    const final = [...plain, platform]
    await Promise.all(final.map((code) => system.reached(code)))
    await system.reached(review, 'in_review')
    await system.shown(operator, 'needs_operator')
    // Strangers, until enough messages were seen on their way.
    for (let n = 0; seen.length < 3 && n < 300; n += 1) {
      final.push(await ask(7, { user_id: `77777777777777${n}` }))
    }
    await Promise.all(final.map((code) => system.reached(code)))
    clearInterval(watch)
    await watching.stop()
    ends = { final, open: [review, operator] }
    await remember()
  })

  it('in the answers to what is wrong', async () => {
    const [person] = PEOPLE.slice(9)
    const bodies = [
      `signed_request=${person?.email}`,
      `signed_request=${encodeURIComponent(sign({ user_id: person?.facebookId }, 'forged'))}`,
      `signed_request=${encodeURIComponent(sign({ user_id: `${person?.email}` }, SECRET))}`,
      `${person?.facebookId}=${person?.name}`,
    ]
    for (const body of bodies) {
      const response = await fetch(`${system.url}/meta/shop/data-deletion`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      })
      expect(response.status).toBe(400)
      expectClean('an error', await response.text())
    }
    for (const path of [
      `/status/${person?.email}`,
      `/status?code=${person?.email}`,
      `/meta/${person?.userId}/data-deletion`,
      `/${person?.facebookId}?email=${person?.email}`,
      `/meta/shop/data-deletion?user=${person?.facebookId}`,
    ]) {
      const response = await fetch(system.url + path, { headers: { accept: 'application/json' } })
      expectClean(`the answer of ${path}`, await response.text())
    }
  })

  it('when the operator asks, rightly or wrongly', async () => {
    const { email = '', facebookId = '' } = PEOPLE[10] ?? {}
    const view = async (body: unknown) => {
      const response = await fetch(`${system.url}/_local/view`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return { status: response.status, text: await response.text() }
    }
    const planned = await view({ command: 'plan', identities: [['facebookId', facebookId]] })
    expect(planned.status).toBe(200)
    expectClean('a plan', planned.text)
    // Kind and value exchanged, a value for a request, no command at all.
    for (const wrong of [
      { command: 'plan', identities: [[email, 'email']] },
      { command: 'plan', identities: [[email, facebookId]] },
      { command: 'plan', identities: [['orderNo', email]] },
      { command: 'show', request: email },
      { command: email, request: facebookId },
      { email },
    ]) {
      expect((await view(wrong)).status).toBeGreaterThanOrEqual(400)
    }
    for (const code of ends.open) expectClean('show', JSON.stringify(await system.show(code)))
  })

  it('in any line of the log', () => {
    expect(system.lines.length).toBeGreaterThan(20)
    expect(system.lines.join()).toContain('REQUEST_NEEDS_OPERATOR')
    for (const line of system.lines) expectClean('a log line', line)
  })

  it('in any message of any queue', async () => {
    expect(seen.length).toBeGreaterThan(0)
    for (const message of seen) {
      expectClean('a message', message)
      expect(message).toMatch(/^\{"request":"[0-9a-f]{64}"\}$/)
    }
    for (const name of ['erase-dead', 'pipe-dead']) {
      const { Messages = [] } = await system.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl(name), MaxNumberOfMessages: 10 }),
      )
      expect(Messages).toEqual([])
    }
  })

  it('in a file or its name, but for the database with the company’s own tables', () => {
    const files = filesIn(data)
    expect(files.length).toBeGreaterThan(3)
    for (const file of files) {
      expectClean('a file name', file)
      if (!file.startsWith('dynamodb.db')) expectClean(file, readFileSync(join(data, file)).toString('utf8'))
      expect([file, statSync(join(data, file)).isFile() && /key/.test(file) ? mode(file) : 0o600]).toEqual([
        file,
        0o600,
      ])
    }
  })

  it('in the ledger, at any time', () => {
    expect(ledger.size).toBeGreaterThan(20)
    for (const item of ledger) expectClean('the ledger', item)
  })

  it('in the ledger, whose final rows name nobody at all', async () => {
    const items = await system.ledger()
    const keys = new Set(await Promise.all(ends.final.map(async (code) => (await system.show(code)).key)))
    const parts = items.filter(({ pk }) => keys.has((pk?.S ?? '').replace('REQ#', '')))
    expect(new Set(parts.map(({ sk }) => sk?.S?.split('#')[0]))).toEqual(new Set(['META', 'LOG', 'SUBJECTS']))
    for (const item of parts) {
      for (const name of ['identity', 'contact', 'checkpoint', 'leaseId', 'openShard', 'sealed', 'problem']) {
        expect(Object.keys(item)).not.toContain(name)
      }
      expect(Object.keys(item)).toContain('expiresAt')
    }
    // Of those that are open, everything is there still: sealed.
    const open = await Promise.all(ends.open.map(async (code) => (await system.show(code)).key))
    for (const key of open) {
      const row = items.find(({ pk, sk }) => pk?.S === `REQ#${key}` && sk?.S === 'META')
      expect(row?.['identity']?.S).toMatch(/^eyJ/)
      expect(Object.keys(row ?? {})).not.toContain('expiresAt')
    }
    const owners = items.filter(({ sk }) => sk?.S === 'CLAIM').map(({ owner }) => owner?.S)
    expect([...new Set(owners)]).toEqual([(await system.show(ends.open[1] ?? '')).key])
  })
})

const queueUrl = (name: string): string => `${system.endpoints.sqs}/${ACCOUNT}/${name}`

/** Takes messages on their way and looks at them. They do not arrive: the sweep will ring again. */
function watchQueues(seen: string[]): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const QueueUrl = queueUrl('erase')
  const watchers = Array.from({ length: 5 }, async () => {
    while (!stopping.signal.aborted) {
      const { Messages = [] } = await system.sqs
        .send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1, WaitTimeSeconds: 2 }), {
          abortSignal: stopping.signal,
        })
        .catch(() => ({ Messages: [] }))
      seen.push(...Messages.map(({ Body = '' }) => Body))
    }
  })
  return {
    async stop() {
      stopping.abort()
      await Promise.all(watchers)
    },
  }
}

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))

const mode = (file: string): number => statSync(join(data, file)).mode & 0o777
