/** Every check and every test, all at once or one kind alone; `--help` lists them. */
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
  { name: 'imports', run: [...VITEST, '--reporter=dot', 'test/architecture/imports.test.ts'] },
  { name: 'synth', run: ['aws-cdk/bin/cdk', 'synth', '--strict', '--quiet', '--no-notices'] },
]

const HELP = `npm run check            every step below but the tests; -- --fix repairs what a tool can repair
npm test                 the check, then every test; FILE… for some of them
npm run unit             the tests of single modules; FILE… for any others: a file, a folder or a part of a path
npm run format           repairs formatting and the order of imports
npm run lint             oxlint, with types; -- --fix repairs
npm run types            the compiler`

const root = join(import.meta.dirname, '..')
const running = new Set<ChildProcess>()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const child of running) child.kill(signal)
    process.exit(130)
  })
}

const given = process.argv.slice(2)
const [command, ...args] = given
if (given.includes('--help')) console.log(HELP)
else process.exitCode = await exitCodeOf(command)

async function exitCodeOf(name = ''): Promise<number> {
  if (name === 'check') return Math.min((await check(args.includes('--fix'))).length, 1)
  if (name === 'test') return checkAndTest()
  if (name === 'unit') {
    const namesFiles = args.some((arg) => !arg.startsWith('-'))
    return (await run([...VITEST, ...(namesFiles ? [] : ['test/unit']), ...args], 'inherit')).code
  }
  const step = STEPS.find((one) => one.name === name)
  if (step === undefined) {
    console.log(`${styleText('red', `There is no "${name}".`)}\n\n${HELP}`)
    return 2
  }
  const repair = name === 'format' && step.fix ? [step.fix] : []
  return (await run([...step.run, ...repair, ...args], 'inherit')).code
}

/** Runs every step, whether or not another has failed, and returns the names of those that failed. */
async function check(isToFix: boolean): Promise<readonly string[]> {
  const names: string[] = []
  for (const { name, run: tool, fix } of STEPS) {
    const started = performance.now()
    const { code, output } = await run(fix && isToFix ? [...tool, fix] : tool, 'pipe')
    const time = `${((performance.now() - started) / 1000).toFixed(1)} s`
    console.log(
      `${code === 0 ? styleText('green', 'ok  ') : styleText('red', 'FAIL')} ${name.padEnd(10)} ${time}`,
    )
    if (code === 0) continue
    names.push(name)
    console.log(`\n${output.trim()}\n`)
  }
  return names
}

async function checkAndTest(): Promise<number> {
  const failed = await check(false)
  if (failed.length > 0)
    console.log(
      styleText(
        'red',
        `\nThe check failed (${failed.join(', ')}), see above: this run ends with exit code 1.\n`,
      ),
    )
  const { code } = await run([...VITEST, ...args], 'inherit')
  return code || Math.min(failed.length, 1)
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
