/**
 * SES on loopback: takes `SendRawEmail`, shows the sent mails, and reports them as EventBridge would.
 *
 * The engine behind it does not answer unknown calls, keeps nothing and reports nothing. No mail leaves this machine, and
 * no sender has to be verified.
 */
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Engine } from '../engines/engines.ts'
import { isOwnPageOrProgram, serveOnLoopback } from '../engines/loopback.ts'
import { startSesEngine } from '../engines/threads.ts'
import type { DataFolder } from '../state/data-folder.ts'
import { type SentMails, sentMails } from './sent-mail.ts'
import { eventTags, type SesSendingEvent, sendingEvents } from './ses-events.ts'
import { type Refusal, readSending, refusalXml } from './ses-request.ts'

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly events?: readonly SesSendingEvent[]
}

const VIEWER = ['GET /', 'GET /store', 'GET /get-emlContent', 'GET /health-check', 'POST /clear-store']

/**
 * Its endpoint is also a page with the sent mails, newest first; `GET /store` lists them, `POST /clear-store` forgets them.
 *
 * @param folder If it is kept, the next run shows the mails again.
 * @param onEvent Called when the sender has its answer.
 */
export async function startSes(
  folder: DataFolder,
  onEvent: (event: SesSendingEvent) => void,
): Promise<Engine> {
  const sent = sentMails(folder)
  // The engine takes half a second to load, so it starts with the first mail that is sent or shown.
  let starting: Promise<Engine> | undefined
  const respond = async (request: IncomingMessage): Promise<Answer> => {
    if (!isOwnPageOrProgram(request)) return MISDIRECTED
    starting ??= startSesEngine(sent.all().map(({ shown }) => shown))
    return answer(request, (await starting).endpoint, sent)
  }
  const server = await serveOnLoopback((request, response) => {
    respond(request)
      .then(({ status, type, body, events = [] }) => {
        response.writeHead(status, { 'content-type': type, 'content-security-policy': NOTHING_FOREIGN })
        response.end(body)
        for (const event of events) onEvent(event)
      })
      .catch(() => response.destroy())
  })
  return {
    endpoint: server.endpoint,
    async close() {
      await server.close()
      await (await starting)?.close()
    },
  }
}

/** The page of a mail loads nothing from other servers. */
const NOTHING_FOREIGN = "default-src 'self' 'unsafe-inline' data: blob:"
const MISDIRECTED: Answer = { status: 421, type: 'text/plain', body: 'for localhost only\n' }

async function answer(request: IncomingMessage, engine: string, sent: SentMails): Promise<Answer> {
  const { method = '', url = '' } = request
  const [path = ''] = url.split('?')
  if (VIEWER.includes(`${method} ${path}`)) {
    const shown = await fetch(new URL(url, engine), { method })
    if (path === '/clear-store') sent.clear()
    const type = shown.headers.get('content-type') ?? 'text/plain'
    return { status: shown.status, type, body: await shown.text() }
  }
  if (method === 'POST' && path === '/') return send(await text(request), engine, sent)
  return refused({ code: 'InvalidAction', message: 'this is no call of SES v1' })
}

async function send(form: string, engine: string, sent: SentMails): Promise<Answer> {
  const sending = await readSending(new URLSearchParams(form))
  if ('code' in sending) return refused(sending)
  const at = new Date()
  const answered = await fetch(engine, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: 'AWS local' },
    body: form,
  })
  const body = await answered.text()
  const messageId = /<MessageId>([^<]+)</.exec(body)?.[1]
  if (messageId === undefined) return refused({ code: 'InternalFailure', message: 'the engine refused it' })
  const { source, destination, raw } = sending
  const shown = await storedAs(messageId, at, engine)
  sent.add({ messageId, at: at.toISOString(), source, destination, tags: eventTags(sending), shown }, raw)
  return { status: 200, type: 'text/xml', body, events: sendingEvents(sending, { messageId, at }) }
}

async function storedAs(messageId: string, since: Date, engine: string): Promise<unknown> {
  const response = await fetch(new URL(`/store?since=${Math.floor(since.getTime() / 1000)}`, engine))
  const { emails } = (await response.json()) as { emails: readonly { readonly messageId: string }[] }
  return emails.find((email) => email.messageId === messageId)
}

const refused = (refusal: Refusal): Answer => ({
  status: refusal.code === 'InternalFailure' ? 500 : 400,
  type: 'text/xml',
  body: refusalXml(refusal),
})
