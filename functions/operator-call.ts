/** One call of the operator's functions: a command is read, handled and answered. */
import type { LambdaFunctionURLEventWithIAMAuthorizer } from 'aws-lambda'
import { COMMANDS, type Handlers, type OperatorFunction } from '../shared/operator/protocol.ts'
import type { Reader } from '../shared/operator/readers.ts'
import { ServiceError } from '../shared/platform/errors.ts'
import { log } from '../shared/platform/log.ts'
import { type AnswerFailure, type HttpEvent, type HttpHandler, json } from './http.ts'

/** What a handler knows of the call that it answers. */
export interface Call {
  /** The operator's IAM principal. */
  readonly by: string
  readonly at: Date
}

export function answering<F extends OperatorFunction, Deps>(
  handlers: Handlers<F, Deps & Call>,
  deps: Deps,
): HttpHandler {
  const all = new Map<string, unknown>(Object.entries(handlers))
  return async (event) => {
    const { command, ...input } = readCommand(event)
    const handler = all.get(command)
    if (!handler) throw new ServiceError('BAD_REQUEST', 'this function does not know the command')
    const by = principalOf(event)
    log.info('OPERATOR_COMMAND', { command, by })
    // The command's name has chosen what read the input, and chooses its handler: the two fit together.
    const answer = handler as (input: object, deps: Deps & Call) => Promise<unknown>
    return json(200, await answer(input, { ...deps, by, at: new Date() }))
  }
}

interface Command {
  readonly command: string
}

const READERS: Readonly<Record<string, Reader<unknown>>> = { ...COMMANDS.view, ...COMMANDS.operate }

/** @throws {@link ServiceError} `BAD_REQUEST` */
function readCommand({ body = '', isBase64Encoded }: HttpEvent): Command {
  try {
    const value: unknown = JSON.parse(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString())
    if (isCommand(value)) return value
  } catch {
    // Said below.
  }
  throw new ServiceError('BAD_REQUEST', 'the body is not a command')
}

function isCommand(value: unknown): value is Command {
  if (typeof value !== 'object' || value === null || !('command' in value)) return false
  const { command } = value
  return typeof command === 'string' && Object.hasOwn(READERS, command) && READERS[command]?.(value) === true
}

function principalOf({ requestContext }: HttpEvent): string {
  const { authorizer } =
    requestContext as unknown as LambdaFunctionURLEventWithIAMAuthorizer['requestContext']
  const principal = authorizer?.iam?.userArn
  if (!principal) throw new ServiceError('BAD_REQUEST', 'the caller has no IAM principal')
  return principal
}

/** Operators are told why: unlike strangers, they may act on it. */
export const answerFailure: AnswerFailure = (_event, failure) => {
  const { failure: known, code, message } = failure ?? new ServiceError('UNEXPECTED', 'the log says more')
  return json(known.status, { error: known.word, code, message: known.status < 500 ? message : known.says })
}
