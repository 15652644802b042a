/** From a verified notice to a row of the ledger: one conditional write, whatever the person is. */
import type { CallbackLiterals } from '../config/literals.ts'
import type { Sealer } from '../keys/seal.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Delays } from '../platform/delays.ts'
import { ServiceError } from '../platform/errors.ts'
import { dayOf, earliest } from '../platform/time.ts'
import { type ConfirmationCode, deriveCode, requestKeyOf } from '../requests/code.ts'
import { isFinal } from '../requests/lifecycle.ts'
import type { Doubt } from '../requests/problem.ts'
import { readyFrom } from '../requests/steps.ts'
import type { MetaNotice } from './signed-request.ts'

export interface MetaIntake {
  readonly ledger: Pick<Ledger, 'open'>
  readonly sealer: Pick<Sealer, 'seal'>
  readonly indexKey: () => Promise<string>
  readonly literals: CallbackLiterals
  readonly delays: Delays
}

export const DAY_MS = 24 * 60 * 60 * 1000
/** A person who asks again on one day without `issued_at` gets a new request only when the last one has ended. */
const MAX_PER_DAY = 100

/**
 * Records what Meta asked for and returns its code. The same notice gives the same code however often it comes.
 *
 * @throws {@link ServiceError} `NOT_FOUND` for an app that is not configured.
 */
export async function openMetaRequest(
  { ledger, sealer, indexKey, literals, delays }: MetaIntake,
  app: string,
  notice: MetaNotice,
  now: Date,
): Promise<{ readonly code: ConfirmationCode; readonly created: boolean }> {
  const settings = literals.apps[app]
  if (!settings) throw new ServiceError('NOT_FOUND', 'no such app')
  const { userId } = notice
  const index = await indexKey()
  const identity = userId === undefined ? undefined : await sealer.seal({ [settings.identity]: [userId] })

  for (let count = 0; count < MAX_PER_DAY; count += 1) {
    const code = deriveCode(index, 'meta', app, userId ?? '0', ...occasion(notice.issuedAt, now, count))
    const { request, created } = await ledger.open({
      ...readyFrom(now, delays),
      key: requestKeyOf(code),
      channel: 'meta',
      app,
      scope: settings.scope,
      receivedAt: now,
      dueAt: earliest(now, literals.deadlines),
      ...(identity === undefined ? {} : { identity }),
      doubts: doubtsAbout(notice, now, literals.reviewOlderThanDays),
    })
    if (created || notice.issuedAt || !isFinal(request.state)) return { code, created }
  }
  throw new ServiceError('TOO_MANY_REQUESTS', 'too many requests without issued_at for one user in a day')
}

/** What makes it this request and not an earlier one of the same person. */
const occasion = (issuedAt: Date | undefined, now: Date, count: number): readonly string[] =>
  issuedAt ? ['issued_at', String(issuedAt.getTime() / 1000)] : ['day', dayOf(now), String(count)]

/** The signature proves only that Meta signed something for that id and app. */
export function doubtsAbout(
  { issuedAt, loginShaped }: MetaNotice,
  now: Date,
  maxAgeDays: number,
): readonly Doubt[] {
  const age = issuedAt && now.getTime() - issuedAt.getTime()
  const doubts: readonly (Doubt | false)[] = [
    loginShaped && 'login_shaped',
    age === undefined && 'undated',
    age !== undefined && age > maxAgeDays * DAY_MS && 'stale',
    age !== undefined && age < -DAY_MS && 'early',
  ]
  return doubts.filter((doubt) => doubt !== false)
}
