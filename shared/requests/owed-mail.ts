/** A mail that a request owes to whom it is about: made due by a step, in the same write. */
import type { Delays } from '../platform/delays.ts'
import { later } from '../platform/time.ts'
import type { RequestKey } from './code.ts'
import type { HistoryStep } from './lifecycle.ts'
import { type MailKind, mailFor } from './mail-kinds.ts'
import type { DeletionRequest } from './request.ts'

export const MAIL_STATES = ['due', 'sending', 'sent', 'unsent', 'void', 'bounced', 'complained'] as const
/**
 * `sending`: claimed; nobody knows yet whether it has gone out. `unsent`: it will not be, and somebody has to look.
 * `void`: there was nothing to say any more.
 */
export type MailState = (typeof MAIL_STATES)[number]

export interface OwedMail {
  readonly request: RequestKey
  /** The version of the request that made it due: its name beside the request. */
  readonly version: number
  readonly kind: MailKind
  readonly state: MailState
  /** Counts the writes; each names the one before it. */
  readonly writes: number
  /** How often it was tried to send. */
  readonly tries: number
  /** It is not to be sent before: it was put off. */
  readonly notBefore?: Date
  /** When the sweep looks at it; absent once it is done with. */
  readonly nextCheckAt?: Date
  /** With the request's record. */
  readonly expiresAt?: Date
  /** SES's id of the message. */
  readonly messageId?: string
}

/** Of every request, if any. */
export const FIRST_MAIL = 1

/** Nobody knows yet that it has gone out, and it still may. */
export const isUnderWay = ({ state }: OwedMail): boolean => state === 'due' || state === 'sending'

/** The sweep looks after what nobody has taken. */
const LOOK_AFTER_MS = 2 * 60 * 1000

/** The notice that a step makes due, if any. */
export function owedMailOf(
  request: Pick<DeletionRequest, 'key' | 'version' | 'contact' | 'answerAt' | 'expiresAt' | 'retention'>,
  step: HistoryStep,
  at: Date,
): OwedMail | undefined {
  const { key, version, contact, answerAt, expiresAt } = request
  const kind = contact === undefined ? undefined : mailFor(request, step)
  const notBefore = kind === 'confirm' && answerAt && answerAt > at ? answerAt : undefined
  return (
    kind && {
      request: key,
      version,
      kind,
      state: 'due',
      writes: 1,
      tries: 0,
      nextCheckAt: notBefore ?? later(at, LOOK_AFTER_MS),
      ...(notBefore && { notBefore }),
      ...(expiresAt && { expiresAt }),
    }
  )
}

/** The next write of a notice. */
export const changeMail = (
  mail: OwedMail,
  patch: { -readonly [K in keyof OwedMail]?: OwedMail[K] | undefined },
): OwedMail => {
  const next = Object.entries({ ...mail, ...patch, writes: mail.writes + 1 })
  return Object.fromEntries(next.filter(([, value]) => value !== undefined)) as unknown as OwedMail
}

/** A mail of which nobody knows whether it went out is sent once more, and then a person has to look. */
const MAX_TRIES = 2

/** Claimed by whoever sends it: until then nobody else does. */
export const claimMail = (mail: OwedMail, at: Date, delays: Delays): OwedMail =>
  changeMail(mail, {
    state: 'sending',
    tries: mail.tries + 1,
    notBefore: undefined,
    nextCheckAt: later(at, delays.forSend),
  })

/** To be sent, but not before then. */
export const putOff = (mail: OwedMail, until: Date): OwedMail =>
  changeMail(mail, { state: 'due', notBefore: until, nextCheckAt: until })

/** What the sweep does with a notice whose `nextCheckAt` has come: rings for it again, or gives it up. */
export function whenMailDue(mail: OwedMail, at: Date, delays: Delays): OwedMail | undefined {
  const ring = (): OwedMail =>
    changeMail(mail, {
      state: 'due',
      notBefore: undefined,
      nextCheckAt: later(at, delays.beforeRetry(mail.writes)),
    })
  switch (mail.state) {
    case 'due':
      return ring()
    case 'sending':
      // Nobody recorded it, and SES has reported nothing.
      return mail.tries < MAX_TRIES ? ring() : changeMail(mail, { state: 'unsent', nextCheckAt: undefined })
    default:
      return undefined
  }
}
