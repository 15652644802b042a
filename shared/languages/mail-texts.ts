/** The texts of our mails. */
import type { Organization } from '../config/define.ts'
import type { MailKind } from '../requests/mail-kinds.ts'

type Sentence = (organization: Organization) => string
type Dated = (day: string) => string

export interface MailTexts {
  readonly subjects: Readonly<Record<MailKind, Sentence>>
  readonly confirm: {
    /** Never tells whether there is an account. */
    readonly asked: Sentence
    readonly link: string
    readonly linkEnds: Dated
    readonly what: string
    readonly kept: string
    readonly notYou: string
  }
  readonly confirmed: {
    readonly thanks: Sentence
    readonly starts: Dated
    readonly startsNow: string
    readonly due: Dated
    readonly withdraw: string
  }
  readonly done: {
    readonly done: Sentence
    /** Never says that anything was deleted. */
    readonly nothingFound: Sentence
    readonly erased: string
    readonly redacted: string
    readonly retained: string
    /** @param because A sentence. */
    readonly keptUntil: (what: string, because: string, day: string | undefined) => string
    readonly backups: Dated
    readonly backupsUnknown: string
    readonly otherAddress: Sentence
  }
  readonly extended: { readonly extended: Sentence; readonly due: Dated; readonly complain: Sentence }
  readonly refused: {
    /** Where no reason is known. */
    readonly refused: Sentence
    /** The reason's sentence follows. */
    readonly decided: Sentence
    readonly complain: Sentence
  }
  /** A complaint has been answered: the mail holds neither the complaint nor the answer. */
  readonly answered: { readonly answered: Sentence; readonly complain: Sentence }
  /** Nobody asked: the mail names no request, and of the person only the dates. */
  readonly upcoming: {
    readonly policy: Sentence
    /** The date that the rule counts from. */
    readonly since: Dated
    readonly begins: Dated
    readonly what: string
    readonly kept: string
    readonly nothingToDo: string
    readonly wrong: Sentence
    readonly privacyPolicy: string
  }
  readonly code: string
  readonly status: string
  readonly closing: Sentence
}
