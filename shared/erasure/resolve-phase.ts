/** Find who it is, and claim every subject. */

import { count, merge, subjectHashes } from '../person/identities.ts'
import { type Work, workOn } from '../person/work.ts'
import type { DeletionRequest } from '../requests/request.ts'
import { withoutPlace } from './checkpoint.ts'
import { claimAll } from './claims.ts'
import { resolve } from './resolve.ts'
import { doubtAboutWhom, isApproved, maxIdentities } from './review.ts'
import { keepIdentities, openIdentities } from './sealed-identities.ts'
import {
  approvalOf,
  type Engine,
  placed,
  positionOf,
  review,
  type SliceEnd,
  type Stand,
  type Turn,
} from './stand.ts'

/** Follows what the records teach, keeps it sealed, and claims every subject found. */
export async function findIdentities(stand: Stand): Promise<Turn> {
  const { engine, slice, cursors, at, work: start } = stand
  const { map } = engine
  const approval = approvalOf(engine, slice.request)
  const limit = isApproved(approval, 'too_many_identities') ? Number.POSITIVE_INFINITY : maxIdentities(map)
  let work = start
  let { asked } = at
  let from = await positionOf(stand)
  for (;;) {
    const resolved = await resolve(work, { limit, asked, from })
    const { identities, stoppedAt } = resolved
    ;({ asked } = resolved)
    const doubt = doubtAboutWhom(map, identities, approval)
    if (doubt) return review(engine, { ...work, identities }, { reason: doubt })
    await keepIdentities(engine, slice.request, work.identities, identities)
    work = workOn({ ...work, identities })
    if (stoppedAt) {
      return { is: 'more', at: await placed(cursors, work, { ...withoutPlace(at), asked }, stoppedAt) }
    }
    const claimed = await claim(engine, slice.request, work)
    if ('is' in claimed) return claimed
    ;({ work } = claimed)
    if (count(work.identities) === count(identities)) {
      const { asked: _asked, ...found } = withoutPlace(at)
      return { at: { ...found, phase: 'plan', planned: {} }, work }
    }
    from = undefined
  }
}

/** Claims every subject. What another request has found is copied: it may be gone from the tables by now. */
export async function claim(
  engine: Engine,
  request: DeletionRequest,
  work: Work,
): Promise<SliceEnd | { readonly work: Work }> {
  const hashes = subjectHashes(engine.map, work.identities, await engine.indexKey())
  const claimed = await claimAll(engine.ledger, request, hashes)
  if (claimed.is === 'held') return { is: 'held', hashes }
  let identities = work.identities
  for (const other of claimed.others) identities = merge(identities, await openIdentities(engine, other))
  await keepIdentities(engine, request, work.identities, identities)
  return claimed.is === 'behind' ? { is: 'behind' } : { work: workOn({ ...work, identities }) }
}
