/** The data map: which identities find a person, which tables hold them, and what to do in each place. */

/** The languages of the pages and mails. */
export const LOCALES = ['vi', 'en'] as const
export type Locale = (typeof LOCALES)[number]

/** A text in every language there is. */
export type Localized = Readonly<Record<Locale, string>>

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
  /** The value is bytes, written here and wherever people type it as base64: it stands alone in a key of type B. */
  readonly binary?: true
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
  /** Regions of a global table beside this one: what is erased here goes there, too. */
  readonly replicas?: readonly string[]
  /** Who reads the table's stream: it shows what was erased for 24 hours, and its readers may keep it. */
  readonly stream?: string
  /** An item that has this attribute, and not as false, is held: nobody touches it, and the request waits. */
  readonly holdAttribute?: string
  /** What all erasers together may write to the table and its indexes. @default 300 */
  readonly maxWriteUnitsPerSecond?: Pace
  /** What all erasers together may read. @default 1000 */
  readonly maxReadUnitsPerSecond?: Pace
}
/** DynamoDB's capacity units a second. */
export type Pace = number | 'unlimited'

/** `USER#{userId}`: literals and identities in braces. A `beginsWith` ends in its delimiter. */
export type Template = string
/** Both ends of a range belong to it. */
export type SortCondition =
  | Template
  | { readonly beginsWith: Template }
  | { readonly between: readonly [Template, Template] }
  | { readonly from: Template }
  | { readonly to: Template }

/**
 * Which items: key attributes with the template each must match. With `index`, the attributes are that
 * index's keys; without it, the table's. With `scan`, why nothing else finds them, they are any attributes,
 * and the whole table is read for every request.
 */
export type Find = Readonly<Record<string, SortCondition>> & {
  readonly index?: string
  readonly scan?: string
}

/** Attributes of an item with what each must be: all of them for the condition to hold. */
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
    /** Of what an operator keeps for one request: that day, whatever the item says. Never in a configuration. */
    readonly on?: string
  }
  /**
   * How the end comes about: the table's TTL attribute (set by the eraser, epoch seconds), a retention rule of the holding's
   * own, which takes whatever is over, of whomever it is, or a named owner.
   */
  readonly ends:
    | { readonly by: 'ttl'; readonly attribute: string }
    | ({ readonly by: 'retention' } & FindingDue)
    | { readonly by: 'owner'; readonly owner: string }
    /** Whoever kept it for one request. Never in a configuration. */
    | { readonly by: 'operator' }
  /** What the reason needs, beside the keys and the date: all other attributes are removed. @default everything */
  readonly keep?: readonly string[]
}
export type DateFormat = 'iso' | 'epochSeconds' | 'epochMillis'

/**
 * Per place in the item: `remove` what is there, or put a constant in its place. A place is an attribute, or leads
 * into maps and lists: `buyer.name`, `notes[*].text`, `members[userId={userId}].name`, `watchers[{userId}]`.
 */
export type Redaction = Readonly<Record<string, 'remove' | { readonly constant: Constant }>>

export type Action =
  | 'erase'
  | { readonly redact: Redaction }
  | { readonly retain: Retain }
  /** Stays as it is and is not the person's data; the sentence says why. Never counted. */
  | { readonly leave: string }

/** How a rule finds what is due. */
export interface FindingDue {
  /** An index of the holding's table whose sort key is the date, so that nothing is read but what is due. */
  readonly index: string
  /** The values of the index's partition key under which such items stand. */
  readonly partitions: readonly string[]
  /** Whose an item is: a person or alias identity to its attribute, which the index has. */
  readonly names: Readonly<Record<string, string>>
  /** So many requests a day at most, and never more than one for a hundred items of the table. @default 100 */
  readonly perDay?: number
}

/** A person's data goes by itself, so long after a date in an item. */
export interface RetentionRule extends FindingDue {
  /** Finds the items that say when a person left, or was last active. */
  readonly holding: string
  /** The attribute that says so. */
  readonly from: string
  readonly format: DateFormat
  /** Calendar months and years, in the organization's time zone. */
  readonly after: IsoDuration
  /** The person is told by mail before. @default nobody is */
  readonly notice?: {
    /** How long before: nothing is erased earlier after the mail. */
    readonly before: IsoDuration
    /** The attribute of the item that has the address; the index has it. */
    readonly email: string
  }
  /** It is the end of what is kept: the holding's items alone go. Never in a configuration, where the holding says so. */
  readonly itemsOnly?: true
}

/** The rule of a request for somebody who has removed an app. */
export const DEAUTHORIZE = 'deauthorize'

/** How somebody is known to have come back: a date in the items of a holding. */
export interface ComingBack {
  readonly holding: string
  readonly from: string
  readonly format: DateFormat
}

/** `platform`: what came from Meta. `account`: everything else. */
export type Scope = 'platform' | 'account'

export type Holding = TableHolding | FunctionHolding | ManualHolding

interface AnyHolding {
  /** Holdings to be emptied first. */
  readonly after?: readonly string[]
  /** Emptied after all others: the link by which a half-done erasure finds the rest. */
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
  /** Whose it is: attributes that must hold these values for any write. */
  readonly owner?: Readonly<Record<string, Template>>
  /** An item of which all of this holds is not of this holding: a condition of every write. */
  readonly unless?: ItemCondition
  /** If all of this holds of an item found, the request waits for the operator's approval. */
  readonly reviewWhen?: ItemCondition
  /** Only items that were over by then are of this holding. Of what a retention rule ends; never in a configuration. */
  readonly over?: Over
  /** Identities read from the items found: identity name to where they are in the item. */
  readonly learns?: Readonly<Record<string, string>>
  readonly action: Action
}

/** Items of which it is so long, by the calendar of that zone, since the date in them. */
export interface Over extends Pick<RetentionRule, 'from' | 'format' | 'after'> {
  readonly timeZone: string
  /** ISO 8601. */
  readonly at: string
}

/** What a function of the company's erases: files, accounts elsewhere, copies in a search engine. */
export interface FunctionHolding extends AnyHolding {
  /** Its ARN. */
  readonly function: string
  /** The module that stands for it in `npm start`, seen from the configuration. */
  readonly local?: string
  readonly action: 'erase'
}

/** What people do by hand, and the operator confirms. */
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
  /** Why something is kept, as a sentence for the person. */
  readonly reasons: Readonly<Record<string, Localized>>
  /** Tables without personal data: name in DynamoDB to the reason. */
  readonly waived?: Readonly<Record<string, string>>
  /** Which plans wait for the operator's approval: all, none, or those of more items. @default 'never' */
  readonly review?: 'never' | 'always' | { readonly above: number }
  /** More person and alias values than this for one person wait for the operator. @default 1000 */
  readonly maxIdentities?: number
  /** By name: what goes without anybody asking. */
  readonly retention?: Readonly<Record<string, RetentionRule>>
  /** How long an index is given to show what its table has: between the two looks that find it empty. @default 5 */
  readonly indexSettleSeconds?: number
}

/** What an ARN names. */
export const regionOf = (arn: string): string => arn.split(':')[3] ?? ''
export const accountOf = (arn: string): string => arn.split(':')[4] ?? ''
