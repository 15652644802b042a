/** The event with which a receipt rule of SES invokes a function. */
import type { SESEvent, SESMail } from 'aws-lambda'
import PostalMime, { type Address, addressParser, type Email } from 'postal-mime'
import { ACCOUNT, REGION } from './engines.ts'
import { headerFields } from './mail-header.ts'
import { mailDate, type Receipt } from './receipt-headers.ts'
import type { ArrivedMail } from './smtp.ts'

/** SES leaves out headers beyond this many bytes. */
const MAX_HEADER_BYTES = 10 * 1024

/**
 * @param mail With the headers of SES in front of `raw`.
 * @param functionName Who is invoked.
 */
export async function receiptEvent(
  mail: ArrivedMail,
  receipt: Receipt,
  functionName: string,
): Promise<SESEvent> {
  const { recipients, verdicts } = mail
  const timestamp = receipt.at.toISOString()
  return {
    Records: [
      {
        eventSource: 'aws:ses',
        eventVersion: '1.0',
        ses: {
          mail: await describeMail(mail, receipt),
          receipt: {
            timestamp,
            processingTimeMillis: Math.max(0, Date.now() - receipt.at.getTime()),
            recipients: [...recipients],
            spamVerdict: { status: verdicts.spam },
            virusVerdict: { status: verdicts.virus },
            spfVerdict: { status: verdicts.spf },
            dkimVerdict: { status: verdicts.dkim },
            dmarcVerdict: { status: verdicts.dmarc },
            ...(verdicts.dmarc === 'FAIL' && { dmarcPolicy: 'none' }),
            action: {
              type: 'Lambda',
              functionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${functionName}`,
              invocationType: 'Event',
            },
          },
        },
      },
    ],
  }
}

async function describeMail({ raw, returnPath }: ArrivedMail, { id, at }: Receipt): Promise<SESMail> {
  const fields = headerFields(raw)
  const end = fields.at(-1)?.to ?? 0
  const parsed = await PostalMime.parse(raw.subarray(0, end))
  const shown = fields.filter(({ to }) => to <= MAX_HEADER_BYTES)
  return {
    timestamp: at.toISOString(),
    source: returnPath,
    messageId: id,
    // What AWS documents: whom the headers name, not the envelope.
    destination: [...mailboxes(parsed.to), ...mailboxes(parsed.cc)],
    headersTruncated: shown.length < fields.length,
    headers: shown.map(({ from, value }) => ({ name: writtenName(raw, from), value })),
    commonHeaders: commonHeaders(parsed, { returnPath, date: mailDate(at) }),
  }
}

/** As the sender spelled it. */
const writtenName = (raw: Buffer, from: number): string =>
  raw.toString('latin1', from, raw.indexOf(':', from)).trimEnd()

function commonHeaders(
  { headers, subject, messageId }: Email,
  { returnPath, date }: { returnPath: string; date: string },
): SESMail['commonHeaders'] {
  const first = (key: string) => headers.find((header) => header.key === key)?.value
  const list = (key: string) => {
    const value = first(key)
    return value === undefined ? undefined : addressParser(value).map(written)
  }
  const lists = { from: list('from'), to: list('to'), cc: list('cc'), bcc: list('bcc') }
  return {
    returnPath,
    ...defined({ ...lists, sender: list('sender'), replyTo: list('reply-to') }),
    date: first('date') ?? date,
    messageId: messageId ?? '',
    ...(subject !== undefined && { subject }),
  }
}

const defined = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }

const mailboxes = (addresses: readonly Address[] = []): readonly string[] =>
  addresses.flatMap(({ address, group }) => (address === undefined ? mailboxes(group) : [address]))

/** `"Doe, Jo" <jo@example.com>`: in quotes where the name needs them. */
function written({ name, address, group }: Address): string {
  if (address === undefined) return `${name}:${(group ?? []).map(written).join(', ')};`
  if (name === '') return address
  const plain = /^[\w !#$%&'*+/=?^`{|}~-]*$/.test(name) || !/^[ -~]*$/.test(name)
  return `${plain ? name : `"${name.replace(/["\\]/g, '\\$&')}"`} <${address}>`
}
