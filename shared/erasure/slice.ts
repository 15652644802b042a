/** One slice of an erasure: resolve, plan, erase, verify, from the checkpoint on, until it ends or time runs out. */
import type { DataMap } from '../config/data-map.ts'
import { claimAll } from '../requests/claims.ts'
import type { Ledger } from '../requests/ledger.ts'
import type { Approval, Checkpoint, DeletionRequest, Outcome, Phase, Problem } from '../requests/request.ts'
import type { Sealer } from '../requests/seal.ts'
import { planStart, startOf } from './checkpoint.ts'
import { erase } from './erase.ts'
import { count, merge, ofKinds, STORED, subjectHashes, usableIn } from './identities.ts'
import { addCounts, gone, split, total } from './outcome.ts'
import { type Places, placesOf, withChildren } from './places.ts'
import { plan } from './plan.ts'
import type { Records } from './records.ts'
import { resolve } from './resolve.ts'
import { doubtAboutSize, doubtAboutWhom, isPlanApproved, maxIdentities, personsIn } from './review.ts'
import { keepIdentities, openIdentities } from './sealed-identities.ts'
import { verify } from './verify.ts'
import { type Work, workOn } from './work.ts'

export interface Engine {
  readonly map: DataMap
  readonly mapHash: string
  /** Names of the company's tables by map key, as deployed. */
  readonly tables: Readonly<Record<string, string>>
  readonly records: Records
  readonly ledger: Ledger
  readonly sealer: Sealer
  readonly indexKey: () => Promise<string>
}

export type SliceEnd =
  | { readonly is: 'more'; readonly at: Checkpoint }
  | { readonly is: 'done'; readonly outcome: Outcome; readonly hashes: readonly string[] }
  | { readonly is: 'review'; readonly problem: Problem; readonly hashes: readonly string[] }
  | { readonly is: 'operator'; readonly problem: Problem; readonly at: Checkpoint }
  | { readonly is: 'behind' }
  | { readonly is: 'held' }

export interface Slice {
  readonly request: DeletionRequest
  /** Keeps the checkpoint, and with it `firstDeleteAt`: nothing is deleted before this has returned. */
  readonly permitDeletes: (at: Checkpoint) => Promise<void>
  readonly outOfTime: () => boolean
}

interface Stand {
  readonly engine: Engine
  readonly slice: Slice
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
  let at = startOf(engine.mapHash, request)
  const opened = await openIdentities(engine, request)
  if (count(ofKinds(map, opened, STORED)) < count(opened)) {
    // A name that the map no longer has would find nothing, and nothing found looks like done.
    return { is: 'operator', problem: { reason: 'unknown_identity' }, at }
  }
  let work = workOn({
    map,
    places: placesOf(map, tables, request.scope),
    everywhere: placesOf(map, tables, 'account'),
    records,
    usable: usableIn(map),
    identities: opened,
    outOfTime,
  })
  if (at.phase !== 'resolve') {
    const claimed = await claim(engine, request, work)
    if ('is' in claimed) return claimed
    ;({ work } = claimed)
  }
  for (;;) {
    const turn = await PHASES[at.phase]({ engine, slice, at, work })
    if ('is' in turn) return turn
    ;({ at, work } = turn)
  }
}

/** Follows what the records teach, keeps it sealed, and claims every subject found. */
async function findIdentities({ engine, slice: { request }, at, work: start }: Stand): Promise<Turn> {
  const { map } = engine
  const approval = approvalOf(engine, request)
  const limit = approval?.reasons.includes('too_many_identities')
    ? Number.POSITIVE_INFINITY
    : maxIdentities(map)
  let work = start
  for (;;) {
    const { identities } = await resolve(work, limit)
    const doubt = doubtAboutWhom(map, identities, approval)
    if (doubt) return review(engine, { ...work, identities }, { reason: doubt })
    await keepIdentities(engine, request, start.identities, identities)
    const claimed = await claim(engine, request, workOn({ ...work, identities }))
    if ('is' in claimed) return claimed
    ;({ work } = claimed)
    if (count(work.identities) === count(identities)) {
      return { at: { ...at, phase: 'plan', planned: {} }, work }
    }
  }
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

async function review(engine: Engine, work: Work, problem: Problem): Promise<SliceEnd> {
  const hashes = subjectHashes(work.map, work.identities, await engine.indexKey())
  const persons = personsIn(work.map, work.identities)
  return { is: 'review', problem: { ...problem, mapHash: engine.mapHash, persons }, hashes }
}

/** What was approved under this map. */
const approvalOf = ({ mapHash }: Engine, { approval }: DeletionRequest): Approval | undefined =>
  approval?.mapHash === mapHash ? approval : undefined

async function countItems({ engine, slice, at, work }: Stand): Promise<Turn> {
  const { counts, stoppedAt } = await plan(work, await planStart(engine.sealer, at))
  const { holding: _holding, cursor: _cursor, ...rest } = at
  const counted: Checkpoint = { ...rest, planned: counts }
  if (stoppedAt) {
    const cursor = stoppedAt.cursor && (await engine.sealer.seal(stoppedAt.cursor))
    return { is: 'more', at: { ...counted, holding: stoppedAt.holding, ...(cursor && { cursor }) } }
  }
  const { doubts, firstDeleteAt } = slice.request
  const found = total(counts)
  const doubt = doubts[0] ?? doubtAboutSize(work.map, found)
  // What has begun to be deleted is not asked about again for its size.
  if (
    doubt &&
    (found > 0 || at.pass > 1) &&
    !isPlanApproved(approvalOf(engine, slice.request)) &&
    !firstDeleteAt
  ) {
    return review(engine, work, { reason: doubt, planned: counts })
  }
  // On a later pass something is left, whoever should count it.
  if (found === 0 && at.pass === 1) return { at: { ...counted, phase: 'verify' }, work }
  const permitted: Checkpoint = { ...counted, phase: 'erase' }
  await slice.permitDeletes(permitted)
  return { at: permitted, work }
}

async function eraseItems({ at, work }: Stand): Promise<Turn> {
  const worked = await erase(work, at.holding)
  const { writes, stoppedAt } = worked
  const { holding: _holding, ...rest } = at
  const finished = finishedBefore(work.places, stoppedAt)
  const [done, planned] = split(gone(at.planned, worked), (name) => finished.includes(name))
  const erased: Checkpoint = {
    ...rest,
    planned,
    done: addCounts(work.map, at.done, done),
    written: (at.written ?? 0) + writes,
  }
  if (stoppedAt !== undefined) return { is: 'more', at: { ...erased, holding: stoppedAt } }
  const verifying: Checkpoint = { ...erased, phase: 'verify' }
  return work.outOfTime() ? { is: 'more', at: verifying } : { at: verifying, work }
}

/** Holdings that are worked through, children with their parents. */
function finishedBefore({ roots, all }: Places, stoppedAt: string | undefined): readonly string[] {
  const stop = stoppedAt === undefined ? all.length : all.findIndex(({ name }) => name === stoppedAt)
  const root = roots.find(({ name }) => name === stoppedAt)
  return all.slice(0, root ? stop - withChildren(root).length + 1 : stop).map(({ name }) => name)
}

async function lookAgain({ engine, at, work }: Stand): Promise<Turn> {
  const residue = await verify(work)
  const again: Checkpoint = { ...at, phase: 'resolve', pass: at.pass + 1, planned: {} }
  const mayGo = residue.some(({ why }) => why === 'not_done')
  if (mayGo && at.round < MAX_ROUNDS) return { is: 'more', at: { ...again, round: at.round + 1 } }
  if (residue.length > 0) {
    return { is: 'operator', problem: { reason: 'residue', residue }, at: again }
  }
  const hashes = subjectHashes(work.map, work.identities, await engine.indexKey())
  return { is: 'done', outcome: at.done, hashes }
}
