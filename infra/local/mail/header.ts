/** The header of a message: which bytes are a field, and how SES describes it. */
import PostalMime, { type Address, addressParser } from 'postal-mime'
import { defined } from '../../../shared/platform/defined.ts'

/**
 * Every field, in order: its name in lower case, its value unfolded, and its bytes in the message, line ends included.
 * The first line that is no field ends the header (RFC 5322, 2.2).
 */
export function headerFields(message: Buffer) {
  const fields: { name: string; value: string; from: number; to: number }[] = []
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

/** The index after the line end that no folded line follows. */
function fieldEnd(message: Buffer, from: number): number {
  for (let at = message.indexOf(LINE_FEED, from); at >= 0; at = message.indexOf(LINE_FEED, at + 1)) {
    if (!FOLDING.includes(message[at + 1])) return at + 1
  }
  return message.length
}

/** SES leaves out the headers beyond this many bytes. */
const MAX_HEADER_BYTES = 10 * 1024

export type HeaderDescription = Awaited<ReturnType<typeof describeHeader>>

export async function describeHeader(raw: Buffer) {
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
    /** Unfolded, not decoded. */
    headers: shown.map((field) => ({ name: writtenName(raw, field.from), value: field.value })),
    /** Decoded. */
    commonHeaders: defined({
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
    /** Addresses without names. */
    mailboxes: { to: mailboxes(to), cc: mailboxes(cc), bcc: mailboxes(bcc) },
  }
}

/** As the sender spelled it. */
const writtenName = (raw: Buffer, from: number): string =>
  raw.toString('latin1', from, raw.indexOf(':', from)).trimEnd()

const mailboxes = (addresses: readonly Address[] = []): readonly string[] =>
  addresses.flatMap(({ address, group }) => (address === undefined ? mailboxes(group) : [address]))

/** `"Doe, Jo" <jo@example.com>`, with quotes where the name needs them. */
function written({ name, address, group }: Address): string {
  if (address === undefined) return `${name}:${(group ?? []).map(written).join(', ')};`
  if (name === '') return address
  const plain = /^[\w !#$%&'*+/=?^`{|}~-]*$/.test(name) || !/^[ -~]*$/.test(name)
  return `${plain ? name : `"${name.replace(/["\\]/g, '\\$&')}"`} <${address}>`
}
