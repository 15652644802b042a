/** Everything that pages say. */
import type { Organization } from '../config/define.ts'
import type { ServiceError } from '../platform/errors.ts'
import type { PublicState } from '../requests/public-state.ts'

/** Plain text that names the organization or its contact address. */
export type Sentence = (organization: Organization) => string

/** Forms of a counted noun, by `Intl.PluralRules`. */
export type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>

/** What a page says in its headline, and in one or two sentences. */
export interface Statement {
  readonly headline: string
  readonly sentence: Sentence
}

/** A conflict is settled between functions; no reader meets one. */
export type FailureWord = Exclude<ServiceError['failure']['word'], 'conflict'>

/** A page that asks for a deliberate yes. */
export interface Consent {
  readonly title: string
  readonly intro: Sentence
  readonly box: string
  readonly button: string
  /** The button was pressed without the box, or too late. */
  readonly missing: string
}

export interface PageTexts {
  /** The language, in itself. */
  readonly language: string
  readonly languages: string
  readonly privacyPolicy: string
  readonly home: {
    readonly title: string
    readonly intro: Sentence
    readonly fromFacebook: string
    readonly fromFacebookWhen: Sentence
    readonly steps: readonly Sentence[]
    readonly byEmail: string
    /** Where mail with a request is received. @param address Where it goes. */
    readonly byRequestMail: string
    /** Where it is not. */
    readonly byEmailHow: string
    readonly byForm: string
    readonly byFormHow: string
    readonly check: string
    readonly what: string
    readonly erased: Sentence
    readonly redacted: string
    readonly retained: Sentence
    /** @param length Such as `10 years`. */
    readonly keptFor: (length: string) => string
    /** @param products Whose requests reach only what came from there, such as `Instagram`. */
    readonly platformOnly: (products: string) => Sentence
    readonly howLong: string
    /** @param length Such as `20 days`. */
    readonly doneWithin: (length: string) => string
    readonly lost: string
    readonly lostFromFacebook: string
    readonly lostByEmail: string
    readonly rights: string
    readonly rightsHow: Sentence
  }
  /** What is asked by the form on the home page, and the answer, whoever asks. */
  readonly requestForm: {
    readonly label: string
    readonly button: string
    readonly unusable: string
    readonly title: string
    readonly received: readonly Sentence[]
  }
  /** The pages that links in mails lead to: nothing happens before their box is ticked and their button pressed. */
  readonly confirm: Consent & { readonly kept: string }
  readonly withdraw: Consent
  readonly codeField: { readonly label: string; readonly hint: string; readonly button: string }
  readonly status: {
    /** Of the page: without the code, and without the state. */
    readonly title: string
    readonly dates: string
    readonly received: string
    readonly due: string
    readonly completed: string
    readonly ended: string
    readonly confirmBy: string
    readonly beginsOn: string
    /** The page is there until then. */
    readonly answersUntil: string
    /** It is open, and its day is over. */
    readonly overdue: Sentence
    readonly refresh: string
    readonly refreshByItself: (seconds: number) => string
    readonly refreshesByItself: (seconds: number) => string
    readonly stopRefreshing: string
    readonly keepAnswer: string
    readonly keepAnswerHow: string
    readonly receipt: string
    readonly receiptHow: string
    /** @param zone Its name, as `Intl` gives it. */
    readonly timeZone: (zone: string) => string
    readonly code: string
    readonly keepAddress: string
    readonly items: Plural
    readonly until: (day: string) => string
    /** How what is kept comes to its end. */
    readonly ends: {
      readonly byItself: string
      /** @param owner Who sees to it, as the data map names them. */
      readonly owner: (owner: string) => string
      /** Its people have kept it for this request. */
      readonly operator: Sentence
    }
    /** Who else has been told. */
    readonly told: string
    readonly toldHow: Sentence
    readonly backups: string
    readonly backupsExpire: (day: string) => string
    readonly contact: string
    readonly complain: Sentence
    readonly askAgain: string
    readonly complaint: {
      readonly title: string
      readonly label: string
      /** @param most Characters. */
      readonly hint: (most: string) => Sentence
      readonly button: string
      /** The way to the form. */
      readonly write: string
      /** One waits for its answer. */
      readonly received: (moment: string) => string
      /** The answer follows. */
      readonly answered: (received: string, answered: string) => string
      /** No more are taken. */
      readonly usedUp: Sentence
      readonly empty: string
      readonly tooLong: (most: string) => string
      readonly back: string
    }
  }
  /** States that are told by one statement. */
  readonly states: Readonly<Record<Exclude<PublicState, 'completed' | 'completed_with_retention'>, Statement>>
  /** The same of what goes without anybody asking, where that is told otherwise. */
  readonly unasked: Readonly<Record<'scheduled' | 'withdrawn', Statement>>
  /** A refusal whose reason is known: the reason's own sentence stands between `decided` and the others. */
  readonly refused: {
    readonly decided: Sentence
    /** Something had been deleted before. */
    readonly begun: Sentence
    readonly object: Sentence
  }
  /** The completed states are told by what was found. */
  readonly completed: {
    readonly headline: string
    readonly headlineKept: string
    /** Never says that anything was deleted. */
    readonly nothingFound: Statement
    readonly erased: Sentence
    readonly platform: Sentence
    readonly redacted: Sentence
    readonly retained: Sentence
    readonly accountRemains: Sentence
    readonly backupsUnknown: Sentence
    readonly lists: Readonly<Record<'erased' | 'redacted' | 'retained', string>>
    readonly redactedMeans: string
  }
  readonly failures: Readonly<Record<FailureWord, Statement>>
}
