/** A function of the company's and a task done by hand, from Meta's callback to the end, by the operator's own tool. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import config from '../../deletion.config.ts'
import { PEOPLE } from '../../infra/local/sample/people.ts'
import { samplePeople, seedSample } from '../../infra/local/sample/sample.ts'
import { type System, startSystem } from '../../infra/local/system.ts'
import type { DeletionConfig } from '../../shared/config/define.ts'
import { createSignedRequest } from '../../shared/meta/signed-request.ts'
import type { ShownRequest } from '../../shared/operations/operations.ts'
import type { OnWire } from '../../shared/operator/answers.ts'
import { runCli } from '../fixtures/system/cli.ts'
import { until } from '../fixtures/system/sample-system.ts'

type Shown = OnWire<ShownRequest>

const text = { vi: 'x', en: 'x' }
const withOthers: DeletionConfig = {
  ...config,
  dataMap: {
    ...config.dataMap,
    holdings: {
      ...config.dataMap.holdings,
      files: {
        function: 'arn:aws:lambda:ap-southeast-1:000000000000:function:files',
        local: './files.ts',
        action: 'erase',
        category: 'documents',
        scope: 'account',
      },
      paper: {
        manual: { vi: 'Hủy hợp đồng giấy.', en: 'Shred the paper contract.' },
        action: 'erase',
        category: 'documents',
        scope: 'account',
      },
    },
    categories: { ...config.dataMap.categories, documents: text },
  },
  recipients: [
    { name: 'Archive Ltd', how: 'paper' },
    { name: 'Files Ltd', how: 'files' },
  ],
}

const folder = mkdtempSync(join(tmpdir(), 'outside-'))
const log: string[] = []
let system: System
beforeAll(async () => {
  cpSync(join(import.meta.dirname, '../../docs/examples/files.ts'), join(folder, 'files.ts'))
  const { META_APP_SECRETS: _, ...env } = process.env
  system = await startSystem({
    config: withOthers,
    configFile: join(folder, 'deletion.config.ts'),
    port: 0,
    sample: { seed: seedSample, people: samplePeople() },
    env,
    log: (line) => log.push(line),
  })
})
afterAll(async () => {
  await system.close()
  rmSync(folder, { recursive: true })
})

const person = samplePeople()[1]
if (!person) throw new Error('the sample company has nobody')
const userId = PEOPLE.find(({ email }) => email === person.email)?.userId ?? ''

const ops = (...args: string[]) => runCli([...args, '--local'], { env: { LOCAL_URL: system.url } })
const show = async (request: string): Promise<Shown> =>
  JSON.parse((await ops('show', request, '--json')).stdout) as Shown

function layFiles(owner: string, count: number): string {
  const path = join(folder, 'files', owner)
  mkdirSync(path, { recursive: true })
  for (let n = 0; n < count; n += 1) writeFileSync(join(path, `${n}.pdf`), '')
  return path
}

async function post(): Promise<string> {
  const issued = { user_id: person?.userId ?? '', issued_at: Math.floor(Date.now() / 1000) }
  const secret = system.appSecrets[person?.app ?? '']?.[0] ?? ''
  const body = new URLSearchParams({ signed_request: createSignedRequest(issued, secret) })
  const address = `${system.url}/meta/${person?.app}/data-deletion`
  const response = await fetch(address, { method: 'POST', body })
  return ((await response.json()) as { readonly confirmation_code: string }).confirmation_code
}

describe('what is not in DynamoDB', () => {
  it('is erased by the company’s function and by hand, and the operator says when', async () => {
    const mine = layFiles(userId, 3)
    const others = layFiles('somebody-else', 2)
    const planned = await ops('plan', `facebookId=${person.userId}`)
    expect(planned.stdout).toContain('Not asked here: files, paper.')
    expect(readdirSync(mine)).toHaveLength(3)

    const code = await post()
    const waiting = await until(
      () => show(code),
      ({ state }) => state === 'needs_operator',
    )
    expect(waiting.problem).toEqual({ reason: 'manual', tasks: ['paper'] })
    expect(existsSync(mine) ? readdirSync(mine) : []).toEqual([])
    expect(readdirSync(others)).toHaveLength(2)
    const short = waiting.key.slice(0, 12)
    const { stdout } = await ops('show', code)
    expect(stdout).toContain('paper: Shred the paper contract.')
    expect(stdout).toContain(`ops -- done ${short} paper --local`)

    const wrong = await ops('done', short, 'profile')
    expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('what is open is paper') })
    const done = await ops('done', short, 'paper', '--as', 'linh')
    expect(done).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringContaining('goes on by itself'),
    })

    const end = await until(
      () => show(code),
      ({ state }) => state === 'completed_with_retention',
    )
    expect(end.outcome?.erased).toContainEqual({ category: 'documents', items: 3 })
    const page = await (await fetch(`${system.url}/status/${code}?lang=en`)).text()
    expect(page).toContain('Also told')
    for (const { name } of withOthers.recipients ?? []) expect(page).toContain(name)
    expect(end.history.map(({ step, by, reason }) => [step, by.split('/').at(-1), reason])).toContainEqual([
      'all_done',
      'linh',
      'paper',
    ])
    const again = await ops('done', short, 'paper')
    expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('waits for no task') })
    expect(log.filter((line) => line.includes(userId) || line.includes(person.email))).toEqual([])
  })
})
