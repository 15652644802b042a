/** The data map: which identities find a person, which tables have their items, and what to do with those. */

/** The languages of the pages and mails. */
export const LOCALES = ['vi', 'en'] as const
export type Locale = (typeof LOCALES)[number]

/** A text in every language. */
export type Localized = Readonly<Record<Locale, string>>

/** An ISO 8601 duration such as `P10Y`, `P6M`, `PT24H`. Months and years are calendar months and years. */
export type IsoDuration = string

export type IdentityKind = 'person' | 'alias' | 'group' | 'record'

export interface Identity {
  /**
   * What a value names. `person`: a human being, who has exactly one. `alias`: one person, who may have several.
   * `group`: many people; it never finds a record on its own. `record`: a record; there may be any number of these
   * values, so they are never stored.
   */
  readonly of: IdentityKind
  /** How a value is brought into the form that the tables hold. @default none */
  readonly normalise?: 'email'
  /** Values that name nobody. @default NEVER */
  readonly never?: readonly string[]
  /** The value is bytes, which people type as base64. It stands alone in a key of type B. */
  readonly binary?: true
}

/** Values that name nobody in most schemas. To learn one is residue: a person has to look at the item. */
export const NEVER = ['', '0', 'null', 'undefined', 'unknown', 'guest', 'anonymous'] as const

export type KeyType = 'S' | 'N' | 'B'
/** Key attributes in DynamoDB's order: partition key first, then the sort key, if any. */
export type KeySchema = Readonly<Record<string, KeyType>>

export interface Index {
  readonly key: KeySchema
  /** Attributes in the index beside the keys. @default all */
  readonly projection?: readonly string[]
}

export interface Table {
  /** The table's name in DynamoDB. */
  readonly name: string
  readonly key: KeySchema
  readonly indexes?: Readonly<Record<string, Index>>
  /** How long backups keep what was deleted, or `unknown`; the person is told either. */
  readonly backupsKeptFor: IsoDuration
  /** The customer-managed key the table is encrypted with. */
  readonly kmsKeyArn?: string
  /** Other regions of a global table: what is erased here is erased there, too. */
  readonly replicas?: readonly string[]
  /** Who reads the table's stream. It shows erased items for 24 hours, and its readers may keep them. */
  readonly stream?: string
  /** An item that has this attribute, other than as false, is held: it is not touched, and the request waits. */
  readonly holdAttribute?: string
  /** The most that all erasers together write to the table and its indexes. @default 300 */
  readonly maxWriteUnitsPerSecond?: Pace
  /** The most that all erasers together read. @default 1000 */
  readonly maxReadUnitsPerSecond?: Pace
}
/** DynamoDB capacity units a second. */
export type Pace = number | 'unlimited'

/** `USER#{userId}`: literals, and identities in braces. A `beginsWith` ends in its delimiter. */
export type Template = string
/** Both ends of a range belong to it. */
export type SortCondition =
  | Template
  | { readonly beginsWith: Template }
  | { readonly between: readonly [Template, Template] }
  | { readonly from: Template }
  | { readonly to: Template }

/**
 * Which items: the template that each key attribute must match. The keys are those of the `index`, or else the table's.
 * With `scan`, which says why nothing else finds the items, they may be any attributes, and the whole table is read for
 * every request.
 */
export type Find = Readonly<Record<string, SortCondition>> & {
  readonly index?: string
  readonly scan?: string
}

/** What each attribute of an item must be. The condition holds if all of them are. */
export type ItemCondition = Readonly<Record<string, Constant | { readonly exists: boolean }>>
export type Constant = string | number | boolean

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
export type DateFormat = 'iso' | 'epochSeconds' | 'epochMillis'

/**
 * What to do at each path in the item: `remove` the value, or put a constant in its place. A path is an attribute, or
 * leads into maps and lists: `buyer.name`, `notes[*].text`, `members[userId={userId}].name`, `watchers[{userId}]`.
 */
export type Redaction = Readonly<Record<string, 'remove' | { readonly constant: Constant }>>

export type Action =
  | 'erase'
  | { readonly redact: Redaction }
  | { readonly retain: Retain }
  /** Leaves the item as it is: it is not the person's data, for the reason given. Never counted. */
  | { readonly leave: string }

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

/** Erases a person's data some time after a date in an item, without a request from the person. */
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

/** `platform`: data that came from Meta. `account`: all other data. */
export type Scope = 'platform' | 'account'

export type Holding = TableHolding | FunctionHolding | ManualHolding

interface AnyHolding {
  /** Holdings to be emptied first. */
  readonly after?: readonly string[]
  /** Emptied after all others: a half-done erasure finds the rest by it. */
  readonly last?: true
  /** A word of `categories`. */
  readonly category: string
  readonly scope: Scope
}

/** Items of a DynamoDB table. */
export interface TableHolding extends AnyHolding {
  /** A key of `tables`. */
  readonly table: string
  readonly find: Find
  /** Worked page by page of this other holding, which learns the record identities used in `find`. */
  readonly per?: string
  /** Whose an item is: attributes that must have these values for every write. */
  readonly owner?: Readonly<Record<string, Template>>
  /** An item that meets all of this does not belong to the holding: a condition of every write. */
  readonly unless?: ItemCondition
  /** If an item meets all of this, the request waits for the operator's approval. */
  readonly reviewWhen?: ItemCondition
  /** Only items whose retention was over by then belong to the holding. Never in a configuration. */
  readonly over?: Over
  /** Identities read from the items found, each with its path in the item. */
  readonly learns?: Readonly<Record<string, string>>
  readonly action: Action
}

/** Items whose date was `after` ago, by the calendar of the time zone, at the moment `at`. */
export interface Over extends Pick<RetentionRule, 'from' | 'format' | 'after'> {
  readonly timeZone: string
  /** ISO 8601. */
  readonly at: string
}

/** Data that a function of the company's erases: files, accounts elsewhere, copies in a search engine. */
export interface FunctionHolding extends AnyHolding {
  /** Its ARN. */
  readonly function: string
  /** The module that stands in for it in `npm start`; its path is relative to the configuration. */
  readonly local?: string
  readonly action: 'erase'
}

/** Data that people erase by hand; the operator confirms it. */
export interface ManualHolding extends AnyHolding {
  /** The task. */
  readonly manual: Localized
}

export interface DataMap {
  readonly identities: Readonly<Record<string, Identity>>
  readonly tables: Readonly<Record<string, Table>>
  readonly holdings: Readonly<Record<string, Holding>>
  /** What each category is called on the pages. */
  readonly categories: Readonly<Record<string, Localized>>
  /** Why data is kept, as a sentence for the person. */
  readonly reasons: Readonly<Record<string, Localized>>
  /** Tables without personal data: the name in DynamoDB, with the reason. */
  readonly waived?: Readonly<Record<string, string>>
  /** Which plans wait for the operator's approval: none, all, or those of more items. @default 'never' */
  readonly review?: 'never' | 'always' | { readonly above: number }
  /** A request with more person and alias values than this waits for the operator. @default 1000 */
  readonly maxIdentities?: number
  /** Retention rules by name: they erase without a request from the person. */
  readonly retention?: Readonly<Record<string, RetentionRule>>
  /** How long an index is given to catch up with its table, between the two reads that find it empty. @default 5 */
  readonly indexSettleSeconds?: number
}

export const regionOf = (arn: string): string => arn.split(':')[3] ?? ''
export const accountOf = (arn: string): string => arn.split(':')[4] ?? ''
