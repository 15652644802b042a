/** One slice of an erasure: resolve, plan, erase, verify, from the checkpoint on, until it ends or time runs out. */
import { actionKind, type DataMap } from '../config/data-map.ts'
import { claimAll } from '../requests/claims.ts'
import type { Ledger } from '../requests/ledger.ts'
import type {
  Approval,
  Checkpoint,
  DeletionRequest,
  Outcome,
  Phase,
  Problem,
  Residue,
} from '../requests/request.ts'
import type { Sealer } from '../requests/seal.ts'
import {
  type Cursors,
  cursorsOf,
  erasedBy,
  isSamePlace,
  planAgain,
  startOf,
  withoutPlace,
} from './checkpoint.ts'
import { type Erased, erase } from './erase.ts'
import { count, merge, ofKinds, STORED, subjectHashes, usableIn } from './identities.ts'
import {
  addCounts,
  gone,
  split,
  stillStranded,
  strandedIn,
  total,
  unmetIn,
  withoutMissed,
  withoutUnmet,
} from './outcome.ts'
import { askingFor, type Outside } from './outside.ts'
import { countGone, withOwed } from './outside-counts.ts'
import { isFunctionPlace, type Places, placesOf, withChildren } from './places.ts'
import { type Position, plan } from './plan.ts'
import { probe } from './probe.ts'
import { ITEMS_PER_PAGE } from './queries.ts'
import type { Records } from './records.ts'
import { resolve } from './resolve.ts'
import { doubtAboutWhom, doubtsAboutPlan, isApproved, maxIdentities, personsIn } from './review.ts'
import { keepIdentities, openIdentities } from './sealed-identities.ts'
import { verify } from './verify.ts'
import { type Settle, type Work, workOn } from './work.ts'

export interface Engine {
  readonly map: DataMap
  readonly mapHash: string
  /** Names of the company's tables by map key, as deployed. */
  readonly tables: Readonly<Record<string, string>>
  readonly records: Records
  /** Absent where no holding is a function's. */
  readonly outside?: Outside
  readonly ledger: Ledger
  readonly sealer: Sealer
  readonly indexKey: () => Promise<string>
  /** Gives indexes the time to show what their tables have. */
  readonly settling: Settle
}

export type SliceEnd =
  | { readonly is: 'more'; readonly at: Checkpoint; readonly mayWait?: boolean }
  | { readonly is: 'done'; readonly outcome: Outcome; readonly hashes: readonly string[] }
  | { readonly is: 'review'; readonly problem: Problem; readonly hashes: readonly string[] }
  | { readonly is: 'operator'; readonly problem: Problem; readonly at: Checkpoint }
  | { readonly is: 'behind' }
  | { readonly is: 'held' }

export interface Slice {
  readonly request: DeletionRequest
  /** Keeps the checkpoint, and with it `firstDeleteAt`: nothing is written before this has returned. */
  readonly permitWrites: (at: Checkpoint) => Promise<void>
  /** @param aheadMs Whether the time will be over then. */
  readonly outOfTime: (aheadMs?: number) => boolean
}

interface Stand {
  readonly engine: Engine
  readonly slice: Slice
  readonly cursors: Cursors
  readonly at: Checkpoint
  readonly work: Work
}

/** A phase ends the slice, or leads to the next one. */
type Turn = SliceEnd | Pick<Stand, 'at' | 'work'>

const MAX_ROUNDS = 3

const PHASES: Readonly<Record<Phase, (stand: Stand) => Promise<Turn>>> = {
  resolve: findIdentities,
  plan: countItems,
  erase: eraseItems,
  verify: lookAgain,
}

export async function runSlice(engine: Engine, slice: Slice): Promise<SliceEnd> {
  const { request, outOfTime } = slice
  const { map, tables, records } = engine
  const cursors = cursorsOf(engine.sealer)
  let at = startOf(map, engine.mapHash, request)
  const opened = await openIdentities(engine, request)
  if (count(ofKinds(map, opened, STORED)) < count(opened)) {
    // A name that the map no longer has would find nothing, and nothing found looks like done.
    return { is: 'operator', problem: { reason: 'unknown_identity' }, at }
  }
  const isReviewed = isApproved(approvalOf(engine, request), 'review_when')
  let work = workOn({
    map,
    places: placesOf(map, { names: tables, scope: request.scope, isReviewed }),
    everywhere: placesOf(map, { names: tables, scope: 'account', isReviewed }),
    records,
    ask: askingFor(engine.outside, request.key),
    usable: usableIn(map),
    identities: opened,
    outOfTime,
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
    if (outOfTime()) return { is: 'more', at }
  }
}

/** Follows what the records teach, keeps it sealed, and claims every subject found. */
async function findIdentities(stand: Stand): Promise<Turn> {
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

/** Where the phase goes on; from the start of its holding, if the values have become more. */
async function positionOf({ cursors, at, work }: Stand): Promise<Position | undefined> {
  const { holding, cursor } = at
  if (holding === undefined) return undefined
  const opened = await cursors.open(isSamePlace(at, work) ? cursor : undefined)
  return { holding, ...(opened && { cursor: opened }) }
}

/** A checkpoint at this place. */
async function placed(
  cursors: Cursors,
  { identities }: Work,
  at: Checkpoint,
  { holding, cursor }: Position,
): Promise<Checkpoint> {
  const sealed = await cursors.seal(cursor)
  return { ...at, holding, values: count(identities), ...(sealed !== undefined && { cursor: sealed }) }
}

/** Claims every subject. What another request has found is copied: it may be gone from the tables by now. */
async function claim(
  engine: Engine,
  request: DeletionRequest,
  work: Work,
): Promise<SliceEnd | { readonly work: Work }> {
  const hashes = subjectHashes(engine.map, work.identities, await engine.indexKey())
  const claimed = await claimAll(engine.ledger, request, hashes)
  if (claimed.is === 'held') return claimed
  let identities = work.identities
  for (const other of claimed.others) identities = merge(identities, await openIdentities(engine, other))
  await keepIdentities(engine, request, work.identities, identities)
  return claimed.is === 'behind' ? { is: 'behind' } : { work: workOn({ ...work, identities }) }
}

/** Asked when the claims are made, and again before the first write: a hold may come at any time. */
async function isHeld({ ledger, indexKey }: Engine, { map, identities }: Work): Promise<boolean> {
  return ledger.isHeld(subjectHashes(map, identities, await indexKey()))
}

async function review(engine: Engine, work: Work, problem: Problem): Promise<SliceEnd> {
  const hashes = subjectHashes(work.map, work.identities, await engine.indexKey())
  const persons = personsIn(work.map, work.identities)
  return { is: 'review', problem: { ...problem, mapHash: engine.mapHash, persons }, hashes }
}

/** What was approved under this map. */
const approvalOf = ({ mapHash }: Engine, { approval }: DeletionRequest): Approval | undefined =>
  approval?.mapHash === mapHash ? approval : undefined

async function countItems(stand: Stand): Promise<Turn> {
  const { engine, slice, cursors, at, work } = stand
  const isSame = isSamePlace(at, work)
  const found = await plan(work, {
    everything: at.pass === 1,
    ...(isSame && {
      counts: at.planned,
      flagged: at.flagged,
      unanswered: at.unanswered,
      from: await positionOf(stand),
    }),
  })
  const { counts, flagged, unanswered, stoppedAt } = found
  const counted: Checkpoint = { ...withoutPlace(at), planned: counts, flagged, unanswered }
  if (stoppedAt) return { is: 'more', at: await placed(cursors, work, counted, stoppedAt) }
  const { stranded = {}, ...others } = counted
  const planned: Checkpoint = {
    ...others,
    planned: withOwed(counts, at.owed),
    ...withStranded(stillStranded(stranded, counts)),
  }
  const items = total(counts)
  const reasons = doubtsAboutPlan(work.map, found, slice.request)
  const reason = reasons.find((one) => !isApproved(approvalOf(engine, slice.request), one))
  if (reason && (items > 0 || at.pass > 1)) {
    const residue = unanswered.map((holding) => ({ holding, items: 0, why: 'function_failed' }) as const)
    return review(engine, work, { reason, reasons, planned: counts, ...(residue.length > 0 && { residue }) })
  }
  if (at.pass === 1) await probe(work)
  // On a later pass something is left, whoever should count it.
  if (items === 0 && at.pass === 1) {
    return { at: { ...planned, phase: 'verify' }, work }
  }
  return { at: { ...planned, phase: 'erase' }, work }
}

async function eraseItems(stand: Stand): Promise<Turn> {
  const { engine, slice, cursors, at, work } = stand
  if (await isHeld(engine, work)) return { is: 'held' }
  const from = await positionOf(stand)
  const standAt = async (before: Erased, position: Position, page?: number): Promise<Checkpoint> => ({
    ...(await placed(cursors, work, erasedUpTo(work, at, before, position.holding), position)),
    ...(page !== undefined && { page }),
  })
  const { stoppedAt, begun, ...erased } = await erase(work, {
    from,
    before: erasedBy(at),
    begun: from?.cursor && at.page,
    isEndless: (holding, seen) => seen > 2 * (at.planned[holding]?.items ?? 0) + ITEMS_PER_PAGE,
    permit: async (page) => slice.permitWrites(await standAt(page.before, page.at, page.items)),
  })
  if (stoppedAt) return { is: 'more', at: await standAt(erased, stoppedAt, begun) }
  const verifying: Checkpoint = { ...erasedUpTo(work, at, erased, undefined), phase: 'verify' }
  return { at: verifying, work }
}

/** Holdings that are worked through count as done; of the others stands what they have met so far. */
function erasedUpTo(
  { map, places }: Work,
  at: Checkpoint,
  { seen, left, writes, unanswered = [] }: Erased,
  stoppedAt: string | undefined,
): Checkpoint {
  const finished = finishedBefore(places, stoppedAt)
  const isFinished = (name: string): boolean => finished.includes(name)
  const [done, planned] = split(at.planned, isFinished)
  const unmet = { ...at.unmet, ...unmetIn(places, done, seen) }
  const lost = strandedIn(places, done, seen)
  const stranded = { ...at.stranded, ...lost }
  const counted = addCounts(map, at.done, gone(done, { seen, left }))
  return {
    ...withoutPlace(at),
    planned,
    ...(Object.keys(unmet).length > 0 && { unmet }),
    ...withStranded(stranded),
    done: withoutUnmet(map, { done: counted, unmet: lost }),
    seen: split(seen, isFinished)[1],
    left: split(left, isFinished)[1],
    written: writes,
    unanswered,
  }
}

const withStranded = (stranded: NonNullable<Checkpoint['stranded']>): Pick<Checkpoint, 'stranded'> =>
  Object.keys(stranded).length > 0 ? { stranded } : {}

/** Holdings in tables that are worked through, children with their parents; one that keeps them, with all that could find its orphans. */
function finishedBefore({ steps }: Places, stoppedAt: string | undefined): readonly string[] {
  const stop = stoppedAt === undefined ? steps.length : steps.findIndex(({ name }) => name === stoppedAt)
  const tablesToCome = steps.slice(stop).flatMap((step) => (isFunctionPlace(step) ? [] : [step.table]))
  return steps
    .slice(0, stop)
    .flatMap((step) => (isFunctionPlace(step) ? [] : withChildren(step)))
    .filter(({ holding, action, table }) => {
      const mayBeMet =
        holding.per !== undefined && actionKind(action) === 'retain' && tablesToCome.includes(table)
      return !mayBeMet
    })
    .map(({ name }) => name)
}

async function lookAgain({ engine, slice, cursors, at, work }: Stand): Promise<Turn> {
  const { look, cursor, residue: before, ...rest } = at
  const from =
    look === undefined || !isSamePlace(at, work) ? undefined : { look, cursor: await cursors.open(cursor) }
  const { residue: found, stoppedAt } = await verify(work, from && { from, residue: before })
  if (stoppedAt) {
    const sealed = await cursors.seal(stoppedAt.cursor)
    const place = {
      look: stoppedAt.look,
      values: count(work.identities),
      ...(sealed !== undefined && { cursor: sealed }),
    }
    return { is: 'more', at: { ...withoutPlace(rest), ...place, residue: found } }
  }
  const counted = countGone(work.map, withoutMissed(work.map, at, found), found)
  const { owed: _owed, unmet: _unmet, unanswered: _unanswered, stranded = {}, ...left } = withoutPlace(rest)
  const again: Checkpoint = {
    ...left,
    ...counted,
    phase: 'resolve',
    pass: at.pass + 1,
    planned: {},
  }
  const isDown = found.some(({ why }) => why === 'function_failed')
  const mayGo = isDown || found.some(({ why }) => why === 'not_done')
  if (mayGo && at.round < MAX_ROUNDS) {
    return {
      is: 'more',
      at: { ...again, round: at.round + 1, ...withStranded(stranded) },
      mayWait: isDown || (at.unanswered ?? []).length > 0,
    }
  }
  const lost = Object.entries(stranded).map(
    ([holding, items]) => ({ holding, items, why: 'parent_gone' }) as const,
  )
  const residue: readonly Residue[] = [...found, ...lost]
  // Said once: who starts it again has looked.
  if (residue.length > 0) {
    return { is: 'operator', problem: { reason: 'residue', residue }, at: again }
  }
  const tasks = openTasks(work, slice.request, counted.done)
  if (tasks.length > 0) return { is: 'operator', problem: { reason: 'manual', tasks }, at: again }
  if (await isHeld(engine, work)) return { is: 'held' }
  const hashes = subjectHashes(work.map, work.identities, await engine.indexKey())
  return { is: 'done', outcome: counted.done, hashes }
}

/**
 * What nobody has confirmed yet. Of a stranger - nothing found, and no identity that leads to a person - no paper file
 * is looked for: every such request would need somebody.
 */
function openTasks(
  { map, places, identities }: Work,
  { confirmed = [] }: DeletionRequest,
  { erased, redacted, retained }: Outcome,
): readonly string[] {
  const isKnown = erased.length + redacted.length + retained.length > 0 || personsIn(map, identities) > 0
  return isKnown ? places.tasks.filter((name) => !confirmed.some(({ holding }) => holding === name)) : []
}
