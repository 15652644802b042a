import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Finding } from '../../shared/config/findings.ts'
import { verifySignedRequest } from '../../shared/meta/signed-request.ts'
import { forbidden, functionUrl, REGION, signedIn } from '../fixtures/deployed/deployed-functions.ts'
import { answering, runCli, spawnCli, urlOf } from '../fixtures/system/cli.ts'

const SECRETS = { META_APP_SECRETS: '{"shop":["the-newest","an-older"]}' }
const SIGN = ['sign', '--app', 'shop', '--user-id', '90071992547409931']

let nobody: Readonly<Record<string, string>>
beforeAll(async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  nobody = { LOCAL_URL: urlOf(server) }
  server.close()
  await once(server, 'close')
})

/** By tests of their own, or of commander's. */
const HELPED: readonly string[] = [
  'help',
  'plan',
  'sign',
  'check',
  'show',
  'approve',
  'retry',
  'done',
  'email',
  'mail',
]

describe('usage', () => {
  it.each([
    ['no command', []],
    ['an unknown command', ['frobnicate']],
    ['an unknown option', ['check', '--frobnicate']],
    ['a missing argument', ['show', '--local']],
    ['an argument too many', ['retry', '--local', 'one', 'two']],
    ['a missing option', ['sign', '--app', 'shop']],
    ['an option without its value', ['approve', '--local', 'x', '--reason']],
    ['an unknown scope', ['plan', '--local', 'email=a@example.com', '--scope', 'everything']],
    ['no KIND=VALUE', ['plan', '--local', 'somebody']],
    ['nobody to plan for', ['plan', '--local']],
    ['a user id that is none', ['sign', '--app', 'shop', '--user-id', '12a']],
    ['a time that is none', [...SIGN, '--issued-at', 'now']],
    ['a time beyond numbers', [...SIGN, '--issued-at', '99999999999999999999']],
    ['a principal that is none', ['show', '--local', '--as', 'a b', 'x']],
    ['a region of what is not looked at', ['check', '--region', 'eu-west-1']],
    ['a profile for what is not looked at', ['check', '--profile', 'ops']],
    ['a ledger of what is not looked at', ['check', '--ledger', 'Requests']],
    ['a sample of what is not looked at', ['check', '--sample', '200']],
    ['a region for the tables of npm start', ['check', '--live', '--local', '--region', 'eu-west-1']],
    ['a profile for the tables of npm start', ['check', '--live', '--local', '--profile', 'ops']],
    ['a region that is none', ['check', '--live', '--region', 'eu west']],
    ['a sample that is no number', ['check', '--live', '--local', '--sample', 'all']],
    ['a sample of whole tables', ['check', '--live', '--local', '--sample', '10001']],
    ['a task that is not named', ['done', '--local', 'x']],
    ['a message for AWS', ['mail', 'x.eml']],
    ['a principal for AWS', ['show', '--as', 'linh', 'x']],
    ['a principal for AWS', ['--as=local', 'stats']],
    ['a stack of npm start', ['show', '--local', '--stack', 'Staging', 'x']],
    ['a region of npm start', ['show', '--local', '--region', 'eu-west-1', 'x']],
    ['a profile of npm start', ['show', '--local', '--profile', 'ops', 'x']],
    ['a stack that is none', ['show', '--stack', 'https://example.com', 'x']],
    ['a message that is not named', ['mail', '--local']],
    ['a sender that is none', ['mail', '--local', 'x.eml', '--from', 'an']],
  ])('refuses %s: %j', async (_what, args) => {
    const [forPeople, forPrograms] = await Promise.all([
      runCli(args, { env: nobody }),
      runCli([...args.slice(0, 1), '--json', ...args.slice(1)], { env: nobody }),
    ])
    expect(forPeople).toMatchObject({ exitCode: 2, stdout: '' })
    expect(forPeople.stderr).not.toBe('')
    expect(forPeople.stderr).not.toMatch(/^\s+at /m)
    expect(forPrograms).toMatchObject({ exitCode: 2, stderr: '' })
    expect(JSON.parse(forPrograms.stdout)).toEqual({ error: 'usage', message: expect.stringMatching(/\S/) })
  })

  it('says what would be right, to whoever decides', async () => {
    const wrong: readonly (readonly [args: readonly string[], said: RegExp])[] = [
      [['hold', '--local'], /name a request, or give --identity/],
      [['release', '--local', 'x', '--identity'], /not both/],
      [['refuse', '--local', 'x', '--reason', 'because'], /legal_claim/],
      [['extend', '--local', 'x', '--reason', 'legal_claim'], /many_requests/],
      [['open', '--local'], /--reason/],
      [['open', '--local', '--reason', ' '], /--reason is empty/],
      [['approve', '--local', 'x', '--reason', 'x'.repeat(201)], /longer than 200 characters/],
      [['hold', '--local', 'x', '--reason', 'x'.repeat(201)], /longer than 200 characters/],
      [['answer', '--local', 'x'], /on standard input/],
      [['list', '--local', '--state', 'completed'], /needs_review/],
      [['list', '--local', '--due-before', 'tomorrow'], /2026-12-31/],
      [['list', '--local', '--due-before', '2026-02-31'], /2026-12-31/],
      [['keep', '--local', 'x', 'y', '--because', 'tax', '--until', '2036-02-31'], /2036-12-31/],
    ]
    const runs = await Promise.all(wrong.map(([args]) => runCli(args, { env: nobody })))
    for (const [at, [, said]] of wrong.entries()) {
      expect(runs[at]).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringMatching(said) })
    }
  })

  it('sends no answer that is too long', async () => {
    const { exitCode, stderr } = await runCli(['answer', '--local', 'x'], {
      env: nobody,
      input: 'x'.repeat(2001),
    })
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('2000 characters') })
  })

  it('helps with every command, by examples', async () => {
    const { stdout } = await runCli(['--help'])
    const names = Array.from(stdout.matchAll(/^ {2}(\w+) ?[<[ ]/gm), ([, name = '']) => name)
    const others = names.filter((name) => !HELPED.includes(name))
    expect(others.length).toBeGreaterThan(11)
    const runs = await Promise.all(others.map((name) => runCli([name, '--help'])))
    for (const run of runs)
      expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/\$ .*npm run/) })
  })

  it.each(['https://example.com', 'http://example.com:3000', 'localhost:3000', 'nonsense'])(
    'sends nobody to %s',
    async (url) => {
      const { exitCode, stderr } = await runCli(['plan', '--local', 'email=a@example.com'], {
        env: { LOCAL_URL: url },
      })
      expect(exitCode).toBe(2)
      expect(stderr).toContain('LOCAL_URL')
    },
  )

  it.each([
    [['--help']],
    [['help', 'plan']],
    [['sign', '--help']],
    [['check', '--help']],
    [['plan', '--help']],
    [['show', '--help']],
    [['approve', '--help']],
    [['retry', '--help']],
    [['done', '--help']],
  ])('helps with %j, by examples', async (args) => {
    const { exitCode, stdout, stderr } = await runCli(args)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toMatch(/--local[\s\S]*--json[\s\S]*Examples:\n {2}\$ .*npm run/)
  })
})

describe('sign', () => {
  it('prints the signed_request alone, by the newest secret', async () => {
    const { exitCode, stdout, stderr } = await runCli([...SIGN, '--issued-at', '1790000000'], {
      env: { ...SECRETS, ...nobody },
    })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\n$/)
    expect(verifySignedRequest(stdout.trim(), ['the-newest'])).toEqual({
      userId: '90071992547409931',
      issuedAt: new Date(1790000000_000),
      loginShaped: false,
    })
  })

  it('is issued now, unless it is told otherwise', async () => {
    const before = Math.floor(Date.now() / 1000)
    const { stdout } = await runCli([...SIGN, '--json'], { env: SECRETS })
    const { signed_request: signed } = JSON.parse(stdout)
    const issuedAt = (verifySignedRequest(signed, ['the-newest']).issuedAt?.getTime() ?? 0) / 1000
    expect(issuedAt).toBeGreaterThanOrEqual(before)
    expect(issuedAt).toBeLessThanOrEqual(Date.now() / 1000)
  })

  it.each([
    ['with --local, whatever the environment says', [...SIGN, '--local'], SECRETS],
    ['without --local before the command', ['--local', ...SIGN], SECRETS],
    ['for an app that the environment does not name', SIGN, { META_APP_SECRETS: '{"other":["x"]}' }],
    ['without any environment', SIGN, {}],
  ])('takes the secret of npm start %s', async (_when, args, secrets) => {
    await using local = await answering(
      200,
      JSON.stringify({ apps: { shop: { secret: 'of npm\u0007start' } } }),
    )
    const { stdout } = await runCli(args, { env: { ...secrets, ...local.env } })
    expect(verifySignedRequest(stdout.trim(), ['of npm\u0007start']).userId).toBe('90071992547409931')
    expect(local.received).toEqual([{ url: '/_local', principal: undefined, body: undefined }])
  })

  it('says where a secret could come from when there is none', async () => {
    const { exitCode, stdout, stderr } = await runCli(SIGN, { env: nobody })
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toBe(
      `nothing answers at ${nobody['LOCAL_URL']}: start it with npm start, or give the secret in META_APP_SECRETS\n`,
    )
  })

  it('names the apps that there are', async () => {
    await using local = await answering(200, JSON.stringify({ apps: { insta: { secret: 's3cret' } } }))
    const { exitCode, stderr } = await runCli(SIGN, { env: local.env })
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining('no app "shop"; its apps: insta'),
    })
    expect(stderr).not.toContain('s3cret')
  })

  it.each(['{"shop":"s3cret"}', '{"shop":[]}', '["s3cret"]', 's3cret'])(
    'refuses META_APP_SECRETS of another form without repeating it: %s',
    async (META_APP_SECRETS) => {
      const { exitCode, stderr } = await runCli(SIGN, { env: { META_APP_SECRETS, ...nobody } })
      expect(exitCode).toBe(2)
      expect(stderr).toContain('META_APP_SECRETS must')
      expect(stderr).not.toContain('s3cret')
    },
  )
})

describe('check', () => {
  let folder: string
  let path: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cli-check-'))
    path = join(folder, 'deletion.config.ts')
    writeFileSync(path, 'export default { locales: [], apps: 7 }')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('says what it checked', async () => {
    const { exitCode, stdout } = await runCli(['check'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^ok deletion\.config\.ts: 2 apps, .*holdings.* were checked/)
  })

  it('prints every finding with place, problem and remedy', async () => {
    const [forPeople, forPrograms] = await Promise.all([
      runCli(['check', '--config', path]),
      runCli(['check', '--config', path, '--json']),
    ])
    expect([forPeople.exitCode, forPrograms.exitCode]).toEqual([1, 1])
    const { valid, findings } = JSON.parse(forPrograms.stdout) as {
      readonly valid: boolean
      readonly findings: readonly Finding[]
    }
    expect(valid).toBe(false)
    expect(findings.map(({ place }) => place)).toEqual(
      expect.arrayContaining(['organization', 'apps', 'deadlines', 'dataMap']),
    )
    for (const { place, problem, remedy } of findings) {
      expect(forPeople.stdout).toContain(`${place}\n  ${problem}\n  → ${remedy}`)
    }
  })

  it('prints what may not be meant, which is no mistake', async () => {
    const noted = join(folder, 'noted.config.ts')
    const sample = pathToFileURL(join(import.meta.dirname, '../../deletion.config.ts')).href
    const mirror = {
      table: 'app',
      find: { index: 'byIg', IG: '{userId}' },
      owner: { IG: '{userId}' },
      action: 'erase',
      category: 'orders',
      scope: 'account',
    }
    writeFileSync(
      noted,
      `import sample from ${JSON.stringify(sample)}
const { holdings } = sample.dataMap
const mirror = ${JSON.stringify(mirror)}
export default { ...sample, dataMap: { ...sample.dataMap, holdings: { ...holdings, mirror } } }`,
    )
    const [forPeople, forPrograms] = await Promise.all([
      runCli(['check', '--config', noted]),
      runCli(['check', '--config', noted, '--json']),
    ])
    expect([forPeople.exitCode, forPrograms.exitCode]).toEqual([0, 0])
    const { valid, findings, notes } = JSON.parse(forPrograms.stdout) as {
      readonly valid: boolean
      readonly findings: readonly Finding[]
      readonly notes: readonly Finding[]
    }
    expect({ valid, findings, places: new Set(notes.map(({ place }) => place)) }).toEqual({
      valid: true,
      findings: [],
      places: new Set(['dataMap.holdings.mirror']),
    })
    for (const { place, problem, remedy } of notes) {
      expect(forPeople.stdout).toContain(`${place}\n  ${problem}\n  → ${remedy}`)
    }
  })

  it('says that there is no such file', async () => {
    const { exitCode, stdout } = await runCli(['check', '--json', '--config', join(folder, 'none.ts')])
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout)).toEqual({
      error: 'config_unreadable',
      message: expect.stringContaining('does not exist'),
    })
  })
})

describe('check --live', () => {
  /** What an operator's shell may have: the calls end at this address, and nowhere in AWS. */
  const aws = (url: string, more: Readonly<Record<string, string>> = {}) => ({
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIAOPERATOR',
    AWS_SECRET_ACCESS_KEY: 's3cret',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/nonexistent/config',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
    AWS_ENDPOINT_URL_DYNAMODB: url,
    ...more,
  })
  const refusal = (name: string) =>
    JSON.stringify({ __type: `com.amazon.coral.service#${name}`, message: 'User: arn:…:user/linh may not' })

  it('asks with the credentials of the operator, and names every permission that is missing', async () => {
    await using denying = await answering(400, refusal('AccessDeniedException'))
    const env = aws(denying.env.LOCAL_URL)
    const [forPeople, forPrograms] = await Promise.all([
      runCli(['check', '--live'], { env }),
      runCli(['check', '--live', '--json'], { env }),
    ])
    expect([forPeople, forPrograms]).toMatchObject([
      { exitCode: 1, stderr: '' },
      { exitCode: 1, stderr: '' },
    ])
    const { valid, findings } = JSON.parse(forPrograms.stdout) as {
      readonly valid: boolean
      readonly findings: readonly Finding[]
    }
    expect(valid).toBe(false)
    expect(findings.map(({ problem }) => problem)).toEqual([
      ...['Shop', 'OrderLines', 'Chat', 'Bills', 'Invitations', 'Subscriptions'].map(
        (name) => `"${name}" could not be looked at: dynamodb:DescribeTable is not permitted`,
      ),
      "the account's list of tables could not be looked at: dynamodb:ListTables is not permitted",
      "the account's list of backups could not be looked at: dynamodb:ListBackups is not permitted",
    ])
    for (const { place, problem, remedy } of findings) {
      expect(forPeople.stdout).toContain(`${place}\n  ${problem}\n  → ${remedy}`)
    }
    expect(forPeople.stdout + forPrograms.stdout).not.toContain('linh')
  })

  it.each([
    ['UnrecognizedClientException', 'credentials_refused'],
    ['ExpiredTokenException', 'credentials_refused'],
    ['ValidationException', 'unexpected'],
  ])('says why AWS refuses: %s', async (name, error) => {
    await using refusing = await answering(400, refusal(name))
    const { exitCode, stdout, stderr } = await runCli(['check', '--live', '--json'], {
      env: aws(refusing.env.LOCAL_URL),
    })
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
    expect(JSON.parse(stdout)).toEqual({ error, message: expect.stringContaining(name) })
  })

  it.each([
    ['no_region', { AWS_REGION: '' }, 'give --region'],
    ['no_region', { AWS_REGION: 'eu west' }, 'give --region'],
    ['no_credentials', { AWS_ACCESS_KEY_ID: '' }, 'there are no AWS credentials'],
    ['unreachable', {}, 'could not be reached (ECONNREFUSED)'],
  ])('says what is missing: %s, with %j', async (error, more, message) => {
    const { exitCode, stdout } = await runCli(['check', '--live', '--json'], {
      env: aws(nobody['LOCAL_URL'] ?? '', more),
    })
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout)).toEqual({ error, message: expect.stringContaining(message) })
  })

  it('says how to start what is not there', async () => {
    const { exitCode, stderr } = await runCli(['check', '--live', '--local'], { env: nobody })
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: `nothing answers at ${nobody['LOCAL_URL']}: start it with npm start\n`,
    })
  })

  it('does not believe in a npm start without a DynamoDB', async () => {
    await using local = await answering(200, '{"dynamodb":"file:///etc/passwd"}')
    const { exitCode, stderr } = await runCli(['check', '--live', '--local'], { env: local.env })
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining('gives no address of DynamoDB'),
    })
  })

  it('looks at no table while the configuration has mistakes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cli-check-live-'))
    const path = join(folder, 'deletion.config.ts')
    writeFileSync(path, 'export default { locales: [], apps: 7 }')
    const { exitCode, stdout } = await runCli(['check', '--live', '--local', '--config', path], {
      env: nobody,
    })
    rmSync(folder, { recursive: true })
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: expect.stringContaining('has mistakes') })
  })

  it('ends with 130 and without a word on Ctrl-C', async () => {
    const silent = createHttpServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const child = spawnCli(['check', '--live'], aws(urlOf(silent)))
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)))
    await once(silent, 'request')
    child.kill('SIGINT')
    const [exitCode] = await once(child, 'close')
    expect({ exitCode, said }).toEqual({ exitCode: 130, said: '' })
    silent.closeAllConnections()
    silent.close()
  })
})

describe('the way to npm start', () => {
  const PREVIEW = { scope: 'account', identities: {}, holdings: [], unusable: {} }

  it.each([
    [['--local', '--as', 'linh', '--json', 'plan', 'email=a=b@example.com']],
    [['plan', 'email=a=b@example.com', '--json', '--as', 'linh', '--local']],
    [['--json', 'plan', '--as=linh', '--scope', 'account', 'email=a=b@example.com', '--local']],
  ])('takes the options before and after the command: %j', async (args) => {
    await using local = await answering(200, JSON.stringify(PREVIEW))
    const { exitCode, stdout } = await runCli(args, { env: local.env })
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toEqual(PREVIEW)
    expect(local.received).toEqual([
      {
        url: '/_local/view',
        principal: 'linh',
        body: { command: 'plan', identities: [['email', 'a=b@example.com']], scope: 'account' },
      },
    ])
  })

  it('hands a decision over with its reason, as local', async () => {
    await using local = await answering(200, JSON.stringify({ key: 'a'.repeat(64), state: 'ready' }))
    await runCli(['approve', '--local', 'aaaaaaaa', '--reason', 'ticket 4711'], { env: local.env })
    expect(local.received).toEqual([
      {
        url: '/_local/operate',
        principal: 'local',
        body: { command: 'approve', request: 'aaaaaaaa', reason: 'ticket 4711' },
      },
    ])
  })

  it.each([
    [['paper'], 'aaaaaaaaaaaa still waits for paper.'],
    [[], 'aaaaaaaaaaaa is ready and goes on by itself.'],
  ])('hands a confirmation over, and says that %j is open', async (open, says) => {
    const answer = { key: 'a'.repeat(64), state: open.length > 0 ? 'needs_operator' : 'ready', open }
    await using local = await answering(200, JSON.stringify(answer))
    const { stdout } = await runCli(['done', '--local', '--as', 'linh', 'aaaaaaaa', 'tapes'], {
      env: local.env,
    })
    expect(stdout).toContain(says)
    const body = { command: 'done', request: 'aaaaaaaa', holding: 'tapes' }
    expect(local.received).toEqual([{ url: '/_local/operate', principal: 'linh', body }])
  })

  it('says how to start it', async () => {
    const { exitCode, stdout, stderr } = await runCli(['show', '--local', 'x'], { env: nobody })
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `nothing answers at ${nobody['LOCAL_URL']}: start it with npm start\n`,
    })
  })

  it.each([
    [
      404,
      '{"error":"not_found","message":"no\\u001b[2J such\\u202e request"}',
      'not_found',
      'no[2J such request',
    ],
    [409, '{"error":"conflict","message":"cannot approve"}', 'conflict', 'cannot approve'],
    [
      500,
      '{"error":"internal_error","message":"Ours."}',
      'internal_error',
      'Ours. The output of npm start says more.',
    ],
    [503, '{"message":"Service Unavailable"}', 'unavailable', 'is still starting'],
    [200, '<html>', 'unexpected_answer', 'is not npm start of this project'],
    [404, '{"message":"Not Found"}', 'unexpected_answer', 'is not npm start of this project'],
    [200, '{"key":"a"}', 'unexpected_answer', 'the answer lacks state'],
  ])('ends with 1 when it answers %d %s', async (status, body, error, message) => {
    await using local = await answering(status, body)
    const args = ['show', '--local', 'x']
    const [forPeople, forPrograms] = await Promise.all([
      runCli(args, { env: local.env }),
      runCli([...args, '--json'], { env: local.env }),
    ])
    expect(forPeople).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining(message) })
    expect(forPrograms).toMatchObject({ exitCode: 1, stderr: '' })
    expect(JSON.parse(forPrograms.stdout)).toEqual({ error, message: expect.stringContaining(message) })
  })

  it('lets no control character through, and no colour without a terminal', async () => {
    const holding = {
      holding: 'or\u001b[31mders',
      table: 'Sh\u009bop',
      action: 'erase',
      category: 'x\u202ey',
      items: 1,
    }
    await using local = await answering(200, JSON.stringify({ ...PREVIEW, holdings: [holding] }))
    const env = { ...local.env, FORCE_COLOR: '1' }
    const { stdout } = await runCli(['plan', '--local', 'email=a@example.com'], { env })
    expect(stdout).toMatch(/│ or\[31mders +│ Shop +│ xy +│/)
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })

  it('reads the person from standard input, and repeats nobody', async () => {
    await using local = await answering(200, JSON.stringify(PREVIEW))
    const { exitCode, stdout, stderr } = await runCli(['plan', '--local'], {
      env: local.env,
      input: 'email=an@example.com\n\nfacebookId=7700000000001\n',
    })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(local.received[0]?.body).toMatchObject({
      identities: [
        ['email', 'an@example.com'],
        ['facebookId', '7700000000001'],
      ],
    })
    expect(stdout).toContain('Nothing was found under email, facebookId')
    expect(stdout).not.toMatch(/an@example\.com|7700000000001/)
  })
})

/** Ends whatever loads the AWS SDK: it costs as much time as all the rest. */
const WITHOUT_SDK = `--import=data:text/javascript,${encodeURIComponent(
  `import { registerHooks } from 'node:module'
   registerHooks({ resolve(name, context, next) {
     if (/^@(aws-sdk|smithy)/.test(name)) throw new Error('loads ' + name)
     return next(name, context)
   } })`,
)}`

describe('the way to AWS', () => {
  const KEY = 'a'.repeat(64)
  const reaching = (view: { readonly url: string }, operate = view) => ({
    ...signedIn(),
    OPS_VIEW_URL: view.url,
    OPS_OPERATE_URL: operate.url,
  })

  it('is taken without --local, and what it says to do next leads there, too', async () => {
    await using served = await functionUrl(() => ({
      status: 200,
      body: JSON.stringify({ key: KEY, state: 'rea\u001b[31mdy' }),
    }))
    const args = ['approve', 'aaaaaaaa', '--reason', 'ticket 4711', '--region', REGION]
    const { exitCode, stdout, stderr } = await runCli(args, { env: reaching(served) })
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `aaaaaaaaaaaa is rea[31mdy and goes on by itself. Follow it: npm run ops -- show aaaaaaaaaaaa --region ${REGION}\n`,
    })
    expect(served.commands).toEqual([{ command: 'approve', request: 'aaaaaaaa', reason: 'ticket 4711' }])
  })

  it('ends with 1 and one JSON document when it is refused', async () => {
    await using served = await functionUrl(() => forbidden('AccessDeniedException', 'Forbidden.'))
    const { exitCode, stdout, stderr } = await runCli(['show', 'x', '--json'], { env: reaching(served) })
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
    expect(JSON.parse(stdout)).toEqual({
      error: 'access_denied',
      message: expect.stringContaining('ViewPolicyArn'),
    })
  })

  it('shows whoever may only look that a complaint is open, and not what it says', async () => {
    const at = '2026-11-22T08:00:00.000Z'
    const body = JSON.stringify({
      key: KEY,
      state: 'ready',
      channel: 'meta',
      scope: 'account',
      receivedAt: at,
      updatedAt: at,
      dueAt: '2036-11-22T08:00:00.000Z',
      doubts: [],
      attempts: 0,
      wakeups: 0,
      history: [],
      complaints: [{ receivedAt: at }],
    })
    await using view = await functionUrl(() => ({ status: 200, body }))
    await using operate = await functionUrl(() => forbidden('AccessDeniedException', 'Forbidden.'))
    const { exitCode, stdout } = await runCli(['show', 'aaaaaaaa'], { env: reaching(view, operate) })
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(
        /Its text cannot be read: .*OperatePolicyArn[^\n]*\n +answer it: npm run ops -- answer a{12} </,
      ),
    })
  })

  it('is not taken with --local: nothing of AWS reaches npm start, nor the other way round', async () => {
    await using local = await answering(200, JSON.stringify({ key: KEY, state: 'ready' }))
    await using aws = await functionUrl(() => ({ status: 200, body: '{}' }))
    const more = { AWS_ENDPOINT_URL: aws.url, AWS_PROFILE: 'ops', NODE_OPTIONS: WITHOUT_SDK }
    const env = { ...reaching(aws), ...local.env, ...more }
    const { exitCode, stdout } = await runCli(['retry', '--local', 'aaaaaaaa'], { env })
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/show a{12} --local$/m),
    })
    expect(local.received).toMatchObject([{ url: '/_local/operate', principal: 'local' }])
    expect(JSON.stringify(local.headers)).not.toMatch(/authorization|x-amz|s3cret|AKIA|session/i)
    expect(aws.hosts).toEqual([])
    const deployed = await runCli(['retry', 'aaaaaaaa'], { env })
    expect(deployed).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/loads @(aws-sdk|smithy)/) })
  })
})

describe('how it ends', () => {
  it('ends with 130 and without a word on Ctrl-C', async () => {
    const silent = createHttpServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const child = spawnCli(['show', '--local', 'x'], { LOCAL_URL: urlOf(silent) })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)))
    await once(silent, 'request')
    child.kill('SIGINT')
    const [exitCode] = await once(child, 'close')
    expect({ exitCode, said }).toEqual({ exitCode: 130, said: '' })
    silent.close()
  })

  it('does not mind a reader that is gone', async () => {
    const child = spawnCli(['check'])
    let complaint = ''
    child.stderr.on('data', (chunk) => (complaint += String(chunk)))
    child.stdout.destroy()
    const [exitCode] = await once(child, 'close')
    expect({ exitCode, complaint }).toEqual({ exitCode: 0, complaint: '' })
  })
})
