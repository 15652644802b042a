/** SES: mails are kept to be looked at, and every one is reported as SES would report it. */
import { appendFileSync } from 'node:fs'
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { Email } from 'aws-ses-v2-local/dist/store.js'
import type { DataFolder } from './data-folder.ts'
import { ACCOUNT, REGION } from './engines.ts'
import type { Log } from './lambda.ts'

export interface SesOptions {
  readonly folder: DataFolder
  /** Takes an event as EventBridge hands it to a function. */
  readonly report: (event: unknown) => Promise<unknown>
  readonly log: Log
}

export interface Ses {
  readonly endpoint: string
  /** The page to look at what was sent. */
  readonly mailbox: string
  close(): Promise<void>
}

// CommonJS, which no two loaders import alike.
const require = createRequire(import.meta.url)

const HOST = '127.0.0.1'
const FILE = 'sent-mail.jsonl'

export async function startSes({ folder, report, log }: SesOptions): Promise<Ses> {
  const { default: startEngine } = require('aws-ses-v2-local') as typeof import('aws-ses-v2-local')
  const { getStoreReadonly, saveEmail } =
    require('aws-ses-v2-local/dist/store.js') as typeof import('aws-ses-v2-local/dist/store.js')
  for (const line of (folder.read(FILE) ?? '').split('\n'))
    if (line !== '') saveEmail(JSON.parse(line) as Email)
  const engine = await startEngine({ host: HOST, port: 0 })
  const { port } = engine.address() as AddressInfo
  const reporting = new Set<Promise<void>>()

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request)
    const form = new URLSearchParams(body.toString())
    const action = form.get('Action')
    // The engine never answers what it does not know.
    if (action !== null && action !== 'SendRawEmail' && action !== 'SendEmail') {
      response.writeHead(400, { 'content-type': 'text/xml' }).end(UNKNOWN_ACTION)
      return
    }
    const status = await pass(request, body, response, port)
    const mail = action === null || status !== 200 ? undefined : getStoreReadonly().emails.at(-1)
    if (!mail) return
    if (folder.kept) appendFileSync(folder.file(FILE), `${JSON.stringify(mail)}\n`, { mode: 0o600 })
    for (const event of eventsOf(mail, form)) {
      const reported = report(event)
        .then(() => undefined)
        .catch((error: unknown) => log(`ses ${error instanceof Error ? error.name : 'failed'}`))
        .finally(() => reporting.delete(reported))
      reporting.add(reported)
    }
  }
  const front = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(500).end())
  })
  await new Promise<void>((resolve) => front.listen(0, HOST, resolve))
  const endpoint = `http://${HOST}:${(front.address() as AddressInfo).port}`
  return {
    endpoint,
    mailbox: `${endpoint}/`,
    async close() {
      await Promise.all(reporting)
      for (const server of [front, engine]) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
    },
  }
}

const UNKNOWN_ACTION =
  '<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>Not here</Message></Error></ErrorResponse>'

/** @returns The status that the engine answered with. */
const pass = (
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  port: number,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const passed = forward({ host: HOST, port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
      answer.on('end', () => resolve(answer.statusCode ?? 500))
    })
    passed.on('error', reject)
    passed.end(body)
  })

/** SES's own addresses to try things with say what becomes of a mail; every other mail arrives. */
const SIMULATED: Readonly<Record<string, string>> = {
  'bounce@simulator.amazonses.com': 'Bounce',
  'complaint@simulator.amazonses.com': 'Complaint',
}

const DETAIL_TYPES: Readonly<Record<string, string>> = {
  Send: 'Email Sent',
  Delivery: 'Email Delivered',
  Bounce: 'Email Bounced',
  Complaint: 'Email Complaint Received',
}

function eventsOf({ messageId, from, destination }: Email, form: URLSearchParams): readonly unknown[] {
  const tags = Object.fromEntries(
    [1, 2, 3, 4].flatMap((n) => {
      const name = form.get(`Tags.member.${n}.Name`)
      return name === null ? [] : [[name, [form.get(`Tags.member.${n}.Value`) ?? '']]]
    }),
  )
  const timestamp = new Date().toISOString()
  const outcome = destination.to.map((to) => SIMULATED[to]).find((one) => one !== undefined) ?? 'Delivery'
  const event = (eventType: string, more: object) => ({
    version: '0',
    'detail-type': DETAIL_TYPES[eventType],
    source: 'aws.ses',
    account: ACCOUNT,
    region: REGION,
    time: timestamp,
    resources: [],
    detail: {
      eventType,
      mail: { timestamp, source: from, messageId, destination: destination.to, tags },
      ...more,
    },
  })
  return [
    event('Send', { send: {} }),
    event(outcome, outcome === 'Bounce' ? { bounce: { bounceType: 'Permanent' } } : {}),
  ]
}
