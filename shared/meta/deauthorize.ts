/** From a notice that somebody removed the app to a row of the ledger that falls due by itself. */
import { DEAUTHORIZE } from '../config/data-map.ts'
import { after, dayOf, earliest, later } from '../platform/time.ts'
import { deriveCode, type RequestKey, requestKeyOf } from '../requests/code.ts'
import { DAY_MS, doubtsAbout, type MetaIntake } from './intake.ts'
import type { MetaNotice } from './signed-request.ts'

/**
 * Nothing where the app ignores such notices, nor when a Page removed it. The same notice is the same row, however often it
 * comes.
 *
 * @returns The request, and whether it is new.
 */
export async function openDeauthorized(
  { ledger, sealer, indexKey, literals }: MetaIntake,
  name: string,
  notice: MetaNotice,
  now: Date,
): Promise<{ readonly request: RequestKey; readonly created: boolean } | undefined> {
  const app = literals.apps[name]
  const { userId } = notice
  if (app?.eraseAfter === undefined || userId === undefined) return undefined
  const since = sinceWhen(notice, now)
  const due = after(since, app.eraseAfter, literals.timeZone)
  const code = deriveCode(await indexKey(), 'retention', DEAUTHORIZE, name, userId, dayOf(due))
  const { request, created } = await ledger.open({
    key: requestKeyOf(code),
    state: 'scheduled',
    version: 1,
    channel: 'retention',
    app: name,
    scope: app.scope,
    receivedAt: now,
    updatedAt: now,
    dueAt: earliest(due, literals.deadlines),
    identity: await sealer.seal({ [app.identity]: [userId] }),
    doubts: doubtsAbout(notice, now, literals.reviewOlderThanDays),
    retention: { rule: DEAUTHORIZE, since: since.toISOString() },
    attempts: 0,
    wakeups: 0,
    nextCheckAt: due,
  })
  return { request: request.key, created }
}

/** When Meta signed it; what is dated ahead began now. */
const sinceWhen = ({ issuedAt = new Date(Number.NaN) }: MetaNotice, now: Date): Date =>
  issuedAt <= later(now, DAY_MS) ? issuedAt : now
