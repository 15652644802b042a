/** Calls of AWS with the caller's own credentials: a client that is used once, and errors by name. */
import { CliError } from './failure.ts'

/** A client of AWS that is used once. */
export async function withClient<C extends { destroy(): void }, T>(
  client: C,
  use: (client: C) => Promise<T>,
): Promise<T> {
  try {
    return await use(client)
  } finally {
    client.destroy()
  }
}

/**
 * In words for the person who typed the command. What AWS says of a call is not repeated: it may name the caller.
 *
 * @returns The error itself, if it is none of these.
 */
export function awsFailure(error: unknown, service: string): unknown {
  if (!(error instanceof Error)) return error
  const { name, message, cause } = error
  const refuse = (word: string, text: string) => new CliError(word, text, { cause: error })
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError')
    return refuse(
      'no_credentials',
      `there are no AWS credentials: sign in with the AWS CLI, or name another --profile (${message})`,
    )
  if (/^Region (is missing|not accepted)/.test(message))
    return refuse('no_region', 'which region? Give --region, or set AWS_REGION')
  if (EXPIRED.includes(name))
    return refuse('credentials_refused', `your AWS credentials have expired (${name}): sign in again`)
  if (REFUSED.includes(name))
    return refuse(
      'credentials_refused',
      `AWS does not take your credentials (${name}): see that --profile and the clock of this machine are right`,
    )
  if (THROTTLED.includes(name))
    return refuse('too_many_requests', `${service} is asked too much (${name}): try again later`)
  const code = [error, cause].map(codeOf).find((one) => /^E[A-Z_]+$/.test(one))
  if (name === 'TimeoutError' || code !== undefined)
    return refuse('unreachable', `${service} could not be reached (${code ?? name})`)
  return error
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

/** As services with JSON name them, and as those with queries do. */
const EXPIRED = ['ExpiredTokenException', 'ExpiredToken']
const REFUSED = [
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]
const THROTTLED = [
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
]
