/** The attributes of a table that its holdings look at, tell whose an item is by, or put a constant in. */
import { parsePath } from '../data-map/attribute-path.ts'
import type { Action, Constant, DataMap, TableHolding } from '../data-map/data-map.ts'
import { tableHoldings } from '../data-map/holdings.ts'
import { conditionsOf } from '../data-map/key-conditions.ts'
import { parseRedactionPath } from '../data-map/redaction-path.ts'

/** Enough to judge an item by every holding of the table; `undefined` if that takes all of its attributes. */
export function attributesOf(map: DataMap, tableKey: string): readonly string[] | undefined {
  const { key = {}, indexes = {}, holdAttribute } = map.tables[tableKey] ?? {}
  const names = new Set([...Object.keys(key), ...(holdAttribute === undefined ? [] : [holdAttribute])])
  for (const holding of holdingsOf(map, tableKey)) {
    const { find, owner = {}, learns = {}, unless = {}, reviewWhen = {}, over } = holding
    const acted = attributesFor(holding.action)
    if (!acted) return undefined
    const indexKey = find.index === undefined ? {} : (indexes[find.index]?.key ?? {})
    const looked = [
      ...Object.keys(indexKey),
      ...conditionsOf(find).map(([attribute]) => attribute),
      ...Object.keys({ ...owner, ...unless, ...reviewWhen }),
      ...Object.values(learns).map((path) => parsePath(path).attribute),
      ...acted,
      ...(over ? [over.from] : []),
    ]
    for (const name of looked) names.add(name)
  }
  return [...names]
}

/** With `keep`, every attribute has to be seen: all but the kept ones are removed. */
function attributesFor(action: Action): readonly string[] | undefined {
  if (action === 'erase' || 'leave' in action) return []
  if ('redact' in action) return Object.keys(action.redact).map((path) => parseRedactionPath(path).attribute)
  const { until, ends, keep } = action.retain
  return keep ? undefined : [until.from, ...(ends.by === 'ttl' ? [ends.attribute] : [])]
}

/** Attributes by which a holding finds items or knows whose they are. */
export const tellingIn = (map: DataMap, tableKey: string): readonly string[] => [
  ...Object.values(map.tables[tableKey]?.indexes ?? {}).flatMap(({ key }) => Object.keys(key)),
  ...holdingsOf(map, tableKey).flatMap(({ owner = {} }) => Object.keys(owner)),
]

/** Attributes by which a holding spares items that it would find. */
export const sparingIn = (map: DataMap, tableKey: string): readonly string[] =>
  holdingsOf(map, tableKey).flatMap(({ unless = {} }) => Object.keys(unless))

/** The constants that redactions put in the place of values, by attribute. */
export function constantsOf(map: DataMap, tableKey: string): Readonly<Record<string, readonly Constant[]>> {
  const puts = holdingsOf(map, tableKey).flatMap(({ action }) =>
    action === 'erase' || !('redact' in action) ? [] : Object.entries(action.redact),
  )
  const constants = new Map<string, readonly Constant[]>()
  for (const [path, put] of puts) {
    const { attribute } = parseRedactionPath(path)
    if (put !== 'remove') constants.set(attribute, [...(constants.get(attribute) ?? []), put.constant])
  }
  return Object.fromEntries(constants)
}

const holdingsOf = (map: DataMap, tableKey: string): readonly TableHolding[] =>
  tableHoldings(map).flatMap(([, holding]) => (holding.table === tableKey ? [holding] : []))
