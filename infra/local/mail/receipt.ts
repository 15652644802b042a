/** The event with which a receipt rule of SES invokes a function. */
import type { SESEvent, SESMail } from 'aws-lambda'
import { addressParser } from 'postal-mime'
import { ACCOUNT, REGION } from '../engines/engines.ts'
import { describeHeader, headerFields } from './header.ts'
import type { ArrivedMail } from './smtp.ts'

/** @param mail With the headers of SES in front of `raw`. @param functionName Of the invoked function. */
export async function receiptEvent(
  mail: ArrivedMail,
  receipt: Receipt,
  functionName: string,
): Promise<SESEvent> {
  const { recipients, verdicts } = mail
  return {
    Records: [
      {
        eventSource: 'aws:ses',
        eventVersion: '1.0',
        ses: {
          mail: await describeMail(mail, receipt),
          receipt: {
            timestamp: receipt.at.toISOString(),
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
  const { mailboxes, commonHeaders, ...header } = await describeHeader(raw)
  const { date = mailDate(at), messageId = '', ...common } = commonHeaders
  return {
    timestamp: at.toISOString(),
    source: returnPath,
    messageId: id,
    // As AWS documents it: the addresses of the headers, not of the envelope.
    destination: [...mailboxes.to, ...mailboxes.cc],
    ...header,
    commonHeaders: { returnPath, date, messageId, ...common },
  }
}

const RESULTS = { PASS: 'pass', FAIL: 'fail', GRAY: 'none', PROCESSING_FAILED: 'temperror' } as const

export interface Receipt {
  /** SES's id of the message. */
  readonly id: string
  readonly at: Date
}

/** Folded as SES folds them, but without its signatures: no check is possible here. */
export function receiptHeaders(mail: ArrivedMail, { id, at }: Receipt): Buffer {
  const { returnPath, recipients, verdicts } = mail
  const domain = fromDomain(mail.raw)
  const spf = `${RESULTS[verdicts.spf]} (spfCheck: as X-Local-Verdict wishes) client-ip=127.0.0.1; envelope-from=${returnPath}; helo=localhost;`
  const lines = [
    `Return-Path: <${returnPath}>`,
    'Received: from localhost (localhost [127.0.0.1])',
    ` by inbound-smtp.${REGION}.amazonaws.com with SMTP id ${id}`,
    ` for ${recipients[0] ?? ''};`,
    ` ${mailDate(at)}`,
    `X-SES-Spam-Verdict: ${verdicts.spam}`,
    `X-SES-Virus-Verdict: ${verdicts.virus}`,
    `Received-SPF: ${spf}`,
    'Authentication-Results: amazonses.com;',
    ` spf=${spf}`,
    ` dkim=${RESULTS[verdicts.dkim]} header.i=@${domain};`,
    ` dmarc=${RESULTS[verdicts.dmarc]} header.from=${domain};`,
  ]
  return Buffer.from(lines.map((line) => `${line}\r\n`).join(''))
}

function fromDomain(raw: Buffer): string {
  const from = headerFields(raw).find(({ name }) => name === 'from')?.value ?? ''
  const [{ address = '' } = {}] = addressParser(from, { flatten: true })
  return address.slice(address.lastIndexOf('@') + 1) || 'localhost'
}

/** RFC 5322, in UTC: `Mon, 05 Aug 2019 21:30:02 +0000 (UTC)`. */
const mailDate = (at: Date): string => at.toUTCString().replace('GMT', '+0000 (UTC)')
