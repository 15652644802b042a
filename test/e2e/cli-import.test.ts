import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PEOPLE } from '../../infra/local/sample/people.ts'
import { runCli, spawnCli } from '../fixtures/system/cli.ts'
import { type SampleSystem, startSample } from '../fixtures/system/sample-system.ts'

let system: SampleSystem
let folder: string
beforeAll(async () => {
  system = await startSample()
  folder = await mkdtemp(join(tmpdir(), 'import-'))
})
afterAll(async () => {
  await system.close()
  await rm(folder, { recursive: true })
})

async function file(name: string, lines: readonly string[]): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, `${lines.join('\n')}\n`)
  return path
}
const ops = (...args: readonly string[]) =>
  runCli([...args, '--local', '--as', 'linh'], { env: { LOCAL_URL: system.url } })

async function opsJson(...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const { exitCode, stdout, stderr } = await ops(...args, '--json')
  expect({ exitCode, stderr, stdout }).toMatchObject({ exitCode: 0, stderr: '' })
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>
}

/** But for the retention clock, which may write at any time. */
const written = async () => (await system.ledger()).filter(({ pk }) => !pk?.S?.startsWith('RULE#'))
const listRows = async () =>
  (await system.ledger()).filter(({ sk, channel }) => sk?.S === 'META' && channel?.S === 'list')
const KNOWN = PEOPLE.flatMap(({ facebookId }) => facebookId ?? []).slice(0, 6)

describe('an import of Meta’s list', () => {
  it('counts in a dry run, and changes nothing', async () => {
    const path = await file('100000000000001_2026-11-01.csv', [
      'id',
      ...KNOWN.slice(0, 2),
      '77000000000000001',
    ])
    const before = await written()
    expect(await opsJson('import', '--app', 'shop', '--dry-run', path)).toEqual({
      files: [{ file: '100000000000001_2026-11-01.csv', day: '2026-11-01', ids: 3, broken: 0 }],
      ids: 3,
      found: 2,
      unknown: 1,
      erased: 0,
    })
    expect(await written()).toEqual(before)
  })

  it('is refused with another number than the dry run found, without one, and for another app', async () => {
    const path = await file('100000000000001_2026-11-01.csv', KNOWN.slice(0, 2))
    expect(await ops('import', '--app', 'shop', '--expect', '3', path)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('there are records of 2 of them now, not of 3'),
    })
    expect(await ops('import', '--app', 'shop', path)).toMatchObject({ exitCode: 2 })
    expect(await ops('import', '--app', 'insta', '--dry-run', path)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('add --other-app'),
    })
    expect(await ops('import', '--app', 'insta', '--dry-run', '--other-app', path)).toMatchObject({
      exitCode: 0,
    })
    expect(await ops('import', '--app', 'nobody', '--dry-run', path)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('use shop, insta'),
    })
    expect(await listRows()).toEqual([])
  })

  it('of a file that a spreadsheet mangled imports nothing, names the lines, and repeats no value', async () => {
    const path = await file('mangled.csv', ['id', KNOWN[0] ?? '', '1.01E+16', 'x'])
    const { exitCode, stdout } = await ops('import', '--app', 'shop', '--expect', '1', path)
    expect(exitCode).toBe(1)
    expect(stdout).toContain('mangled.csv, line 3: a spreadsheet has rounded it')
    expect(stdout).toContain('mangled.csv, line 4: not digits only')
    expect(stdout).not.toContain('1.01')
    expect(await listRows()).toEqual([])
    expect(await opsJson('import', '--app', 'shop', '--dry-run', '--skip-broken', path)).toMatchObject({
      ids: 1,
      files: [{ broken: 2 }],
    })
  })

  it('that is killed five times ends with each id handled once', async () => {
    const strangers = Array.from({ length: 120 }, (_, n) => `7700000000000${String(n).padStart(4, '0')}`)
    const ids = [...KNOWN, ...strangers]
    const first = await file('100000000000001_2026-11-20.csv', ids)
    const second = await file('100000000000001_2026-11-10.csv', ids.slice(-30))
    const args = ['import', '--app', 'shop', '--expect', String(KNOWN.length), first, second]
    for (const after of [900, 1200, 1400, 1600, 1800]) {
      const child = spawnCli([...args, '--local'], { LOCAL_URL: system.url })
      child.stdin.end()
      await pause(after)
      child.kill('SIGKILL')
    }
    const done = await opsJson(...args)
    expect(done).toMatchObject({ ids: ids.length })
    await expect
      .poll(async () => new Set((await listRows()).map(({ state }) => state?.S)))
      .toEqual(new Set(['completed', 'completed_with_retention']))
    expect(await listRows()).toHaveLength(ids.length)
    expect(await opsJson('import', '--app', 'shop', '--dry-run', first)).toMatchObject({
      found: 0,
      unknown: strangers.length,
      erased: KNOWN.length,
    })
    // It is done: asked for once more, it begins anew, and opens nothing.
    expect(await ops(...args)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('of 0 of them') })
    const anew = args.map((one) => (one === String(KNOWN.length) ? '0' : one))
    expect(await opsJson(...anew)).toMatchObject({ opened: 0, found: 0 })
    expect(await listRows()).toHaveLength(ids.length)
  })
})
