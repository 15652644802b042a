/** How long people wait: over all requests that are accepted and not done, in numbers alone. */

import type { Listings, OpenRow } from '../ledger/ledger.ts'
import type { Measure } from '../platform/measure.ts'
import { openPages } from './listings.ts'

export async function measureOpen(
  ledger: Pick<Listings, 'openRows'>,
  measure: Measure,
  at: Date,
): Promise<void> {
  const requests: OpenRow[] = []
  for await (const { rows } of openPages(ledger)) {
    // What nobody has confirmed is owed to nobody.
    requests.push(...rows.filter(({ state }) => state !== 'awaiting_confirmation'))
  }
  measure('openRequests', requests.length, {})
  if (requests.length === 0) return
  const times = (of: (row: OpenRow) => Date): readonly number[] => requests.map((row) => of(row).getTime())
  const secondsTo = (time: number): number => Math.round((time - at.getTime()) / 1000)
  measure('oldestOpenSeconds', -secondsTo(earliestOf(times(({ receivedAt }) => receivedAt))), {})
  measure('secondsToDue', secondsTo(earliestOf(times(({ dueAt }) => dueAt))), {})
}

const earliestOf = (times: readonly number[]): number => times.reduce((a, b) => Math.min(a, b))
