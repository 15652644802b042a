import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PEOPLE } from '../../infra/local/sample-people.ts'
import { type CliOptions, runCli } from '../fixtures/cli.ts'
import { DAY_SECONDS, type SampleSystem, seconds, startSample } from '../fixtures/sample-system.ts'

let system: SampleSystem
beforeAll(async () => {
  system = await startSample()
})
afterAll(() => system.close())

const ops = (args: readonly string[], options: CliOptions = {}) =>
  runCli([...args, '--local', '--as', 'linh'], { ...options, env: { LOCAL_URL: system.url } })

async function opsJson<T = Readonly<Record<string, unknown>>>(
  args: readonly string[],
  options: CliOptions = {},
): Promise<T> {
  const { exitCode, stdout, stderr } = await ops([...args, '--json'], options)
  expect({ exitCode, stderr, stdout }).toMatchObject({ exitCode: 0, stderr: '' })
  return JSON.parse(stdout) as T
}

const facebookId = (number: number): string => PEOPLE[number]?.facebookId ?? ''
const emailOf = (number: number): string => PEOPLE[number]?.email ?? ''
async function inReview(number: number): Promise<string> {
  const code = await system.ask('shop', facebookId(number), seconds() - 400 * DAY_SECONDS)
  return (await system.shown(code, 'needs_review')).key
}

describe('an operator', () => {
  it('holds a person by email: what Meta asks for later waits untouched, until it is released', async () => {
    const input = `email=${emailOf(3)}\n`
    const held = await opsJson(['hold', '--identity', '--reason', 'court order'], { input })
    expect(held).toEqual({ requests: [], isStill: true, subjects: 1 })
    const code = await system.ask('shop', facebookId(3))
    const { firstDeleteAt } = await system.shown(code, 'on_hold')
    expect(firstDeleteAt).toBeUndefined()
    expect((await system.status(code)).state).toBe('on_hold')

    const released = await ops(['release', '--identity'], { input })
    expect(released).toMatchObject({ exitCode: 0, stdout: 'What it had stopped goes on by itself.\n' })
    expect(await system.reached(code)).toMatchObject({ found: true })
  })

  it('holds a request, is told what is gone, and refuses it with a reason that its person reads', async () => {
    const key = await inReview(4)
    const { stdout } = await ops(['hold', key.slice(0, 12), '--reason', 'a claim'])
    expect(stdout).toContain('Nothing is written any more.')
    expect(await ops(['approve', key])).toMatchObject({ exitCode: 1, stderr: /on_hold/ })
    expect((await ops(['refuse', key, '--reason', 'legal_claim'])).stdout).toContain('is refused')
    expect(await ops(['refuse', key, '--reason', 'legal_claim'])).toMatchObject({ exitCode: 1 })
    expect(await ops(['show', key])).toMatchObject({
      stdout: expect.stringMatching(/Refused {3}legal_claim[\s\S]*hold {2}by \S*linh: a claim/),
    })
  })

  it('tells on the status page why it was refused, and where to complain', async () => {
    const code = await system.ask('shop', facebookId(5), seconds() - 400 * DAY_SECONDS)
    await system.shown(code, 'needs_review')
    await opsJson(['refuse', code, '--reason', 'identity_not_confirmed'])
    const { state, explanation } = await system.status(code)
    expect(state).toBe('refused')
    expect(explanation).toMatch(/khiếu nại|complain/)
  })

  it('extends once, and takes back what has not begun', async () => {
    const key = await inReview(6)
    const before = await opsJson<{ dueAt: string }>(['show', key])
    const { dueAt } = await opsJson<{ dueAt: string }>(['extend', key, '--reason', 'complex'])
    expect(new Date(dueAt).getTime()).toBe(new Date(before.dueAt).getTime() + 20 * 24 * 3600_000)
    const again = await ops(['extend', key, '--reason', 'complex'])
    expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('extended before') })
    expect((await ops(['withdraw', key])).stdout).toContain('is withdrawn: nothing was changed')
  })

  it('opens a request that came by post, which somebody else has to approve', async () => {
    const input = `email=${emailOf(9)}\n`
    const { key, code } = await opsJson<{ key: string; code: string }>(['open', '--reason', 'a letter'], {
      input,
    })
    const { problem } = await system.shown(key, 'needs_review')
    expect(problem?.reason).toBe('by_operator')
    expect(await ops(['approve', key])).toMatchObject({ exitCode: 1, stderr: /somebody else/ })
    expect((await ops(['show', key])).stdout).toMatch(/received {2}by \S*linh: a letter/)
    expect((await system.operate('approve', key)).status).toBe(200)
    expect(await system.reached(code)).toMatchObject({ channel: 'operator', found: true })
  })

  it('lists, counts and exports requests without naming anybody', async () => {
    const key = await inReview(7)
    const { requests, more } = await opsJson<{ requests: { key: string }[]; more: boolean }>([
      'list',
      '--state',
      'needs_review',
      '--channel',
      'meta',
    ])
    expect(requests.map((one) => one.key)).toContain(key)
    expect(more).toBe(false)
    expect((await ops(['list', '--app', 'nobody'])).stdout).toBe('No such request is open.\n')
    expect((await opsJson(['list', '--due-before', '2020-01-01']))['requests']).toEqual([])
    const stats = await opsJson(['stats'])
    expect(stats).toMatchObject({ states: { needs_review: expect.any(Number) }, isPaused: false })
    const { stdout: csv } = await ops(['export'])
    const records = await opsJson<readonly object[]>(['export'])
    expect(csv.split('\r\n')).toHaveLength(records.length + 2)
    expect(records).toContainEqual(expect.objectContaining({ request: key, state: 'needs_review' }))
    for (const text of [csv, JSON.stringify(records), JSON.stringify(requests)]) {
      expect(text).not.toContain(facebookId(7))
      expect(text).not.toContain(emailOf(7))
    }
  })

  it('pauses all erasing, and nothing is lost when it goes on', async () => {
    await opsJson(['pause'])
    const code = await system.ask('shop', facebookId(8))
    const { attempts, problem, firstDeleteAt } = await system.shown(code, 'waiting')
    expect({ attempts, reason: problem?.reason, firstDeleteAt }).toEqual({ attempts: 0, reason: 'paused' })
    expect((await ops(['stats'])).stdout).toContain('All erasing is paused')
    expect(await ops(['resume'])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/woken/) })
    expect((await system.reached(code)).found).toBe(true)
  })

  it('can change nothing by the function that only views', async () => {
    for (const command of ['hold', 'release', 'refuse', 'withdraw', 'extend', 'pause', 'resume', 'open']) {
      const response = await fetch(`${system.url}/_local/view`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ command, request: 'x'.repeat(8), reason: 'complex' }),
      })
      expect(response.status).toBe(400)
    }
  })
})
