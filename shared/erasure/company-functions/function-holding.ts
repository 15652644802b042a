/** Holdings of the company's functions: how they are called, phase by phase, and how their items are counted. */
import type { DataMap } from '../../data-map/data-map.ts'
import { isFunctionHolding } from '../../data-map/holdings.ts'
import type { OutsideAnswer, OutsidePhase } from '../../person/company-function.ts'
import { count, ofKinds, PERSONAL } from '../../person/identities.ts'
import type { Cursor } from '../../person/pages.ts'
import type { ReadyFunction } from '../../person/ready-map.ts'
import type { Work } from '../../person/work.ts'
import { ServiceError } from '../../platform/errors.ts'
import type { Counts, Outcome } from '../../requests/outcome.ts'
import type { Residue } from '../../requests/problem.ts'
import { type ItemCounts, split } from '../counts.ts'
import { addCounts } from '../outcome.ts'
import { isFunctionFailure } from './company-functions.ts'

/**
 * A slice ends 75 s after its start and Lambda the worker after 120 s; a function may take 60 s: no call begins when
 * less than this is left.
 */
export const CALL_AHEAD_MS = 20_000
/** Calls in one phase after which a function counts as one that is never done. */
const MAX_CALLS = 10_000

export interface Called extends OutsideAnswer {
  readonly next?: Cursor
}

/** One call, with where the next one goes on. Without a value of the person's no function is called. */
export async function call(
  { map, identities: known, ask }: Pick<Work, 'map' | 'identities' | 'ask'>,
  fn: ReadyFunction,
  phase: OutsidePhase,
  { query, token }: Cursor,
): Promise<Called> {
  if (!ask) throw new TypeError('nothing is asked of functions here')
  const identities = ofKinds(map, known, PERSONAL)
  if (count(identities) === 0) return { items: 0, done: true }
  if (query >= MAX_CALLS) {
    throw new ServiceError('FUNCTION_FAILED', `the function of ${fn.name} is never done`)
  }
  const answer = await ask(fn, { phase, identities, ...(token !== undefined && { cursor: token }) })
  const { done, cursor } = answer
  if (done) return answer
  return { ...answer, next: { query: query + 1, ...(cursor !== undefined && { token: cursor }) } }
}

/**
 * Calls a function until a phase is done. How many items are erased is counted by the next look, as an answer may be
 * lost on the way.
 *
 * @param beforeCall Awaited before each call, with the items so far.
 * @returns The items of all answers. `isDown`: it failed, and what it holds is unknown. `next`: where it goes on, if the
 * deadline has passed.
 */
export async function workFunctionHolding(
  work: Work,
  fn: ReadyFunction,
  phase: Exclude<OutsidePhase, 'verify'>,
  from: Cursor = { query: 0 },
  beforeCall?: (cursor: Cursor, items: number) => Promise<void>,
): Promise<{ readonly items: number; readonly isDown?: true; readonly next?: Cursor }> {
  let items = 0
  for (let cursor: Cursor | undefined = from; cursor; ) {
    if (work.deadline.passed(CALL_AHEAD_MS)) return { items, next: cursor }
    await beforeCall?.(cursor, items)
    try {
      const answer: Called = await call(work, fn, phase, cursor)
      items += answer.items
      cursor = answer.next
    } catch (error) {
      if (isFunctionFailure(error)) return { items, isDown: true }
      throw error
    }
  }
  return { items }
}

/** Whether the holding is such a function, or comes after one, which may find its own items by what the holding has. */
export const waitsFor = (
  unanswered: readonly string[],
  { holdings }: Pick<DataMap, 'holdings'>,
  name: string,
): boolean =>
  unanswered.includes(name) ||
  (holdings[name]?.after ?? []).some((before) => waitsFor(unanswered, { holdings }, before))

const heldByFunctions = ({ holdings }: DataMap, counts: Counts): Counts => {
  const [held] = split(counts, (name) => holdings[name] !== undefined && isFunctionHolding(holdings[name]))
  return held
}

/** At least what is owed: items that are no longer found were there all the same. */
export const withOwed = (planned: Counts, owedByFunctions: ItemCounts = {}): Counts => ({
  ...planned,
  ...Object.fromEntries(
    Object.entries(owedByFunctions).map(([name, items]) => [
      name,
      { items: Math.max(items, planned[name]?.items ?? 0) },
    ]),
  ),
})

export interface GoneFromFunctions {
  readonly done: Outcome
  /** Items that were counted, and that no look has found gone yet. */
  readonly owedByFunctions?: ItemCounts
}

/** After a look: items that are gone are done, the others owed; all of them, if the look failed. */
export function countGone(
  map: DataMap,
  { planned, done }: { readonly planned: Counts; readonly done: Outcome },
  residue: readonly Residue[],
): GoneFromFunctions {
  const owed: Record<string, number> = {}
  const gone: Record<string, { readonly items: number }> = {}
  for (const [name, { items }] of Object.entries(heldByFunctions(map, planned))) {
    const lines = residue.filter(({ holding }) => holding === name)
    const left = lines.some(({ why }) => why === 'function_failed')
      ? items
      : lines.reduce((sum, line) => sum + (line.why === 'not_done' ? line.items : 0), 0)
    gone[name] = { items: items - Math.min(left, items) }
    if (left > 0) owed[name] = left
  }
  return {
    done: addCounts(map, done, gone),
    ...(Object.keys(owed).length > 0 && { owedByFunctions: owed }),
  }
}

/** Items that a checkpoint of another map still owes. */
export function owedBy(map: DataMap, planned: Counts, owedByFunctions?: ItemCounts): ItemCounts | undefined {
  const held = heldByFunctions(map, withOwed(planned, owedByFunctions))
  const all = Object.entries(held).map(([name, { items }]) => [name, items] as const)
  return all.length > 0 ? Object.fromEntries(all) : undefined
}
