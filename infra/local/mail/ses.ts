/**
 * SES on loopback: takes `SendRawEmail`, shows what was sent, reports it as EventBridge would.
 *
 * The engine behind it never answers what it does not know, forgets all with its process, and reports nothing; so this
 * stands in front. Nothing leaves this machine, and no sender has to be verified.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Worker } from 'node:worker_threads'
import { isOwnPageOrProgram } from '../engines/own-requests.ts'
import type { SesEngineSetup } from '../engines/ses-engine.ts'
import type { DataFolder } from '../state/data-folder.ts'
import { type SentMails, sentMails } from './sent-mail.ts'
import { eventTags, type SesSendingEvent, sendingEvents } from './ses-events.ts'
import { type RawSending, type Refusal, readSending, refusalXml } from './ses-request.ts'

export interface SesOptions {
  /** Where it is kept, sent mail is shown again by the next run. */
  readonly folder: DataFolder
  /** Called when the sender has its answer. What it throws is not heard. */
  readonly onEvent: (event: SesSendingEvent) => void
}

export interface Ses {
  /** `GET /store` lists what was sent, `POST /clear-store` forgets it. */
  readonly endpoint: string
  /** The page that shows what was sent, newest first. */
  readonly mailbox: string
  close(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly events?: readonly SesSendingEvent[]
}

const VIEWER = ['GET /', 'GET /store', 'GET /get-emlContent', 'GET /health-check', 'POST /clear-store']

export async function startSes({ folder, onEvent }: SesOptions): Promise<Ses> {
  const sent = sentMails(folder)
  // Its packages take half a second to load: only a run that sends mail, or shows it, waits for them.
  let starting: ReturnType<typeof startEngine> | undefined
  const engine = (): ReturnType<typeof startEngine> => {
    starting ??= startEngine(sent)
    return starting
  }
  const server = createServer((request, response) => {
    const answered = async (): Promise<Answer> =>
      isOwnPageOrProgram(request) ? answer(request, (await engine()).endpoint, sent) : MISDIRECTED
    answered()
      .then(({ status, type, body, events = [] }) => {
        response.writeHead(status, { 'content-type': type, 'content-security-policy': NOTHING_FOREIGN })
        response.end(body)
        for (const event of events) onEvent(event)
      })
      .catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    endpoint,
    mailbox: `${endpoint}/`,
    async close() {
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
      await (await starting)?.close()
    },
  }
}

/** A mail that is looked at loads nothing from elsewhere. */
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
  if (method !== 'POST' || path !== '/') return refused({ code: 'InvalidAction', message: 'not of SES v1' })
  const form = await text(request)
  const sending = await readSending(new URLSearchParams(form))
  return 'code' in sending ? refused(sending) : send(sending, form, { engine, sent })
}

async function send(
  sending: RawSending,
  form: string,
  { engine, sent }: { engine: string; sent: SentMails },
): Promise<Answer> {
  const at = new Date()
  const answered = await fetch(engine, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: 'AWS local' },
    body: form,
  })
  const body = await answered.text()
  const messageId = /<MessageId>([^<]+)</.exec(body)?.[1]
  if (messageId === undefined) return refused({ code: 'InternalFailure', message: 'the engine refused it' })
  const { source, destination } = sending
  const shown = await shownAs(messageId, at, engine)
  sent.add(
    { messageId, at: at.toISOString(), source, destination, tags: eventTags(sending), shown },
    sending.raw,
  )
  return { status: 200, type: 'text/xml', body, events: sendingEvents(sending, { messageId, at }) }
}

async function shownAs(messageId: string, since: Date, engine: string): Promise<unknown> {
  const response = await fetch(new URL(`/store?since=${Math.floor(since.getTime() / 1000)}`, engine))
  const { emails } = (await response.json()) as { emails: readonly { readonly messageId: string }[] }
  return emails.find((email) => email.messageId === messageId)
}

const refused = (refusal: Refusal): Answer => ({
  status: refusal.code === 'InternalFailure' ? 500 : 400,
  type: 'text/xml',
  body: refusalXml(refusal),
})

async function startEngine(sent: SentMails) {
  const setup: SesEngineSetup = { kept: sent.all().map(({ shown }) => shown) }
  const worker = new Worker(new URL('../engines/ses-engine.ts', import.meta.url), {
    env: {},
    execArgv: [],
    workerData: setup,
    stdout: true,
    stderr: true,
  })
  // What it says of a mail that it cannot read would name its people.
  for (const output of [worker.stdout, worker.stderr]) output.resume()
  const [port] = (await once(worker, 'message')) as [number]
  return {
    endpoint: `http://127.0.0.1:${port}/`,
    async close() {
      const exited = once(worker, 'exit')
      worker.postMessage('stop')
      const late = setTimeout(() => void worker.terminate(), 1000)
      await exited
      clearTimeout(late)
    },
  }
}
