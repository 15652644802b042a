/**
 * `npm run check`: all that can be said without running the code; `-- --fix` repairs what a tool can repair.
 * With `--test`: the check, and the tests after it.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { styleText } from 'node:util'

interface Step {
  readonly name: string
  /** The tool's own file in node_modules, and its arguments. */
  readonly run: readonly [tool: string, ...args: string[]]
  /** The argument that lets the tool repair what it finds. */
  readonly fix?: string
}

const VITEST = ['vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts'] as const

const STEPS: readonly Step[] = [
  { name: 'format', run: ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings'], fix: '--write' },
  { name: 'lint', run: ['oxlint/bin/oxlint', '--type-aware', '--deny-warnings'], fix: '--fix' },
  { name: 'types', run: ['typescript/bin/tsc'] },
  { name: 'dead code', run: ['knip/bin/knip.js', '--no-progress'] },
  {
    name: 'imports',
    run: [...VITEST, '--reporter=dot', 'test/architecture/imports.test.ts'],
  },
  { name: 'synth', run: ['aws-cdk/bin/cdk', 'synth', '--strict', '--quiet', '--no-notices'] },
]

const root = join(import.meta.dirname, '..')
const running = new Set<ChildProcess>()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const child of running) child.kill(signal)
    process.exit(130)
  })
}

const [mode, ...filters] = process.argv.slice(2)
const failed = await check()
if (mode === '--test') {
  if (failed.length > 0)
    say(red(`\nThe check failed (${failed.join(', ')}), see above: this run ends with exit code 1.\n`))
  const { code } = await run([...VITEST, ...filters], 'inherit')
  process.exitCode = code || Math.min(failed.length, 1)
} else {
  process.exitCode = Math.min(failed.length, 1)
}

/** Runs every step whatever the others say, and returns the names of those that failed. */
async function check(): Promise<readonly string[]> {
  const names: string[] = []
  for (const { name, run: command, fix } of STEPS) {
    const started = performance.now()
    const { code, output } = await run(fix && mode === '--fix' ? [...command, fix] : command, 'pipe')
    const time = `${((performance.now() - started) / 1000).toFixed(1)} s`
    say(`${code === 0 ? green('ok  ') : red('FAIL')} ${name.padEnd(10)} ${time}`)
    if (code === 0) continue
    names.push(name)
    say(`\n${output.trim()}\n`)
  }
  return names
}

async function run(
  [tool, ...args]: Step['run'],
  stdio: 'pipe' | 'inherit',
): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn(process.execPath, [join(root, 'node_modules', tool), ...args], {
    cwd: root,
    stdio: ['ignore', stdio, stdio],
    env: { AWS_EC2_METADATA_DISABLED: 'true', ...colours(), ...process.env },
  })
  running.add(child)
  let output = ''
  const keep = (chunk: Buffer): void => {
    output += chunk.toString()
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  const code = await new Promise<number>((done) => {
    child.on('close', (status) => done(status ?? 1))
  })
  running.delete(child)
  return { code, output }
}

/** The tools write to a pipe: they cannot see for themselves whether a terminal is at its end. */
function colours(): Readonly<Record<string, string>> {
  if ('FORCE_COLOR' in process.env || 'NO_COLOR' in process.env) return {}
  return process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }
}

function say(line: string): void {
  console.log(line)
}

function green(text: string): string {
  return styleText('green', text)
}

function red(text: string): string {
  return styleText('red', text)
}
