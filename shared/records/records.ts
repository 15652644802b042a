/** The port to the company's tables: items of any schema, as DynamoDB's attribute values. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Deadline } from '../platform/deadline.ts'

export type Value = AttributeValue
export type Item = Readonly<Record<string, Value>>
/** The primary key of an item; of an index query, with the index's keys. */
export type Key = Item

/** A partition of a table or index, a range in one, or a whole table. */
export interface RecordQuery {
  readonly table: string
  /** An index only finds items: its keys come back, their attributes are for {@link Records.read}. */
  readonly index?: string
  /** Absent: the whole table is scanned. */
  readonly partition?: Equals
  readonly sort?: SortRange
  /** Of a scan: only items in which each of these attributes has one of its values. */
  readonly among?: readonly { readonly attribute: string; readonly values: readonly Value[] }[]
  /** The attributes that come back; all if absent. */
  readonly attributes?: readonly string[]
  /** The most items of a page, which never has more than 1 MB. */
  readonly limit: number
}
export interface Equals {
  readonly attribute: string
  readonly value: Value
}
export interface SortRange {
  readonly attribute: string
  readonly test: SortTest
  /** Two for `between`, else one. */
  readonly values: readonly Value[]
}
/** Both ends of a range belong to it. */
export type SortTest = 'equals' | 'beginsWith' | 'between' | 'from' | 'to'

/** A test of one attribute of an item. */
export type ItemTest = { readonly attribute: string } & (
  | { readonly is: Value }
  | { readonly isNot: Value }
  | { readonly exists: boolean }
)
/** What must hold for a write to happen; with `not`, at least one of the tests must fail. */
export type Condition = ItemTest | { readonly not: readonly ItemTest[] }

/** Attributes that are set in an item or removed from it. */
export interface Change {
  readonly set: Item
  readonly remove: readonly string[]
  readonly conditions: readonly Condition[]
}

/**
 * `gone`: there was no such item. An item: it does not meet the conditions. `impossible`: DynamoDB cannot store the
 * changed item.
 */
export type Written = 'done' | 'gone' | 'impossible' | Item

/** What is read of the items that are asked for by key. */
export interface Wanted {
  /** With those of the key among them; all if absent. */
  readonly attributes?: readonly string[] | undefined
  /** Where to stop: with the first item by which all so far weigh this much. @default none */
  readonly weight?: number
}
export interface Found {
  readonly items: readonly Item[]
  /** How many of the keys were read, from the first on: all, unless the items weigh too much. */
  readonly keys: number
}

export interface Records {
  /** One page, read consistently unless from an index. The next page begins after `next`. */
  page(query: RecordQuery, after?: Key): Promise<{ readonly items: readonly Item[]; readonly next?: Key }>
  /** How many items a page of a partition has. */
  count(query: RecordQuery, after?: Key): Promise<{ readonly items: number; readonly next?: Key }>
  /**
   * The items with these keys that exist, in the order of the keys, each once, read consistently. Where it stops follows from
   * the items alone.
   */
  read(table: string, keys: readonly Key[], wanted?: Wanted): Promise<Found>
  /**
   * Deletes all of them, without conditions.
   *
   * @param deadline Asked before each call: once it has passed, no other call is made.
   * @returns The keys that were left.
   */
  erase(table: string, keys: readonly Key[], deadline: Deadline): Promise<readonly Key[]>
  eraseIf(table: string, key: Key, conditions: readonly Condition[]): Promise<Written>
  /** Never creates an item. Too many attributes for one write are removed in several, in the given order. */
  changeIf(table: string, key: Key, change: Change): Promise<Written>
  /** How long until the table's pace allows another write. */
  pauseMs(table: string): number
}
