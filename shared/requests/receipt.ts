/** A proof of what was done, without personal data and without anything that leads to it. */
import { defined } from '../platform/defined.ts'
import { dayOf } from '../platform/time.ts'
import type { RequestKey } from './code.ts'
import { type Ending, type Outcome, type Tally, tallyOf } from './outcome.ts'
import type { Channel, DeletionRequest } from './request.ts'

export interface Receipt extends Pick<Outcome, 'erased' | 'redacted' | 'backupsExpireAt'> {
  readonly request: RequestKey
  readonly channel: Channel
  readonly app?: string
  readonly scope: DeletionRequest['scope']
  /** ISO 8601, as all dates here. */
  readonly receivedAt: string
  readonly dueAt: string
  /** Absent if nothing was changed. */
  readonly firstDeleteAt?: string
  readonly completedAt: string
  /** SHA-256 of the data map by which it was done. */
  readonly mapHash: string
  readonly retained: readonly KeptOnReceipt[]
}

/** Without the owner who ends it, who may be a named person; to the day, because the moment would be that of a record. */
interface KeptOnReceipt extends Tally {
  readonly reason: string
  /** `YYYY-MM-DD`, in UTC. */
  readonly until?: string
  readonly ends: readonly Ending['by'][]
}

/** @returns Nothing for a request that is not completed. All of it comes from the ledger row. */
export function receiptOf(request: DeletionRequest): Receipt | undefined {
  const { key, channel, app, scope, receivedAt, dueAt, firstDeleteAt, endedAt, outcome, mapHash } = request
  if (!endedAt || !outcome || mapHash === undefined) return undefined
  return defined({
    request: key,
    channel,
    app,
    scope,
    receivedAt: receivedAt.toISOString(),
    dueAt: dueAt.toISOString(),
    firstDeleteAt: firstDeleteAt?.toISOString(),
    completedAt: endedAt.toISOString(),
    mapHash,
    erased: outcome.erased.map(tallyOf),
    redacted: outcome.redacted.map(tallyOf),
    retained: outcome.retained.map(({ reason, until, ends, ...kept }) =>
      defined({ ...tallyOf(kept), reason, until: until && dayOf(until), ends: ends.map(({ by }) => by) }),
    ),
    backupsExpireAt: outcome.backupsExpireAt,
  })
}
