/** What was done, for whoever has to prove it: no personal data, and nothing that leads to any. */
import { dayOf } from '../platform/time.ts'
import type { RequestKey } from './code.ts'
import { type Ending, type Tally, tallyOf } from './outcome.ts'
import type { Channel, DeletionRequest } from './request.ts'

export interface Receipt {
  readonly request: RequestKey
  readonly channel: Channel
  readonly app?: string
  readonly scope: DeletionRequest['scope']
  /** ISO 8601, as all dates here. */
  readonly receivedAt: string
  readonly dueAt: string
  /** Absent if nothing was there to be changed. */
  readonly firstDeleteAt?: string
  readonly completedAt: string
  /** SHA-256 that names the data map by which it was done. */
  readonly mapHash: string
  readonly erased: readonly Tally[]
  readonly redacted: readonly Tally[]
  readonly retained: readonly KeptOnReceipt[]
  /** Absent if it is not known. */
  readonly backupsExpireAt?: string
}

/** Without who sees to its end, which may be a name, and to the day: the moment is that of a record. */
interface KeptOnReceipt extends Tally {
  readonly reason: string
  /** `YYYY-MM-DD`, in UTC. */
  readonly until?: string
  readonly ends: readonly Ending['by'][]
}

/** Of a completed request; every word of it stands on the ledger row. */
export function receiptOf(request: DeletionRequest): Receipt | undefined {
  const { key, channel, app, scope, receivedAt, dueAt, firstDeleteAt, endedAt, outcome, mapHash } = request
  if (!endedAt || !outcome || mapHash === undefined) return undefined
  return {
    request: key,
    channel,
    ...(app !== undefined && { app }),
    scope,
    receivedAt: receivedAt.toISOString(),
    dueAt: dueAt.toISOString(),
    ...(firstDeleteAt && { firstDeleteAt: firstDeleteAt.toISOString() }),
    completedAt: endedAt.toISOString(),
    mapHash,
    erased: outcome.erased.map(tallyOf),
    redacted: outcome.redacted.map(tallyOf),
    retained: outcome.retained.map(({ reason, until, ends, ...kept }) => ({
      ...tallyOf(kept),
      reason,
      ...(until !== undefined && { until: dayOf(until) }),
      ends: ends.map(({ by }) => by),
    })),
    ...(outcome.backupsExpireAt !== undefined && { backupsExpireAt: outcome.backupsExpireAt }),
  }
}
