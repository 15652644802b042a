/** ISO 8601 durations of the configuration, as date-fns adds them: calendar months and years. */
import type { Duration } from 'date-fns'
import { parse } from 'tinyduration'

/** @throws `InvalidDurationError` for a text that is no duration; the configuration check refuses those. */
export function duration(iso: string): Duration {
  const { years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0 } = parse(iso)
  return { years, months, weeks, days, hours, minutes, seconds }
}
