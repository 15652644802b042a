/** The port to the company's tables: other people's schemas, read and written raw. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'

export type Value = AttributeValue
export type Item = Readonly<Record<string, Value>>
/** The primary key of an item, or of where a query goes on. */
export type Key = Item

/** One partition of a table or index, or a part of it. */
export interface RecordQuery {
  readonly table: string
  /** An index only finds items: its keys come back, their attributes are for {@link Records.read}. */
  readonly index?: string
  readonly partition: Equals
  readonly sort?: Equals & { readonly beginsWith: boolean }
  /** Attributes wanted beside the keys. */
  readonly attributes: readonly string[]
  /** Items a page holds at most; 1 MB if absent. */
  readonly limit?: number
}
export interface Equals {
  readonly attribute: string
  readonly value: Value
}

/** An attribute that must hold this value for a write to happen. */
export type Condition = Equals

/** What is put into an item, or taken out of it. */
export interface Change {
  readonly set: Item
  readonly remove: readonly string[]
}

export interface Records {
  /** One page; consistent unless of an index. `next` is where it goes on. */
  page(query: RecordQuery, after?: Key): Promise<{ readonly items: readonly Item[]; readonly next?: Key }>
  /** The items with these keys that exist, read consistently. */
  read(table: string, keys: readonly Key[], attributes: readonly string[]): Promise<readonly Item[]>
  /** Deletes all of them, without conditions. */
  erase(table: string, keys: readonly Key[]): Promise<void>
  /** @returns false if the item is there and does not meet the conditions. */
  eraseIf(table: string, key: Key, conditions: readonly Condition[]): Promise<boolean>
  /** Never makes an item anew. @returns false if the item is there and does not meet the conditions. */
  changeIf(table: string, key: Key, change: Change, conditions: readonly Condition[]): Promise<boolean>
}
