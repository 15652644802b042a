/** How long each law gives to fulfil a request, and the one extension it allows. Adopters confirm with counsel. */

import type { IsoDuration } from '../data-map/retention.ts'
import { earliest } from '../platform/time.ts'
import type { Jurisdiction } from './define.ts'

interface Law {
  readonly deadline: IsoDuration
  /** Counted from where the deadline ends. */
  readonly extension: IsoDuration
  /** Before the deadline, when an alarm goes off: about a quarter of the time that the law gives. */
  readonly warningDays: number
}

const LAWS: Readonly<Record<Jurisdiction, Law>> = {
  /** Law 91/2025/QH15 art. 14 and Decree 356/2025 art. 5. */
  vietnam: { deadline: 'P20D', extension: 'P20D', warningDays: 5 },
  /** GDPR and UK GDPR, art. 12(3). */
  gdpr: { deadline: 'P1M', extension: 'P2M', warningDays: 7 },
  /** California Civil Code § 1798.130. */
  ccpa: { deadline: 'P45D', extension: 'P45D', warningDays: 10 },
}

/** In days, of the law whose deadline comes first: that one sets `dueAt`. */
export const warningDaysOf = (laws: Applicable): number => LAWS[firstOf(laws)].warningDays

export const shortestDeadline = (laws: Applicable): IsoDuration => LAWS[firstOf(laws)].deadline

type Applicable = readonly [Jurisdiction, ...Jurisdiction[]]

/** Compared over the shortest month, so that a promise holds in every month. */
const firstOf = ([one, ...others]: Applicable): Jurisdiction =>
  others.reduce((best, law) => (endOf(law) < endOf(best) ? law : best), one)

const endOf = (law: Jurisdiction): Date => earliest(new Date('2026-02-01'), [LAWS[law].deadline])

export const deadlinesOf = (laws: readonly Jurisdiction[]): readonly IsoDuration[] =>
  laws.map((law) => LAWS[law].deadline)

export const extensionsOf = (laws: readonly Jurisdiction[]): readonly IsoDuration[] =>
  laws.map((law) => LAWS[law].extension)
