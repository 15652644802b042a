/** How long people wait: over all requests that are accepted and not done, in numbers alone. */
import pMap from 'p-map'
import type { Measure } from '../platform/measure.ts'
import type { Ledger } from './ledger.ts'
import { isFinal } from './lifecycle.ts'
import { NEVER_DUE } from './steps.ts'

const MOST = 2000
const CONCURRENCY = 8

export async function measureOpen(
  ledger: Pick<Ledger, 'due' | 'find'>,
  measure: Measure,
  at: Date,
): Promise<void> {
  const keys = await ledger.due(NEVER_DUE, MOST)
  const found = await pMap(keys, (key) => ledger.find(key), { concurrency: CONCURRENCY })
  // What nobody has confirmed is owed to nobody.
  const open = found.filter((one) => one && !isFinal(one.state) && one.state !== 'awaiting_confirmation')
  const requests = open.filter((one) => one !== undefined)
  measure('openRequests', requests.length, {})
  if (requests.length === 0) return
  const secondsFrom = (from: Date, to: Date): number => Math.round((to.getTime() - from.getTime()) / 1000)
  measure('oldestOpenSeconds', Math.max(...requests.map(({ receivedAt }) => secondsFrom(receivedAt, at))), {})
  measure('secondsToDue', Math.min(...requests.map(({ dueAt }) => secondsFrom(at, dueAt))), {})
}
