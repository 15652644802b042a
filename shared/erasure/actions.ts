/** Does to items what their holding says. */
import { isDeepStrictEqual } from 'node:util'
import { conditionsOf, isConditional, type Judge } from '../person/judge.ts'
import type { Place } from '../person/places.ts'
import { keyOf } from '../person/queries.ts'
import type { Change, Item, Records } from '../records/records.ts'
import { untilOneFails } from '../records/until-one-fails.ts'

const CONCURRENCY = 16

export interface Acted {
  readonly written: readonly Item[]
  /** Those that are there and would not have it. */
  readonly refused: readonly Item[]
  /** Whether all were tried: what was not begun, because the time was over, is in neither. */
  readonly isWhole: boolean
}

export interface Acting {
  readonly records: Records
  readonly judge: Judge
  readonly isOver: () => boolean
}

export async function act(
  { records, judge, isOver }: Acting,
  place: Place,
  items: readonly Item[],
): Promise<Acted> {
  const written: Item[] = []
  const refused: Item[] = []
  if (place.action === 'erase' && !isConditional(place)) {
    const byKey = new Map(items.map((item) => [keyOf(place, item), item]))
    for (const key of await records.erase(place.table, [...byKey.keys()], isOver)) byKey.delete(key)
    written.push(...byKey.values())
  } else {
    await untilOneFails(items, CONCURRENCY, async (item) => {
      if (isOver()) return
      const side = (await write(records, judge, place, item)) ? written : refused
      side.push(item)
    })
  }
  return { written, refused, isWhole: written.length + refused.length === items.length }
}

async function write(records: Records, judge: Judge, place: Place, item: Item): Promise<boolean> {
  const { table, action } = place
  const key = keyOf(place, item)
  const change = action === 'erase' ? undefined : judge.changeTo(place, item)
  if (action !== 'erase' && !change) return false
  const done = await (change
    ? records.changeIf(table, key, change)
    : records.eraseIf(table, key, conditionsOf(place, item)))
  if (typeof done === 'string') return done === 'done'
  // The SDK repeats a write whose answer was lost, and is then refused by what it has done itself.
  return change !== undefined && isChanged(done, change)
}

const isChanged = (item: Item, { set, remove }: Change): boolean =>
  remove.every((attribute) => item[attribute] === undefined) &&
  Object.entries(set).every(([attribute, value]) => isDeepStrictEqual(item[attribute], value))
