/** A mail that a request owes to its person: a step makes it due, in the step's own write. */
import { type Changes, changed, defined } from '../platform/defined.ts'
import type { Delays } from '../platform/delays.ts'
import { later } from '../platform/time.ts'
import type { RequestKey } from './code.ts'
import type { HistoryStep } from './lifecycle.ts'
import { type MailKind, mailFor } from './mail-kinds.ts'
import type { DeletionRequest } from './request.ts'

export const MAIL_STATES = ['due', 'sending', 'sent', 'unsent', 'void', 'bounced', 'complained'] as const
/**
 * `sending`: claimed, and it is not known yet whether it was sent. `unsent`: it will not be sent, and a person has to
 * look. `void`: there was nothing left to say.
 */
export type MailState = (typeof MAIL_STATES)[number]

export interface OwedMail {
  readonly request: RequestKey
  /** The version of the request that made it due; with `request`, its key. */
  readonly version: number
  readonly kind: MailKind
  readonly state: MailState
  /** Counts the writes; each write is conditional on the one before it. */
  readonly writes: number
  /** How often sending was tried. */
  readonly tries: number
  /** It was put off, and is not sent before. */
  readonly notBefore?: Date
  /** When the sweep looks at it; absent when nothing is left to do. */
  readonly nextCheckAt?: Date
  /** When the record of the request expires. */
  readonly expiresAt?: Date
  /** SES's message id. */
  readonly messageId?: string
}

/** The `version` of the first mail of any request. */
export const FIRST_MAIL = 1

/** It may still be sent. */
export const isUnderWay = ({ state }: OwedMail): boolean => state === 'due' || state === 'sending'

/** After so long the sweep rings for a mail that has not been taken. */
const LOOK_AFTER_MS = 2 * 60 * 1000

/** The mail that a step makes due, if any. */
export function owedMailOf(
  request: Pick<DeletionRequest, 'key' | 'version' | 'contact' | 'answerAt' | 'expiresAt' | 'retention'>,
  step: HistoryStep,
  at: Date,
): OwedMail | undefined {
  const { key, version, contact, answerAt, expiresAt } = request
  const kind = contact === undefined ? undefined : mailFor(request, step)
  if (!kind) return undefined
  const notBefore = kind === 'confirm' && answerAt && answerAt > at ? answerAt : undefined
  const nextCheckAt = notBefore ?? later(at, LOOK_AFTER_MS)
  const first = { state: 'due', writes: 1, tries: 0 } as const
  return defined({ request: key, version, kind, ...first, nextCheckAt, notBefore, expiresAt })
}

/** The next write of a mail. */
export const changeMail = (mail: OwedMail, changes: Changes<OwedMail>): OwedMail =>
  changed(mail, { ...changes, writes: mail.writes + 1 })

/** A mail with an unknown outcome is sent once more, and then a person has to look. */
const MAX_TRIES = 2

/** Claimed by its sender: until `nextCheckAt` no other sends it. */
export const claimMail = (mail: OwedMail, at: Date, delays: Delays): OwedMail =>
  changeMail(mail, {
    state: 'sending',
    tries: mail.tries + 1,
    notBefore: undefined,
    nextCheckAt: later(at, delays.forSend),
  })

/** To be sent, but not before that date. */
export const putOff = (mail: OwedMail, until: Date): OwedMail =>
  changeMail(mail, { state: 'due', notBefore: until, nextCheckAt: until })

/** What the sweep does with a mail whose `nextCheckAt` has come: it rings for it again, or gives it up. */
export function whenMailDue(mail: OwedMail, at: Date, delays: Delays): OwedMail | undefined {
  if (!isUnderWay(mail)) return undefined
  // Its sender recorded nothing, and SES has reported nothing.
  const isLost = mail.state === 'sending' && mail.tries >= MAX_TRIES
  return isLost
    ? changeMail(mail, { state: 'unsent', nextCheckAt: undefined })
    : changeMail(mail, {
        state: 'due',
        notBefore: undefined,
        nextCheckAt: later(at, delays.beforeRetry(mail.writes)),
      })
}
