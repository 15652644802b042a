/** Calls a running `npm start`. */
import { between, object, optional, type Reader, recordOf, text } from '../../../shared/operator/readers.ts'
import { CliError, wrongUsage } from '../console/failure.ts'
import { isFields, networkCode, parseJson } from '../console/foreign.ts'
import type { Send } from './system.ts'

const DEFAULT_URL = 'http://localhost:3000'
/** The only names for which `npm start` answers; personal data goes nowhere else. */
export const OWN_NAMES: readonly string[] = ['localhost', '127.0.0.1', '[::1]']
/** The longest that a function may run is shorter. */
const ANSWER_WITHIN_MS = 90_000

export const sendLocal =
  (principal = 'local'): Send =>
  (to, command) =>
    ask(`/_local/${to}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-principal': principal },
      body: JSON.stringify(command),
    })

/** What `npm start` reports of itself. A part that is missing, or has another form, is undefined. */
export async function describeLocal() {
  const fields = await ask('/_local', {})
  const part = <T>(name: string, read: Reader<T>): T | undefined => {
    const value = fields[name]
    return read(value) ? value : undefined
  }
  return {
    apps: part('apps', recordOf(object({ secret: optional(text), callback: optional(text) }))) ?? {},
    dynamodb: part('dynamodb', text),
    sqs: part('sqs', text),
    secrets: part('secrets', object({ url: text, ids: recordOf(text) })),
    smtp: part('smtp', object({ host: text, port: between(1, 65_535) })),
    email: part('email', text),
  }
}

export const receiptKeysOfLocal = (): Promise<unknown> => ask('/.well-known/jwks.json', {})

export function localUrl(): URL {
  const url = URL.parse(process.env['LOCAL_URL'] || DEFAULT_URL)
  if (url?.protocol !== 'http:' || !OWN_NAMES.includes(url.hostname)) {
    throw wrongUsage(`LOCAL_URL must be the address that npm start prints, such as ${DEFAULT_URL}`)
  }
  return new URL(url.origin)
}

async function ask(path: string, init: RequestInit): Promise<Readonly<Record<string, unknown>>> {
  const url = localUrl()
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
    const response = await fetch(new URL(path, url), { ...init, redirect: 'error', signal })
    return read(response.status, await response.text(), url.origin)
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    throw unanswered(url.origin, cause)
  }
}

function read(status: number, body: string, address: string) {
  const value = parseJson(body)
  const fields = isFields(value) ? value : undefined
  if (status === 503) throw new CliError('unavailable', `${address} is still starting: try again in a moment`)
  if (status === 200 && fields) return fields
  const { error, message } = fields ?? {}
  if (typeof error === 'string' && typeof message === 'string')
    throw new CliError(error, status >= 500 ? `${message} The output of npm start says more.` : message)
  throw new CliError(
    'unexpected_answer',
    `the server at ${address} is not npm start of this project (status ${status})`,
  )
}

function unanswered(address: string, cause: unknown): CliError {
  const code = networkCode(cause)
  const message =
    code === 'ECONNREFUSED'
      ? `nothing answers at ${address}: start it with npm start`
      : cause instanceof Error && cause.name === 'TimeoutError'
        ? `${address} did not answer within ${ANSWER_WITHIN_MS / 1000} s`
        : `${address} did not answer as npm start does${code ? ` (${code})` : ''}`
  return new CliError('unreachable', message, { cause })
}
