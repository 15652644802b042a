/** The data map: which identities find a person, which tables hold them, and what to do in each place. */

/** A text in every language of the pages. */
export type Localized = Readonly<Record<Locale, string>>
export type Locale = 'vi' | 'en'

/**
 * An ISO 8601 duration such as `P10Y`, `P6M`, `PT24H`. Months and years are calendar months and years.
 */
export type IsoDuration = string

export type IdentityKind = 'person' | 'alias' | 'group' | 'record'

export interface Identity {
  /**
   * What the value names. `person`: exactly one per human being. `alias`: belongs to one person.
   * `group`: shared by many, never enough to find a record alone. `record`: names a record; there may be
   * any number of them, so they are never stored.
   */
  readonly of: IdentityKind
  /** How a value is brought into the form the tables hold. @default none */
  readonly normalise?: 'email'
  /** Values that mean "nobody". @default NEVER */
  readonly never?: readonly string[]
}

/** Values that name nobody in most schemas; a learnt one of these is residue, not a key. */
export const NEVER = ['', '0', 'null', 'undefined', 'unknown', 'guest', 'anonymous'] as const

export type KeyType = 'S' | 'N' | 'B'
/** Key attributes in DynamoDB's order: partition key first, then the sort key, if any. */
export type KeySchema = Readonly<Record<string, KeyType>>

export interface Index {
  readonly key: KeySchema
  /** Attributes the index carries beside the keys. @default all */
  readonly projection?: readonly string[]
}

export interface Table {
  /** The table's name in DynamoDB. */
  readonly name: string
  readonly key: KeySchema
  readonly indexes?: Readonly<Record<string, Index>>
  /** How long backups keep what was deleted, or `unknown`, which is said to the person as such. */
  readonly backupsKeptFor: IsoDuration
  /** The customer-managed key the table is encrypted with. */
  readonly kmsKeyArn?: string
}

/** `USER#{userId}`: literals and identities in braces. A `beginsWith` ends in its delimiter. */
export type Template = string
export type SortCondition = Template | { readonly beginsWith: Template }

/**
 * Which items: key attributes with the template each must match. With `index`, the attributes are that
 * index's keys; without it, the table's.
 */
export type Find = Readonly<Record<string, SortCondition>> & { readonly index?: string }

export interface Retain {
  /** A word of `reasons`. */
  readonly because: string
  /** The end: a date attribute of the item plus a duration. */
  readonly until: { readonly from: string; readonly format: DateFormat; readonly for: IsoDuration }
  /** How the end comes about: the table's TTL attribute (set by the eraser, epoch seconds), or a named owner. */
  readonly ends:
    | { readonly by: 'ttl'; readonly attribute: string }
    | { readonly by: 'owner'; readonly owner: string }
}
export type DateFormat = 'iso' | 'epochSeconds' | 'epochMillis'

/** Per attribute: `remove` it, or put a constant in its place. */
export type Redaction = Readonly<Record<string, 'remove' | { readonly constant: string }>>

export type Action =
  | 'erase'
  | { readonly redact: Redaction }
  | { readonly retain: Retain }
  /** Stays as it is and is not the person's data; the sentence says why. Never counted. */
  | { readonly leave: string }

/** `platform`: what came from Meta. `account`: everything else. */
export type Scope = 'platform' | 'account'

export interface Holding {
  /** A key of `tables`. */
  readonly table: string
  readonly find: Find
  /** Worked page by page of this other holding, which learns the record identities used in `find`. */
  readonly per?: string
  /** Holdings to be emptied first. */
  readonly after?: readonly string[]
  /** Emptied after all others: the link by which a half-done erasure finds the rest. */
  readonly last?: true
  /** Whose it is: attributes that must hold these values for any write. */
  readonly owner?: Readonly<Record<string, Template>>
  /** Identities read from the items found: identity name to attribute name. */
  readonly learns?: Readonly<Record<string, string>>
  readonly action: Action
  /** A word of `categories`. */
  readonly category: string
  readonly scope: Scope
}

export interface DataMap {
  readonly identities: Readonly<Record<string, Identity>>
  readonly tables: Readonly<Record<string, Table>>
  readonly holdings: Readonly<Record<string, Holding>>
  /** What each category is called on the pages. */
  readonly categories: Readonly<Record<string, Localized>>
  /** Why something is kept, as a sentence for the person. */
  readonly reasons: Readonly<Record<string, Localized>>
  /** Tables without personal data: name in DynamoDB to the reason. */
  readonly waived?: Readonly<Record<string, string>>
  /** Plans of more items than this wait for the operator's approval. @default no limit */
  readonly review?: { readonly above: number }
  /** More person and alias values than this for one person wait for the operator. @default 1000 */
  readonly maxIdentities?: number
}

export const actionKind = (action: Action): 'erase' | 'redact' | 'retain' | 'leave' =>
  action === 'erase' ? 'erase' : 'redact' in action ? 'redact' : 'retain' in action ? 'retain' : 'leave'

/** What an ARN names. */
export const regionOf = (arn: string): string => arn.split(':')[3] ?? ''
export const accountOf = (arn: string): string => arn.split(':')[4] ?? ''
