/** The texts of the pages. */
import type { Organization } from '../config/define.ts'
import type { ServiceError } from '../platform/errors.ts'
import type { PublicState } from '../requests/lifecycle.ts'

/** Plain text that names the organization or its contact address. */
export type Sentence = (organization: Organization) => string

/** Texts that never change. */
export type Words<Name extends string> = Readonly<Record<Name, string>>
export type Sentences<Name extends string> = Readonly<Record<Name, Sentence>>

/** Forms of a counted noun, by `Intl.PluralRules`. */
export type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>

/** A headline, and one or two sentences. */
export interface Statement {
  readonly headline: string
  readonly sentence: Sentence
}

/** Conflicts are settled between functions: no reader meets one. */
export type FailureWord = Exclude<ServiceError['failure']['word'], 'conflict'>

/** A page that asks for a deliberate yes. `missing`: the button was pressed without the box, or too late. */
type Consent = Words<'title' | 'box' | 'button' | 'missing'> & Sentences<'intro'>

/** `language` is the name of the language, in that language. */
export interface PageTexts extends Words<'language' | 'languages' | 'privacyPolicy'> {
  /** `byRequestMail` where requests by mail are received, `byEmailHow` where they are not. */
  readonly home: Words<'title' | 'fromFacebook' | 'byEmail' | 'byRequestMail' | 'byEmailHow'> &
    Words<'byForm' | 'byFormHow' | 'check' | 'what' | 'redacted' | 'howLong' | 'rights'> &
    Words<'lost' | 'lostFromFacebook' | 'lostByEmail'> &
    Sentences<'intro' | 'fromFacebookWhen' | 'erased' | 'retained' | 'rightsHow'> & {
      readonly steps: readonly Sentence[]
      /** @param length Such as `10 years`. */
      readonly keptFor: (length: string) => string
      /** @param products Those whose requests reach only the data that came from them, such as `Instagram`. */
      readonly platformOnly: (products: string) => Sentence
      /** @param length Such as `20 days`. */
      readonly doneWithin: (length: string) => string
    }
  /** The form on the home page, and its answer. */
  readonly requestForm: Words<'label' | 'button' | 'unusable' | 'title'> & {
    readonly received: readonly Sentence[]
  }
  /** The pages that links in mails lead to. Nothing happens before the box is ticked and the button pressed. */
  readonly confirm: Consent & Words<'kept'>
  readonly withdraw: Consent
  readonly codeField: Words<'label' | 'hint' | 'button'>
  /** `title` names neither the code nor the state; `overdue` is for an open request whose due day is over. */
  readonly status: Words<'title' | 'code' | 'keepAddress' | 'backups' | 'contact' | 'askAgain'> &
    Words<'dates' | 'received' | 'due' | 'completed' | 'ended'> &
    Words<'confirmBy' | 'beginsOn' | 'answersUntil'> &
    Words<'refresh' | 'stopRefreshing' | 'keepAnswer' | 'keepAnswerHow' | 'receipt' | 'receiptHow'> &
    Sentences<'overdue' | 'complain'> & {
      readonly refreshByItself: (seconds: number) => string
      readonly refreshesByItself: (seconds: number) => string
      /** @param zone Its name, as `Intl` gives it. */
      readonly timeZone: (zone: string) => string
      readonly items: Plural
      readonly until: (day: string) => string
      /** How a retained group ends: `operator` where the organization kept it for this request. */
      readonly ends: Words<'byItself'> &
        Sentences<'operator'> & {
          /** @param owner The person or office that ends it, as the data map names them. */
          readonly owner: (owner: string) => string
        }
      /** Others who were told of the deletion. */
      readonly told: string
      readonly toldHow: Sentence
      readonly backupsExpire: (day: string) => string
      readonly complaint: ComplaintTexts
    }
  /** The states that have one statement each. */
  readonly states: Readonly<Record<Exclude<PublicState, 'completed' | 'completed_with_retention'>, Statement>>
  /** Statements of requests that nobody asked for, where theirs differ. */
  readonly unasked: Readonly<Record<'scheduled' | 'withdrawn', Statement>>
  /**
   * A refusal whose reason is known: the sentence of the reason follows `decided`. `begun`: something had been deleted
   * before the refusal.
   */
  readonly refused: Sentences<'decided' | 'begun' | 'object'>
  /** Sentences for the completed states, by the outcome. */
  readonly completed: Words<'headline' | 'headlineKept' | 'redactedMeans'> &
    Sentences<'erased' | 'platform' | 'redacted' | 'retained' | 'accountRemains' | 'backupsUnknown'> & {
      /** Never says that anything was deleted. */
      readonly nothingFound: Statement
      readonly lists: Words<'erased' | 'redacted' | 'retained'>
    }
  readonly failures: Readonly<Record<FailureWord, Statement>>
}

/** `write` leads to the form; `usedUp`: no more complaints are accepted. */
interface ComplaintTexts
  extends Words<'title' | 'label' | 'button' | 'write' | 'empty' | 'back'>,
    Sentences<'usedUp'> {
  /** @param most In characters. */
  readonly hint: (most: string) => Sentence
  /** A complaint waits for its answer. */
  readonly received: (moment: string) => string
  /** The answer follows. */
  readonly answered: (received: string, answered: string) => string
  readonly tooLong: (most: string) => string
}
