import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import sample from '../../deletion.config.ts'
import { DEMO_PERSON } from '../../infra/local/sample/sample.ts'
import { appSecretsOf } from '../../infra/local/state/keys.ts'
import { endAll, npmStart, processesWith, takePort } from '../fixtures/system/npm-start.ts'
import { outside, until } from '../fixtures/system/sample-system.ts'

const folder = mkdtempSync(join(tmpdir(), 'start-'))
afterAll(async () => {
  await endAll()
  rmSync(folder, { recursive: true, force: true })
})

interface Local {
  readonly dynamodb: string
  readonly sqs: string
  readonly apps: Readonly<Record<string, { readonly callback: string; readonly secret: string }>>
  readonly people: readonly unknown[]
}
const local = async (url: string) => (await (await fetch(`${url}/_local`)).json()) as Local
const isListening = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  )
const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '')

/** The sample with these parts replaced; `undefined` takes one away. */
function configWith(changes: Readonly<Record<string, unknown>>): string {
  const config = structuredClone(sample) as unknown as Record<string, unknown>
  for (const [path, value] of Object.entries(changes)) {
    const steps = path.split('/')
    const last = steps.pop() ?? ''
    const parent = steps.reduce((part, step) => part[step] as Record<string, unknown>, config)
    if (value === undefined) delete parent[last]
    else parent[last] = value
  }
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `config-${Object.keys(changes).length}.mjs`)
  writeFileSync(file, `export default ${JSON.stringify(config)}\n`)
  return file
}

/** Where a mistake is, what stands there, and a part of what must be said about it. */
const MISTAKES: readonly (readonly [place: string, value: unknown, said: string])[] = [
  ['organization/contactEmail', 'privacy at example.com', 'organization.contactEmail'],
  ['organization/privacyPolicyUrl', 'www.example.com', 'organization.privacyPolicyUrl'],
  ['organization/timeZone', 'Asia/Hanoi', 'organization.timeZone'],
  ['organization/name', undefined, 'organization.name'],
  ['publicUrl', 'http://example.com', 'publicUrl'],
  ['locales', ['vi', 'fr'], 'locales.1'],
  ['deadlines', ['lgpd'], 'deadlines.0'],
  ['keep/requests', 'two years', 'keep.requests'],
  ['reviewOlderThanDays', -1, 'reviewOlderThanDays'],
  ['colour', 'red', 'colour'],
  ['apps/shop/scope', undefined, 'apps.shop.scope'],
  ['apps/insta/product', 'whatsapp', 'apps.insta.product'],
  ['apps/shop/appId', 123, 'apps.shop.appId'],
  ['dataMap/identities/storeId/of', 'shared', 'dataMap.identities.storeId'],
  ['dataMap/tables/chat/key/message', 'X', 'dataMap.tables.chat'],
  ['dataMap/tables/bills/backupsKeptFor', 'soon', 'dataMap.tables.bills.backupsKeptFor'],
  ['dataMap/holdings/views/action', 'delete', 'dataMap.holdings.views.action'],
  ['dataMap/holdings/forms/table', 'nowhere', 'dataMap.holdings.forms'],
  ['dataMap/categories/profile/en', undefined, 'dataMap.categories.profile'],
  ['dataMap/review/above', 'many', 'dataMap.review.above'],
]
/** These are only seen when every part has the right shape. */
const CONTRADICTIONS: readonly (readonly [place: string, value: unknown, said: string])[] = [
  ['apps/shop/identity', 'facebookID', 'apps.shop.identity'],
  ['dataMap/identities/email/of', 'person', 'dataMap.identities'],
  ['dataMap/holdings/lines/owner', undefined, 'dataMap.holdings.lines'],
  ['dataMap/holdings/lines/per', 'order', 'dataMap.holdings.lines'],
  ['dataMap/holdings/orders/find/SK', { beginsWith: 'ORDER' }, 'dataMap.holdings.orders'],
  ['dataMap/holdings/staff/find', { PK: 'STORE#{storeId}', SK: 'PROFILE' }, 'dataMap.holdings.staff'],
  ['dataMap/holdings/chat/find', { index: 'byWriter', author: '{userId}' }, 'dataMap.holdings.chat'],
  ['dataMap/holdings/sessions/category', 'visit', 'dataMap.holdings.sessions'],
  ['dataMap/holdings/bills/action/retain/because', 'taxes', 'dataMap.holdings.bills'],
  ['dataMap/holdings/subscriptions/find', { email: '{mail}' }, 'dataMap.holdings.subscriptions'],
  ['dataMap/holdings/threads/learns', { phone: 'phone' }, 'dataMap.holdings.threads'],
  ['dataMap/holdings/profileFromMeta/after', ['nothing'], 'dataMap.holdings.profileFromMeta'],
  ['dataMap/holdings/forms/table', 'form', 'dataMap.holdings.forms'],
  ['dataMap/tables/invitations/indexes/byEmail', undefined, 'dataMap.holdings.invited'],
  ['dataMap/holdings/instagramLink/scope', 'account', 'apps.insta.identity'],
]

describe('a configuration with mistakes', () => {
  it.each([
    ['of form', MISTAKES],
    ['of sense', CONTRADICTIONS],
  ])('starts nothing and names them all: %s', async (_kind, mistakes) => {
    expect(mistakes.length).toBeGreaterThanOrEqual(15)
    const file = configWith(Object.fromEntries(mistakes.map(([place, value]) => [place, value])))
    const data = join(folder, 'never-made')
    const { port, free } = await takePort()
    await free()
    const run = npmStart(['--config', file, '--data-dir', data, '--port', String(port)])
    expect(await run.ended).toBe(1)
    expect(run.output()).toBe('')
    expect(run.errors()).toContain(file)
    const missing = mistakes.filter(([, , said]) => !run.errors().includes(said)).map(([place]) => place)
    expect(missing).toEqual([])
    expect(run.errors()).not.toMatch(/\n\s+at /)
    expect(existsSync(data)).toBe(false)
    expect(processesWith(data)).toEqual([])
    expect(await isListening(`http://127.0.0.1:${port}`)).toBe(false)
  })

  it.each([
    ['is not there', 'nowhere.ts', undefined, 'does not exist'],
    ['cannot be read', 'broken.mjs', 'export default {\n', 'could not be read'],
    ['is no object', 'number.mjs', 'export default 7\n', ''],
  ])('that %s is told in a sentence', async (_how, name, content, said) => {
    const file = join(folder, name)
    if (content !== undefined) writeFileSync(file, content)
    const run = npmStart(['--config', file, '--port', '0'])
    expect(await run.ended).toBe(1)
    expect(run.output()).toBe('')
    expect(run.errors()).toContain(name)
    expect(run.errors()).toContain(said)
    expect(run.errors()).not.toMatch(/\n\s+at /)
  })
})

describe('META_APP_SECRETS', () => {
  it.each([
    ['no JSON', '{shop'],
    ['no object', '["hush-hush"]'],
    ['a secret that is no list', '{"shop":"hush-hush"}'],
    ['an empty list', '{"shop":[]}'],
    ['an empty secret', '{"shop":[""]}'],
    ['of an app nobody configured', '{"other":["hush-hush"]}'],
  ])('is refused without being repeated when it is %s', (_what, given) => {
    const read = () => appSecretsOf(['shop'], { META_APP_SECRETS: given })
    expect(read).toThrow('META_APP_SECRETS')
    expect(read).not.toThrow('hush-hush')
  })
})

describe('npm start', () => {
  it('serves on any free port, untouched by the settings of the user, until Ctrl-C', async () => {
    const data = join(folder, 'served')
    const run = npmStart(['--data-dir', data, '--port', '0'], {
      npm: true,
      env: {
        AWS_PROFILE: 'nobody',
        AWS_REGION: 'xx-nowhere-1',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
        AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1',
        AWS_ACCESS_KEY_ID: 'real',
        AWS_SECRET_ACCESS_KEY: 'real',
        AWS_SESSION_TOKEN: 'real',
        TZ: 'Asia/Ho_Chi_Minh',
      },
    })
    const url = await run.ready
    expect(url).toMatch(/^http:\/\/localhost:[1-9]\d*$/)
    const about = await local(url)
    expect(about.people).toContainEqual(DEMO_PERSON)
    expect(about.apps['shop']?.callback).toBe(`${url}/meta/shop/data-deletion`)
    expect([about.dynamodb, about.sqs].every((address) => address.startsWith('http://127.0.0.1:'))).toBe(true)
    // Loopback only.
    expect(await isListening(url.replace('localhost', '127.0.0.2'))).toBe(false)

    const { ask, reached } = outside(url, (app) => about.apps[app]?.secret ?? '')
    expect((await reached(await ask('shop', DEMO_PERSON.userId))).found).toBe(true)

    expect(processesWith(data).length).toBeGreaterThan(0)
    run.signal('SIGINT')
    expect(await run.ended).toBe(0)
    expect(
      await until(
        () => processesWith(data),
        (left) => left.length === 0,
      ),
    ).toEqual([])
    expect(await isListening(url)).toBe(false)
    expect(run.errors()).not.toMatch(/Error|\n\s+at /)
  })

  it.each([
    ['before it is ready', false],
    ['under load', true],
  ])('ends with 0 on Ctrl-C %s and leaves nothing behind', async (_when, loaded) => {
    const data = join(folder, `ended-${loaded}`)
    const run = npmStart(['--data-dir', data, '--port', '0'])
    if (loaded) {
      const url = await run.ready
      const { apps } = await local(url)
      const { ask } = outside(url, (app) => apps[app]?.secret ?? '')
      void Promise.all(
        Array.from({ length: 50 }, (_, n) => ask('shop', String(10223000000000100 + n))),
      ).catch(() => {})
      await until(
        () => run.errors(),
        (said) => said.includes('REQUEST_RECEIVED'),
      )
    } else {
      // Its engine has begun to start, or has just started.
      await until(
        () => processesWith(data).filter((line) => line.includes('dynamodb.db')).length,
        (count) => count > 0,
      )
    }
    run.signal('SIGINT')
    expect(await run.ended).toBe(0)
    expect(
      await until(
        () => processesWith(data),
        (left) => left.length === 0,
      ),
    ).toEqual([])
  })

  it('runs the bundles that would be deployed, without people, with the given secrets', async () => {
    const run = npmStart(['--bundled', '--empty', '--cooling-off', 'PT1M'], {
      env: { PORT: '0', META_APP_SECRETS: '{"shop":["given","older"]}' },
    })
    const url = await run.ready
    const { people, apps } = await local(url)
    expect([people, apps['shop']?.secret]).toEqual([[], 'given'])
    for (const secret of ['given', 'older']) {
      const { ask, reached } = outside(url, () => secret)
      expect((await reached(await ask('shop', DEMO_PERSON.userId))).found).toBe(false)
    }
    run.signal('SIGINT')
    expect(await run.ended).toBe(0)
  })

  it('ends when the npm that started it is killed', async () => {
    const data = join(folder, 'npm-killed')
    const run = npmStart(['--data-dir', data, '--port', '0'], { npm: true })
    const url = await run.ready
    process.kill(run.pid, 'SIGKILL')
    expect(
      await until(
        () => processesWith(data),
        (left) => left.length === 0,
      ),
    ).toEqual([])
    expect(await isListening(url)).toBe(false)
  })

  it('says in one line that the port is in use', async () => {
    const { port, free } = await takePort()
    const data = join(folder, 'port-taken')
    const run = npmStart(['--data-dir', data, '--port', String(port)])
    expect(await run.ended).toBe(1)
    await free()
    expect(run.output()).toBe('')
    expect(lines(run.errors())).toEqual([`port ${port} is in use; choose another with --port`])
    expect(processesWith(data)).toEqual([])
  })

  it.each([
    ['the tables of others', 'DYNAMODB_ENDPOINT', 'https://dynamodb.ap-southeast-1.amazonaws.com'],
    ['a secret that is no list', 'META_APP_SECRETS', '{"shop":"hush-hush"}'],
  ])('refuses %s in one line', async (_what, name, value) => {
    const run = npmStart(['--port', '0'], { env: { [name]: value } })
    expect(await run.ended).toBe(1)
    expect(run.output()).toBe('')
    expect(lines(run.errors())).toHaveLength(1)
    expect(run.errors()).toContain(name)
    expect(run.errors()).not.toContain('hush-hush')
  })

  it.each([['--port=70000'], ['--colour']])('takes %s for wrong usage', async (option) => {
    const run = npmStart([option])
    expect(await run.ended).toBe(2)
    expect(run.output()).toBe('')
    expect(run.errors()).toMatch(/^error: /)
  })
})
