/** One slice of an erasure: resolve, plan, erase, verify, from the checkpoint on, until it ends or time runs out. */

import { cursorsOf } from '../person/cursors.ts'
import { count, ofKinds, STORED, usableIn } from '../person/identities.ts'
import { readyMapOf } from '../person/ready-map.ts'
import { workOn } from '../person/work.ts'
import type { Phase } from '../requests/checkpoint.ts'
import { planAgain, startOf } from './checkpoint.ts'
import { askingFor } from './company-functions/company-functions.ts'
import { eraseItems } from './erase-phase.ts'
import { countItems } from './plan-phase.ts'
import { claim, findIdentities } from './resolve-phase.ts'
import { isApproved } from './review.ts'
import { openIdentities } from './sealed-identities.ts'
import { approvalOf, type Engine, type Slice, type SliceEnd, type Stand, type Turn } from './stand.ts'
import { lookAgain } from './verify-phase.ts'

const PHASES: Readonly<Record<Phase, (stand: Stand) => Promise<Turn>>> = {
  resolve: findIdentities,
  plan: countItems,
  erase: eraseItems,
  verify: lookAgain,
}

export async function runSlice(engine: Engine, slice: Slice): Promise<SliceEnd> {
  const { request, deadline } = slice
  const { map, tables, records } = engine
  const cursors = cursorsOf(engine.sealer)
  let at = startOf(map, engine.mapHash, request)
  const opened = await openIdentities(engine, request)
  const kinds = request.alone ? [...STORED, 'record'] : STORED
  if (count(ofKinds(map, opened, kinds)) < count(opened)) {
    // A name that the map no longer has would find nothing, and nothing found looks like done.
    return { is: 'operator', problem: { reason: 'unknown_identity' }, at }
  }
  const isReviewed = isApproved(approvalOf(engine, request), 'review_when')
  let work = workOn({
    map,
    ready: readyMapOf(map, { names: tables, scope: request.scope, isReviewed }),
    everywhere: readyMapOf(map, { names: tables, scope: 'account', isReviewed }),
    records,
    ask: askingFor(engine.companyFunctions, request.key),
    usable: usableIn(map),
    identities: opened,
    deadline,
    settle: engine.settling,
  })
  if (at.phase !== 'resolve') {
    const claimed = await claim(engine, request, work)
    if ('is' in claimed) return claimed
    ;({ work } = claimed)
    // What another request knew was in no plan of this one.
    if (count(work.identities) > count(opened)) at = planAgain(map, engine.mapHash, at)
  }
  for (;;) {
    const turn = await PHASES[at.phase]({ engine, slice, cursors, at, work })
    if ('is' in turn) return turn
    ;({ at, work } = turn)
    if (deadline.passed()) return { is: 'more', at }
  }
}
