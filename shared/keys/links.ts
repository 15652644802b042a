/** How long the links in our mails are valid. */
import { add } from 'date-fns/add'
import { addDays } from 'date-fns/addDays'
import { max } from 'date-fns/max'
import { duration } from '../platform/time.ts'

/** Durations in ISO 8601. */
export interface LinkTimes {
  readonly confirmWithin: string
  /** Or `none`, only on a local machine. */
  readonly coolingOff: string
}

/** A busy system may begin an erasure late; the link to take it back stays valid as long as it can be of use. */
export const WITHDRAW_DAYS = 30

/** When the last link that was signed by that date has expired. */
export function lastLinkEnds(by: Date, { confirmWithin, coolingOff }: LinkTimes): Date {
  const startsAt = coolingOff === 'none' ? by : add(by, duration(coolingOff))
  return max([add(by, duration(confirmWithin)), addDays(startsAt, WITHDRAW_DAYS)])
}
