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
 * `confirm`: the link to confirm with. `confirmed`: the day on which work begins. `extended`: the later date, and why.
 * `done`: what was erased, and what was kept and why. `refused`: why. `answered`: the answer to a complaint is on the
 * status page. `upcoming`: the day on which a rule erases.
 */
export type MailKind = (typeof MAIL_KINDS)[number]

/** The mail that each step owes, where the request has a contact. */
const OWED: Readonly<Partial<Record<HistoryStep, MailKind>>> = {
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

/** A person who has asked for nothing is told once, before the day; that mail says that it is the only one. */
const OWED_UNASKED: typeof OWED = { received: 'upcoming', answered: 'answered' }

export const mailFor = (
  { retention }: { readonly retention?: unknown },
  step: HistoryStep,
): MailKind | undefined => (retention ? OWED_UNASKED : OWED)[step]
