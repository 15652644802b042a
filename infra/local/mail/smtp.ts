/** The SMTP port: takes mail for one address, as SES's receiving endpoint does. On loopback, without TLS. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import { addressIn } from '../../../shared/platform/email-address.ts'
import { StartError } from '../state/start-error.ts'
import { headerFields } from './header.ts'

const CHECKS = ['spam', 'virus', 'spf', 'dkim', 'dmarc'] as const
const WORDS = ['PASS', 'FAIL', 'GRAY', 'PROCESSING_FAILED'] as const
type Verdict = (typeof WORDS)[number]
/** The verdicts of SES on a message, as a tester wishes them. */
type Verdicts = Readonly<Record<(typeof CHECKS)[number], Verdict>>

export interface ArrivedMail {
  /** As it came, without `X-Local-Verdict`. */
  readonly raw: Buffer
  /** The envelope's sender; empty for a bounce. */
  readonly returnPath: string
  /** As the sender wrote them: the address, with or without a label. */
  readonly recipients: readonly string[]
  readonly verdicts: Verdicts
}

interface SmtpOptions {
  /** 0: any free one. */
  readonly port: number
  /** The address that takes mail. One with a label (`privacy+a@…`) takes only that label, as in SES's receipt rules. */
  readonly address: string
  /** The sender is answered 250 with the returned id when it resolves, and 451 when it rejects. */
  readonly deliver: (mail: ArrivedMail) => Promise<string>
}

export type Smtp = Awaited<ReturnType<typeof startSmtp>>

/** SES's own limit for a received message. */
const MAX_BYTES = 40 * 1024 * 1024
const HOST = '127.0.0.1'

/** @throws {@link StartError} when the port is taken. */
export async function startSmtp({ port, address, deliver }: SmtpOptions) {
  const isOurs = recipientRule(address)
  const server = new SMTPServer({
    name: 'localhost',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MAX_BYTES,
    rejectOversized: true,
    closeTimeout: 1000,
    onRcptTo: (recipient, _session, done) =>
      done(isOurs(recipient.address) ? undefined : reply(550, 'no mail is taken for this address')),
    onData: (stream, session, done) => void answer(take(stream, session, deliver), done),
  })
  // A sender has hung up.
  server.on('error', () => {})
  await listen(server, port)
  return {
    host: HOST,
    port: (server.server.address() as AddressInfo).port,
    /** Takes no more mail; after a second it cuts the remaining connections. */
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

/** Ignores case. An address without a label takes any label. */
function recipientRule(address: string): (recipient: string) => boolean {
  const own = addressIn(address)
  return (recipient) => {
    const named = addressIn(recipient)
    return named !== undefined && (named === own || named.replace(/\+.*(?=@)/, '') === own)
  }
}

async function answer(taking: Promise<string>, done: (error?: Error | null, text?: string) => void) {
  try {
    done(undefined, `OK ${await taking}`)
  } catch (error) {
    done(error instanceof Error ? error : reply(451, 'try again', error))
  }
}

async function take(
  stream: SMTPServerDataStream,
  { envelope }: SMTPServerSession,
  deliver: SmtpOptions['deliver'],
): Promise<string> {
  const message = await read(stream)
  // The server itself answers 552.
  if (!message) return ''
  const taken = takeVerdicts(message)
  if (!taken) throw reply(554, 'X-Local-Verdict has the form: dmarc=FAIL; spam=GRAY')
  try {
    return await deliver({
      ...taken,
      returnPath: envelope.mailFrom ? envelope.mailFrom.address : '',
      recipients: envelope.rcptTo.map((recipient) => recipient.address),
    })
  } catch (cause) {
    throw reply(451, 'the message could not be stored; try again', cause)
  }
}

const ALL_PASS: Verdicts = { spam: 'PASS', virus: 'PASS', spf: 'PASS', dkim: 'PASS', dmarc: 'PASS' }

/**
 * Takes the field `X-Local-Verdict: dmarc=FAIL; spam=GRAY` out of a message. A check that it does not name is PASS.
 *
 * @returns undefined when the field has another form.
 */
function takeVerdicts(message: Buffer): { raw: Buffer; verdicts: Verdicts } | undefined {
  const fields = headerFields(message).filter(({ name }) => name === 'x-local-verdict')
  const wishes = fields.flatMap(({ value }) => value.split(';').filter((wish) => wish.trim() !== ''))
  const found = wishes.map(readWish)
  if (!found.every((wish) => wish !== undefined)) return undefined
  return { raw: without(message, fields), verdicts: { ...ALL_PASS, ...Object.fromEntries(found) } }
}

function readWish(wish: string) {
  const [name = '', word = ''] = wish.split('=').map((text) => text.trim())
  const check = CHECKS.find((one) => one === name.toLowerCase())
  const verdict = WORDS.find((one) => one === word.toUpperCase())
  return check && verdict && ([check, verdict] as const)
}

function without(message: Buffer, parts: readonly { from: number; to: number }[]): Buffer {
  const starts = [0, ...parts.map(({ to }) => to)]
  const ends = [...parts.map(({ from }) => from), message.length]
  return Buffer.concat(starts.map((start, at) => message.subarray(start, ends[at])))
}

/** Undefined when it is too large. It is still read to its end: the sender would not see the answer otherwise. */
async function read(stream: SMTPServerDataStream): Promise<Buffer | undefined> {
  let chunks: Buffer[] = []
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (stream.sizeExceeded) chunks = []
    else chunks.push(chunk)
  }
  return stream.sizeExceeded ? undefined : Buffer.concat(chunks)
}

const reply = (responseCode: number, text: string, cause?: unknown): Error =>
  Object.assign(new Error(text, { cause }), { responseCode })

async function listen({ server }: SMTPServer, port: number): Promise<void> {
  server.listen(port, HOST)
  try {
    await once(server, 'listening')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw cause
    const why = code === 'EACCES' ? 'may not be used' : 'is in use'
    throw new StartError(`port ${port}, for mail, ${why}`, { cause })
  }
}
