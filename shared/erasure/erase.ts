/** Do the work: children before parents, the link last. Counts nothing; what would not go is named. */
import type { Values } from '../config/template.ts'
import { act, needsWork } from './actions.ts'
import { valuesOf } from './identities.ts'
import type { Place } from './places.ts'
import type { Item } from './records.ts'
import { childValues, countsUnder, isKeptElsewhere, lessonOf, pagesOf, type Work } from './work.ts'

/** Tries to empty the children of one page before its parents are left where they are. */
const CHILD_ROUNDS = 3

/** Items by the holding they count under. */
export type Items = Readonly<Record<string, number>>

export interface Erased {
  /** What was there to be worked on: more than was planned if something was written meanwhile. */
  readonly seen: Items
  /** What is still there. */
  readonly left: Items
  /** Items written to: progress. */
  readonly writes: number
  /** The holding where time ran out; those before it in plan order are done. */
  readonly stoppedAt?: string
}

type Done = Omit<Erased, 'stoppedAt'>

const NONE: Done = { seen: {}, left: {}, writes: 0 }

/** @param from The holding to start with; those before it are done. */
export async function erase(work: Work, from: string | undefined): Promise<Erased> {
  const { roots } = work.places
  const first = Math.max(
    roots.findIndex(({ name }) => name === from),
    0,
  )
  const values = valuesOf(work.identities)
  let done = NONE
  for (const [n, place] of roots.slice(first).entries()) {
    if (n > 0 && work.outOfTime()) return { ...done, stoppedAt: place.name }
    let here = NONE
    for await (const { items, next } of pagesOf(work, place, values)) {
      here = sum([here, await eraseItems(work, place, items)])
      // The place starts over in the next slice: of what it holds only the progress counts.
      if (next && work.outOfTime())
        return { ...done, writes: done.writes + here.writes, stoppedAt: place.name }
    }
    done = sum([done, here])
  }
  return done
}

/**
 * What another holding keeps is not touched, but its children are worked like any other's. `isClear`: nothing stays
 * that would lose its way if the parent of these items went.
 */
async function eraseItems(
  work: Work,
  place: Place,
  items: readonly Item[],
  rounds = CHILD_ROUNDS,
): Promise<Done & { readonly isClear: boolean }> {
  const known = items.filter(
    (item) => isKeptElsewhere(work, place, item) || lessonOf(work, place, item) === 'known',
  )
  const unknown = items.filter((item) => !known.includes(item))
  const stays: Done = { seen: counted(work, place, items), left: counted(work, place, unknown), writes: 0 }
  const isClear = unknown.length === 0
  if (known.length === 0) return { ...stays, isClear }
  if (place.children.length === 0) return { ...sum([stays, await actOn(work, place, known)]), isClear }

  const children = await clearChildren(work, place, childValues(work, place, known), rounds)
  if (children.isClear) return { ...sum([stays, children, await actOn(work, place, known)]), isClear }
  if (known.length === 1) {
    return { ...sum([stays, children, { ...NONE, left: counted(work, place, known) }]), isClear: false }
  }
  // A child that would not go keeps its own parent, not the others of the page.
  const each: Done[] = [stays, { ...children, left: {} }]
  for (const item of known) each.push({ ...(await eraseItems(work, place, [item], 1)), seen: {} })
  return { ...sum(each), isClear: false }
}

async function actOn(work: Work, place: Place, items: readonly Item[]): Promise<Done> {
  const todo = items.filter((item) => needsWork(place, item) && !isKeptElsewhere(work, place, item))
  const refused = todo.length === 0 ? [] : await act(work.records, place, todo)
  return { seen: {}, left: counted(work, place, refused), writes: todo.length - refused.length }
}

/** Erases and reads back until nothing of the children, or of theirs, needs work; what is left, by the last reading. */
async function clearChildren(
  work: Work,
  parent: Place,
  values: Values,
  rounds: number,
): Promise<Done & { readonly isClear: boolean }> {
  let seen: Items = {}
  let writes = 0
  for (let round = 0; ; round += 1) {
    let isClear = true
    let left: Items = {}
    // Grandchildren are tried as often in the first round only, or the tries would multiply.
    const deeper = round === 0 ? rounds : 1
    for (const child of parent.children) {
      for await (const { items, unclear } of pagesOf(work, child, values)) {
        const todo = items.filter((item) => needsWork(child, item) && !isKeptElsewhere(work, child, item))
        const done = await eraseItems(work, child, items, deeper)
        if (todo.length + unclear.length > 0 || !done.isClear) isClear = false
        left = add(left, done.left)
        writes += done.writes
        if (round === 0) seen = add(seen, done.seen)
      }
    }
    if (isClear || round === rounds) return { isClear, seen, left, writes }
  }
}

/** Of these items, those that need work, by the holding they count under. */
function counted(work: Work, place: Place, items: readonly Item[]): Items {
  const mine = items.filter((item) => needsWork(place, item) && countsUnder(work, place, item))
  return mine.length > 0 ? { [place.name]: mine.length } : {}
}

const add = (a: Items, b: Items): Items => ({
  ...a,
  ...Object.fromEntries(Object.entries(b).map(([name, items]) => [name, (a[name] ?? 0) + items])),
})

const sum = (all: readonly Done[]): Done => ({
  seen: all.map(({ seen }) => seen).reduce(add, {}),
  left: all.map(({ left }) => left).reduce(add, {}),
  writes: all.reduce((writes, one) => writes + one.writes, 0),
})
