/** `deletion.config.ts`: the one file an adopter edits. */
import type { DataMap, IsoDuration, Locale, Scope } from './data-map.ts'

export interface DeletionConfig {
  readonly organization: Organization
  /** Where people reach the pages, `https://…` without a path. @default the custom domain, else the API's own address */
  readonly publicUrl?: string
  /** Languages of the pages; the first is the default. */
  readonly locales: readonly [Locale, ...Locale[]]
  /** Meta apps by the name used in the callback's address. */
  readonly apps: Readonly<Record<string, MetaApp>>
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
  readonly dataMap: DataMap
}

export interface Organization {
  readonly name: string
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
}

export type Jurisdiction = 'vietnam' | 'gdpr' | 'ccpa'

/** Types a configuration; it is checked by `npm run ops -- check`, at start and at synth. */
export const defineConfig = (config: DeletionConfig): DeletionConfig => config
