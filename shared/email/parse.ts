/** What a message says, read within limits: whatever it contains, it neither throws nor takes long. */
import PostalMime, { type Email } from 'postal-mime'
import { type AutomaticSign, automaticSign, type Headers } from './automatic.ts'
import { type Sender, senderIn } from './sender.ts'

export interface ParsedMail {
  readonly sender: Sender
  /** Of the message itself, without angle brackets. */
  readonly messageId?: string
  /** What it answers, without angle brackets, the newest first. */
  readonly references: readonly string[]
  readonly automatic?: AutomaticSign
  readonly contentLanguage?: string
  /** Subject and text, to tell the language by. */
  readonly words: string
}

/** Enough for any person's message; more is not read. */
const LIMITS = {
  maxNestingDepth: 50,
  maxHeadersSize: 1024 * 1024,
  maxRfc822NestingDepth: 0,
  forceRfc822Attachments: true,
} as const
const MAX_REFERENCES = 20
const MAX_ID = 500
const MAX_WORDS = 20_000

export async function parseMail(raw: Uint8Array): Promise<ParsedMail> {
  const mail = (await parsed(raw)) ?? (await parsed(headersOf(raw)))
  if (!mail) return { sender: { is: 'none' }, references: [], words: '' }
  const headers: Headers = Map.groupBy(mail.headers, ({ key }) => key)
    .entries()
    .reduce(
      (all, [key, lines]) =>
        all.set(
          key,
          lines.map(({ value }) => value),
        ),
      new Map<string, string[]>(),
    )
  const [messageId] = idsIn(headers.get('message-id'))
  const automatic = automaticSign(headers)
  const [contentLanguage] = headers.get('content-language') ?? []
  return {
    sender: senderIn(headers.get('from') ?? []),
    ...(messageId !== undefined && { messageId }),
    references: [
      ...idsIn(headers.get('in-reply-to')),
      ...idsIn(headers.get('references')).toReversed(),
    ].slice(0, MAX_REFERENCES),
    ...(automatic && { automatic }),
    ...(contentLanguage !== undefined && { contentLanguage }),
    words: `${mail.subject ?? ''}\n${mail.text ?? textOf(mail.html ?? '')}`.slice(0, MAX_WORDS),
  }
}

/** Nothing for what the parser takes for an attack. */
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
const MAX_HEADERS_BYTES = 256 * 1024

const idsIn = (values: readonly string[] = []): readonly string[] =>
  values
    .flatMap((value) => value.match(/<[^<>\s]+>/g) ?? [])
    .map((id) => id.slice(1, -1))
    .filter((id) => id.length <= MAX_ID)

const textOf = (html: string): string => html.slice(0, 5 * MAX_WORDS).replace(/<[^<>]*>/g, ' ')
