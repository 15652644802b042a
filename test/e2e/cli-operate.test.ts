import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PEOPLE } from '../../infra/local/sample/people.ts'
import { type CliOptions, runCli } from '../fixtures/system/cli.ts'
import { linkIn, mailboxOf } from '../fixtures/system/mailbox.ts'
import { DAY_SECONDS, type SampleSystem, seconds, startSample } from '../fixtures/system/sample-system.ts'

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

describe('whoever complains', () => {
  it('is told what is wrong with what was sent, as a page or as JSON', async () => {
    const code = await system.ask('shop', '777777777777')
    const send = (
      method: string,
      body?: URLSearchParams | string,
      headers: Readonly<Record<string, string>> = {},
      of = code,
    ) =>
      fetch(`${system.url}/status/${of}/complaint`, {
        method,
        headers: { ...headers },
        redirect: 'manual',
        ...(body !== undefined && { body }),
      })
    const text = (typed: string) => new URLSearchParams({ text: typed })
    const json = { accept: 'application/json' }
    const answers = await Promise.all([
      send('POST', text(' ')),
      send('POST', undefined, json),
      send('POST', text('x'.repeat(2001)), json),
      send('POST', text('x'.repeat(33_000)), json),
      send('POST', '{"text":"x"}', { ...json, 'content-type': 'application/json' }),
      send('POST', text('Why?'), json, '9'.repeat(24)),
      send('GET', undefined, json),
    ])
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 413, 415, 404, 405])
    const [page, ...failures] = await Promise.all(answers.map((answer) => answer.text()))
    expect(page).toMatch(/<textarea[^>]* aria-invalid="true"/)
    expect(failures.map((said) => (JSON.parse(said) as { error: string }).error)).toEqual([
      'bad_request',
      'bad_request',
      'too_large',
      'unsupported_media_type',
      'not_found',
      'method_not_allowed',
    ])
  })

  it('keeps no erasure from its end, and is heard after it', async () => {
    const code = await system.ask('shop', facebookId(10))
    const posted = await fetch(`${system.url}/status/${code}/complaint`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ text: 'Faster!' }),
    })
    expect(posted.status).toBe(303)
    expect((await system.reached(code)).found).toBe(true)
    expect(await opsJson(['answer', code], { input: 'It is done.' })).toMatchObject({ isMailed: false })
    expect(await (await fetch(`${system.url}/status/${code}`)).text()).toContain('It is done.')
  })
})

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
    expect(released).toMatchObject({ exitCode: 0, stdout: 'The stopped requests go on by themselves.\n' })
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

  it('reads a complaint and answers it, on the status page: a mail says so, and nothing else what was said', async () => {
    const [complaint, answer] = ['Nobody has told Trần Thị Hoa why.', 'It waits\nfor <your> confirmation.']
    const mailbox = mailboxOf(system)
    await mailbox.send(emailOf(12))
    const [first] = await mailbox.received(emailOf(12), 1)
    const code = new URL(first ? linkIn(first, 'status') : '').pathname.split('/').at(-1) ?? ''
    const status = `${system.url}/status/${code}`
    const complain = (text: string) =>
      fetch(`${status}/complaint?lang=en`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ text }),
      })
    const pageNow = async () => (await fetch(`${status}?lang=en`)).text()
    const refused = await ops(['answer', code], { input: answer })
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no complaint') })

    const posted = await complain(complaint)
    expect([posted.status, posted.headers.get('location')]).toEqual([
      303,
      `/status/${code}?lang=en#complaint`,
    ])
    expect(await pageNow()).toContain('Your complaint was received on')
    expect((await ops(['stats'])).stdout).toContain('1 complaint waits for an answer.')
    const [shown, asJson] = await Promise.all([ops(['show', code]), opsJson(['show', code])])
    expect(shown.stdout).toContain(complaint)
    expect(shown.stdout).toMatch(/answer it: npm run ops -- answer \w{12} --local/)
    expect(asJson).toMatchObject({ complaint: { text: complaint } })

    const answered = await ops(['answer', code], { input: `${answer}\n` })
    expect(answered).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/ is answered, on its status page\. A mail announces it\.\n$/),
      stderr: 'Anyone who has the code can read the answer: name no person in it.\n',
    })
    expect(await pageNow()).toContain('It waits\nfor &lt;your&gt; confirmation.</blockquote>')
    const mails = await mailbox.received(emailOf(12), 2)
    expect(mails.at(-1)?.subject).toMatch(/^Your complaint has been answered – /)
    expect(mails.at(-1)?.body.text).toContain(status)
    expect((await ops(['show', code])).stdout).toMatch(/complained {2}by person\n.*answered {2}by \S*linh\n/)

    expect((await complain('And now?')).status).toBe(303)
    expect(await opsJson(['answer', code], { input: 'Now, too.' })).toMatchObject({ isMailed: true })
    const mailed = async () =>
      (await mailbox.received(emailOf(12), 3)).map(({ subject, body }) => [subject, body])
    const seenBy = await Promise.all([
      system.ledger(),
      system.status(code),
      opsJson(['show', code]),
      opsJson(['list']),
      opsJson(['export']),
      mailed(),
    ])
    const elsewhere = [...seenBy, system.lines].map((seen) => JSON.stringify(seen))
    for (const seen of elsewhere) {
      expect(seen).not.toContain('Trần Thị Hoa')
      expect(seen).not.toContain('And now?')
    }
    // The ledger keeps it as it is: it is for anybody who has the code.
    for (const seen of elsewhere.slice(1)) expect(seen).not.toContain('It waits')
  })

  it('can change nothing by the function that only views, nor read what somebody complains of', async () => {
    const commands = [
      'hold',
      'release',
      'refuse',
      'withdraw',
      'extend',
      'pause',
      'resume',
      'open',
      'complaint',
    ]
    for (const command of [...commands, 'answer']) {
      const response = await fetch(`${system.url}/_local/view`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ command, request: 'x'.repeat(8), reason: 'complex', text: 'x' }),
      })
      expect(response.status).toBe(400)
    }
  })
})
