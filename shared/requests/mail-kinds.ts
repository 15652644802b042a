/** The kinds of mail that a request may owe, and which step owes which. */
import type { HistoryStep } from './lifecycle.ts'

export const MAIL_KINDS = [
  'confirm',
  'confirmed',
  'extended',
  'done',
  'refused',
  'answered',
  'upcoming',
] as const
/**
 * `confirm`: the link to confirm with. `confirmed`: work begins on that day. `extended`: it is
 * due later, and why. `done`: what was erased, kept and why.
 * `refused`: and why. `answered`: a complaint was, on the status page. `upcoming`: nobody asked, and a rule erases on that day.
 */
export type MailKind = (typeof MAIL_KINDS)[number]

/** What each step says by mail, where the request has somebody to write to. */
const SAID: Readonly<Partial<Record<HistoryStep, MailKind>>> = {
  received: 'confirm',
  asked_again: 'confirm',
  confirm: 'confirmed',
  confirm_and_cool_off: 'confirmed',
  extended: 'extended',
  complete: 'done',
  complete_with_retention: 'done',
  refuse: 'refused',
  answered: 'answered',
}

/** Whoever has asked for nothing is told once, before; the mail says that it is the only one. */
const SAID_UNASKED: typeof SAID = { received: 'upcoming', answered: 'answered' }

export const mailFor = (
  { retention }: { readonly retention?: unknown },
  step: HistoryStep,
): MailKind | undefined => (retention ? SAID_UNASKED : SAID)[step]
