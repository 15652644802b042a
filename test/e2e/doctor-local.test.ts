/** `doctor --local` against one running system, whose faults are real ones. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateTableCommand, DeleteTableCommand } from '@aws-sdk/client-dynamodb'
import { PurgeQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { CHECKS } from '../../infra/cli/doctor/checks.ts'
import { examine, type Result } from '../../infra/cli/doctor/examine.ts'
import { systemOf } from '../../infra/cli/doctor/system.ts'
import { startSecretsManager } from '../../infra/local/engines/secrets-manager.ts'
import { answering, runCli } from '../fixtures/system/cli.ts'
import { type SampleSystem, startSample } from '../fixtures/system/sample-system.ts'

let system: SampleSystem
let folder: string
beforeAll(async () => {
  system = await startSample()
  folder = mkdtempSync(join(tmpdir(), 'doctor-'))
  vi.stubEnv('LOCAL_URL', system.url)
  // As npm start does: the first call of each would take the time that the others are measured by.
  await system.prewarm()
})
afterAll(async () => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
  await system.close()
})

async function doctor({ config = 'deletion.config.ts', only = /./ } = {}): Promise<readonly Result[]> {
  const checks = CHECKS.filter(({ name, isLocal }) => isLocal && only.test(name))
  return examine(checks, systemOf({ config, local: true }), { at: () => {}, end: () => {} })
}

const trouble = (results: readonly Result[]): readonly string[] =>
  results.flatMap(({ check, findings, why }) => [
    ...findings.map(({ place, problem, remedy }) => `${check} | ${place} | ${problem} → ${remedy}`),
    ...(why === undefined ? [] : [`${check} | ${why}`]),
  ])

/** The sample company's configuration, but for this. */
function configWith(name: string, change: string): string {
  const path = join(folder, `${name}.config.ts`)
  const original = JSON.stringify(join(import.meta.dirname, '../../deletion.config.ts'))
  writeFileSync(path, `import config from ${original}\nexport default { ...config, ${change} }\n`)
  return path
}

it('finds nothing on a healthy system, says what needs AWS, and leaves one request about nobody for each app', async () => {
  const { exitCode, stdout, stderr } = await runCli(['doctor', '--local', '--json'], {
    env: { LOCAL_URL: system.url },
  })
  const { healthy, checks } = JSON.parse(stdout) as { healthy: boolean; checks: readonly Result[] }
  expect({ exitCode, stderr, healthy, trouble: trouble(checks) }).toEqual({
    exitCode: 0,
    stderr: '',
    healthy: true,
    trouble: [],
  })
  expect(checks.map(({ check, is }) => [check, is])).toEqual(
    CHECKS.map(({ name, isLocal }) => [name, isLocal ? 'ok' : 'needs AWS']),
  )
  expect(trouble(await doctor())).toEqual([])
  const requests = (await system.ledger()).filter(({ sk }) => sk?.S === 'META')
  expect(new Set(requests.map(({ app }) => app?.S))).toEqual(new Set(['insta', 'shop']))
  expect(requests).toHaveLength(2)
  const key = requests[0]?.['requestKey']?.S ?? ''
  expect(await system.shown(key, 'completed')).not.toHaveProperty('firstDeleteAt')
})

it('finds mistakes in the configuration', async () => {
  const { exitCode, stdout } = await runCli(
    ['doctor', '--local', '--config', configWith('broken', 'deadlines: []')],
    { env: { LOCAL_URL: system.url } },
  )
  expect(exitCode).toBe(1)
  expect(stdout).toMatch(/^finding {9}config\n {16}deadlines\.0\n {18}is missing\n {18}→ one of: /m)
  expect(stdout).toMatch(
    /\d+ findings?; 4 checks could not be made; 1 check without a finding\. 10 checks need AWS\.\n$/,
  )
})

it('finds a table that nobody has mapped', async () => {
  const TableName = 'Newsletter'
  await system.dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'email', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'email', KeyType: 'HASH' }],
    }),
  )
  const found = trouble(await doctor())
  await system.dynamodb.send(new DeleteTableCommand({ TableName }))
  expect(found).toEqual([expect.stringMatching(/^tables \| .*"Newsletter".* → .*waive/)])
})

it('finds that another data map runs, and an app that is not there', async () => {
  const map = configWith('map', 'dataMap: { ...config.dataMap, review: { above: 4321 } }')
  expect(trouble(await doctor({ config: map }))).toEqual([
    expect.stringMatching(
      /^deployed \| dataMap \| the functions have another data map .* → restart npm start/,
    ),
  ])
  const app = configWith('app', "apps: { ...config.apps, extra: { ...config.apps.shop, appId: '99887766' } }")
  expect(trouble(await doctor({ config: app, only: /callback|secrets/ }))).toEqual([
    expect.stringMatching(
      /^secrets \| secrets\.apps\.extra \| the app has no secret.* → .*secrets set-app extra --local$/,
    ),
    expect.stringMatching(
      /^callback \| apps\.extra \| the app is configured, but has no callback .* → restart npm start/,
    ),
  ])
})

it('finds that erasing is paused', async () => {
  const pause = (command: string) =>
    fetch(`${system.url}/_local/operate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ command }),
    })
  await pause('pause')
  const found = trouble(await doctor())
  await pause('resume')
  expect(found).toEqual([expect.stringMatching(/^deployed \| .*paused → .*npm run ops -- resume --local$/)])
})

it('finds what was given up', async () => {
  const QueueUrl = `${system.endpoints.sqs}/000000000000/erase-dead`
  await system.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }))
  const found = trouble(await doctor())
  await system.sqs.send(new PurgeQueueCommand({ QueueUrl }))
  expect(found).toEqual([
    expect.stringMatching(
      /^dead letters \| erase-dead \| a message lies .* → .*ErasureDeadLetters.*purge-queue/,
    ),
  ])
})

it('finds secrets that are short, or are not those that run, and prints none', async () => {
  const apps = { shop: ['f'.repeat(32)], insta: ['too-short'] }
  const key = JSON.stringify({ k1: 'K'.repeat(43) })
  const vault = await startSecretsManager({
    'local/index': key,
    'local/seal': '{"k1":"too-weak-a-key"}',
    'local/token': key,
    'local/meta': JSON.stringify(apps),
  })
  const told = (await (await fetch(`${system.url}/_local`)).json()) as { secrets: object }
  const body = JSON.stringify({ ...told, secrets: { ...told.secrets, url: vault.endpoint } })
  await using local = await answering(200, body)
  vi.stubEnv('LOCAL_URL', local.env.LOCAL_URL)
  const found = trouble(await doctor({ only: /secrets|callback/ }))
  vi.stubEnv('LOCAL_URL', system.url)
  await vault.close()
  expect(found).toEqual([
    expect.stringMatching(/^secrets \| secrets\.seal\.k1 \| is not a text of 32 bytes or more → /),
    expect.stringMatching(/^secrets \| secrets\.receipt \| is not there, or has no value → /),
    expect.stringMatching(
      /^secrets \| secrets\.apps\.insta \| .*not 32 hex digits.* → .*secrets set-app insta --local$/,
    ),
    expect.stringMatching(
      /^callback \| .*\/meta\/shop\/data-deletion \| .* answered with 400, not 200 → .*another secret/,
    ),
    expect.stringMatching(/^callback \| .*\/meta\/insta\/data-deletion \| .* answered with 400, not 200 → /),
  ])
  expect(found.join('\n')).not.toMatch(/f{32}|K{43}|too-short|too-weak/)
})

it('finds that the callback is out of reach, and says who else does not answer', async () => {
  const told = await (await fetch(`${system.url}/_local`)).text()
  const gone = await startSecretsManager({})
  await gone.close()
  await using local = await answering(
    200,
    told.replaceAll(system.url, gone.endpoint).replaceAll(system.endpoints.sqs, gone.endpoint),
  )
  vi.stubEnv('LOCAL_URL', local.env.LOCAL_URL)
  const found = trouble(await doctor({ only: /callback|dead letters/ }))
  vi.stubEnv('LOCAL_URL', system.url)
  expect(found).toEqual([
    expect.stringMatching(/^callback \| .*\/shop\/.* \| cannot be reached \(ECONNREFUSED\) → is it deployed/),
    expect.stringMatching(/^callback \| .*\/insta\/.* \| cannot be reached/),
    expect.stringMatching(/^dead letters \| npm start could not be reached \(ECONNREFUSED\)/),
  ])
})
