/** Everything that our mails say. */

import type { Organization } from '../config/define.ts'
import type { NoticeKind } from '../requests/mail-kinds.ts'

type Sentence = (organization: Organization) => string
type Dated = (day: string) => string

export interface MailTexts {
  readonly subjects: Readonly<Record<NoticeKind, Sentence>>
  readonly confirm: {
    /** Somebody asked; nothing says whether there is an account. */
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
    /** Without a reason of its own. */
    readonly refused: Sentence
    /** The reason's sentence follows. */
    readonly decided: Sentence
    readonly complain: Sentence
  }
  /** Of a complaint: neither what it says nor the answer. */
  readonly answered: { readonly answered: Sentence; readonly complain: Sentence }
  /** Nobody has asked: so nothing of a request, and nothing of the person but the dates. */
  readonly upcoming: {
    readonly policy: Sentence
    /** Of whatever the rule counts from. */
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
