/** What functions hold is counted by its disappearance: only a look tells how much of a plan is gone. */

import type { DataMap } from '../../data-map/data-map.ts'
import { isFunctionHolding } from '../../data-map/holdings.ts'
import type { Checkpoint } from '../../requests/checkpoint.ts'
import type { Counts } from '../../requests/outcome.ts'
import type { Residue } from '../../requests/problem.ts'
import { addCounts, split } from '../outcome.ts'

/** Items that were counted, and that no look has found gone yet, by holding. */
type Owed = Readonly<Record<string, number>>

const isFunction =
  ({ holdings }: DataMap) =>
  (name: string): boolean => {
    const holding = holdings[name]
    return holding !== undefined && isFunctionHolding(holding)
  }

/** What is no longer found was there all the same; what is found beyond it is new. */
export const withOwed = (planned: Counts, owed: Owed = {}): Counts => ({
  ...planned,
  ...Object.fromEntries(
    Object.entries(owed).map(([name, items]) => [
      name,
      { items: Math.max(items, planned[name]?.items ?? 0) },
    ]),
  ),
})

/** After a look: what is gone is done, the rest is owed. All of it, where the look failed. */
export function countGone(
  map: DataMap,
  { planned, done }: Pick<Checkpoint, 'planned' | 'done'>,
  residue: readonly Residue[],
): Pick<Checkpoint, 'done' | 'owed'> {
  const [held] = split(planned, isFunction(map))
  const owed: Record<string, number> = {}
  const gone: Record<string, { readonly items: number }> = {}
  for (const [name, { items }] of Object.entries(held)) {
    const lines = residue.filter(({ holding }) => holding === name)
    const left = lines.some(({ why }) => why === 'function_failed')
      ? items
      : lines.reduce((sum, line) => sum + (line.why === 'not_done' ? line.items : 0), 0)
    gone[name] = { items: items - Math.min(left, items) }
    if (left > 0) owed[name] = left
  }
  return { done: addCounts(map, done, gone), ...(Object.keys(owed).length > 0 && { owed }) }
}

/** What a checkpoint of another map still owes. */
export function owedBy(map: DataMap, { planned, owed = {} }: Checkpoint): Owed | undefined {
  const [held] = split(withOwed(planned, owed), isFunction(map))
  const all = Object.entries(held).map(([name, { items }]) => [name, items] as const)
  return all.length > 0 ? Object.fromEntries(all) : undefined
}
