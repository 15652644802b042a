/** The texts of the pages. */
import type { Organization } from '../config/define.ts'
import type { ServiceError } from '../platform/errors.ts'
import type { PublicState } from '../requests/public-state.ts'

/** Plain text that names the organization or its contact address. */
export type Sentence = (organization: Organization) => string

/** Forms of a counted noun, by `Intl.PluralRules`. */
export type Plural = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>

/** A headline, and one or two sentences. */
export interface Statement {
  readonly headline: string
  readonly sentence: Sentence
}

/** Conflicts are settled between functions: no reader meets one. */
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
  /** The name of the language, in that language. */
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
    /** Where requests by mail are received. */
    readonly byRequestMail: string
    /** Where they are not. */
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
    /** @param products Those whose requests reach only the data that came from them, such as `Instagram`. */
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
  /** The form on the home page, and its answer. */
  readonly requestForm: {
    readonly label: string
    readonly button: string
    readonly unusable: string
    readonly title: string
    readonly received: readonly Sentence[]
  }
  /** The pages that links in mails lead to. Nothing happens before the box is ticked and the button pressed. */
  readonly confirm: Consent & { readonly kept: string }
  readonly withdraw: Consent
  readonly codeField: { readonly label: string; readonly hint: string; readonly button: string }
  readonly status: {
    /** Names neither the code nor the state. */
    readonly title: string
    readonly dates: string
    readonly received: string
    readonly due: string
    readonly completed: string
    readonly ended: string
    readonly confirmBy: string
    readonly beginsOn: string
    readonly answersUntil: string
    /** The request is open, and its due day is over. */
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
    /** How a retained group ends. */
    readonly ends: {
      readonly byItself: string
      /** @param owner The person or office that ends it, as the data map names them. */
      readonly owner: (owner: string) => string
      /** The organization kept it for this request. */
      readonly operator: Sentence
    }
    /** Others who were told of the deletion. */
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
      /** @param most In characters. */
      readonly hint: (most: string) => Sentence
      readonly button: string
      /** Leads to the form. */
      readonly write: string
      /** A complaint waits for its answer. */
      readonly received: (moment: string) => string
      /** The answer follows. */
      readonly answered: (received: string, answered: string) => string
      /** No more complaints are accepted. */
      readonly usedUp: Sentence
      readonly empty: string
      readonly tooLong: (most: string) => string
      readonly back: string
    }
  }
  /** The states that have one statement each. */
  readonly states: Readonly<Record<Exclude<PublicState, 'completed' | 'completed_with_retention'>, Statement>>
  /** Statements of requests that nobody asked for, where theirs differ. */
  readonly unasked: Readonly<Record<'scheduled' | 'withdrawn', Statement>>
  /** A refusal whose reason is known: the sentence of the reason follows `decided`. */
  readonly refused: {
    readonly decided: Sentence
    /** Something had been deleted before the refusal. */
    readonly begun: Sentence
    readonly object: Sentence
  }
  /** Sentences for the completed states, by the outcome. */
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
