/** `npm start` from outside: how soon it is ready, how much memory it takes, how fast it erases. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Cleanup } from '../../infra/local/state/cleanup.ts'
import { type ErasureFigures, measureErasure } from './erasure/erasure.ts'
import { peakMemory } from './erasure/memory.ts'
import { median, rounded, spread } from './statistics.ts'

export interface StartFigures {
  /** Median, from the command to the line `ready …`. */
  readonly readyMs: number
  readonly readyMsSpread: readonly [number, number]
  /** Of all processes below npm, at `ready` and after an erasure; only where the system tells. */
  readonly peakMbAtReady?: number
  readonly peakMbAfterErasure?: number
}

const RUNS = 5
const root = fileURLToPath(new URL('../../', import.meta.url))

/** The last of the runs goes on to the erasure. */
export async function measureStart(tidy: Cleanup): Promise<{ start: StartFigures; erasure: ErasureFigures }> {
  const times: number[] = []
  for (let run = 1; run < RUNS; run += 1) {
    const system = await npmStart(tidy)
    times.push(system.readyMs)
    await system.close()
  }
  const last = await npmStart(tidy)
  times.push(last.readyMs)
  const peakMbAtReady = await peakMemory(last.pid)
  const erasure = await measureErasure(last.url)
  const peakMbAfterErasure = await peakMemory(last.pid)
  await last.close()
  const [soonest, latest] = spread(times)
  return {
    start: {
      readyMs: Math.round(median(times)),
      readyMsSpread: [Math.round(soonest), Math.round(latest)],
      ...(peakMbAtReady !== undefined && { peakMbAtReady: rounded(peakMbAtReady, 0) }),
      ...(peakMbAfterErasure !== undefined && { peakMbAfterErasure: rounded(peakMbAfterErasure, 0) }),
    },
    erasure,
  }
}

interface Started {
  readonly url: string
  readonly readyMs: number
  readonly pid: number
  close(): Promise<void>
}

export async function npmStart(tidy: Cleanup, args: readonly string[] = []): Promise<Started> {
  const { DYNAMODB_ENDPOINT: _, META_APP_SECRETS: __, ...env } = process.env
  const started = performance.now()
  const child = spawnNpm(['start', '--', '--port', '0', ...args], {
    ...env,
    npm_config_update_notifier: 'false',
  })
  const close = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  tidy.add(close)
  const url = await readyAt(child)
  return { url, readyMs: performance.now() - started, pid: child.pid ?? 0, close }
}

/** By the npm that runs us, if one does. */
function spawnNpm(args: readonly string[], env: Readonly<Record<string, string | undefined>>): ChildProcess {
  const cli = process.env['npm_execpath'] ?? ''
  const [program, ...rest] = cli.endsWith('npm-cli.js')
    ? [process.env['npm_node_execpath'] ?? process.execPath, cli, ...args]
    : ['npm', ...args]
  return spawn(program ?? '', rest, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  })
}

function readyAt(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue
    createInterface({ input: stream }).on('line', (line) => {
      said.push(line)
      const [, url] = /^ready (http:\S+)$/.exec(line) ?? []
      if (url !== undefined) resolve(url)
    })
  }
  child.once('error', reject)
  child.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${said.join('\n')}`)))
  return promise
}
