/** What was done for a request. */

/** Counts by category: all that the status page shows of it. */
export interface Outcome {
  readonly erased: readonly Tally[]
  readonly redacted: readonly Tally[]
  readonly retained: readonly Retained[]
  /** When backups of the tables touched age out; absent if one is unknown. */
  readonly backupsExpireAt?: string
}
export interface Retained extends Tally {
  readonly reason: string
  readonly until?: string
  /** The ways in which the keeping ends, each once. */
  readonly ends: readonly Ending[]
}
export type Ending =
  | { readonly by: 'ttl' | 'retention' }
  | { readonly by: 'owner'; readonly owner: string }
  /** The operator kept it for this request. */
  | { readonly by: 'operator' }
export interface Tally {
  readonly category: string
  readonly items: number
}

/** By holding: distinct items. */
export type Counts = Readonly<Record<string, Count>>
export interface Count {
  readonly items: number
  /** The latest date until which any of them is kept. */
  readonly until?: string
  /** Those that a holding which retains does not keep, as their time is over. */
  readonly erased?: number
  /** Those that were to be erased and are only reduced, as other items are found through them. */
  readonly redacted?: number
}

/** Without the other fields of an entry. */
export const tallyOf = ({ category, items }: Tally): Tally => ({ category, items })

/** Whether any item of the person was found. */
export const isFound = ({ erased, redacted, retained }: Outcome): boolean =>
  erased.length + redacted.length + retained.length > 0
