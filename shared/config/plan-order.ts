/** In which order holdings are worked. */
import { type Holding, isTableHolding } from './data-map.ts'

type Named = readonly [string, Holding]

/** By `after` and `last`, else as the map has them. */
export function inPlanOrder(holdings: readonly Named[]): readonly Named[] {
  const ordered: Named[] = []
  // A loop, which the check refuses, ends here.
  const visited = new Set<Named>()
  const parents = holdings.filter(([name]) =>
    holdings.some(([, one]) => isTableHolding(one) && one.per === name),
  )
  const visit = (entry: Named): void => {
    if (visited.has(entry)) return
    visited.add(entry)
    for (const before of entry[1].after ?? []) {
      const found = holdings.find(([name]) => name === before)
      if (found) visit(found)
    }
    // What takes items away waits for those of its table that are the only way to children.
    for (const parent of takesAway(entry) && !parents.includes(entry) ? parents : []) {
      if (!parent[1].last && tableOf(parent) === tableOf(entry)) visit(parent)
    }
    ordered.push(entry)
  }
  for (const entry of holdings.filter(([, { last }]) => !last)) visit(entry)
  for (const entry of holdings) visit(entry)
  return ordered
}

const tableOf = ([, holding]: Named): string | undefined =>
  isTableHolding(holding) ? holding.table : undefined

const takesAway = ([, holding]: Named): boolean =>
  isTableHolding(holding) && (holding.action === 'erase' || 'redact' in holding.action)
