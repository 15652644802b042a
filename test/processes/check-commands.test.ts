import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>
}
const CHECK = 'exec node infra/run.mjs infra/check.ts '

const check = (...args: readonly string[]): Promise<{ readonly code: unknown; readonly stdout: string }> =>
  new Promise((done) => {
    execFile(process.execPath, ['infra/check.ts', ...args], { cwd: root }, (error, stdout) =>
      done({ code: error?.code ?? 0, stdout }),
    )
  })

it('explains each command that package.json has of it', async () => {
  const commands = Object.entries(scripts).filter(([, script]) => script.startsWith(CHECK))
  expect(commands.map(([name, script]) => [name, script.slice(CHECK.length)])).toEqual(
    ['check', 'format', 'lint', 'types', 'unit', 'test'].map((name) => [name, name]),
  )
  const { code, stdout } = await check('--help')
  expect(code).toBe(0)
  for (const [name] of commands) expect(stdout).toMatch(new RegExp(`^npm (run )?${name} `, 'm'))
})

it('runs the one file that is named, and nothing else', async () => {
  const { code, stdout } = await check('unit', 'test/unit/requests/code.test.ts')
  expect(code).toBe(0)
  expect(stdout).toMatch(/Test Files +1 passed/)
})

it('fails where the one step fails', async () => {
  expect((await check('unit', 'test/unit/there-is-none.test.ts')).code).toBe(1)
})

it('names the commands there are when asked for another', async () => {
  const { code, stdout } = await check('tests')
  expect(code).toBe(2)
  expect(stdout).toContain('There is no "tests".')
  expect(stdout).toContain('npm run unit')
})
