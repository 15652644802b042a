/** `/_local`, which exists only here: the addresses for programs, and the operator's two functions over HTTP. */
import type { IncomingMessage } from 'node:http'
import type { Endpoints } from '../engines/engines.ts'
import { type AppSecrets, SECRET_IDS } from '../state/keys.ts'
import { functionUrlEvent, type HttpAnswer, httpAnswer, jsonAnswer, targetOf } from './event.ts'

/** A person of the sample company. */
export interface Person {
  readonly app: string
  readonly userId: string
  readonly email: string
}

/** The parts for mail, where they are configured. */
export interface LocalMail {
  /** The address that takes requests. */
  readonly email?: string
  /** The page that shows sent mail. */
  readonly mailbox?: string
  readonly smtp?: { readonly host: string; readonly port: number }
}

interface LocalRoutesOptions extends LocalMail {
  readonly url: string
  readonly endpoints: Endpoints
  /** As they are now. */
  readonly appSecrets: () => AppSecrets
  readonly people: readonly Person[]
  readonly invoke: (name: 'view' | 'operate', event: unknown) => Promise<unknown>
}

export function localRoutes(options: LocalRoutesOptions) {
  return async (request: IncomingMessage, body: Buffer): Promise<HttpAnswer | undefined> => {
    const { path } = targetOf(request)
    if (path === '/_local' && (request.method === 'GET' || request.method === 'HEAD'))
      return jsonAnswer(describe(options))
    const name = path === '/_local/view' ? 'view' : path === '/_local/operate' ? 'operate' : undefined
    if (name === undefined || request.method !== 'POST') return undefined

    const principal = request.headers['x-principal'] ?? 'local'
    if (request.headers.origin !== undefined) return refusal(403, 'forbidden', 'web pages may not call this')
    if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
      return refusal(415, 'unsupported_media_type', 'the content type must be application/json')
    }
    if (typeof principal !== 'string' || !/^[A-Za-z0-9._@+=,-]{1,64}$/.test(principal)) {
      return refusal(400, 'bad_request', 'x-principal must be an IAM user name')
    }
    const event = functionUrlEvent(request, { body, principal, at: new Date() })
    return httpAnswer(await options.invoke(name, event))
  }
}

const describe = ({ url, endpoints, appSecrets, people, email, mailbox, smtp }: LocalRoutesOptions) => ({
  dynamodb: endpoints.dynamodb,
  sqs: endpoints.sqs,
  s3: endpoints.s3,
  ses: endpoints.ses,
  secrets: { url: endpoints.secretsManager, ids: SECRET_IDS },
  mailbox,
  smtp,
  email,
  apps: Object.fromEntries(
    Object.entries(appSecrets()).map(([app, [secret]]) => [app, { callback: callbackUrl(url, app), secret }]),
  ),
  people,
})

export const callbackUrl = (url: string, app: string): string => `${url}/meta/${app}/data-deletion`

const refusal = (status: number, error: string, message: string): HttpAnswer =>
  jsonAnswer({ error, message }, status)
