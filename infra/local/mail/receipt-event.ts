/** The event with which a receipt rule of SES invokes a function. */
import type { SESEvent, SESMail } from 'aws-lambda'
import { ACCOUNT, REGION } from '../engines/engines.ts'
import { describeHeader } from './description.ts'
import { mailDate, type Receipt } from './receipt-headers.ts'
import type { ArrivedMail } from './smtp.ts'

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
  const { mailboxes, commonHeaders, ...header } = await describeHeader(raw)
  const { date = mailDate(at), messageId = '', ...common } = commonHeaders
  return {
    timestamp: at.toISOString(),
    source: returnPath,
    messageId: id,
    // What AWS documents: whom the headers name, not the envelope.
    destination: [...mailboxes.to, ...mailboxes.cc],
    ...header,
    commonHeaders: { returnPath, date, messageId, ...common },
  }
}
