/** How an operator ends a request without erasing, or gives it more time. */
import type { Duration } from 'date-fns'
import { illegal } from '../platform/errors.ts'
import { dayOf, earliest } from '../platform/time.ts'
import { isFinal } from '../requests/lifecycle.ts'
import type { ExtensionReason, RefusalReason } from '../requests/reasons.ts'
import { change, type DeletionRequest } from '../requests/request.ts'
import { refuse, withdraw } from '../requests/steps.ts'
import { findNamed } from './find-named.ts'
import { assertStill, type Decided, type Holder, lineOf } from './holds.ts'

export interface Ender extends Pick<Holder, 'ledger' | 'clock' | 'hashesOf'> {
  readonly keepRequests: Duration
}

/** @throws {@link ServiceError} `ILLEGAL_TRANSITION` for a request that is neither in review nor on hold. */
export const refuseRequest = (
  ender: Ender,
  named: string,
  { reason, by }: { readonly reason: RefusalReason; readonly by: string },
): Promise<DeletionRequest> =>
  end(ender, named, { by, reason, step: 'refuse' }, (request, at) =>
    refuse(request, at, reason, ender.keepRequests),
  )

/** @throws {@link ServiceError} `ILLEGAL_TRANSITION` once something may have been deleted. */
export const withdrawRequest = (ender: Ender, named: string, decided: Decided): Promise<DeletionRequest> =>
  end(ender, named, { ...decided, step: 'withdraw' }, (request, at) => {
    if (request.firstDeleteAt) {
      throw illegal('something may have been deleted: it cannot be taken back')
    }
    return withdraw(request, at, ender.keepRequests)
  })

/** Its holds and claims end with it, once no worker can write for it any more. */
async function end(
  { ledger, clock, hashesOf }: Ender,
  named: string,
  { step, by, reason }: Decided & { readonly step: 'refuse' | 'withdraw' },
  move: (request: DeletionRequest, at: Date) => DeletionRequest,
): Promise<DeletionRequest> {
  const request = await findNamed(ledger, named)
  const at = clock()
  const next = move(request, at)
  if (request.firstDeleteAt) assertStill(request, at)
  const hashes = await hashesOf(request)
  await ledger.finish(next, lineOf(step, at, { by, reason }))
  await ledger.giveBack(hashes, request.key)
  await ledger.endHold(hashes, request.key)
  return next
}

/**
 * Gives a request more time, once; the person is told the reason.
 *
 * @param extensions How much more time each law that applies allows, in ISO 8601; the least counts.
 * @throws {@link ServiceError} `ILLEGAL_TRANSITION` when it has ended, is overdue or was extended before.
 */
export async function extendRequest(
  { ledger, clock }: Pick<Ender, 'ledger' | 'clock'>,
  named: string,
  {
    reason,
    by,
    extensions,
  }: { readonly reason: ExtensionReason; readonly by: string; readonly extensions: readonly string[] },
): Promise<DeletionRequest> {
  const request = await findNamed(ledger, named)
  const at = clock()
  const { state, dueAt, extension } = request
  const why = isFinal(state)
    ? `the request is ${state}`
    : extension
      ? `it was extended before, from ${dayOf(extension.from)}`
      : dueAt <= at
        ? `it was due on ${dayOf(dueAt)}: the person has to be told before that`
        : undefined
  if (why !== undefined) throw illegal(`it cannot be extended: ${why}`)
  const next = change(request, at, {
    dueAt: earliest(dueAt, extensions),
    extension: { reason, from: dueAt.toISOString() },
  })
  await ledger.save(next, { at, by, step: 'extended', reason })
  return next
}
