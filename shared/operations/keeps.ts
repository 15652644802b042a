/** `keep`: what one holding has of one person is kept for this request, for a reason and until a day. */
import { createHash } from 'node:crypto'
import type { Ledger } from '../ledger/ledger.ts'
import { ServiceError } from '../platform/errors.ts'
import type { Checkpoint } from '../requests/checkpoint.ts'
import { isFinal } from '../requests/lifecycle.ts'
import { change, type DeletionRequest, type Keep } from '../requests/request.ts'
import { findNamed } from './find-named.ts'
import { isAtWork } from './holds.ts'

export interface Keeping extends Keep {
  readonly holding: string
  readonly by: string
  readonly at: Date
  /** Of the data map without any of that. */
  readonly mapHash: string
}

/**
 * What was approved stays approved: less is erased than was shown.
 *
 * @throws {@link ServiceError} `ILLEGAL_TRANSITION` when it has ended, is at work, or has begun with the holding.
 */
export async function keepForRequest(
  ledger: Pick<Ledger, 'find' | 'beginningWith' | 'save'>,
  named: string,
  { holding, because, until, by, at, mapHash }: Keeping,
): Promise<DeletionRequest> {
  const request = await findNamed(ledger, named)
  const { state, keeps, problem, approval, checkpoint } = request
  if (isFinal(state)) throw new ServiceError('ILLEGAL_TRANSITION', `the request is ${state}`)
  if (isAtWork(request, at)) {
    throw new ServiceError('ILLEGAL_TRANSITION', 'the request is at work: hold it, keep, and release it')
  }
  if (checkpoint?.phase === 'erase' && checkpoint.holding === holding) {
    throw new ServiceError('ILLEGAL_TRANSITION', `it is in the middle of ${holding}: that is no longer whole`)
  }
  if (request.firstDeleteAt && checkpoint && !isToCome(checkpoint, holding)) {
    throw new ServiceError('ILLEGAL_TRANSITION', `${holding} is worked through: what is erased of it is gone`)
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

/** What a plan has found is in the checkpoint until it is worked through; before it is made, anything may be to come. */
const isToCome = ({ phase, planned }: Checkpoint, holding: string): boolean =>
  phase === 'erase' ? Object.hasOwn(planned, holding) : phase !== 'verify'

/** Names the data map as it is for a request that keeps something: another plan than without. */
export function keptHash(mapHash: string, keeps: DeletionRequest['keeps']): string {
  if (!keeps) return mapHash
  const ordered = Object.entries(keeps).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([mapHash, ordered.map(([name, { because, until }]) => [name, because, until])]))
    .digest('hex')
}
