/** The header of a message as bytes: where it ends, and which bytes are a field. */
import PostalMime, { type Address, addressParser } from 'postal-mime'

export interface HeaderField {
  /** Lower case. */
  readonly name: string
  /** Unfolded, otherwise as it was written. */
  readonly value: string
  /** The field's bytes in the message, its line ends included. */
  readonly from: number
  readonly to: number
}

/** Every field up to the empty line, in order; a line that is none ends the header (RFC 5322, 2.2). */
export function headerFields(message: Buffer): readonly HeaderField[] {
  const fields: HeaderField[] = []
  for (let from = 0; from < message.length; ) {
    const to = fieldEnd(message, from)
    const text = message.toString('utf8', from, to)
    const [, name, value] = /^([!-9;-~]+)[ \t]*:(.*)$/s.exec(text) ?? []
    if (name === undefined || value === undefined) break
    fields.push({ name: name.toLowerCase(), value: value.replace(/\r?\n(?=[ \t])/g, '').trim(), from, to })
    from = to
  }
  return fields
}

const LINE_FEED = 0x0a
const FOLDING: readonly (number | undefined)[] = [0x20, 0x09]

/** After the line end that no folded line follows. */
function fieldEnd(message: Buffer, from: number): number {
  for (let at = message.indexOf(LINE_FEED, from); at >= 0; at = message.indexOf(LINE_FEED, at + 1)) {
    if (!FOLDING.includes(message[at + 1])) return at + 1
  }
  return message.length
}

export interface HeaderDescription {
  readonly headersTruncated: boolean
  /** Unfolded, not decoded. */
  headers: { name: string; value: string }[]
  /** Decoded; what the message lacks is absent. */
  readonly commonHeaders: CommonHeaders
  /** Addresses alone. */
  readonly mailboxes: Readonly<Record<'to' | 'cc' | 'bcc', readonly string[]>>
}

export interface CommonHeaders {
  from?: string[]
  to?: string[]
  cc?: string[]
  bcc?: string[]
  sender?: string[]
  replyTo?: string[]
  date?: string
  messageId?: string
  subject?: string
}

/** SES leaves out headers beyond this many bytes. */
const MAX_HEADER_BYTES = 10 * 1024

export async function describeHeader(raw: Buffer): Promise<HeaderDescription> {
  const fields = headerFields(raw)
  const shown = fields.filter(({ to }) => to <= MAX_HEADER_BYTES)
  const value = (name: string) => fields.find((field) => field.name === name)?.value
  const list = (name: string) => {
    const text = value(name)
    return text === undefined ? undefined : addressParser(text).map(written)
  }
  const { to, cc, bcc, subject, messageId } = await PostalMime.parse(raw.subarray(0, fields.at(-1)?.to ?? 0))
  return {
    headersTruncated: shown.length < fields.length,
    headers: shown.map((field) => ({ name: writtenName(raw, field.from), value: field.value })),
    commonHeaders: present({
      from: list('from'),
      to: list('to'),
      cc: list('cc'),
      bcc: list('bcc'),
      sender: list('sender'),
      replyTo: list('reply-to'),
      date: value('date'),
      messageId,
      subject,
    }),
    mailboxes: { to: mailboxes(to), cc: mailboxes(cc), bcc: mailboxes(bcc) },
  }
}

/** As the sender spelled it. */
const writtenName = (raw: Buffer, from: number): string =>
  raw.toString('latin1', from, raw.indexOf(':', from)).trimEnd()

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

const present = <T extends object>(fields: T): Present<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>

const mailboxes = (addresses: readonly Address[] = []): readonly string[] =>
  addresses.flatMap(({ address, group }) => (address === undefined ? mailboxes(group) : [address]))

/** `"Doe, Jo" <jo@example.com>`: in quotes where the name needs them. */
function written({ name, address, group }: Address): string {
  if (address === undefined) return `${name}:${(group ?? []).map(written).join(', ')};`
  if (name === '') return address
  const plain = /^[\w !#$%&'*+/=?^`{|}~-]*$/.test(name) || !/^[ -~]*$/.test(name)
  return `${plain ? name : `"${name.replace(/["\\]/g, '\\$&')}"`} <${address}>`
}
