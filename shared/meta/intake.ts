/** From a verified payload to a row of the ledger, in one conditional write. */
import type { CallbackConfig } from '../config/function-config.ts'
import { isOpen, openOnce } from '../intake/open-once.ts'
import type { Sealer } from '../keys/seal.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Delays } from '../platform/delays.ts'
import { ServiceError } from '../platform/errors.ts'
import { DAY_MS, dayOf, earliest } from '../platform/time.ts'
import { type ConfirmationCode, deriveCode } from '../requests/code.ts'
import type { Doubt } from '../requests/problem.ts'
import { readyFrom } from '../requests/steps.ts'
import type { SignedPayload } from './signed-request.ts'

export interface MetaIntake {
  readonly ledger: Pick<Ledger, 'open'>
  readonly sealer: Pick<Sealer, 'seal'>
  readonly indexKey: () => Promise<string>
  readonly config: CallbackConfig
  readonly delays: Delays
}

/** Of one person, in payloads without `issued_at`. */
const MAX_PER_DAY = 100

/**
 * Records the request that Meta sent. The same payload gives the same code however often it comes; of payloads without
 * `issued_at`, one of the same day opens a new request only when the last one has ended.
 *
 * @throws {@link ServiceError} `NOT_FOUND` for an app that is not configured, `TOO_MANY_REQUESTS` for too many undated
 *   payloads about one person in a day.
 */
export async function openMetaRequest(
  { ledger, sealer, indexKey, config, delays }: MetaIntake,
  app: string,
  payload: SignedPayload,
  now: Date,
): Promise<{ readonly code: ConfirmationCode; readonly created: boolean }> {
  const settings = config.apps[app]
  if (!settings) throw new ServiceError('NOT_FOUND', 'no such app')
  const { userId, issuedAt } = payload
  const index = await indexKey()
  const identity = userId === undefined ? undefined : await sealer.seal({ [settings.identity]: [userId] })
  const occasion = (count: number): readonly string[] =>
    issuedAt ? ['issued_at', String(issuedAt.getTime() / 1000)] : ['day', dayOf(now), String(count)]

  const opened = await openOnce(
    {
      codeAt: (count) => deriveCode(index, 'meta', app, userId ?? '0', ...occasion(count)),
      most: MAX_PER_DAY,
      answers: (request) => issuedAt !== undefined || isOpen(request),
    },
    (key) =>
      ledger.open({
        ...readyFrom(now, delays),
        key,
        channel: 'meta',
        app,
        scope: settings.scope,
        receivedAt: now,
        dueAt: earliest(now, config.deadlines),
        ...(identity !== undefined && { identity }),
        doubts: doubtsAbout(payload, now, config.reviewOlderThanDays),
      }),
  )
  if (!opened) {
    throw new ServiceError('TOO_MANY_REQUESTS', 'too many requests without issued_at for one user in a day')
  }
  return { code: opened.code, created: opened.created }
}

/** Reasons for a review: the signature proves only that Meta signed something for this id and app. */
export function doubtsAbout(
  { issuedAt, loginShaped }: SignedPayload,
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
