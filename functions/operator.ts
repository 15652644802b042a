/** The operator's tool, server side: `view` can change nothing, `operate` can. Each answers one command per call. */
import type { LambdaFunctionURLEventWithIAMAuthorizer } from 'aws-lambda'
import { type Call, COMMANDS, type Handlers, type OperatorFunction } from '../shared/operator/protocol.ts'
import { object, oneOf, type Read, type Reader } from '../shared/operator/readers.ts'
import { ServiceError } from '../shared/platform/errors.ts'
import { log } from '../shared/platform/log.ts'
import { type HttpEvent, type HttpHandler, type HttpResult, http, json } from './http.ts'
import { OPERATE, operateDeps } from './operator-operate.ts'
import { VIEW, viewDeps } from './operator-view.ts'

export const view = http((env) => answering(VIEW, viewDeps(env)), answerFailure)
export const operate = http((env) => answering(OPERATE, operateDeps(env)), answerFailure)

type Handler<Deps> = (input: object, deps: Deps & Call) => unknown

function answering<F extends OperatorFunction, Deps>(handlers: Handlers<F, Deps>, deps: Deps): HttpHandler {
  // The command's name has chosen what read the input, and chooses its handler: the two fit together.
  const all = handlers as unknown as Readonly<Record<string, Handler<Deps>>>
  return async (event) => {
    const { command: name, ...input } = readCommand(event)
    const handler = all[name]
    if (!handler) throw new ServiceError('BAD_REQUEST', 'this function does not know the command')
    const by = principalOf(event)
    log.info('OPERATOR_COMMAND', { command: name, by })
    return json(200, await handler(input, { ...deps, by, at: new Date() }))
  }
}

const READERS: Readonly<Record<string, Reader<unknown>>> = { ...COMMANDS.view, ...COMMANDS.operate }
const command = object({ command: oneOf(Object.keys(READERS)) })

/** @throws {@link ServiceError} `BAD_REQUEST` */
function readCommand({ body = '', isBase64Encoded }: HttpEvent): Read<typeof command> {
  try {
    const value: unknown = JSON.parse(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString())
    if (command(value) && READERS[value.command]?.(value)) return value
  } catch {
    // Said below.
  }
  throw new ServiceError('BAD_REQUEST', 'the body is not a command')
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
