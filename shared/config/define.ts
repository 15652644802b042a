/** `deletion.config.ts`: the one file an adopter edits. */
import type { DataMap, Locale, Scope } from '../data-map/data-map.ts'
import type { ComingBack, IsoDuration } from '../data-map/retention.ts'

/**
 * The whole configuration: the company, its Meta apps, and where people's data lives.
 *
 * @example
 * ```ts
 * export default defineConfig({
 *   organization,
 *   locales: ['en'],
 *   apps: { shop: { appId: '100000000000001', product: 'facebook', identity: 'facebookId', scope: 'account' } },
 *   deadlines: ['gdpr'],
 *   dataMap,
 * })
 * ```
 */
export interface DeletionConfig {
  readonly organization: Organization
  /** Where people reach the pages, `https://…` without a path. @default the custom domain, else the API's own address */
  readonly publicUrl?: string
  /** Languages of the pages; the first is the default. */
  readonly locales: readonly [Locale, ...Locale[]]
  /** Meta apps by the name used in the callback's address. */
  readonly apps: Readonly<Record<string, MetaApp>>
  /** Requests by email and by the form. @default nothing of it is deployed: requests come from Meta or the operator */
  readonly email?: EmailRequests
  /** Whose deadlines apply; the earliest sets `dueAt`. */
  readonly deadlines: readonly [Jurisdiction, ...Jurisdiction[]]
  readonly keep?: {
    /** How long the record of a request outlives its final state. @default P24M */
    readonly requests?: IsoDuration
  }
  /**
   * In days. A signed payload first seen this long after its `issued_at` waits for the operator if it finds anything.
   *
   * @default 7
   */
  readonly reviewOlderThanDays?: number
  /** Who else has the person's data, and is told to delete it. @default nobody */
  readonly recipients?: readonly Recipient[]
  readonly dataMap: DataMap
}

/**
 * A company that a person's data was passed on to. The status page names it once it has been told to delete.
 *
 * @example
 * ```ts
 * // `parcels` is a manual or a function holding of the data map.
 * const carrier: Recipient = { name: 'Parcel Ltd', how: 'parcels' }
 * ```
 */
export interface Recipient {
  /** As people know it. */
  readonly name: string
  /** The `manual` or `function` holding that tells it. */
  readonly how: string
}

/**
 * Requests that come by email or by the form: an address proves itself by a link that is sent to it.
 *
 * @example
 * ```ts
 * const email: EmailRequests = {
 *   address: 'delete@mail.example.com',
 *   identity: 'email',
 *   receiving: {},
 *   coolingOff: 'PT48H',
 * }
 * ```
 */
export interface EmailRequests {
  /** People write to it, and answers come from it. Its domain is verified with SES. */
  readonly address: string
  /** The identity of the data map that a person's address is. */
  readonly identity: string
  /** How mail to the address gets here. @default mail is only sent, and people ask by the form */
  readonly receiving?: EmailReceiving
  /** How long after its confirmation a request can be taken back before the erasure begins, or `none`. @default PT24H */
  readonly coolingOff?: IsoDuration
  /** How long the link of a confirmation mail lives. @default P7D */
  readonly confirmWithin?: IsoDuration
  /** Confirmation mails a day at most; further requests wait for the next day. @default 1000 */
  readonly answersPerDay?: number
}

/**
 * How SES receives mail for the address.
 *
 * @example
 * ```ts
 * const receiving: EmailReceiving = { receiptRuleSet: 'company-mail' }
 * ```
 */
export interface EmailReceiving {
  /**
   * An existing receipt rule set of SES, which our rule is added to: only one is active in an account and region.
   *
   * @default a set of our own, which `ops email activate` makes the active one where there is none
   */
  readonly receiptRuleSet?: string
}

/**
 * Who answers: shown on the pages and in the mails.
 *
 * @example
 * ```ts
 * const organization: Organization = {
 *   name: 'Example Ltd',
 *   contactEmail: 'privacy@example.com',
 *   postalAddress: '1 Example Street, Dublin',
 *   phone: '+353 1 000 0000',
 *   privacyPolicyUrl: 'https://www.example.com/privacy',
 *   timeZone: 'Europe/Dublin',
 * }
 * ```
 */
export interface Organization {
  readonly name: string
  /** Of links and buttons, `#rrggbb`; made darker or lighter where it could not be read. @default a blue */
  readonly colour?: string
  /** Before the name: a PNG, SVG or WebP as `data:image/…;base64,…`, 12,000 characters at most. @default the name alone */
  readonly logo?: string
  readonly contactEmail: string
  readonly postalAddress: string
  readonly phone: string
  readonly privacyPolicyUrl: string
  /** IANA name, such as `Asia/Ho_Chi_Minh`. */
  readonly timeZone: string
}

/**
 * An app in Meta's dashboard whose people may ask for deletion.
 *
 * @example
 * ```ts
 * const shop: MetaApp = {
 *   appId: '100000000000001',
 *   product: 'facebook',
 *   identity: 'facebookId',
 *   scope: 'account',
 * }
 * ```
 */
export interface MetaApp {
  /** The number in Meta's dashboard, as text. */
  readonly appId: string
  readonly product: 'facebook' | 'instagram' | 'threads'
  /** The identity of the data map that this app's user ids are. */
  readonly identity: string
  /** `platform`: erase what came from Meta and the link. `account`: erase the whole account. */
  readonly scope: Scope
  /** What happens to a person who removes the app without asking for deletion. @default 'ignore' */
  readonly deauthorize?: 'ignore' | Deauthorize
}

/**
 * Erases a person some time after they removed the app, unless they have come back by then.
 *
 * @example
 * ```ts
 * const deauthorize: Deauthorize = {
 *   after: 'P6M',
 *   cameBack: { holding: 'profile', from: 'lastSeenAt', format: 'iso' },
 * }
 * ```
 */
export interface Deauthorize {
  /** Calendar months and years, in the organization's time zone. */
  readonly after: IsoDuration
  /** The date in a holding's items that shows that the person came back. */
  readonly cameBack: ComingBack
}

/** A law that sets a deadline: Vietnam's personal data law, GDPR and UK GDPR, or California's CCPA. */
export type Jurisdiction = 'vietnam' | 'gdpr' | 'ccpa'

/**
 * Types a configuration. `npm run ops -- check`, `npm start` and synthesis check it.
 *
 * @example
 * ```ts
 * import { defineConfig } from 'facebook-data-deletion'
 *
 * export default defineConfig({ organization, locales: ['en'], apps, deadlines: ['gdpr'], dataMap })
 * ```
 */
export const defineConfig = (config: DeletionConfig): DeletionConfig => config
