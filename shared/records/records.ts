/** The port to the company's tables: other people's schemas, read and written raw. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'

export type Value = AttributeValue
export type Item = Readonly<Record<string, Value>>
/** The primary key of an item, or of where a query goes on. */
export type Key = Item

/** One partition of a table or index, or a part of it; or a whole table. */
export interface RecordQuery {
  readonly table: string
  /** An index only finds items: its keys come back, their attributes are for {@link Records.read}. */
  readonly index?: string
  /** Absent: the whole table is read. */
  readonly partition?: Equals
  readonly sort?: SortRange
  /** Of a whole table: only items in which each of these attributes has one of its values. */
  readonly among?: readonly { readonly attribute: string; readonly values: readonly Value[] }[]
  /** Attributes wanted beside the keys; all if absent. */
  readonly attributes?: readonly string[]
  /** Items a page holds at most, and never more than 1 MB. */
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

/** What can be said of one attribute of an item. */
export type ItemTest = { readonly attribute: string } & (
  | { readonly is: Value }
  | { readonly isNot: Value }
  | { readonly exists: boolean }
)
/** What must be so for a write to happen; with `not`, at least one of the tests must fail. */
export type Condition = ItemTest | { readonly not: readonly ItemTest[] }

/** What is put into an item, or taken out of it. */
export interface Change {
  readonly set: Item
  readonly remove: readonly string[]
  readonly conditions: readonly Condition[]
}

/** `done`, also if the item is gone; the item, if it does not meet the conditions; `impossible` if DynamoDB does not take it so. */
export type Written = 'done' | 'impossible' | Item

export interface Records {
  /** One page; consistent unless of an index. `next` is where it goes on. */
  page(query: RecordQuery, after?: Key): Promise<{ readonly items: readonly Item[]; readonly next?: Key }>
  /** How many items a page of a partition has, without reading them. */
  count(query: RecordQuery, after?: Key): Promise<{ readonly items: number; readonly next?: Key }>
  /** The items with these keys that exist, read consistently. */
  read(table: string, keys: readonly Key[], attributes?: readonly string[]): Promise<readonly Item[]>
  /**
   * Deletes all of them, without conditions.
   *
   * @param isOver Asked before each call: what is not begun by then stays.
   * @returns Those that were not begun.
   */
  erase(table: string, keys: readonly Key[], isOver: () => boolean): Promise<readonly Key[]>
  eraseIf(table: string, key: Key, conditions: readonly Condition[]): Promise<Written>
  /** Never makes an item anew. What is too much for one write is removed in several, in its order. */
  changeIf(table: string, key: Key, change: Change): Promise<Written>
  /** Until the table's pace allows another write. */
  pauseMs(table: string): number
}
