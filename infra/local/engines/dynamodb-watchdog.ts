/**
 * Runs the DynamoDB engine, and ends it when our parent process is gone: our standard input closes then, even
 * after `kill -9`. Arguments: the pid file (or an empty text), the program, its arguments.
 */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'

const [pidFile = '', program = '', ...args] = process.argv.slice(2)

const engine = spawn(program, args, { env: {}, stdio: ['ignore', 'inherit', 'inherit'] })
if (pidFile !== '' && engine.pid !== undefined) writeFileSync(pidFile, String(engine.pid), { mode: 0o600 })

engine.on('error', () => process.exit(1))
engine.on('exit', (code) => process.exit(code ?? 1))
process.stdin.resume()
process.stdin.on('close', () => engine.kill('SIGKILL'))
// Only the system ends us: it may still need the engine to finish its work.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
