/** The hash of a data map, which names the map that a plan, a checkpoint or a receipt was made by. */
import { createHash } from 'node:crypto'
import type { Action, DataMap, Holding, KeySchema } from './data-map.ts'
import { isFunctionHolding, isTableHolding } from './holdings.ts'
import type { RetentionRule } from './retention.ts'

/**
 * Covers all that the eraser acts on: an equal hash means the same plan. Texts for people, the pace of a table and facts
 * about its copies do not count. The order of fields counts only where it has a meaning: partition before sort key, and
 * one holding before another.
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

/** The hash of a retention rule as it is written: an operator enables exactly this rule. */
export const ruleHash = (rule: RetentionRule): string =>
  createHash('sha256').update(canonicalJson(rule)).digest('hex')

/** Without the sentences that explain it. A manual task counts as it is written: people do what it says. */
function actedOn(holding: Holding): unknown {
  if (isFunctionHolding(holding)) return { ...holding, local: undefined }
  if (!isTableHolding(holding)) return holding
  const { find, action, strands } = holding
  const found = find.scan === undefined ? find : { ...find, scan: true }
  return {
    ...holding,
    find: found,
    action: unexplained(action),
    ...(strands !== undefined && { strands: true }),
  }
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

/** The same record with each value mapped. */
export const mapValues = <T, U>(
  record: Readonly<Record<string, T>>,
  map: (value: T, name: string) => U,
): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]))
