/** How long each law gives to fulfil a request, and the one extension it allows. Adopters confirm with counsel. */

import type { IsoDuration } from '../data-map/retention.ts'
import { earliest } from '../platform/time.ts'
import type { Jurisdiction } from './define.ts'

const DEADLINES: Readonly<Record<Jurisdiction, IsoDuration>> = {
  /** Law 91/2025/QH15 art. 14 and Decree 356/2025 art. 5. */
  vietnam: 'P20D',
  /** GDPR and UK GDPR, art. 12(3). */
  gdpr: 'P1M',
  /** California Civil Code § 1798.130. */
  ccpa: 'P45D',
}

/** Counted from where the deadline ends. */
const EXTENSIONS: Readonly<Record<Jurisdiction, IsoDuration>> = {
  /** Decree 356/2025 art. 5. */
  vietnam: 'P20D',
  /** GDPR and UK GDPR, art. 12(3). */
  gdpr: 'P2M',
  /** California Civil Code § 1798.130. */
  ccpa: 'P45D',
}

/** Days before the deadline at which an alarm goes off: about a quarter of the time that the law gives. */
const WARNING_DAYS: Readonly<Record<Jurisdiction, number>> = { vietnam: 5, gdpr: 7, ccpa: 10 }

/** In days, of the law whose deadline comes first: that one sets `dueAt`. */
export const warningDaysOf = (laws: Laws): number => WARNING_DAYS[firstOf(laws)]

export const shortestDeadline = (laws: Laws): IsoDuration => DEADLINES[firstOf(laws)]

type Laws = readonly [Jurisdiction, ...Jurisdiction[]]

/** Compared over the shortest month, so that a promise holds in every month. */
const firstOf = ([one, ...others]: Laws): Jurisdiction =>
  others.reduce((best, law) => (endOf(law) < endOf(best) ? law : best), one)

const endOf = (law: Jurisdiction): Date => earliest(new Date('2026-02-01'), [DEADLINES[law]])

export const deadlinesOf = (laws: readonly Jurisdiction[]): readonly IsoDuration[] =>
  laws.map((law) => DEADLINES[law])

export const extensionsOf = (laws: readonly Jurisdiction[]): readonly IsoDuration[] =>
  laws.map((law) => EXTENSIONS[law])
