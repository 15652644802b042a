/** Dates in items that say when a person's data goes by itself. */
import { add } from 'date-fns/add'
import type { DateFormat, Over, RetentionRule } from '../data-map/data-map.ts'
import { after, duration, startOfDay } from '../platform/time.ts'
import type { Item, Value } from '../records/records.ts'
import { readDate } from './retention.ts'

/** A date that is none is never due: it is counted, for somebody to look at. */
export const NO_DATES = ['absent', 'unreadable', 'too_old', 'future'] as const
export type NoDate = (typeof NO_DATES)[number]

export type Said =
  | { readonly date: Date; readonly no?: undefined }
  | { readonly date?: undefined; readonly no: NoDate }

const DAY_LENGTH = 'YYYY-MM-DD'.length
/** Default dates of programs, and seconds that are taken for milliseconds. */
const FIRST = new Date('2000-01-01T00:00:00Z')
/** Clocks differ. */
const AHEAD_MS = 24 * 3600 * 1000

/** A day without a time is that day in this zone: months are counted there, and a day earlier may be another month. */
export function saidBy(
  { format, timeZone }: { readonly format: DateFormat; readonly timeZone: string },
  value: Value | undefined,
  now: Date,
): Said {
  if (value === undefined || value.NULL) return { no: 'absent' }
  const read = readDate(format, value)
  const date = read && format === 'iso' && value.S?.length === DAY_LENGTH ? startOfDay(read, timeZone) : read
  if (!date || Number.isNaN(date.getTime())) return { no: 'unreadable' }
  if (date < FIRST) return { no: 'too_old' }
  return date.getTime() > now.getTime() + AHEAD_MS ? { no: 'future' } : { date }
}

/** Whether so long has passed since the item's date. */
export function isOver({ from, format, after: period, timeZone, at }: Over, item: Item): boolean {
  const now = new Date(at)
  const { date } = saidBy({ format, timeZone }, item[from], now)
  return date !== undefined && after(date, period, timeZone) <= now
}

/** Later than any date that may be due now, and earlier than all others but some days of them: as the index has it. */
export function endOfDue({ format, after }: Pick<RetentionRule, 'format' | 'after'>, now: Date): Value {
  const { years = 0, months = 0, ...shorter } = duration(after)
  const from = add(now, negative({ years, months, ...shorter }))
  return written(format, new Date(from.getTime() + MARGIN_MS))
}

/** Months are up to three days longer than others, and a date with a zone may be written half a day and more apart. */
const MARGIN_MS = 5 * 24 * 3600 * 1000

/** What is dated later than this is in the future, or no date. */
export const startOfFuture = ({ format }: Pick<RetentionRule, 'format'>, now: Date): Value =>
  written(format, new Date(now.getTime() + 2 * AHEAD_MS))

const negative = (of: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(of).map(([unit, amount]) => [unit, -amount]))

const written = (format: DateFormat, date: Date): Value => {
  if (format === 'iso') return { S: date.toISOString() }
  return { N: String(format === 'epochSeconds' ? Math.floor(date.getTime() / 1000) : date.getTime()) }
}
