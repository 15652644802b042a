/** The embedded DynamoDB engine, which never outlives this process. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type AddressInfo, createServer } from 'node:net'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Env } from '../../../shared/platform/settings.ts'
import type { DataFolder } from '../state/data-folder.ts'
import { StartError } from '../state/start-error.ts'
import type { Engine } from './engines.ts'

/**
 * Starts the engine on a free port, with its file in the folder if that is kept, or uses the running engine at
 * `DYNAMODB_ENDPOINT`.
 *
 * @throws {@link StartError}
 */
export async function startDynamoDb(folder: DataFolder, env: Env): Promise<Engine> {
  const given = givenEndpoint(env)
  if (given !== undefined) {
    await mustAnswer(given)
    return { endpoint: given, close: async () => {} }
  }
  const program = engineProgram(env)
  const file = folder.file('dynamodb.db')
  if (folder.kept) await endLeftover(folder.file('dynamodb.pid'), file)

  const watchdog = [fileURLToPath(new URL('dynamodb-watchdog.ts', import.meta.url))]
  const pidFile = folder.kept ? folder.file('dynamodb.pid') : ''
  const storage = folder.kept ? ['--db-path', file] : []
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    const args = [...watchdog, pidFile, program, '--host', '127.0.0.1', '--port', String(port), ...storage]
    // In a process group of its own: Ctrl-C must reach only us, who still need the engine to finish.
    const child = spawn(process.execPath, args, { env: {}, stdio: ['pipe', 'pipe', 'pipe'], detached: true })
    const said = await firstOutput(child)
    if (said.listening) return { endpoint: `http://127.0.0.1:${port}`, close: () => end(child) }
    // Another program took the port in between.
    if (attempt < 5 && /in use/i.test(said.text)) continue
    const why = said.text || 'it printed nothing'
    throw new StartError(`the embedded DynamoDB (${program}) did not start: ${why}`)
  }
}

/**
 * Ends a program that an earlier run has left behind, before its files are opened again.
 *
 * @param pidFile Has the process id, which another process may have by now.
 * @param mark A text that only our program has in its command line.
 */
export async function endLeftover(pidFile: string, mark: string): Promise<void> {
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8'))
  const isOurs = () => pid > 1 && commandLine(pid).includes(mark)
  while (isOurs()) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
    await pause(5)
  }
  rmSync(pidFile, { force: true })
}

/** Empty when there is no such process. */
function commandLine(pid: number): string {
  try {
    return existsSync('/proc/self/cmdline')
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      : execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

/** Any answer will do: the engines do not know a plain GET. */
async function mustAnswer(endpoint: string): Promise<void> {
  try {
    await fetch(endpoint, { signal: AbortSignal.timeout(3000) })
  } catch (cause) {
    const message = `nothing answers at DYNAMODB_ENDPOINT ${endpoint}; start that engine first, or unset it`
    throw new StartError(message, { cause })
  }
}

/** Waits until the engine itself reports that it listens: an answer on the port could be another engine's. */
function firstOutput(child: ChildProcess): Promise<{ listening: boolean; text: string }> {
  return new Promise((resolve) => {
    const lines: string[] = []
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue
      createInterface({ input: stream }).on('line', (line) => {
        if (lines.length < 20) lines.push(line)
        if (/listening on/i.test(line)) resolve({ listening: true, text: line })
      })
    }
    child.once('error', (error) => resolve({ listening: false, text: error.message }))
    child.once('close', () => resolve({ listening: false, text: lines.join(' ') }))
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.stdin?.destroy()
  await exited
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/**
 * The address of an engine that already runs. Only this machine, or a container by its bare name, is accepted: a local
 * run must never reach real tables.
 *
 * @throws {@link StartError} when the address is anything else.
 */
export function givenEndpoint(env: Env): string | undefined {
  const given = env['DYNAMODB_ENDPOINT']
  if (given === undefined || given.trim() === '') return undefined
  const refuse = (why: string) =>
    new StartError(`DYNAMODB_ENDPOINT ${why}; give an address on this machine, such as http://127.0.0.1:8000`)
  if (!URL.canParse(given)) throw refuse('is not an address')
  const { protocol, hostname, origin, username, pathname, search } = new URL(given)
  if (protocol !== 'http:' && protocol !== 'https:') throw refuse('is not an http address')
  if (username !== '' || pathname !== '/' || search !== '') throw refuse('may only hold a host and a port')
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
  const isContainer = /^[a-z0-9][a-z0-9_-]*$/i.test(hostname)
  if (!isLoopback && !isContainer)
    throw refuse(`names ${hostname}, which is neither loopback nor a container`)
  return origin
}

/** @throws {@link StartError} when there is no engine for this machine. */
export function engineProgram(env: Env): string {
  const name = process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide'
  const found = [
    packaged(name),
    ...(env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)),
  ].find((path) => path !== undefined && existsSync(path))
  if (found !== undefined) return found
  throw new StartError(
    `there is no embedded DynamoDB for ${process.platform}-${process.arch}. Put the program dynoxide on the PATH, ` +
      'or start any DynamoDB engine (such as DynamoDB Local in a container) and set DYNAMODB_ENDPOINT to its address.',
  )
}

function packaged(name: string): string | undefined {
  try {
    const manifest = `@dynoxide/${process.platform}-${process.arch}/package.json`
    return join(dirname(createRequire(import.meta.url).resolve(manifest)), name)
  } catch {
    return undefined
  }
}
