/** The texts of our mails. */
import type { MailKind } from '../requests/mail-kinds.ts'
import type { Sentences, Words } from './page-texts.ts'

type Dated<Name extends string> = Readonly<Record<Name, (day: string) => string>>

/** In `refused`, `refused` is for an unknown reason, and the sentence of a known one follows `decided`. */
export interface MailTexts extends Words<'code' | 'status'>, Sentences<'complain' | 'closing'> {
  readonly subjects: Sentences<MailKind>
  /** Never tells whether there is an account. */
  readonly confirm: Words<'link' | 'what' | 'kept' | 'notYou'> & Sentences<'asked'> & Dated<'linkEnds'>
  readonly confirmed: Words<'startsNow' | 'withdraw'> & Sentences<'thanks'> & Dated<'starts' | 'due'>
  /** `nothingFound` never says that anything was deleted. */
  readonly done: Words<'erased' | 'redacted' | 'retained' | 'backupsUnknown'> &
    Sentences<'done' | 'nothingFound' | 'otherAddress'> &
    Dated<'backups'> & {
      /** @param because A sentence. */
      readonly keptUntil: (what: string, because: string, day: string | undefined) => string
    }
  readonly extended: Sentences<'extended'> & Dated<'due'>
  readonly refused: Sentences<'refused' | 'decided'>
  /** A complaint has been answered: the mail holds neither the complaint nor the answer. */
  readonly answered: Sentences<'answered'>
  /** Nobody asked: the mail names no request, and of the person only the dates. The rule counts from `since`. */
  readonly upcoming: Words<'what' | 'kept' | 'nothingToDo' | 'privacyPolicy'> &
    Sentences<'policy' | 'wrong'> &
    Dated<'since' | 'begins'>
}
