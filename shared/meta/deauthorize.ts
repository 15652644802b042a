/** From a notice that somebody removed the app to a row of the ledger that falls due by itself. */
import { DEAUTHORIZE } from '../data-map/data-map.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { ServiceError, unlessConflict } from '../platform/errors.ts'
import { after, dayOf, earliest, later } from '../platform/time.ts'
import { deriveCode, type RequestKey, requestKeyOf } from '../requests/code.ts'
import { change, type DeletionRequest } from '../requests/request.ts'
import { scheduledFor } from '../requests/steps.ts'
import { DAY_MS, doubtsAbout, type MetaIntake } from './intake.ts'
import type { SignedPayload } from './signed-request.ts'

export interface DeauthorizeIntake extends Pick<MetaIntake, 'sealer' | 'indexKey' | 'literals'> {
  readonly ledger: Pick<Ledger, 'open' | 'save'>
}

/**
 * Nothing where the app ignores such notices, nor when a Page removed it. The same notice is the same row, however often it
 * comes. So is a later one that falls due on the same day, as the last days of some months do: the row then counts from the
 * later, or whoever has come back between the two would be taken for somebody who stayed.
 *
 * @returns The request, and whether it is new.
 */
export async function openDeauthorized(
  { ledger, sealer, indexKey, literals }: DeauthorizeIntake,
  name: string,
  payload: SignedPayload,
  now: Date,
): Promise<{ readonly request: RequestKey; readonly created: boolean } | undefined> {
  const app = literals.apps[name]
  const { userId } = payload
  if (app?.eraseAfter === undefined || userId === undefined) return undefined
  const since = startedAt(payload, now)
  const due = after(since, app.eraseAfter, literals.timeZone)
  const code = deriveCode(await indexKey(), 'retention', DEAUTHORIZE, name, userId, dayOf(due))
  const wanted: DeletionRequest = {
    ...scheduledFor(due, now),
    key: requestKeyOf(code),
    channel: 'retention',
    app: name,
    scope: app.scope,
    receivedAt: now,
    dueAt: earliest(due, literals.deadlines),
    identity: await sealer.seal({ [app.identity]: [userId] }),
    doubts: doubtsAbout(payload, now, literals.reviewOlderThanDays),
    retention: { rule: DEAUTHORIZE, since: since.toISOString() },
  }
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const { request, created } = await ledger.open(wanted)
    const moved = created ? undefined : countedFrom(request, wanted, now)
    if (!moved || (await unlessConflict(() => ledger.save(moved)))) return { request: request.key, created }
  }
  throw new ServiceError('LEDGER_CONFLICT', 'the request changes all the time')
}

const MAX_TRIES = 5

/** A row that waits for its day, from a later notice on; what is doubtful in one is doubtful in both. */
function countedFrom(
  there: DeletionRequest,
  { retention, nextCheckAt, doubts }: DeletionRequest,
  now: Date,
): DeletionRequest | undefined {
  const isLater = retention && there.retention && retention.since > there.retention.since
  if (!isLater || there.state !== 'scheduled') return undefined
  return change(there, now, { retention, nextCheckAt, doubts: [...new Set([...there.doubts, ...doubts])] })
}

/** When Meta signed it; what is dated ahead began now. */
const startedAt = ({ issuedAt = new Date(Number.NaN) }: SignedPayload, now: Date): Date =>
  issuedAt <= later(now, DAY_MS) ? issuedAt : now
