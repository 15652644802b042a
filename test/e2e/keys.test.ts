import { addDays } from 'date-fns/addDays'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import company from '../../deletion.config.ts'
import { dropKey, listKeys, rotateKey } from '../../infra/cli/commands/keys.ts'
import { setAppSecret } from '../../infra/cli/commands/secrets.ts'
import { asker } from '../../infra/cli/system/ask.ts'
import { withVault } from '../../infra/cli/system/vault.ts'
import { samplePeople } from '../../infra/local/sample/sample.ts'
import type { KeyKind } from '../../shared/keys/key-needs.ts'
import { verifyReceipt } from '../../shared/keys/receipt-jws.ts'
import { runCli } from '../fixtures/system/cli.ts'
import { linkIn, type Mailbox, mailboxOf, press } from '../fixtures/system/mailbox.ts'
import { type SampleSystem, seconds, sign, startSample, until } from '../fixtures/system/sample-system.ts'

const LOCAL = { local: true } as const
const NEW_SECRET = '0123456789abcdef0123456789abcdef'
const [person = { app: '' }] = samplePeople()
/** Unknown to the company. */
const WRITER = 'nobody-there@example.com'
const started = new Date()
const soon = addDays(started, 3)
const later = addDays(started, 60)

let system: SampleSystem
let mailbox: Mailbox
beforeAll(async () => {
  system = await startSample({
    config: {
      ...company,
      email: { address: 'xoa@mail.example.com', identity: 'email', receiving: {}, coolingOff: 'none' },
    },
  })
  mailbox = mailboxOf(system)
  vi.stubEnv('LOCAL_URL', system.url)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await system.close()
})

const ask = asker(LOCAL)
const rotate = (kind: KeyKind) => withVault(LOCAL, (vault) => rotateKey(vault, kind, started))
const drop = (kind: KeyKind, id: string, now: Date) =>
  withVault(LOCAL, (vault) => dropKey({ vault, ask, now }, kind, id))
const list = (now: Date) => withVault(LOCAL, (vault) => listKeys({ vault, ask, now }))
const setApp = (secret: string, more: object = {}) =>
  withVault(LOCAL, (vault) => setAppSecret(vault, { app: person.app, secret, keep: 2, ...more }))
const run = (args: readonly string[], input = '') =>
  runCli([...args, '--local'], { env: { LOCAL_URL: system.url }, input })
const k2 = `k2-${started.toISOString().slice(0, 10)}`

it('takes an app secret from standard input, keeps the one before it, and shows neither', async () => {
  const old = system.appSecrets[person.app]?.[0] ?? ''
  const first = await run(['secrets', 'set-app', person.app], `${NEW_SECRET}\n`)
  expect(first).toMatchObject({ exitCode: 0, stderr: '' })
  expect(first.stdout).toContain('1 older one is kept')
  expect(first.stdout).not.toMatch(new RegExp(`${NEW_SECRET}|${old}`))

  for (const secret of [NEW_SECRET, old]) {
    const signed = sign({ user_id: '99900011', issued_at: seconds() }, secret)
    expect((await system.post(person.app, signed)).status).toBe(200)
  }
  const { apps } = (await (await fetch(`${system.url}/_local`)).json()) as {
    apps: Record<string, { secret: string }>
  }
  expect(apps[person.app]?.secret).toBe(NEW_SECRET)
})

it('writes nothing for the newest secret, and moves an older one to the front', async () => {
  expect(await setApp(NEW_SECRET)).toMatchObject({ isChanged: false, secrets: 2 })
  const old = system.appSecrets[person.app]?.[0] ?? ''
  expect(await setApp(old)).toMatchObject({ isChanged: true, secrets: 2, dropped: 0 })
  expect(await setApp('f'.repeat(32))).toMatchObject({ isChanged: true, secrets: 2, dropped: 1 })
  expect(await setApp(old, { keep: 1 })).toMatchObject({ isChanged: true, secrets: 1, dropped: 1 })
})

it.each(['<app secret>', 'two words', `${NEW_SECRET}\n${NEW_SECRET}`, NEW_SECRET.toUpperCase(), 'short'])(
  'refuses what is no app secret, without repeating it: %j',
  async (secret) => {
    await expect(setApp(secret)).rejects.toMatchObject({
      word: 'no_app_secret',
      exitCode: 1,
      message: expect.not.stringContaining(secret),
    })
  },
)

it('takes an unusual form if it is told to, but no placeholder', async () => {
  expect(await setApp('short', { anyForm: true })).toMatchObject({ isChanged: true })
  await expect(setApp('<short>', { anyForm: true })).rejects.toMatchObject({ word: 'no_app_secret' })
})

it('refuses an app that is not configured, nothing on standard input, and the index key', async () => {
  const [unknown, empty, index, counts] = await Promise.all([
    run(['secrets', 'set-app', 'nobody'], NEW_SECRET),
    run(['secrets', 'set-app', person.app], '\n'),
    run(['keys', 'rotate', 'index']),
    run(['secrets', '--json']),
  ])
  expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(person.app) })
  expect(unknown.stderr).not.toContain(NEW_SECRET)
  expect(empty.exitCode).toBe(2)
  expect(index).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('cannot be changed') })
  expect(JSON.parse(counts.stdout)).toMatchObject({
    apps: expect.arrayContaining([{ app: person.app, secrets: 2 }]),
    unknown: [],
  })
})

it('never writes over what somebody else has changed since it looked', async () => {
  await withVault(LOCAL, async (vault) => {
    const before = await vault.read('meta')
    await vault.replace('meta', before, before.fields)
    await expect(vault.replace('meta', before, {})).rejects.toMatchObject({ word: 'changed_meanwhile' })
    expect((await vault.read('meta')).fields).toEqual(before.fields)
  })
})

it('rotates every key under an open request, which goes to its end by its old link', async () => {
  await mailbox.send(`An <${WRITER}>`)
  const [asked] = await mailbox.received(WRITER, 1)
  if (!asked) throw new Error('there is no answer')
  for (const kind of ['seal', 'token', 'receipt'] as const) {
    expect(await rotate(kind)).toEqual({ kind, id: k2, kept: ['k1'] })
  }

  await expect(drop('seal', 'k1', started)).rejects.toMatchObject({ word: 'still_needed' })
  await expect(drop('seal', 'k1', later)).rejects.toThrow(/\d seals? in the ledger/)
  await expect(drop('token', 'k1', soon)).rejects.toThrow('links that it signed')
  await expect(drop('seal', k2, later)).rejects.toThrow('the newest')
  await expect(drop('seal', 'k7', later)).rejects.toMatchObject({ word: 'no_such_key' })

  expect((await press(linkIn(asked, 'confirm'))).status).toBe(303)
  const code = new URL(linkIn(asked, 'status')).pathname.split('/').at(-1) ?? ''
  await system.reached(code)
  await mailbox.received(WRITER, 3)

  const receipt = await (await fetch(`${system.url}/status/${code}/receipt`)).text()
  const jwks = await (await fetch(`${system.url}/.well-known/jwks.json`)).json()
  expect((jwks as { keys: { kid: string }[] }).keys.map(({ kid }) => kid).toSorted()).toEqual(['k1', k2])
  expect(await verifyReceipt(receipt, jwks as Parameters<typeof verifyReceipt>[1])).toMatchObject({
    channel: 'email',
  })
  await expect(drop('receipt', 'k1', later)).rejects.toThrow('requests are kept')
})

it('drops a key when nothing needs it any more', async () => {
  await until(
    () => list(later),
    (keys) => keys.some(({ kind, id, need }) => kind === 'seal' && id === 'k1' && need === undefined),
  )
  expect(await drop('seal', 'k1', later)).toEqual([k2])
  expect(await drop('token', 'k1', later)).toEqual([k2])
  expect((await list(later)).map(({ kind, id }) => `${kind} ${id}`)).toEqual([
    `seal ${k2}`,
    `token ${k2}`,
    `receipt ${k2}`,
    'receipt k1',
  ])
})
