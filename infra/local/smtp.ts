/** The SMTP port at which `npm start` takes mail: for the one address that takes requests, and for nobody else. */
import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import { SMTPServer } from 'smtp-server'
import type { Delivery, Verdicts } from './inbox.ts'

export interface SmtpOptions {
  /** 0: any free one. */
  readonly port: number
  readonly address: string
  readonly deliver: (delivery: Delivery) => Promise<void>
}

export interface Smtp {
  readonly host: string
  readonly port: number
  close(): Promise<void>
}

const HOST = '127.0.0.1'
/** As SES takes them. */
const MAX_BYTES = 40 * 1024 * 1024

export async function startSmtp({ port, address, deliver }: SmtpOptions): Promise<Smtp> {
  const server = new SMTPServer({
    name: 'localhost',
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MAX_BYTES,
    logger: false,
    onRcptTo({ address: to }, _session, done) {
      done(isFor(address, to) ? null : refusal(550, 'no such mailbox here'))
    },
    onData(stream, { envelope }, done) {
      const { mailFrom, rcptTo } = envelope
      read(stream)
        .then((raw) => {
          if (stream.sizeExceeded) return done(refusal(552, 'the message is too large'))
          const { rest, verdicts } = withoutVerdicts(raw)
          const returnPath = mailFrom === false ? '' : mailFrom.address
          const recipients = rcptTo.map((recipient) => recipient.address)
          return deliver({ raw: rest, returnPath, recipients, verdicts }).then(() => done())
        })
        .catch(() => done(refusal(451, 'try again later')))
    },
  })
  // A connection that breaks is the sender's business.
  server.on('error', () => {})
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, resolve)
  })
  return {
    host: HOST,
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** In any case, and with a label after `+`, as SES matches a recipient. */
function isFor(address: string, to: string): boolean {
  const [local = '', domain = ''] = to.toLowerCase().split('@')
  return `${local.split('+')[0]}@${domain}` === address.toLowerCase()
}

const refusal = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode })

async function read(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const ALL_PASS: Verdicts = { spam: 'PASS', virus: 'PASS', spf: 'PASS', dkim: 'PASS', dmarc: 'PASS' }
/** Only here: what SES would have found out about the message. `X-Local-Verdict: dmarc=FAIL; spam=GRAY` */
const LOCAL_VERDICT = /^X-Local-Verdict:([^\r\n]*)\r?\n/im

function withoutVerdicts(raw: Buffer): { readonly rest: Buffer; readonly verdicts: Verdicts } {
  const text = raw.toString('latin1')
  const end = text.search(/\r?\n\r?\n/)
  const found = LOCAL_VERDICT.exec(end < 0 ? text : text.slice(0, end + 2))
  if (!found) return { rest: raw, verdicts: ALL_PASS }
  const said = (found[1] ?? '').split(';').flatMap((part) => {
    const [name = '', verdict = ''] = part.split('=').map((one) => one.trim())
    return name.toLowerCase() in ALL_PASS ? [[name.toLowerCase(), verdict.toUpperCase()] as const] : []
  })
  const rest = Buffer.concat([raw.subarray(0, found.index), raw.subarray(found.index + found[0].length)])
  return { rest, verdicts: { ...ALL_PASS, ...Object.fromEntries(said) } }
}
