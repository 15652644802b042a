/** Do the work: children before parents, the link last. Counts nothing; what would not go is named. */
import type { Values } from '../config/template.ts'
import { act, needsWork } from './actions.ts'
import { valuesOf } from './identities.ts'
import type { Place } from './places.ts'
import type { Item } from './records.ts'
import { childValues, firstHolding, lessonOf, pagesOf, type Work } from './work.ts'

/** Tries to empty the children of one page before its parents are left where they are. */
const CHILD_ROUNDS = 3

export interface Erased {
  /** Items that were planned and are still there, by the holding they count under. */
  readonly left: Left
  /** Items written to: progress. */
  readonly writes: number
  /** The holding where time ran out; those before it in plan order are done. */
  readonly stoppedAt?: string
}
type Left = Readonly<Record<string, number>>

/** @param from The holding to start with; those before it are done. */
export async function erase(work: Work, from: string | undefined): Promise<Erased> {
  const { roots } = work.places
  const first = Math.max(
    roots.findIndex(({ name }) => name === from),
    0,
  )
  const values = valuesOf(work.identities)
  let left: Left = {}
  let writes = 0
  for (const [n, place] of roots.slice(first).entries()) {
    if (n > 0 && work.outOfTime()) return { left, writes, stoppedAt: place.name }
    let leftHere: Left = {}
    for await (const { items, next } of pagesOf(work, place, values)) {
      const done = await eraseItems(work, place, items)
      writes += done.writes
      leftHere = add(leftHere, done.left)
      if (next && work.outOfTime()) return { left, writes, stoppedAt: place.name }
    }
    left = add(left, leftHere)
  }
  return { left, writes }
}

type Done = Pick<Erased, 'left' | 'writes'>

async function eraseItems(work: Work, place: Place, items: readonly Item[]): Promise<Done> {
  const ready = items.filter((item) => lessonOf(work, place, item) === 'known')
  const stays = leave(work, place, except(items, ready))
  if (ready.length === 0) return { left: stays, writes: 0 }
  if (place.children.length === 0) return sum([{ left: stays, writes: 0 }, await actOn(work, place, ready)])

  const children = await clearChildren(work, place, childValues(work, place, ready))
  const cleared = { left: stays, writes: children.writes }
  if (children.isClear) return sum([cleared, await actOn(work, place, ready)])
  if (ready.length === 1)
    return sum([cleared, { left: add(children.left, leave(work, place, ready)), writes: 0 }])
  // A child that would not go keeps its own parent, not the others of the page.
  const each: Done[] = [cleared]
  for (const item of ready) each.push(await eraseItems(work, place, [item]))
  return sum(each)
}

async function actOn(work: Work, place: Place, items: readonly Item[]): Promise<Done> {
  const todo = items.filter((item) => needsWork(place, item))
  const refused = todo.length === 0 ? [] : await act(work.records, place, todo)
  return { left: leave(work, place, refused), writes: todo.length - refused.length }
}

/** Erases and reads back until nothing of the children needs work. */
async function clearChildren(
  work: Work,
  parent: Place,
  values: Values,
): Promise<Done & { readonly isClear: boolean }> {
  let writes = 0
  for (let round = 0; ; round += 1) {
    let isClear = true
    let left: Left = {}
    for (const child of parent.children) {
      for await (const { items, unclear } of pagesOf(work, child, values)) {
        const todo = items.filter((item) => needsWork(child, item))
        if (todo.length + unclear.length > 0) isClear = false
        left = add(left, leave(work, child, todo))
        if (round < CHILD_ROUNDS) writes += (await eraseItems(work, child, todo)).writes
      }
    }
    if (isClear || round === CHILD_ROUNDS) return { isClear, left, writes }
  }
}

/** What stays, by the holding it counts under. */
function leave(work: Work, place: Place, items: readonly Item[]): Left {
  const counted = items.filter(
    (item) => needsWork(place, item) && firstHolding(work, place.table, item) === place,
  )
  return counted.length > 0 ? { [place.name]: counted.length } : {}
}

const except = (items: readonly Item[], some: readonly Item[]): readonly Item[] =>
  items.filter((item) => !some.includes(item))

const add = (a: Left, b: Left): Left => ({
  ...a,
  ...Object.fromEntries(Object.entries(b).map(([name, items]) => [name, (a[name] ?? 0) + items])),
})

const sum = (all: readonly Done[]): Done => ({
  left: all.map(({ left }) => left).reduce(add, {}),
  writes: all.reduce((writes, one) => writes + one.writes, 0),
})
