/**
 * Runs the DynamoDB engine and ends it when whoever started us is gone: their end of our standard input
 * closes, even on `kill -9`. Arguments: the pid file (or nothing), the program, its arguments.
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
// Ours to end only together with the system, which may still need the engine to finish its work.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
