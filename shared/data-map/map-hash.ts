/** The name of a data map: what a plan, a checkpoint and a receipt were made by. */
import { createHash } from 'node:crypto'
import type { Action, DataMap, Holding, KeySchema, RetentionRule } from './data-map.ts'
import { isFunctionHolding, isTableHolding } from './holdings.ts'

/**
 * Names what the engine acts on: an equal hash means the same plan. Texts for people do not count, nor how fast a
 * table is worked and what becomes of its copies, and the order of fields neither, except where it has a meaning:
 * partition before sort key, and one holding before another.
 */
export function mapHash({ identities, tables, holdings, review, maxIdentities }: DataMap): string {
  const ordered = {
    identities,
    tables: mapValues(tables, ({ name, key, indexes, holdAttribute }) => ({
      name,
      key: orderOf(key),
      indexes: mapValues(indexes ?? {}, (index) => ({ ...index, key: orderOf(index.key) })),
      holdAttribute,
    })),
    holdings: Object.entries(mapValues(holdings, actedOn)),
    review,
    maxIdentities,
  }
  return createHash('sha256').update(canonicalJson(ordered)).digest('hex')
}

/** Names a retention rule as it is written: who enables one means this. */
export const ruleHash = (rule: RetentionRule): string =>
  createHash('sha256').update(canonicalJson(rule)).digest('hex')

/** Without the sentences that explain it. A task for people counts as it is written: it is what they do. */
function actedOn(holding: Holding): unknown {
  if (isFunctionHolding(holding)) return { ...holding, local: undefined }
  if (!isTableHolding(holding)) return holding
  const { find, action } = holding
  const found = find.scan === undefined ? find : { ...find, scan: true }
  return { ...holding, find: found, action: unexplained(action) }
}

function unexplained(action: Action): unknown {
  if (action === 'erase' || 'redact' in action) return action
  if ('leave' in action) return 'leave'
  const { keep, ...retain } = action.retain
  return { retain: { ...retain, keep: keep?.toSorted() } }
}

const orderOf = (key: KeySchema): readonly (readonly [string, string])[] => Object.entries(key)

/** JSON with the fields of every object in order of their names. */
const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_field, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

/** The same names, each with what a function makes of its value. */
export const mapValues = <T, U>(
  record: Readonly<Record<string, T>>,
  map: (value: T) => U,
): Record<string, U> => Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
