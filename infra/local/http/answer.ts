/** What a function returned, as API Gateway's HTTP API answers with it. */

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly cookies?: readonly string[]
  readonly body: Buffer
}

/** The gateway's own plain answers. */
export const gatewayAnswer = (status: number, message: string): HttpAnswer => jsonAnswer({ message }, status)

export const jsonAnswer = (value: unknown, status = 200): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(value)),
})

/** Reads a result of payload format 2.0; one without `statusCode` is the body itself. */
export function httpAnswer(result: unknown): HttpAnswer {
  if (typeof result === 'string') return { ...jsonAnswer(''), body: Buffer.from(result) }
  if (!isObject(result) || result['statusCode'] === undefined) return jsonAnswer(result ?? null)
  const { statusCode, headers, cookies, body, isBase64Encoded } = result
  const status = Number(statusCode)
  if (!Number.isInteger(status) || status < 200 || status > 599)
    return gatewayAnswer(500, 'Internal Server Error')
  if (body !== undefined && body !== null && typeof body !== 'string') {
    return gatewayAnswer(500, 'Internal Server Error')
  }
  const text = body ?? ''
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
