/** One message, from the inbox to its request. The object is deleted last: until then the message is tried again. */
import type { SESEvent, SESReceiptStatus } from 'aws-lambda'
import type { Ledger } from '../ledger/ledger.ts'
import { retryOnConflict, unlessConflict } from '../platform/errors.ts'
import { log } from '../platform/log.ts'
import type { RequestKey } from '../requests/code.ts'
import { change } from '../requests/request.ts'
import { type EmailIntake, openEmailRequest } from './intake.ts'
import { judgeMail, type Verdict, type Verdicts } from './mail-judgement.ts'
import { parseMail } from './parse.ts'

/** The port to the mail that has come in. The objects are the queue: one goes when the ledger has its request. */
export interface Inbox {
  /** @returns The beginning of a message, or nothing if it has been dealt with. */
  read(id: string): Promise<Uint8Array | undefined>
  remove(id: string): Promise<void>
  /** Puts a reply to a mail of ours where the operator finds it beside the request. */
  keepReply(id: string, request: RequestKey): Promise<void>
  /** The oldest first, as far as the storage tells. */
  waiting(): Promise<readonly WaitingMail[]>
}

export interface WaitingMail {
  readonly id: string
  readonly since: Date
}

export interface Reception extends EmailIntake {
  readonly ledger: EmailIntake['ledger'] & Pick<Ledger, 'whatWasSent' | 'noteMail'>
  readonly inbox: Inbox
  readonly clock: () => Date
}

/** A message in the inbox, and what SES found out about it. */
export interface Received {
  readonly objectId: string
  /** From the envelope; unknown where SES's event is lost. */
  readonly returnPath: string | undefined
  readonly verdicts: Verdicts
}

/** The messages in an event of the Lambda action of an SES receipt rule; nothing else of the event is kept. */
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

/** A status that SES may add one day counts as unknown. */
const verdictOf = ({ status }: SESReceiptStatus): Verdict =>
  VERDICTS.includes(status) ? (status as Verdict) : 'PROCESSING_FAILED'

/** Receiving a message again changes nothing: its request is recorded under a code derived from the message. */
export async function receiveMail(
  reception: Reception,
  { objectId, returnPath, verdicts }: Received,
): Promise<void> {
  const { inbox, ledger, config, clock } = reception
  const raw = await inbox.read(objectId)
  if (!raw) return
  const now = clock()
  const by = { verdicts, returnPath, ownAddress: config.address, locales: config.locales }
  const judgement = judgeMail(await parseMail(raw), by)
  const note = (is: string, why?: string) =>
    ledger.noteMail({ id: objectId, at: now, is, ...(why !== undefined && { why }) })
  if (judgement.is !== 'answer') {
    log.info('MAIL_NOT_ANSWERED', { is: judgement.is, why: judgement.why })
    await note(judgement.is, judgement.why)
    return inbox.remove(objectId)
  }
  const { is: _answer, references, ...asking } = judgement
  const answered = await requestAnswered(ledger, references)
  if (answered) {
    await inbox.keepReply(objectId, answered)
    await attachReply(ledger, answered, objectId, now)
    log.info('MAIL_IS_A_REPLY', { request: answered })
    return inbox.remove(objectId)
  }
  const { is, request } = await openEmailRequest(reception, { channel: 'email', ...asking }, now)
  log.info(is === 'opened' ? 'REQUEST_RECEIVED' : 'REQUEST_REPEATED', { request, is })
  if (is === 'repeated' || is === 'too_soon') await note(is)
  await inbox.remove(objectId)
}

const MAX_REFERENCES = 5

/** The request of the mail that this message answers, if that mail was ours. */
async function requestAnswered(
  ledger: Pick<Ledger, 'whatWasSent'>,
  references: readonly string[],
): Promise<RequestKey | undefined> {
  for (const reference of references.slice(0, MAX_REFERENCES)) {
    // SES makes the Message-ID of its own id and a domain.
    const [id = ''] = reference.split('@')
    const sent = await ledger.whatWasSent(id)
    if (sent) return sent.request
  }
  return undefined
}

const MAX_REPLY_TRIES = 3

async function attachReply(
  ledger: Pick<Ledger, 'find' | 'save'>,
  key: RequestKey,
  objectId: string,
  now: Date,
): Promise<void> {
  const attach = async (): Promise<void> => {
    const request = await ledger.find(key)
    const entry = { at: now, step: 'reply', by: 'person', reason: objectId } as const
    if (request) await ledger.save(change(request, now, {}), entry)
  }
  await unlessConflict(() => retryOnConflict(attach, MAX_REPLY_TRIES))
}
