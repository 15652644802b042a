/** What a language is to this system: one that lacks a text does not compile. */
import type { ExtensionReason, RefusalReason } from '../requests/reasons.ts'
import type { MailTexts } from './mail-texts.ts'
import type { PageTexts } from './page-texts.ts'

export interface Language {
  readonly pages: PageTexts
  readonly mails: MailTexts
  /** Why a request is refused, or takes longer: the sentence that the person reads. */
  readonly refusals: Readonly<Record<RefusalReason, string>>
  readonly extensions: Readonly<Record<ExtensionReason, string>>
  /** What occurs in a text of this language, and hardly in one of the others: each hit tells. */
  readonly telling: readonly RegExp[]
}
