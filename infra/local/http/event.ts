/** Requests as events of API Gateway's HTTP API, in payload format 2.0, and the results of functions. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { mapValues } from '../../../shared/data-map/map-hash.ts'
import { ACCOUNT, REGION } from '../engines/engines.ts'
import { decoded, type RouteMatch } from './routes.ts'

export function httpEvent(
  request: IncomingMessage,
  { body, match, at }: { body: Buffer; match: RouteMatch<unknown>; at: Date },
): APIGatewayProxyEventV2 {
  const { path, query } = targetOf(request)
  const { cookie, ...headers } = headersOf(request, body)
  const isBase64Encoded = body.length > 0 && !isText(headers)
  const parameters = queryParameters(query)
  // An HTTP API gives the decoded path, and ends it at a decoded question mark.
  const rawPath = decoded(path).split('?')[0] ?? '/'
  return {
    version: '2.0',
    routeKey: match.routeKey,
    rawPath,
    rawQueryString: query,
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/) }),
    headers,
    ...(parameters && { queryStringParameters: parameters }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: 'local',
      domainName: headers['host'] ?? '',
      domainPrefix: 'local',
      http: {
        method: request.method ?? '',
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: match.routeKey,
      stage: '$default',
      time: logTime(at),
      timeEpoch: at.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    ...(match.pathParameters && { pathParameters: { ...match.pathParameters } }),
    isBase64Encoded,
  }
}

/** A request as a function URL with IAM authentication gives it to a function. */
export function functionUrlEvent(
  request: IncomingMessage,
  { body, principal, at }: { body: Buffer; principal: string; at: Date },
) {
  const match = { routeKey: '$default', target: '', pathParameters: undefined }
  const event = httpEvent(request, { body, at, match })
  const domainName = `local.lambda-url.${REGION}.on.aws`
  return {
    ...event,
    rawPath: '/',
    requestContext: {
      ...event.requestContext,
      http: { ...event.requestContext.http, path: '/' },
      domainName,
      authentication: null,
      authorizer: {
        iam: {
          accessKey: 'local',
          accountId: ACCOUNT,
          callerId: 'local',
          cognitoIdentity: null,
          principalOrgId: null,
          userArn: `arn:aws:iam::${ACCOUNT}:user/${principal}`,
          userId: principal,
        },
      },
    },
  }
}

/** The path and the query as they were sent. */
export function targetOf(request: IncomingMessage): { path: string; query: string } {
  const [path = '', ...rest] = (request.url ?? '').split('?')
  return { path, query: rest.join('?') }
}

function headersOf(request: IncomingMessage, body: Buffer): Record<string, string> {
  const { connection: _, 'transfer-encoding': __, ...sent } = request.headersDistinct
  return {
    ...mapValues(sent, (values = []) => values.join(',')),
    'content-length': String(body.length),
    'x-forwarded-for': request.socket.remoteAddress ?? '',
    'x-forwarded-port': String(request.socket.localPort ?? ''),
    'x-forwarded-proto': 'http',
  }
}

/** A text reaches the function as it is; an HTTP API encodes every other body in base64, forms too. */
const isText = (headers: Readonly<Record<string, string>>): boolean =>
  headers['content-encoding'] === undefined &&
  /^(text\/|application\/(json|xml|javascript|[^;]+\+(json|xml))\s*(;|$))/i.test(
    headers['content-type'] ?? '',
  )

function queryParameters(query: string): Record<string, string> | undefined {
  if (query === '') return undefined
  const grouped = Object.groupBy(new URLSearchParams(query), ([name]) => name)
  return mapValues(grouped, (pairs = []) => pairs.map(([, value]) => value).join(','))
}

/** `22/Nov/2026:13:00:00 +0000` */
function logTime(at: Date): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(at.toUTCString()) ?? []
  return `${day}/${month}/${year}:${time} +0000`
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly cookies?: readonly string[]
  readonly body: Buffer
}

/** An answer of the gateway itself. */
export const gatewayAnswer = (status: number, message: string): HttpAnswer => jsonAnswer({ message }, status)

export const jsonAnswer = (value: unknown, status = 200): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(value)),
})

/** Reads a result in payload format 2.0; a result without `statusCode` is the body itself. */
export function httpAnswer(result: unknown): HttpAnswer {
  if (typeof result === 'string') return { ...jsonAnswer(''), body: Buffer.from(result) }
  if (!isObject(result) || result['statusCode'] === undefined) return jsonAnswer(result ?? null)
  const { statusCode, headers, cookies, body, isBase64Encoded } = result
  const status = Number(statusCode)
  const text = body ?? ''
  if (!Number.isInteger(status) || status < 200 || status > 599 || typeof text !== 'string')
    return gatewayAnswer(500, 'Internal Server Error')
  return {
    status,
    headers: {
      ...(text !== '' && { 'content-type': 'text/plain;charset=UTF-8' }),
      ...(isObject(headers) &&
        Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
        )),
    },
    ...(Array.isArray(cookies) && { cookies: cookies.map(String) }),
    body: Buffer.from(text, isBase64Encoded === true ? 'base64' : 'utf8'),
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
