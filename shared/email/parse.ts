/** Reads a message within limits: whatever it contains, reading it neither throws nor takes long. */
import PostalMime, { addressParser, type Email } from 'postal-mime'
import { defined } from '../platform/defined.ts'
import { addressIn } from '../platform/email-address.ts'

export interface ParsedMail {
  readonly sender: Sender
  /** Of the message itself, without angle brackets. */
  readonly messageId?: string
  /** Ids of the messages that it answers, without angle brackets, the newest first. */
  readonly references: readonly string[]
  readonly automatic?: AutomaticSign
  readonly contentLanguage?: string
  /** Subject and text, to tell the language by. */
  readonly words: string
}

/** The one address that a confirmation goes to and how the message spells it, or why there is none. */
export type Sender =
  | { readonly is: 'one'; readonly address: string; readonly typed: string }
  | { readonly is: 'no_sender' | 'several_senders' | 'group_sender' | 'unusable_sender' }

/** A sign that a machine wrote the message, or that its sender expects no answer (RFC 3834, section 2). */
export type AutomaticSign = 'auto_submitted' | 'mailing_list' | 'bulk' | 'report' | 'out_of_office'

type Headers = Email['headers']

/** @param name In lower case. */
const valuesOf = (headers: Headers, name: string): readonly string[] =>
  headers.flatMap(({ key, value }) => (key === name ? [value] : []))

/** Enough for any message that a person writes; the rest is not read. */
const LIMITS = {
  maxNestingDepth: 50,
  maxHeadersSize: 1024 * 1024,
  maxRfc822NestingDepth: 0,
  forceRfc822Attachments: true,
} as const
const MAX_REFERENCES = 20
const MAX_ID = 500
const MAX_WORDS = 20_000
const MAX_HEADERS_BYTES = 256 * 1024

export async function parseMail(raw: Uint8Array): Promise<ParsedMail> {
  const mail = (await parsed(raw)) ?? (await parsed(headersOf(raw)))
  if (!mail) return { sender: { is: 'no_sender' }, references: [], words: '' }
  const { headers } = mail
  const ids = (name: string): readonly string[] => idsIn(valuesOf(headers, name))
  return defined({
    sender: senderIn(valuesOf(headers, 'from')),
    messageId: ids('message-id')[0],
    references: [...ids('in-reply-to'), ...ids('references').toReversed()].slice(0, MAX_REFERENCES),
    automatic: SIGNS.find(([, isThere]) => isThere(headers))?.[0],
    contentLanguage: valuesOf(headers, 'content-language')[0],
    words: `${mail.subject ?? ''}\n${mail.text ?? textOf(mail.html ?? '')}`.slice(0, MAX_WORDS),
  })
}

/** Nothing for a message that the parser takes for an attack. */
async function parsed(raw: Uint8Array): Promise<Email | undefined> {
  try {
    return await PostalMime.parse(raw, LIMITS)
  } catch {
    return undefined
  }
}

/** Up to the first empty line. */
function headersOf(raw: Uint8Array): Uint8Array {
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
  const ends = ['\r\n\r\n', '\n\n'].map((end) => text.indexOf(end)).filter((at) => at >= 0)
  return text.subarray(0, Math.min(MAX_HEADERS_BYTES, ...ends))
}

const idsIn = (values: readonly string[]): readonly string[] =>
  values
    .flatMap((value) => value.match(/<[^<>\s]+>/g) ?? [])
    .map((id) => id.slice(1, -1))
    .filter((id) => id.length <= MAX_ID)

const textOf = (html: string): string => html.slice(0, 5 * MAX_WORDS).replace(/<[^<>]*>/g, ' ')

/**
 * The sender by the `From` lines of a message (RFC 5322, 3.6.2): one line with one mailbox, or none. The display name,
 * `Sender` and `Reply-To` are never used, nor an address that the parser has put together of several pieces.
 */
export function senderIn(fromLines: readonly string[]): Sender {
  const [line, ...more] = fromLines
  if (line === undefined) return { is: 'no_sender' }
  const [mailbox, ...others] = addressParser(line)
  if (more.length > 0 || others.length > 0) return { is: 'several_senders' }
  if (!mailbox) return { is: 'no_sender' }
  if (mailbox.group) return { is: 'group_sender' }
  const typed = mailbox.address
  const address = line.includes(typed) ? addressIn(typed) : undefined
  return address === undefined ? { is: 'unusable_sender' } : { is: 'one', address, typed }
}

const LISTS = ['list-id', 'list-post', 'list-unsubscribe', 'list-help', 'list-subscribe', 'mailing-list']
const BULK = ['bulk', 'junk', 'list']
/** Of vacation programs older than RFC 3834. */
const OUT_OF_OFFICE = ['x-autoreply', 'x-autorespond', 'x-auto-reply']

const SIGNS: readonly (readonly [AutomaticSign, (headers: Headers) => boolean])[] = [
  ['auto_submitted', (headers) => wordsOf(headers, 'auto-submitted').some((word) => word !== 'no')],
  ['mailing_list', (headers) => headers.some(({ key }) => LISTS.includes(key))],
  ['bulk', (headers) => wordsOf(headers, 'precedence').some((word) => BULK.includes(word))],
  ['report', (headers) => wordsOf(headers, 'content-type').includes('multipart/report')],
  ['out_of_office', (headers) => headers.some(({ key }) => OUT_OF_OFFICE.includes(key))],
]

/** The values of a header without parameters and comments, in lower case. */
const wordsOf = (headers: Headers, name: string): readonly string[] =>
  valuesOf(headers, name).map((value) => (value.split(/[;(]/)[0] ?? '').trim().toLowerCase())
