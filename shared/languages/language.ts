/** All the texts of a language: one that lacks a text does not compile. */
import type { ExtensionReason, RefusalReason } from '../requests/reasons.ts'
import type { MailTexts } from './mail-texts.ts'
import type { PageTexts } from './page-texts.ts'

export interface Language {
  readonly pages: PageTexts
  readonly mails: MailTexts
  /** The sentence that tells the person why a request is refused, or takes longer. */
  readonly refusals: Readonly<Record<RefusalReason, string>>
  readonly extensions: Readonly<Record<ExtensionReason, string>>
  /** Patterns that texts of this language match often, and others hardly ever: the matches tell the language. */
  readonly signs: readonly RegExp[]
}
