/** From a payload that a person removed the app to a row of the ledger that falls due by itself. */
import { DEAUTHORIZE } from '../data-map/retention.ts'
import type { Opened } from '../intake/open-once.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { retryOnConflict } from '../platform/errors.ts'
import { after, DAY_MS, dayOf, earliest, later } from '../platform/time.ts'
import { deriveCode, requestKeyOf } from '../requests/code.ts'
import { change, type DeletionRequest } from '../requests/request.ts'
import { scheduledFor } from '../requests/steps.ts'
import { doubtsAbout, type MetaIntake } from './intake.ts'
import type { SignedPayload } from './signed-request.ts'

export interface DeauthorizeIntake extends Pick<MetaIntake, 'sealer' | 'indexKey' | 'config'> {
  readonly ledger: Pick<Ledger, 'open' | 'save'>
}

/**
 * Opens a request that begins when the app's time for people who left is over. The same payload gives the same row,
 * however often it comes. So does a later payload that falls due on the same day, as at the end of some months: the row
 * then counts from the later one, because the person may have come back between the two.
 *
 * @returns The request, and whether it is new; nothing when the app ignores removals, or a Page removed it.
 * @throws {@link ServiceError} `LEDGER_CONFLICT` when the row changes at every try.
 */
export async function openDeauthorized(
  { ledger, sealer, indexKey, config }: DeauthorizeIntake,
  name: string,
  payload: SignedPayload,
  now: Date,
): Promise<Opened | undefined> {
  const app = config.apps[name]
  const { userId } = payload
  if (app?.eraseAfter === undefined || userId === undefined) return undefined
  const since = startedAt(payload, now)
  const due = after(since, app.eraseAfter, config.timeZone)
  const code = deriveCode(await indexKey(), 'retention', DEAUTHORIZE, name, userId, dayOf(due))
  const wanted: DeletionRequest = {
    ...scheduledFor(due, now),
    key: requestKeyOf(code),
    channel: 'retention',
    app: name,
    scope: app.scope,
    receivedAt: now,
    dueAt: earliest(due, config.deadlines),
    identity: await sealer.seal({ [app.identity]: [userId] }),
    doubts: doubtsAbout(payload, now, config.reviewOlderThanDays),
    retention: { rule: DEAUTHORIZE, since: since.toISOString() },
  }
  return retryOnConflict(async () => {
    const { request, created } = await ledger.open(wanted)
    const moved = created ? undefined : countedFrom(request, wanted, now)
    if (moved) await ledger.save(moved)
    return { request: request.key, created }
  })
}

/** The row, counted from the later payload and with the doubts about both; nothing if it does not wait for its day. */
function countedFrom(
  there: DeletionRequest,
  { retention, nextCheckAt, doubts }: DeletionRequest,
  now: Date,
): DeletionRequest | undefined {
  const isLater = retention && there.retention && retention.since > there.retention.since
  if (!isLater || there.state !== 'scheduled') return undefined
  return change(there, now, { retention, nextCheckAt, doubts: [...new Set([...there.doubts, ...doubts])] })
}

/** When the person removed the app: when Meta signed it, or now if its date is missing or lies ahead. */
const startedAt = ({ issuedAt = new Date(Number.NaN) }: SignedPayload, now: Date): Date =>
  issuedAt <= later(now, DAY_MS) ? issuedAt : now
