/** How long the journal remembers an erased person: as long as any backup could bring their data back. */

import { add } from 'date-fns/add'
import { differenceInCalendarDays } from 'date-fns/differenceInCalendarDays'
import { duration } from '../platform/time.ts'
import type { DeletionConfig } from './define.ts'
import { keepRequests } from './function-config.ts'

/** The ledger, too, can be restored from any point of so many days. */
const POINTS_IN_TIME_DAYS = 35
/** The months from here are the longest, so that no duration is counted too short. */
const LONGEST_FROM = new Date('2027-07-01T00:00:00Z')

export function journalDays(config: Pick<DeletionConfig, 'dataMap' | 'keep'>): number {
  const kept = Object.values(config.dataMap.tables).map(({ backupsKeptFor }) =>
    daysOf(backupsKeptFor === 'unknown' ? keepRequests(config) : backupsKeptFor),
  )
  return Math.max(POINTS_IN_TIME_DAYS, ...kept)
}

const daysOf = (iso: string): number =>
  differenceInCalendarDays(add(LONGEST_FROM, duration(iso)), LONGEST_FROM) + 1
