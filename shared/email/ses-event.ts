/** What the Lambda action of an SES receipt rule hands over. */
import type { SESEvent, SESReceiptStatus } from 'aws-lambda'
import type { Verdict } from './judge.ts'
import type { Received } from './receive.ts'

/** Where the message is, and what SES says of it; nothing else of the event is kept. */
export const receivedIn = ({ Records }: SESEvent): readonly Received[] =>
  Records.map(({ ses: { mail, receipt } }) => ({
    objectId: mail.messageId,
    returnPath: mail.source,
    verdicts: {
      spam: verdictOf(receipt.spamVerdict),
      virus: verdictOf(receipt.virusVerdict),
      dmarc: verdictOf(receipt.dmarcVerdict),
    },
  }))

const VERDICTS: readonly string[] = ['PASS', 'FAIL', 'GRAY', 'PROCESSING_FAILED'] satisfies Verdict[]

/** A word that SES did not have yet says nothing. */
const verdictOf = ({ status }: SESReceiptStatus): Verdict =>
  VERDICTS.includes(status) ? (status as Verdict) : 'PROCESSING_FAILED'
