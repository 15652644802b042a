/** In which order holdings are worked. */
import type { Holding } from './data-map.ts'

type Named = readonly [string, Holding]

/** By `after` and `last`, else as the map has them. */
export function inPlanOrder(holdings: readonly Named[]): readonly Named[] {
  const ordered: Named[] = []
  // A loop, which the check refuses, ends here.
  const visited = new Set<Named>()
  const visit = (entry: Named): void => {
    if (visited.has(entry)) return
    visited.add(entry)
    for (const before of entry[1].after ?? []) {
      const found = holdings.find(([name]) => name === before)
      if (found) visit(found)
    }
    ordered.push(entry)
  }
  for (const entry of holdings.filter(([, { last }]) => !last)) visit(entry)
  for (const entry of holdings) visit(entry)
  return ordered
}
