/** The header of a message as SES describes it in its events. */
import PostalMime, { type Address, addressParser } from 'postal-mime'
import { headerFields } from './header.ts'

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
