/** Until when an item is kept: a date of its own, and a duration. */
import { add } from 'date-fns/add'
import type { DateFormat, Retain } from '../data-map/data-map.ts'
import { canonicalNumber, isNumber } from '../data-map/numbers.ts'
import { dayOf, duration } from '../platform/time.ts'
import type { Item, Value } from '../records/records.ts'

/** When what is kept may go; `undefined` if the item's date cannot be read. */
export function untilOf({ until }: Retain, item: Item): Date | undefined {
  if (until.on !== undefined) return new Date(until.on)
  const from = readDate(until.format, item[until.from])
  if (!from) return undefined
  const end = add(from, duration(until.for))
  return Number.isNaN(end.getTime()) ? undefined : end
}

/** `undefined` for what is no date of this format. */
export const readDate = (format: DateFormat, value: Value | undefined): Date | undefined =>
  READ[format](value)

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
  if (Number.isNaN(midnight.getTime()) || dayOf(midnight) !== day) return undefined
  const date = new Date(/(?:Z|[+-]\d\d:?\d\d|^.{10})$/.test(text) ? text : `${text}Z`)
  return Number.isNaN(date.getTime()) ? undefined : date
}

function readEpoch(text = '', unitMs: number): Date | undefined {
  const number = isNumber(text) ? canonicalNumber(text) : undefined
  return number === undefined || number.startsWith('-') ? undefined : new Date(Number(number) * unitMs)
}
