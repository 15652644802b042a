/** A callback as API Gateway hands it to the function. */
import type { HttpEvent } from '../../functions/http.ts'
import { createSignedRequest } from '../../shared/meta/signed-request.ts'

export interface Sender {
  readonly app: string
  readonly secret: string
}

export function metaEvent({ app, secret }: Sender, userId: string, issuedAt: number): HttpEvent {
  const signed = createSignedRequest({ user_id: userId, issued_at: issuedAt }, secret)
  const body = Buffer.from(`signed_request=${signed}`)
  const path = `/meta/${app}/data-deletion`
  const routeKey = 'POST /meta/{app}/data-deletion'
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(body.length),
      host: 'localhost',
    },
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: 'localhost',
      domainPrefix: 'local',
      http: { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'bench' },
      requestId: 'bench',
      routeKey,
      stage: '$default',
      time: '22/Nov/2026:13:00:00 +0000',
      timeEpoch: issuedAt * 1000,
    },
    pathParameters: { app },
    body: body.toString('base64'),
    isBase64Encoded: true,
  }
}
