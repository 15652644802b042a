/** Dates and durations, between the configuration, the ledger and `Date`. */
import { TZDate } from '@date-fns/tz/date'
import type { Duration } from 'date-fns'
import { add } from 'date-fns/add'
import { parse } from 'tinyduration'

/**
 * An ISO 8601 duration as date-fns adds it: calendar months and years.
 *
 * @throws `InvalidDurationError` for a text that is no duration; the configuration check refuses those.
 */
export function duration(iso: string): Duration {
  const { years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0 } = parse(iso)
  return { years, months, weeks, days, hours, minutes, seconds }
}

/** The form of DynamoDB's TTL. */
export const epochSeconds = (date: Date): number => Math.floor(date.getTime() / 1000)

export const DAY_MS = 24 * 3600 * 1000

export const later = (at: Date, milliseconds: number): Date => new Date(at.getTime() + milliseconds)

/** @param durations ISO 8601; at least one. */
export const earliest = (from: Date, durations: readonly string[]): Date =>
  new Date(Math.min(...durations.map((iso) => add(from, duration(iso)).getTime())))

/** In calendar months of that zone: six months after 31 August is the last day of February. @param timeZone IANA name. */
export const after = (from: Date, iso: string, timeZone: string): Date =>
  new Date(add(new TZDate(from.getTime(), timeZone), duration(iso)).getTime())

/** When the day with this date in UTC begins in another zone. @param timeZone IANA name. */
export const startOfDay = (day: Date, timeZone: string): Date =>
  new Date(new TZDate(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate(), timeZone).getTime())

/** @returns The day in UTC, `YYYY-MM-DD`. @param at A moment; as a text in ISO 8601, in UTC. */
export const dayOf = (at: Date | string): string =>
  (typeof at === 'string' ? at : at.toISOString()).slice(0, 'YYYY-MM-DD'.length)

/** When the next day begins in UTC. */
export const nextDay = (at: Date): Date => new Date(`${dayOf(later(at, DAY_MS))}T00:00:00Z`)
