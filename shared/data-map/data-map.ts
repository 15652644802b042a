/** The data map: which identities find a person, which tables have their items, and what to do with those. */
import type { IsoDuration, Over, Retain, RetentionRule } from './retention.ts'

/** The languages of the pages and mails. */
export const LOCALES = ['vi', 'en'] as const
export type Locale = (typeof LOCALES)[number]

/** A text in every language. */
export type Localized = Readonly<Record<Locale, string>>

export type IdentityKind = 'person' | 'alias' | 'group' | 'record'

/**
 * A kind of value that finds records.
 *
 * @example
 * ```ts
 * const email: Identity = { of: 'alias', normalise: 'email' }
 * ```
 */
export interface Identity {
  /**
   * What a value names. `person`: a human being, who has exactly one. `alias`: one person, who may have several.
   * `group`: many people; it never finds a record on its own. `record`: a record; there may be any number of these
   * values, so they are never stored.
   */
  readonly of: IdentityKind
  /** How a value is brought into the form that the tables hold. @default none */
  readonly normalise?: 'email'
  /** Placeholders that name nobody; NULL and the empty text are no value in any case. @default NEVER */
  readonly never?: readonly string[]
  /** The value is bytes, which people type as base64. It stands alone in a key of type B. */
  readonly binary?: true
}

/** Texts that stand for nobody in most schemas. To learn one is residue: a person has to look at the item. */
export const NEVER = ['0', 'null', 'undefined', 'unknown', 'guest', 'anonymous'] as const

export type KeyType = 'S' | 'N' | 'B'
/** Key attributes in DynamoDB's order: partition key first, then the sort key, if any. */
export type KeySchema = Readonly<Record<string, KeyType>>

export interface Index {
  readonly key: KeySchema
  /** Attributes in the index beside the keys. @default all */
  readonly projection?: readonly string[]
}

/**
 * A DynamoDB table as it is.
 *
 * @example
 * ```ts
 * const orders: Table = {
 *   name: 'Orders',
 *   key: { userId: 'S', orderNo: 'N' },
 *   backupsKeptFor: 'P35D',
 * }
 * ```
 */
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
  /** An item where this is neither false, NULL, empty nor absent is held: it is not touched, and the request waits. */
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

/**
 * Items of a DynamoDB table.
 *
 * @example
 * ```ts
 * const orders: TableHolding = {
 *   table: 'app',
 *   find: { PK: 'USER#{userId}', SK: { beginsWith: 'ORDER#' } },
 *   action: 'erase',
 *   category: 'orders',
 *   scope: 'account',
 * }
 * ```
 */
export interface TableHolding extends AnyHolding {
  /** A key of `tables`. */
  readonly table: string
  readonly find: Find
  /** Worked page by page of this other holding, which learns the record identities used in `find`. */
  readonly per?: string
  /** Whose an item is: attributes that must have these values for every write. Needed where its key does not say. */
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
  /**
   * Why items of others that only this item leads to may become unreachable. Without it, such an item stays as a stub:
   * its keys, and what those others are found by.
   *
   * @example 'a conversation ends for both when one of the two has gone'
   */
  readonly strands?: string
}

/**
 * Data that a function of the company's erases: files, accounts elsewhere, copies in a search engine.
 *
 * @example
 * ```ts
 * const files: FunctionHolding = {
 *   function: 'arn:aws:lambda:eu-west-1:111122223333:function:erase-files',
 *   action: 'erase',
 *   category: 'documents',
 *   scope: 'account',
 * }
 * ```
 */
export interface FunctionHolding extends AnyHolding {
  /** Its ARN. */
  readonly function: string
  /** The module that stands in for it in `npm start`; its path is relative to the configuration. */
  readonly local?: string
  readonly action: 'erase'
}

/**
 * Data that people erase by hand; the operator confirms it.
 *
 * @example
 * ```ts
 * const contract: ManualHolding = {
 *   manual: { vi: 'Hủy hợp đồng giấy', en: 'Shred the paper contract' },
 *   category: 'contracts',
 *   scope: 'account',
 * }
 * ```
 */
export interface ManualHolding extends AnyHolding {
  /** The task. */
  readonly manual: Localized
}

/**
 * Where people's data is, and what to do there.
 *
 * @example
 * ```ts
 * const dataMap: DataMap = {
 *   identities: { userId: { of: 'person' }, facebookId: { of: 'alias' } },
 *   tables: { orders, customers },
 *   holdings: { orders: ordersOfCustomer, customer },
 *   categories: { orders: { vi: 'Đơn hàng', en: 'Orders' }, profile: { vi: 'Hồ sơ', en: 'Profile' } },
 *   reasons: {},
 * }
 * ```
 */
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
