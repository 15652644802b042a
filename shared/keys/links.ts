/** How long the links in our mails are good for. */
import { add } from 'date-fns/add'
import { addDays } from 'date-fns/addDays'
import { max } from 'date-fns/max'
import { duration } from '../platform/time.ts'

/** In ISO 8601. */
export interface LinkTimes {
  readonly confirmWithin: string
  /** `none` on a machine that has no patience. */
  readonly coolingOff: string
}

/** An erasure begins late when much is to do; the link to take it back holds as long as it can be of use. */
export const WITHDRAW_DAYS = 30

/** When the last of the links has expired that were signed by then. */
export function lastLinkEnds(by: Date, { confirmWithin, coolingOff }: LinkTimes): Date {
  const startsAt = coolingOff === 'none' ? by : add(by, duration(coolingOff))
  return max([add(by, duration(confirmWithin)), addDays(startsAt, WITHDRAW_DAYS)])
}
