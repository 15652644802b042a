/** What a request came to. */

/** What was done, in counts by category: all that the status page says of it. */
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
  /** How the end comes about: each way once. */
  readonly ends: readonly Ending[]
}
export type Ending =
  | { readonly by: 'ttl' | 'retention' }
  | { readonly by: 'owner'; readonly owner: string }
  /** By whoever kept it for this request. */
  | { readonly by: 'operator' }
export interface Tally {
  readonly category: string
  readonly items: number
}

/** Per holding: distinct items present when the plan read them, and the latest end of what is kept. */
export type Counts = Readonly<Record<string, { readonly items: number; readonly until?: string }>>

/** Without whatever else an entry has. */
export const tallyOf = ({ category, items }: Tally): Tally => ({ category, items })

/** Whether anything of the person was there. */
export const isFound = ({ erased, redacted, retained }: Outcome): boolean =>
  erased.length + redacted.length + retained.length > 0
