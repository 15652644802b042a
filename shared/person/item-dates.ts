/** Dates in items: until when an item is kept, and from when a person's data is due to go. */
import { add } from 'date-fns/add'
import { sub } from 'date-fns/sub'
import { canonicalNumber, isNumber } from '../data-map/numbers.ts'
import type { DateFormat, Over, Retain, RetentionRule } from '../data-map/retention.ts'
import { after, DAY_MS, dayOf, duration, later, startOfDay } from '../platform/time.ts'
import type { Item, Value } from '../records/records.ts'

/**
 * Until when an item is kept: its date plus a duration, or an earlier end that the company itself has given it. `undefined`
 * if that date cannot be read.
 */
export function keptUntil({ until, ends }: Retain, item: Item, now: Date): Date | undefined {
  if (until.on !== undefined) return new Date(until.on)
  const from = readDate(until.format, item[until.from])
  const end = from && valid(add(from, duration(until.for)))
  const own = ends.by === 'ttl' ? readEpoch(item[ends.attribute]?.N, UNIT_MS.epochSeconds) : undefined
  return end && own && own < end && own > sub(now, { years: 5 }) ? own : end
}

/** Whether it is kept no longer: DynamoDB never acts on a TTL that is more than five years past. */
export const isEnded = (retain: Retain, item: Item, now: Date): boolean => {
  const end = retain.ends.by === 'operator' ? undefined : keptUntil(retain, item, now)
  return end !== undefined && end <= now
}

const valid = (date: Date): Date | undefined => (Number.isNaN(date.getTime()) ? undefined : date)

/** A date, or why there is none to count from: such an item is never due, and is counted for the operator. */
export type DueDate =
  | { readonly date: Date; readonly no?: undefined }
  | { readonly date?: undefined; readonly no: 'absent' | 'unreadable' | 'too_old' | 'future' }

/** Older dates are defaults of programs, or seconds taken for milliseconds. */
const FIRST = new Date('2000-01-01T00:00:00Z')
/** Clocks differ. */
const AHEAD_MS = DAY_MS

/**
 * The date of an item that a retention rule counts from.
 *
 * @param timeZone IANA name. A day without a time begins in this zone: in UTC it might belong to another month.
 */
export function readDueDate(
  { format, timeZone }: { readonly format: DateFormat; readonly timeZone: string },
  value: Value | undefined,
  now: Date,
): DueDate {
  if (value === undefined || value.NULL) return { no: 'absent' }
  const read = readDate(format, value)
  const isDay = format === 'iso' && value.S?.length === 'YYYY-MM-DD'.length
  const date = read && isDay ? startOfDay(read, timeZone) : read
  if (!date || Number.isNaN(date.getTime())) return { no: 'unreadable' }
  if (date < FIRST) return { no: 'too_old' }
  return date > later(now, AHEAD_MS) ? { no: 'future' } : { date }
}

/** Whether the duration has passed since the item's date. */
export function isOver({ from, format, after: period, timeZone, at }: Over, item: Item): boolean {
  const now = new Date(at)
  const { date } = readDueDate({ format, timeZone }, item[from], now)
  return date !== undefined && after(date, period, timeZone) <= now
}

/**
 * The upper end of an index query for what is due: no date that may be due now is later, and of the others only some
 * days' worth are earlier.
 */
export function endOfDue({ format, after }: Pick<RetentionRule, 'format' | 'after'>, now: Date): Value {
  return write(format, later(sub(now, duration(after)), MARGIN_MS))
}

/** Months differ by up to three days, and a date with a zone may be written more than half a day apart. */
const MARGIN_MS = 5 * DAY_MS

/** Whatever is dated later than this lies in the future, or is no date. */
export const startOfFuture = ({ format }: Pick<RetentionRule, 'format'>, now: Date): Value =>
  write(format, later(now, 2 * AHEAD_MS))

const UNIT_MS = { epochSeconds: 1000, epochMillis: 1 } as const

const write = (format: DateFormat, date: Date): Value =>
  format === 'iso' ? { S: date.toISOString() } : { N: String(Math.floor(date.getTime() / UNIT_MS[format])) }

const readDate = (format: DateFormat, value: Value | undefined): Date | undefined =>
  format === 'iso' ? readIso(value?.S ?? '') : readEpoch(value?.N, UNIT_MS[format])

const ISO_8601 = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/

/** Strict: `Date` makes a year of "5" and 2 March of 31 February. No zone means UTC. */
function readIso(text: string): Date | undefined {
  const day = ISO_8601.exec(text)?.[1]
  const midnight = valid(new Date(`${day}T00:00:00Z`))
  if (!midnight || dayOf(midnight) !== day) return undefined
  return valid(new Date(/(?:Z|[+-]\d\d:?\d\d|^.{10})$/.test(text) ? text : `${text}Z`))
}

function readEpoch(text = '', unitMs: number): Date | undefined {
  const number = isNumber(text) ? canonicalNumber(text) : undefined
  return number === undefined || number.startsWith('-') ? undefined : new Date(Number(number) * unitMs)
}
