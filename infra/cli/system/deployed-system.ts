/** Calls the deployed functions at their addresses, with the caller's own AWS credentials. */
import { setTimeout as pause } from 'node:timers/promises'
import { SignatureV4 } from '@smithy/signature-v4'
import type { OperatorFunction } from '../../../shared/operator/protocol.ts'
import { awsFailure } from '../console/aws.ts'
import { CliError, wrongUsage } from '../console/failure.ts'
import { isFields, networkCode, parseJson } from '../console/foreign.ts'
import {
  type Addresses,
  addressesOfEnvironment,
  addressesOfStack,
  type FunctionAddress,
  VARIABLES,
} from './deployed-addresses.ts'
import { cloudFormation } from './deployed-stack.ts'
import type { Send, SystemOptions } from './system.ts'

export interface Calling {
  readonly fetch: typeof fetch
  readonly answerWithinMs: number
  /** The pauses before each further try of a throttled call. */
  readonly waitsMs: readonly number[]
}

/** The longest that a function may run is shorter. */
const CALLING: Calling = { fetch, answerWithinMs: 90_000, waitsMs: [500, 1000, 2000] }

export function deployedSystem(options: SystemOptions, calling: Calling = CALLING): Send {
  let connecting: ReturnType<typeof connect> | undefined
  return async (name, command) => {
    connecting ??= connect(options)
    const { addresses, signer } = await connecting
    const address = addresses[name]
    if (!address) throw wrongUsage(`this command needs ${name}: set ${VARIABLES[name]} to its address`)
    const called: Called = { name, address, body: JSON.stringify(command) }
    for (let tries = 0; ; tries += 1) {
      const answer = await call(called, signer, calling)
      // A decision is not sent again automatically.
      const waitMs = answer.status === 429 && name === 'view' ? calling.waitsMs[tries] : undefined
      if (waitMs === undefined) return read(answer, called)
      await pause(waitMs)
    }
  }
}

async function connect({ stack, region, profile }: SystemOptions) {
  const given = stack === undefined ? addressesOfEnvironment(process.env) : undefined
  const where = region ?? given?.view?.region ?? given?.operate?.region
  const client = cloudFormation({ region: where, profile })
  const { credentials, sha256 } = client.config
  const signer = new SignatureV4({ service: 'lambda', region: client.config.region, credentials, sha256 })
  const addresses: Addresses = given ?? (await addressesOfStack(client, stack))
  for (const address of [addresses.view, addresses.operate]) {
    if (where !== undefined && address?.region !== undefined && address.region !== where)
      throw wrongUsage(`${address.url.origin} is not in ${where}: both functions and --region must agree`)
  }
  return { addresses, signer }
}

interface Called {
  readonly name: OperatorFunction
  readonly address: FunctionAddress
  readonly body: string
}

async function call(called: Called, signer: SignatureV4, calling: Calling) {
  const { url } = called.address
  const headers = await signed(called, signer)
  try {
    const response = await calling.fetch(url, {
      method: 'POST',
      headers,
      body: called.body,
      // A redirect would send personal data to another server.
      redirect: 'manual',
      signal: AbortSignal.timeout(calling.answerWithinMs),
    })
    // The type of AWS's own error.
    const refusal = response.headers.get('x-amzn-errortype') ?? ''
    return { status: response.status, refusal, text: await response.text() }
  } catch (cause) {
    throw unanswered(cause, called, calling)
  }
}

async function signed({ address: { url }, body }: Called, signer: SignatureV4) {
  const request = {
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    headers: { host: url.host, 'content-type': 'application/json' },
    body,
  }
  try {
    return (await signer.sign(request)).headers
  } catch (cause) {
    throw awsFailure(cause, 'AWS')
  }
}

function read(answer: Awaited<ReturnType<typeof call>>, { name, address }: Called): unknown {
  const { status, refusal, text } = answer
  const value = parseJson(text)
  const fields = isFields(value) ? value : undefined
  if (status === 200 && fields) return fields
  const { error, message } = fields ?? {}
  if (typeof error === 'string' && typeof message === 'string')
    throw new CliError(error, status >= 500 ? `${message} The log of ${name} says more.` : message)
  if (status === 403) throw refused(`${refusal} ${text}`, name)
  if (status === 429)
    throw new CliError('too_many_requests', `${name} is called too often: try again in a moment`)
  if (status >= 500)
    throw new CliError(
      'failed',
      `${name} failed or took too long (status ${status}): its log says more.${orDone(name)}`,
    )
  throw new CliError(
    'unexpected_answer',
    `the server at ${address.url.origin} is not ${name} of this project (status ${status})`,
  )
}

/** A message of AWS is not repeated: it may name the caller. */
function refused(said: string, name: OperatorFunction): CliError {
  const refuse = (text: string) => new CliError('credentials_refused', text)
  if (/signature (expired|not yet current)/i.test(said))
    return refuse('AWS does not accept the signature: is the clock of this machine right?')
  if (/token\b.*\bexpired|expiredtoken/i.test(said))
    return refuse('your AWS credentials have expired: sign in again')
  if (/security token|signature|unrecognizedclient/i.test(said))
    return refuse('AWS does not accept your credentials: check --profile, and sign in again')
  const policy = name === 'view' ? 'ViewPolicyArn' : 'OperatePolicyArn'
  return new CliError(
    'access_denied',
    `you have no permission to call ${name}: your role or user needs the policy in the stack's output ${policy}`,
  )
}

function unanswered(cause: unknown, { name, address }: Called, { answerWithinMs }: Calling): CliError {
  const code = networkCode(cause)
  const how =
    cause instanceof Error && cause.name === 'TimeoutError'
      ? `did not answer within ${answerWithinMs / 1000} s`
      : `could not be reached${code ? ` (${code})` : ''}`
  const doubt = NEVER_SENT.includes(code ?? '') ? '' : orDone(name)
  return new CliError('unreachable', `${address.url.origin} ${how}.${doubt}`, { cause })
}

const NEVER_SENT = ['EAI_AGAIN', 'ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT']

const orDone = (name: OperatorFunction): string =>
  name === 'view' ? '' : ' It may have worked all the same: check with show before you try again.'
