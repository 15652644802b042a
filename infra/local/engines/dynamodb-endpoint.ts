/** Which DynamoDB engine a local run uses: the one of `DYNAMODB_ENDPOINT`, or the embedded program. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import type { Env } from '../../../shared/platform/settings.ts'
import { StartError } from '../state/start-error.ts'

/**
 * An engine that already runs. Only this machine, or a container by its bare name: a local run must never
 * be able to reach real tables.
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
  if (username !== '' || pathname !== '/' || search !== '') throw refuse('may hold host and port only')
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
      'or start any DynamoDB engine (DynamoDB Local in a container, for example) and set DYNAMODB_ENDPOINT to it.',
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
