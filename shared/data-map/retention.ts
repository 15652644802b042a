/** What is kept, why and until when; and the rules that erase without a request. */

/** An ISO 8601 duration such as `P10Y`, `P6M`, `PT24H`. Months and years are calendar months and years. */
export type IsoDuration = string

export type DateFormat = 'iso' | 'epochSeconds' | 'epochMillis'

/**
 * Keeps items for a stated reason and time.
 *
 * @example
 * ```ts
 * const retain: Retain = {
 *   because: 'tax',
 *   until: { from: 'issuedAt', format: 'iso', for: 'P10Y' },
 *   ends: { by: 'ttl', attribute: 'expiresAt' },
 * }
 * ```
 */
export interface Retain {
  /** A word of `reasons`. */
  readonly because: string
  /** The end: a date attribute of the item plus a duration. */
  readonly until: {
    readonly from: string
    readonly format: DateFormat
    readonly for: IsoDuration
    /** Set where an operator keeps items for one request: the end, whatever their date. Never in a configuration. */
    readonly on?: string
  }
  /**
   * What ends it: the table's TTL attribute (set by the eraser, in epoch seconds), a retention rule of the holding's
   * own, which erases every item whose time is over, whosever it is, or a named owner.
   */
  readonly ends:
    | { readonly by: 'ttl'; readonly attribute: string }
    | ({ readonly by: 'retention' } & FindingDue)
    | { readonly by: 'owner'; readonly owner: string }
    /** The operator who kept it for one request. Never in a configuration. */
    | { readonly by: 'operator' }
  /** Attributes that the reason needs beside the keys and the date: all others are removed. @default all */
  readonly keep?: readonly string[]
}

/** How a retention rule finds the items that are due. */
export interface FindingDue {
  /** An index of the holding's table whose sort key is the date, so that only items that are due are read. */
  readonly index: string
  /** The values of the index's partition key that such items have. */
  readonly partitions: readonly string[]
  /** Whose an item is: person or alias identities, each with its attribute, which the index has. */
  readonly names: Readonly<Record<string, string>>
  /** The most requests a day; in any case no more than one for every hundred items of the table. @default 100 */
  readonly perDay?: number
}

/**
 * Erases a person's data some time after a date in an item, without a request from the person.
 *
 * @example
 * ```ts
 * const contractEnded: RetentionRule = {
 *   holding: 'contract',
 *   from: 'endedAt',
 *   format: 'iso',
 *   after: 'P6M',
 *   index: 'byEnd',
 *   partitions: ['ended'],
 *   names: { userId: 'userId' },
 * }
 * ```
 */
export interface RetentionRule extends FindingDue {
  /** Finds the items with the date on which a person left, or was last active. */
  readonly holding: string
  /** The attribute with the date. */
  readonly from: string
  readonly format: DateFormat
  /** Calendar months and years, in the organization's time zone. */
  readonly after: IsoDuration
  /** Tells the person by mail beforehand. @default no mail */
  readonly notice?: {
    /** How long the mail comes before the erasure, at least. */
    readonly before: IsoDuration
    /** The attribute with the address, which the index has. */
    readonly email: string
  }
  /** It ends what a holding keeps: only that holding's items are erased. Never in a configuration: see `Retain.ends`. */
  readonly itemsOnly?: true
}

/** The rule's name in a request for a person who has removed a Meta app. */
export const DEAUTHORIZE = 'deauthorize'

/** The date in a holding's items that shows that a person has come back. */
export interface ComingBack {
  readonly holding: string
  readonly from: string
  readonly format: DateFormat
}

/** Items whose date was `after` ago, by the calendar of the time zone, at the moment `at`. */
export interface Over extends Pick<RetentionRule, 'from' | 'format' | 'after'> {
  readonly timeZone: string
  /** ISO 8601. */
  readonly at: string
}
