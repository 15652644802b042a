/** The keys of a table and its indexes. */
import type { KeySchema, KeyType, Table } from './data-map.ts'

export type TableKeys = Pick<Table, 'key' | 'indexes'>

/** The table's own key first. */
const keysOf = ({ key, indexes = {} }: TableKeys): readonly KeySchema[] => [
  key,
  ...Object.values(indexes).map((index) => index.key),
]

/** @returns Undefined if the attribute is in no key. */
export const keyTypeOf = (attribute: string, table: TableKeys): KeyType | undefined =>
  keysOf(table).find((key) => attribute in key)?.[attribute]
