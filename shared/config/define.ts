/** `deletion.config.ts`: the one file an adopter edits. */
import type { ComingBack, DataMap, IsoDuration, Locale, Scope } from '../data-map/data-map.ts'

export interface DeletionConfig {
  readonly organization: Organization
  /** Where people reach the pages, `https://…` without a path. @default the custom domain, else the API's own address */
  readonly publicUrl?: string
  /** Languages of the pages; the first is the default. */
  readonly locales: readonly [Locale, ...Locale[]]
  /** Meta apps by the name used in the callback's address. */
  readonly apps: Readonly<Record<string, MetaApp>>
  /** Requests by email and by the form. Absent: nothing of it is deployed, and requests come from Meta or the operator. */
  readonly email?: EmailRequests
  /** Whose deadlines apply; the earliest sets `dueAt`. */
  readonly deadlines: readonly [Jurisdiction, ...Jurisdiction[]]
  readonly keep?: {
    /** How long the record of a request outlives its final state. @default P24M */
    readonly requests?: IsoDuration
  }
  /**
   * A signed payload first seen this long after its `issued_at` waits for the operator if it finds anything.
   * @default 7
   */
  readonly reviewOlderThanDays?: number
  /** Who else has the person's data, and is told to delete it. */
  readonly recipients?: readonly Recipient[]
  readonly dataMap: DataMap
}

/** The status page names it once it has been told. */
export interface Recipient {
  /** As people know it. */
  readonly name: string
  /** The `manual` or `function` holding that tells it. */
  readonly how: string
}

export interface EmailRequests {
  /** People write to it, and answers come from it. Its domain is verified with SES. */
  readonly address: string
  /** The identity of the data map that a person's address is. */
  readonly identity: string
  /** How mail to the address gets here. Absent: mail is only sent, and people ask by the form. */
  readonly receiving?: EmailReceiving
  /** How long after the confirmation the erasure begins, or `none`: so long it can be taken back. @default PT24H */
  readonly coolingOff?: IsoDuration
  /** How long the link of a confirmation mail lives. @default P7D */
  readonly confirmWithin?: IsoDuration
  /** Confirmation mails a day at most; what is asked for beyond waits for the next day. @default 1000 */
  readonly answersPerDay?: number
}

export interface EmailReceiving {
  /**
   * An existing receipt rule set of SES, which our rule is added to: only one is active in an account and region.
   *
   * @default a set of our own, which `ops email activate` makes the active one where there is none
   */
  readonly receiptRuleSet?: string
}

export interface Organization {
  readonly name: string
  /** Of links and buttons, `#rrggbb`: made darker or lighter where it could not be read. @default a blue */
  readonly colour?: string
  /** Stands before the name: a PNG, SVG or WebP as `data:image/…;base64,…`, 12,000 characters at most. */
  readonly logo?: string
  readonly contactEmail: string
  readonly postalAddress: string
  readonly phone: string
  readonly privacyPolicyUrl: string
  /** IANA name, such as `Asia/Ho_Chi_Minh`. */
  readonly timeZone: string
}

export interface MetaApp {
  /** The number in Meta's dashboard, as text. */
  readonly appId: string
  readonly product: 'facebook' | 'instagram' | 'threads'
  /** The identity of the data map that this app's user ids are. */
  readonly identity: string
  /** `platform`: erase what came from Meta and the link. `account`: erase the whole account. */
  readonly scope: Scope
  /** What becomes of somebody who removes the app and asks for nothing. @default 'ignore' */
  readonly deauthorize?: 'ignore' | Deauthorize
}

/** Erases after a time, unless the person has come back by then. */
export interface Deauthorize {
  /** Calendar months and years, in the organization's time zone. */
  readonly after: IsoDuration
  readonly cameBack: ComingBack
}

export type Jurisdiction = 'vietnam' | 'gdpr' | 'ccpa'

/** Types a configuration; it is checked by `npm run ops -- check`, at start and at synth. */
export const defineConfig = (config: DeletionConfig): DeletionConfig => config
