/** How long the journal remembers an erased person: as long as any backup could bring their data back. */

import { add } from 'date-fns/add'
import { differenceInCalendarDays } from 'date-fns/differenceInCalendarDays'
import { duration } from '../platform/time.ts'
import type { DeletionConfig } from './define.ts'

/** The ledger, too, can be restored from any point of so many days. */
const POINTS_IN_TIME_DAYS = 35
/** The months from here are the longest, so that no duration is counted too short. */
const LONGEST_FROM = new Date('2027-07-01T00:00:00Z')

export function journalDays({ dataMap, keep }: Pick<DeletionConfig, 'dataMap' | 'keep'>): number {
  const requests = keep?.requests ?? 'P24M'
  const kept = Object.values(dataMap.tables).map(({ backupsKeptFor }) =>
    daysOf(backupsKeptFor === 'unknown' ? requests : backupsKeptFor),
  )
  return Math.max(POINTS_IN_TIME_DAYS, ...kept)
}

const daysOf = (iso: string): number =>
  differenceInCalendarDays(add(LONGEST_FROM, duration(iso)), LONGEST_FROM) + 1
