/** What is stated of each function, in one place: the stack, `infra/local` and the bundles all read it. */
import type { DeletionConfig } from '../../shared/config/define.ts'
import type { SettingName } from '../../shared/platform/settings.ts'

export interface FunctionEntry {
  readonly description: string
  /** The file in `functions/`, without `.ts`. @default the function's name */
  readonly file?: string
  /** The file's export. @default 'handler' */
  readonly handler?: string
  readonly timeoutSeconds: number
  /** @default 512 */
  readonly memoryMb?: number
  /** The part of the configuration without which the function is not deployed. @default it always is */
  readonly needs?: 'email' | 'receiving' | 'retention'

  /** Routes of the HTTP API, in API Gateway's notation. What matches no route goes to `$default`. */
  readonly routes?: readonly string[]
  /** How many calls a second each of its routes takes, and how many at once. @default `USUAL_THROTTLE` of the wiring */
  readonly throttle?: { readonly perSecond: number; readonly burst: number }
  /** A run every so many seconds. The id is the construct's: never to be changed. */
  readonly schedule?: { readonly id: string; readonly everySeconds: number }
  /** The erasure queue, as the function reads it. */
  readonly queue?: Readonly<Record<string, number>>
  /** The records of the ledger's stream that invoke it. The filter is Lambda's own. */
  readonly stream?: { readonly filter: object } & Readonly<Record<string, unknown>>
  /** The events that invoke it, as a pattern of EventBridge. */
  readonly events?: object

  /** No more than the function reads. */
  readonly settings: readonly SettingName[]
  /** What it does to the ledger. Parts of a transaction are permitted one by one. */
  readonly ledger: readonly LedgerAction[]
  /** The indexes of the ledger that it queries. */
  readonly ledgerIndexes?: readonly ('openIndex' | 'receivedIndex')[]
  /** What it does to the company's tables; goes with the setting `tables`. */
  readonly companyTables?: CompanyTablesUse
  /** What it does to the journal; goes with the setting `journalBucket`. */
  readonly journal?: 'write' | 'read'

  /** Makes the `config.json` beside its code: what is known before a deploy. The rest are settings. */
  readonly config: (config: DeletionConfig, wired: Wired) => object
}

/** The routes by which people and browsers look at a path. */
export const looksAt = (path: string) => [`GET ${path}`, `HEAD ${path}`] as const

/** With the defaults. */
export type WholeEntry = FunctionEntry & Required<Pick<FunctionEntry, 'file' | 'handler' | 'memoryMb'>>

export type LedgerAction =
  | `${'Get' | 'BatchGet' | 'Put' | 'Update' | 'Delete' | 'ConditionCheck'}Item`
  | 'Query'
  | 'Scan'

/**
 * - `names`: learns their names, no more
 * - `find`: reads one person's items
 * - `due`: looks for people who are due, by the indexes of the retention rules
 * - `scan`: reads whole tables
 * - `erase`: finds, and writes what the holdings state
 */
export type CompanyTablesUse = 'names' | 'find' | 'due' | 'scan' | 'erase'

/** What a function has to know of how all of them are wired. */
export interface Wired {
  /** The routes that exist, in API Gateway's notation. */
  readonly routes: readonly string[]
  /** How many erasers work at once. */
  readonly workers: number
}
