/** Sends a mail that a request owes. No mail is lost; one is sent twice only when its first outcome is unknown. */
import { add } from 'date-fns/add'
import { addDays } from 'date-fns/addDays'
import type { NotifyConfig } from '../config/function-config.ts'
import type { Sealer } from '../keys/seal.ts'
import { type Tokens, WITHDRAW_DAYS } from '../keys/tokens.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { defined } from '../platform/defined.ts'
import type { Delays } from '../platform/delays.ts'
import { errorName, unlessConflict } from '../platform/errors.ts'
import { log } from '../platform/log.ts'
import { after, duration, later, nextDay } from '../platform/time.ts'
import { isFinal } from '../requests/lifecycle.ts'
import type { MailKind } from '../requests/mail-kinds.ts'
import { changeMail, claimMail, type OwedMail, putOff } from '../requests/owed-mail.ts'
import type { Contact, DeletionRequest } from '../requests/request.ts'
import { putOffTo, withoutContact } from '../requests/steps.ts'
import { type Mail, type Mailer, NotAccepted } from './mailer.ts'
import { messageOf, type Occasion } from './message.ts'
import { mimeOf } from './mime.ts'

export interface Notifier {
  readonly ledger: Pick<
    Ledger,
    'find' | 'save' | 'owedMail' | 'owedMails' | 'saveMail' | 'takeTurn' | 'rememberSent'
  >
  readonly mailer: Mailer
  readonly sealer: Pick<Sealer, 'open'>
  readonly tokens: Pick<Tokens, 'sign'>
  readonly config: NotifyConfig
  readonly publicUrl: string
  readonly delays: Delays
  readonly clock: () => Date
}

/** A reply may come weeks later. */
const REMEMBER_DAYS = 180

/** Sends a mail that is due. Nothing is sent when it is not due, or when another sender claims it first. */
export async function sendOwedMail(
  notifier: Notifier,
  { request: key, version }: Pick<OwedMail, 'request' | 'version'>,
): Promise<void> {
  const { ledger, delays, clock } = notifier
  const mail = await ledger.owedMail(key, version)
  const now = clock()
  if (mail?.state !== 'due' || (mail.notBefore && mail.notBefore > now)) return
  const request = await ledger.find(key)
  if (!request?.contact || isOutdated(mail, request) || (await hasBounced(ledger, mail))) {
    await ledger.saveMail(changeMail(mail, { state: 'void', nextCheckAt: undefined }))
    return
  }
  const isHeld = mail.kind === 'upcoming' && request.state === 'on_hold'
  if (isHeld || (mail.kind === 'confirm' && !(await mayAnswer(notifier, now)))) {
    await ledger.saveMail(putOff(mail, nextDay(now)))
    return
  }
  const timely = mail.kind === 'upcoming' ? await inTime(notifier, request, now) : request
  const claimed = claimMail(mail, now, delays)
  if (!(await ledger.saveMail(claimed))) return
  await send(notifier, claimed, timely, now)
}

/** When the mail is late, the day is put off: a person never has less time than the rule gives. */
async function inTime(
  { ledger, config }: Notifier,
  request: DeletionRequest,
  now: Date,
): Promise<DeletionRequest> {
  const { retention, nextCheckAt } = request
  if (retention?.toldBefore === undefined || !nextCheckAt) return request
  const day = after(now, retention.toldBefore, config.organization.timeZone)
  if (day <= later(nextCheckAt, LATE_MS)) return request
  const putOffRequest = putOffTo(request, day, now)
  await ledger.save(putOffRequest)
  return putOffRequest
}
const LATE_MS = 3600_000

/** A link that can no longer be used is not sent. */
const isOutdated = ({ kind }: OwedMail, { state }: DeletionRequest): boolean =>
  (kind === 'confirm' && state !== 'awaiting_confirmation') ||
  (kind === 'upcoming' && state !== 'scheduled' && state !== 'on_hold') ||
  ((kind === 'confirmed' || kind === 'extended') && isFinal(state))

/** Nothing more is sent to an address whose mail bounced or was called junk. */
const hasBounced = async (ledger: Pick<Ledger, 'owedMails'>, { request }: OwedMail): Promise<boolean> =>
  (await ledger.owedMails(request)).some(({ state }) => state === 'bounced' || state === 'complained')

/** A limit for each day, so that no flood of requests makes us write to the whole world. */
const mayAnswer = ({ ledger, config }: Notifier, now: Date): Promise<boolean> =>
  ledger.takeTurn('answers', { limit: config.answersPerDay, at: now, until: nextDay(now) })

async function send(
  notifier: Notifier,
  claimed: OwedMail,
  request: DeletionRequest,
  now: Date,
): Promise<void> {
  const { ledger, mailer, sealer, delays } = notifier
  const about = { request: claimed.request, notice: claimed.version, kind: claimed.kind }
  // Sealed by this system, in the shape of a contact.
  const contact = (await sealer.open(request.contact ?? '')) as Contact
  const mail = await mailOf(notifier, claimed, request, contact)
  try {
    const { messageId } = await mailer.send(mail)
    await ledger.rememberSent(messageId, claimed, addDays(now, REMEMBER_DAYS))
    await recordSent(ledger, claimed, messageId, now)
    log.info('MAIL_SENT', about)
  } catch (error) {
    const { why, cause } = error instanceof NotAccepted ? error : { why: 'unknown', cause: error }
    log.warn('MAIL_NOT_ACCEPTED', { ...about, why, error: errorName(cause) })
    // With another outcome, which is unknown, it stays claimed until SES reports it or its time is over.
    if (why === 'try_later') {
      const untaken = { ...claimed, tries: claimed.tries - 1 }
      await ledger.saveMail(putOff(untaken, later(now, delays.beforeRetry(claimed.writes))))
    }
    if (why === 'rejected') {
      await ledger.saveMail(changeMail(claimed, { state: 'unsent', nextCheckAt: undefined }))
      log.warn('MAIL_NOT_SENT', about)
    }
  }
}

async function mailOf(
  notifier: Notifier,
  { request: key, version, kind }: OwedMail,
  request: DeletionRequest,
  contact: Contact,
): Promise<Mail> {
  const { config, clock } = notifier
  const { address: to, locales, messageId } = contact
  const message = messageOf(kind, await occasionOf(notifier, kind, request, contact), locales)
  const raw = await mimeOf(message, {
    from: config.address,
    name: config.organization.name,
    to,
    replyTo: config.replyTo,
    date: clock(),
    isAnswer: kind !== 'upcoming',
    locales,
    inReplyTo: messageId,
  })
  return { raw, from: config.address, to, tags: { request: key, notice: String(version) } }
}

/** Records that SES accepted the mail. After the last mail of a request, its address is forgotten. */
export async function recordSent(
  ledger: Pick<Ledger, 'find' | 'save' | 'saveMail'>,
  mail: OwedMail,
  messageId: string,
  now: Date,
): Promise<void> {
  await ledger.saveMail(changeMail(mail, { state: 'sent', messageId, nextCheckAt: undefined }))
  if (mail.kind !== 'done' && mail.kind !== 'refused') return
  const request = await ledger.find(mail.request)
  if (request?.contact && isFinal(request.state))
    await unlessConflict(() => ledger.save(withoutContact(request, now)))
}

async function occasionOf(
  { tokens, config, publicUrl }: Notifier,
  kind: MailKind,
  request: DeletionRequest,
  { code }: Contact,
): Promise<Occasion> {
  const { organization, categories, erased, reasons, confirmWithin } = config
  const { dueAt, outcome, refusal, extension, retention, nextCheckAt } = request
  const link = async (use: 'confirm' | 'withdraw', until: Date) =>
    `${publicUrl}/${use}/${await tokens.sign(use, code, until)}`
  const facts = { organization, categories, erased, reasons, dueAt, outcome, refusal, extension, code }
  const shared: Occasion = defined({ ...facts, statusUrl: `${publicUrl}/status/${code}` })
  switch (kind) {
    case 'confirm': {
      const linkEndsAt = add(request.receivedAt, duration(confirmWithin))
      return { ...shared, linkEndsAt, confirmUrl: await link('confirm', linkEndsAt) }
    }
    case 'confirmed': {
      const startsAt = request.state === 'scheduled' ? nextCheckAt : undefined
      const until = addDays(startsAt ?? request.updatedAt, WITHDRAW_DAYS)
      const withdrawUrl = request.firstDeleteAt ? undefined : await link('withdraw', until)
      return defined({ ...shared, startsAt, withdrawUrl })
    }
    case 'upcoming': {
      const since = retention && new Date(retention.since)
      return defined({ ...shared, since, startsAt: nextCheckAt })
    }
    default:
      return shared
  }
}
