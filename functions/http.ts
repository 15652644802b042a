/** What every function behind the HTTP API shares: the wrapper, the form, the plain answers. */
import middy from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { errorName, ServiceError } from '../shared/platform/errors.ts'
import { log } from '../shared/platform/log.ts'
import type { Env } from '../shared/platform/settings.ts'
import { startOnce } from './lambda.ts'

export type HttpEvent = APIGatewayProxyEventV2
export type HttpResult = APIGatewayProxyStructuredResultV2
export type HttpHandler = (event: HttpEvent) => Promise<HttpResult>
/** Answers a failure. `undefined` stands for an error of ours, whose answer gives no details. */
export type AnswerFailure = (event: HttpEvent, failure: ServiceError | undefined) => HttpResult

const MOST_KIB = 16
const FORM = 'application/x-www-form-urlencoded'

/** Makes a Lambda of a handler. Failures are answered, never thrown. */
export function http(
  start: (env: Env) => HttpHandler | Promise<HttpHandler>,
  answer: AnswerFailure = failureJson,
) {
  const started = startOnce(start)
  // An early answer would let Lambda freeze a worker at work instead of ending it.
  return middy<HttpEvent, HttpResult>({ timeoutEarlyInMillis: 0 })
    .onError(({ event, error, response }) => {
      // A foreign error's message may quote a key, and a key may be a person: only its name is logged.
      const failure = error instanceof ServiceError ? error : undefined
      const expected = failure !== undefined && failure.failure.status < 500
      log[expected ? 'info' : 'error'](errorName(error), { route: event.routeKey, why: failure?.message })
      return response ?? answer(event, failure)
    })
    .handler(async (event) => (await started())(event))
}

/**
 * The fields of a form. Without a body, it has no fields.
 *
 * @throws {@link ServiceError} `BODY_TOO_LARGE` | `NOT_A_FORM`
 */
export function readForm(
  { body = '', isBase64Encoded, headers }: HttpEvent,
  mostKiB = MOST_KIB,
): URLSearchParams {
  const encoding = isBase64Encoded ? 'base64' : 'utf8'
  if (Buffer.byteLength(body, encoding) > mostKiB * 1024) {
    throw new ServiceError('BODY_TOO_LARGE', `the body is above ${mostKiB} KiB`)
  }
  const [type = ''] = (headers['content-type'] ?? '').split(';')
  if (body !== '' && type.trim().toLowerCase() !== FORM) {
    throw new ServiceError('NOT_A_FORM', 'the content type is not a form')
  }
  return new URLSearchParams(Buffer.from(body, encoding).toString())
}

/** The one value of a field, or `undefined` if it is absent, empty or given twice. */
export function onlyField(form: URLSearchParams, name: string): string | undefined {
  const [value, ...more] = form.getAll(name)
  return more.length === 0 && value !== '' ? value : undefined
}

const PLAIN_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const

export const json = (
  statusCode: number,
  body: unknown,
  headers: Record<string, string> = {},
): HttpResult => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...PLAIN_HEADERS, ...headers },
  body: JSON.stringify(body),
})

export const plainText = (statusCode: number, body: string): HttpResult => ({
  statusCode,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...PLAIN_HEADERS },
  body,
})

export function failureJson(_event: HttpEvent, error: ServiceError | undefined): HttpResult {
  const { status, word, says } = (error ?? new ServiceError('UNEXPECTED', 'unexpected')).failure
  return json(status, { error: word, message: says })
}
