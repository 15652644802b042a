/** Errors of AWS calls with the caller's own credentials, by their names. */
import { CliError } from './failure.ts'

/**
 * Explains an error to the person who typed the command. A message of AWS is not repeated: it may name the caller.
 *
 * @returns The error itself, if it is unknown.
 */
export function awsFailure(error: unknown, service: string): unknown {
  if (!(error instanceof Error)) return error
  const { name, message, cause } = error
  const refuse = (word: string, text: string) => new CliError(word, text, { cause: error })
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError')
    return refuse(
      'no_credentials',
      `there are no AWS credentials: sign in with the AWS CLI, or give another --profile (${message})`,
    )
  if (/^Region (is missing|not accepted)/.test(message))
    return refuse('no_region', 'no AWS region is set: give --region, or set AWS_REGION')
  if (EXPIRED.includes(name))
    return refuse('credentials_refused', `your AWS credentials have expired (${name}): sign in again`)
  if (REFUSED.includes(name))
    return refuse(
      'credentials_refused',
      `AWS does not accept your credentials (${name}): check --profile and the clock of this machine`,
    )
  if (THROTTLED.includes(name))
    return refuse('too_many_requests', `${service} throttles the calls (${name}): try again later`)
  const code = [error, cause].map(codeOf).find((one) => /^E[A-Z_]+$/.test(one))
  if (name === 'TimeoutError' || code !== undefined)
    return refuse('unreachable', `${service} could not be reached (${code ?? name})`)
  return error
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

/** The names in the JSON protocol of AWS, and in the query protocol. */
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
