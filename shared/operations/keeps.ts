/** `keep`: the items of one holding are kept for this request, for a reason and until a day. */
import { createHash } from 'node:crypto'
import type { Ledger } from '../ledger/ledger.ts'
import { illegal } from '../platform/errors.ts'
import type { Checkpoint } from '../requests/checkpoint.ts'
import { isFinal } from '../requests/lifecycle.ts'
import { change, type DeletionRequest, type Keep } from '../requests/request.ts'
import { findNamed } from './find-named.ts'
import { isAtWork } from './holds.ts'

export interface Keeping extends Keep {
  readonly holding: string
  readonly by: string
  readonly at: Date
  /** Of the data map as it is without any `keep`. */
  readonly mapHash: string
}

/**
 * An approval stays: less is erased than the approved plan showed.
 *
 * @throws {@link ServiceError} `ILLEGAL_TRANSITION` when the request has ended, is at work, or has begun with the holding.
 */
export async function keepForRequest(
  ledger: Pick<Ledger, 'find' | 'beginningWith' | 'save'>,
  named: string,
  { holding, because, until, by, at, mapHash }: Keeping,
): Promise<DeletionRequest> {
  const request = await findNamed(ledger, named)
  const { state, keeps, problem, approval, checkpoint } = request
  if (isFinal(state)) throw illegal(`the request is ${state}`)
  if (isAtWork(request, at)) throw illegal('the request is at work: hold it, keep, and release it')
  if (checkpoint?.phase === 'erase' && checkpoint.holding === holding) {
    throw illegal(`it is in the middle of ${holding}: that is no longer whole`)
  }
  if (request.firstDeleteAt && checkpoint && !isToCome(checkpoint, holding)) {
    throw illegal(`${holding} is worked through: what is erased of it is gone`)
  }
  const kept = { ...keeps, [holding]: { because, until } }
  const before = keptHash(mapHash, keeps)
  const after = keptHash(mapHash, kept)
  const moved = <T extends { readonly mapHash?: string }>(shown: T | undefined): T | undefined =>
    shown?.mapHash === before ? { ...shown, mapHash: after } : shown
  const next = change(request, at, { keeps: kept, problem: moved(problem), approval: moved(approval) })
  await ledger.save(next, { at, by, step: 'kept', reason: `${holding}: ${because}, until ${until}` })
  return next
}

/** While erasing, a planned holding is to come as long as nothing of it is taken; before that, any holding may be. */
const isToCome = ({ phase, planned, taken = {} }: Checkpoint, holding: string): boolean =>
  phase === 'erase' ? Object.hasOwn(planned, holding) && !Object.hasOwn(taken, holding) : phase !== 'verify'

/** The hash of the data map for a request that keeps something: it has another plan than one that does not. */
export function keptHash(mapHash: string, keeps: DeletionRequest['keeps']): string {
  if (!keeps) return mapHash
  const ordered = Object.entries(keeps).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([mapHash, ordered.map(([name, { because, until }]) => [name, because, until])]))
    .digest('hex')
}
