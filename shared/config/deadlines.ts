/** How long each law gives to fulfil a request, and how much longer once, for a reason. Adopters confirm with counsel. */
import type { IsoDuration } from './data-map.ts'
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

export const deadlinesOf = (laws: readonly Jurisdiction[]): readonly IsoDuration[] =>
  laws.map((law) => DEADLINES[law])

export const extensionsOf = (laws: readonly Jurisdiction[]): readonly IsoDuration[] =>
  laws.map((law) => EXTENSIONS[law])
