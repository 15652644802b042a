/** What was done, for whoever has to prove it: no personal data, and nothing that leads to any. */
import type { RequestKey } from './code.ts'
import type { Channel, DeletionRequest, Outcome } from './request.ts'

export interface Receipt extends Outcome {
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
    ...outcome,
  }
}
