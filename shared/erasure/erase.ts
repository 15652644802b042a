/** Do the work: children before parents, the link last. Counts nothing; what would not go is named. */
import type { Values } from '../config/template.ts'
import { act, needsWork } from './actions.ts'
import { valuesOf } from './identities.ts'
import type { Place } from './places.ts'
import type { Item } from './records.ts'
import { childValues, firstHolding, pagesOf, type Work } from './work.ts'

/** Tries to empty the children of one page before its parents are left where they are. */
const CHILD_ROUNDS = 3

export interface Erased {
  /** Items that were planned and are still there, by the holding they count under. */
  readonly left: Readonly<Record<string, number>>
  /** Items written to: progress. */
  readonly writes: number
  /** The holding where time ran out. */
  readonly stoppedAt?: string
}

/** @param from The holding to start with; those before it are done. */
export async function erase(work: Work, from: string | undefined): Promise<Erased> {
  const { roots } = work.places
  const first = Math.max(
    roots.findIndex(({ name }) => name === from),
    0,
  )
  let left: Record<string, number> = {}
  let writes = 0
  for (const [n, place] of roots.slice(first).entries()) {
    if (n > 0 && work.outOfTime()) return { left, writes, stoppedAt: place.name }
    const here: Left = {}
    for await (const { items, next } of pagesOf(work, place, valuesOf(work.identities))) {
      writes += await eraseItems(work, place, items, valuesOf(work.identities), here)
      if (next && work.outOfTime()) return { left, writes, stoppedAt: place.name }
    }
    left = { ...left, ...here }
  }
  return { left, writes }
}

type Left = Record<string, number>

async function eraseItems(
  work: Work,
  place: Place,
  items: readonly Item[],
  values: Values,
  left: Left,
): Promise<number> {
  if (items.length === 0) return 0
  if (place.children.length > 0) {
    const children = childValues(work, place, items)
    const cleared = await clearChildren(work, place, children)
    if (cleared.remaining.length > 0) {
      if (items.length > 1) return cleared.writes + (await oneByOne(work, place, items, values, left))
      for (const { child, item } of cleared.remaining) leave(work, child, item, left)
      for (const item of items) leave(work, place, item, left)
      return cleared.writes
    }
    return cleared.writes + (await actOn(work, place, items, values, left))
  }
  return actOn(work, place, items, values, left)
}

/** A child that would not go keeps its own parent, not the others of the page. */
async function oneByOne(
  work: Work,
  place: Place,
  items: readonly Item[],
  values: Values,
  left: Left,
): Promise<number> {
  let writes = 0
  for (const item of items) writes += await eraseItems(work, place, [item], values, left)
  return writes
}

async function actOn(
  { records, ...work }: Work,
  place: Place,
  items: readonly Item[],
  values: Values,
  left: Left,
): Promise<number> {
  const todo = items.filter((item) => needsWork(place, item))
  if (todo.length === 0) return 0
  const refused = await act(records, place, todo, values)
  for (const item of refused) leave({ records, ...work }, place, item, left)
  return todo.length - refused.length
}

/** Erases and reads back until nothing of the children needs work. */
async function clearChildren(
  work: Work,
  parent: Place,
  values: Values,
): Promise<{ readonly writes: number; readonly remaining: readonly { child: Place; item: Item }[] }> {
  let writes = 0
  for (let round = 0; ; round += 1) {
    const remaining: { child: Place; item: Item }[] = []
    for (const child of parent.children) {
      for await (const { items } of pagesOf(work, child, values)) {
        const todo = items.filter((item) => needsWork(child, item))
        if (round < CHILD_ROUNDS) writes += await eraseItems(work, child, todo, values, {})
        remaining.push(...todo.map((item) => ({ child, item })))
      }
    }
    if (remaining.length === 0 || round === CHILD_ROUNDS) return { writes, remaining }
  }
}

function leave(work: Work, place: Place, item: Item, left: Left): void {
  if (firstHolding(work, place.table, item) === place) left[place.name] = (left[place.name] ?? 0) + 1
}
