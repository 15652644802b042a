/** The operator's tool, server side: `view` can change nothing, `operate` can. Each answers one command per call. */
import type { LambdaFunctionURLEventWithIAMAuthorizer } from 'aws-lambda'
import { type Call, COMMANDS, type Handlers, type OperatorFunction } from '../shared/operator/protocol.ts'
import type { Reader } from '../shared/operator/readers.ts'
import { ServiceError } from '../shared/platform/errors.ts'
import { log } from '../shared/platform/log.ts'
import { type HttpEvent, type HttpHandler, type HttpResult, http, json } from './http.ts'
import { OPERATE, operateDeps } from './operator-operate.ts'
import { VIEW, viewDeps } from './operator-view.ts'

export const view = http((env) => answering(VIEW, viewDeps(env)), answerFailure)
export const operate = http((env) => answering(OPERATE, operateDeps(env)), answerFailure)

function answering<F extends OperatorFunction, Deps>(handlers: Handlers<F, Deps>, deps: Deps): HttpHandler {
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
function answerFailure(_event: unknown, failure: ServiceError | undefined): HttpResult {
  const { failure: known, code, message } = failure ?? new ServiceError('UNEXPECTED', 'the log says more')
  return json(known.status, { error: known.word, code, message: known.status < 500 ? message : known.says })
}
