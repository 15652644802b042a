/** What a holding's action means for one item: is there work left, and how it is done. */
import { add } from 'date-fns/add'
import pMap from 'p-map'
import type { DateFormat, Retain } from '../config/data-map.ts'
import type { Values } from '../config/template.ts'
import { duration } from '../platform/duration.ts'
import { conditionsOf, keyOf, type Place } from './places.ts'
import type { Change, Item, Records, Value } from './records.ts'

const CONCURRENCY = 16

/** Whether the item still holds what the holding promises away. An unreadable date is work nobody can do. */
export function needsWork({ action }: Place, item: Item): boolean {
  if (action === 'erase') return true
  if ('leave' in action) return false
  if ('redact' in action) {
    return Object.entries(action.redact).some(([attribute, put]) =>
      put === 'remove' ? item[attribute] !== undefined : item[attribute]?.S !== put.constant,
    )
  }
  const until = untilOf(action.retain, item)
  const { ends } = action.retain
  return until === undefined || (ends.by === 'ttl' && item[ends.attribute]?.N !== epochSeconds(until))
}

/** Does the work on these items; returns those that are there and would not have it. */
export async function act(
  records: Records,
  place: Place,
  items: readonly Item[],
  values: Values,
): Promise<readonly Item[]> {
  const keyOfItem = (item: Item) => keyOf(place, item)
  const conditions = conditionsOf(place, values)
  if (place.action === 'erase' && conditions.length === 0) {
    await records.erase(place.table, items.map(keyOfItem))
    return []
  }
  const accepted = await pMap(
    items,
    (item) => {
      if (place.action === 'erase') return records.eraseIf(place.table, keyOfItem(item), conditions)
      const change = changeTo(place, item)
      return change ? records.changeIf(place.table, keyOfItem(item), change, conditions) : false
    },
    { concurrency: CONCURRENCY },
  )
  return items.filter((_, n) => !accepted[n])
}

/** When what is kept may go; `undefined` if the item's date cannot be read. */
export function untilOf({ until }: Retain, item: Item): Date | undefined {
  const from = READ[until.format](item[until.from])
  return from && !Number.isNaN(from.getTime()) ? add(from, duration(until.for)) : undefined
}

const READ: Readonly<Record<DateFormat, (value: Value | undefined) => Date | undefined>> = {
  iso: (value) => (value?.S === undefined ? undefined : new Date(value.S)),
  epochSeconds: (value) => (value?.N === undefined ? undefined : new Date(Number(value.N) * 1000)),
  epochMillis: (value) => (value?.N === undefined ? undefined : new Date(Number(value.N))),
}

function changeTo({ action }: Place, item: Item): Change | undefined {
  if (action === 'erase' || 'leave' in action) return undefined
  if ('redact' in action) {
    const entries = Object.entries(action.redact)
    return {
      set: Object.fromEntries(
        entries.flatMap(([name, put]) => (put === 'remove' ? [] : [[name, { S: put.constant }]])),
      ),
      remove: entries.flatMap(([name, put]) => (put === 'remove' ? [name] : [])),
    }
  }
  const until = untilOf(action.retain, item)
  const { ends } = action.retain
  return until && ends.by === 'ttl'
    ? { set: { [ends.attribute]: { N: epochSeconds(until) } }, remove: [] }
    : undefined
}

const epochSeconds = (date: Date): string => String(Math.floor(date.getTime() / 1000))
