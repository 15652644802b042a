/** What a holding's action means for one item: is there work left, and how it is done. */
import { add } from 'date-fns/add'
import pMap from 'p-map'
import type { DateFormat, Retain } from '../config/data-map.ts'
import { duration, epochSeconds } from '../platform/time.ts'
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
export async function act(records: Records, place: Place, items: readonly Item[]): Promise<readonly Item[]> {
  const keyOfItem = (item: Item) => keyOf(place, item)
  if (place.action === 'erase' && place.owner.length === 0) {
    await records.erase(place.table, items.map(keyOfItem))
    return []
  }
  const accepted = await pMap(
    items,
    (item) => {
      const conditions = conditionsOf(place, item)
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
  if (!from) return undefined
  const end = add(from, duration(until.for))
  return Number.isNaN(end.getTime()) ? undefined : end
}

const READ: Readonly<Record<DateFormat, (value: Value | undefined) => Date | undefined>> = {
  iso: (value) => readIso(value?.S ?? ''),
  epochSeconds: (value) => readEpoch(value?.N, 1000),
  epochMillis: (value) => readEpoch(value?.N, 1),
}

const ISO_8601 = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/

/** Strict: `Date` makes a year of "5" and the second of March of the 31st of February. No zone means UTC. */
function readIso(text: string): Date | undefined {
  const day = ISO_8601.exec(text)?.[1]
  const midnight = new Date(`${day}T00:00:00Z`)
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return undefined
  const date = new Date(/(?:Z|[+-]\d\d:?\d\d|^.{10})$/.test(text) ? text : `${text}Z`)
  return Number.isNaN(date.getTime()) ? undefined : date
}

const readEpoch = (text: string | undefined, unitMs: number): Date | undefined =>
  text !== undefined && /^\d+(?:\.\d+)?$/.test(text) ? new Date(Number(text) * unitMs) : undefined

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
