/** Reports of SES about our mails: sent, bounced, or called junk. */
import type { Ledger } from '../ledger/ledger.ts'
import { conflict, retryOnConflict } from '../platform/errors.ts'
import { log } from '../platform/log.ts'
import { isRequestKey } from '../requests/code.ts'
import { changeMail, type OwedMail } from '../requests/owed-mail.ts'
import { recordSent } from './notify.ts'

export interface Report {
  readonly is: 'sent' | 'bounced' | 'complained'
  readonly mail: Pick<OwedMail, 'request' | 'version'>
  readonly messageId: string
}

/**
 * Reads an event of SES by its tags; the recipient is not read.
 *
 * @returns Nothing for an event that is not about a mail of ours, or changes nothing.
 */
export function reportIn(detail: unknown): Report | undefined {
  const { eventType, mail, bounce } = fieldsOf(detail)
  const { messageId, tags } = fieldsOf(mail)
  const { request, notice } = fieldsOf(tags)
  const key = first(request) ?? ''
  const version = Number(first(notice))
  const is = KINDS[String(eventType)]
  if (!is || !isRequestKey(key)) return undefined
  if (!Number.isInteger(version) || typeof messageId !== 'string') return undefined
  // Such as a full mailbox: SES tries again on its own, and reports when it gives up.
  if (is === 'bounced' && fieldsOf(bounce)['bounceType'] === 'Transient') return undefined
  return { is, mail: { request: key, version }, messageId }
}

const KINDS: Readonly<Record<string, Report['is']>> = {
  Send: 'sent',
  Delivery: 'sent',
  Bounce: 'bounced',
  Reject: 'bounced',
  Complaint: 'complained',
}

/** Tried again after a conflicting write: a report comes once. @throws {@link ServiceError} `LEDGER_CONFLICT` */
export async function takeReport(
  ledger: Pick<Ledger, 'find' | 'save' | 'owedMail' | 'saveMail'>,
  { is, mail: of, messageId }: Report,
  now: Date,
): Promise<void> {
  if (is !== 'sent') {
    const event = is === 'bounced' ? 'MAIL_BOUNCED' : 'MAIL_COMPLAINED'
    log.warn(event, { request: of.request, notice: of.version })
  }
  await retryOnConflict(async () => {
    const mail = await ledger.owedMail(of.request, of.version)
    if (!mail || mail.state === is) return
    if (is === 'sent') {
      // In any other state its sender has recorded it already.
      if (mail.state === 'sending') await recordSent(ledger, mail, messageId, now)
      return
    }
    const isSaved = await ledger.saveMail(changeMail(mail, { state: is, nextCheckAt: undefined }))
    if (!isSaved) throw conflict('the mail changed meanwhile')
  })
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const first = (value: unknown): string | undefined =>
  Array.isArray(value) && typeof value[0] === 'string' ? value[0] : undefined
