/** One slice of an erasure: resolve, plan, erase, verify, from the checkpoint on, until it ends or time runs out. */
import type { DataMap } from '../config/data-map.ts'
import { claimAll } from '../requests/claims.ts'
import type { Ledger } from '../requests/ledger.ts'
import type { Checkpoint, DeletionRequest, Outcome, Problem, ReviewReason } from '../requests/request.ts'
import type { Sealer } from '../requests/seal.ts'
import { erase } from './erase.ts'
import { count, type Identities, merge, ofKinds, subjectHashes, usableIn } from './identities.ts'
import { addCounts, NOTHING, total, without } from './outcome.ts'
import { placesOf } from './places.ts'
import { plan } from './plan.ts'
import type { Records } from './records.ts'
import { resolve } from './resolve.ts'
import { openIdentities, sealIdentities } from './sealed-identities.ts'
import { verify } from './verify.ts'
import { type Cursor, type Work, workOn } from './work.ts'

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
  | { readonly is: 'more'; readonly at: Checkpoint; readonly writes: number }
  | { readonly is: 'done'; readonly outcome: Outcome; readonly hashes: readonly string[] }
  | { readonly is: 'review'; readonly problem: Problem; readonly hashes: readonly string[] }
  | { readonly is: 'operator'; readonly problem: Problem; readonly at: Checkpoint }
  | { readonly is: 'behind' }
  | { readonly is: 'held' }

export interface Slice {
  readonly request: DeletionRequest
  /** Keeps the checkpoint, and `firstDeleteAt` with the first one that permits deletes. */
  readonly save: (at: Checkpoint, beforeDeletes: boolean) => Promise<void>
  readonly outOfTime: () => boolean
}

const MAX_ROUNDS = 3
const MAX_IDENTITIES = 1000

export async function runSlice(engine: Engine, slice: Slice): Promise<SliceEnd> {
  const { ledger, map } = engine
  const { request, outOfTime } = slice
  const indexKey = await engine.indexKey()
  const start = startOf(engine, request)
  let at = start
  let writes = 0

  let work = workOn({
    map,
    places: placesOf(map, engine.tables, request.scope),
    everywhere: placesOf(map, engine.tables, 'account'),
    records: engine.records,
    usable: usableIn(map),
    identities: await openIdentities(engine, request),
    outOfTime,
  })

  if (at.phase === 'resolve') {
    const resolved = await resolveFor(engine, request, work)
    if (resolved.review) {
      const hashes = subjectHashes(map, resolved.identities, indexKey)
      return { is: 'review', problem: { reason: resolved.review }, hashes }
    }
    work = workOn({ ...work, identities: resolved.identities })
    at = { ...at, phase: 'plan', planned: {}, ...unusableOf(at, resolved.unusable) }
  }
  const hashes = subjectHashes(map, work.identities, indexKey)
  const claimed = await claimAll(ledger, request, hashes)
  if (claimed.is === 'held') return claimed
  if (claimed.is === 'behind') {
    const theirs = await openIdentities(engine, claimed.other)
    await sealIdentities(engine, request, merge(work.identities, theirs))
    return { is: 'behind' }
  }

  if (at.phase === 'plan') {
    const { counts, stoppedAt } = await plan(work, await planFrom(engine, at))
    const { holding: _h, cursor: _c, ...rest } = at
    at = { ...rest, planned: counts }
    if (stoppedAt) {
      const cursor = stoppedAt.cursor && (await engine.sealer.seal(stoppedAt.cursor))
      return { is: 'more', at: { ...at, holding: stoppedAt.holding, ...(cursor && { cursor }) }, writes }
    }
    const doubt = reviewReason(engine, request, total(counts))
    if (doubt) return { is: 'review', problem: { reason: doubt }, hashes }
    at = { ...at, phase: total(counts) > 0 ? 'erase' : 'verify' }
    if (at.phase === 'erase') await slice.save(at, true)
  }

  if (at.phase === 'erase') {
    const erased = await erase(work, at.holding)
    writes += erased.writes
    const planned = without(at.planned, erased.left)
    const { holding: _h, ...rest } = at
    at = { ...rest, planned }
    if (erased.stoppedAt) return { is: 'more', at: { ...at, holding: erased.stoppedAt }, writes }
    at = { ...at, phase: 'verify', planned: {}, done: addCounts(map, at.done, planned) }
    if (outOfTime()) return { is: 'more', at, writes }
  }

  const { residue, unclaimed } = await verify(work)
  const again: Checkpoint = { ...at, phase: 'resolve', pass: at.pass + 1, planned: {} }
  if (residue.length > 0 && at.round < MAX_ROUNDS) {
    return { is: 'more', at: { ...again, round: at.round + 1 }, writes: writes + 1 }
  }
  const { unusable, ...fresh } = again
  const askOperator = (problem: Problem): SliceEnd => ({
    is: 'operator',
    problem,
    at: { ...fresh, round: 1 },
  })
  if (residue.length + unclaimed.length > 0) {
    return askOperator({ reason: 'residue', residue: [...residue, ...unclaimed] })
  }
  if (unusable) {
    const places = Object.entries(unusable).map(([name, items]) => ({ in: name, items }))
    return askOperator({ reason: 'unusable_identity', residue: places })
  }
  return { is: 'done', outcome: at.done, hashes }
}

/** A checkpoint of another map is dropped; what was done under it stands. */
function startOf({ map, mapHash }: Engine, request: DeletionRequest): Checkpoint {
  const kept = request.checkpoint
  if (kept?.mapHash === mapHash) return kept
  const done = kept && request.firstDeleteAt ? finished(map, kept) : NOTHING
  return { mapHash, pass: 1, round: 1, phase: 'resolve', planned: {}, done }
}

/** Under the map before: the passes that ended, and of the last one the holdings already worked through. */
function finished(map: DataMap, { done, phase, planned, holding }: Checkpoint): Outcome {
  const worked =
    phase === 'erase'
      ? Object.entries(planned).slice(0, Math.max(Object.keys(planned).indexOf(holding ?? ''), 0))
      : []
  return { ...addCounts(map, done, Object.fromEntries(worked)), retained: [] }
}

async function resolveFor(
  engine: Engine,
  request: DeletionRequest,
  work: Work,
): Promise<{
  readonly identities: Identities
  readonly unusable: Readonly<Record<string, number>>
  readonly review?: ReviewReason
}> {
  const limit = engine.map.maxIdentities ?? MAX_IDENTITIES
  const resolved = await resolve(work, limit)
  const persons = count(ofKinds(engine.map, resolved.identities, ['person']))
  if (persons > 1) return { ...resolved, review: 'second_person' }
  if (count(resolved.identities) > limit) return { ...resolved, review: 'too_many_identities' }
  await sealIdentities(engine, request, resolved.identities)
  return resolved
}

function unusableOf(
  { unusable = {} }: Checkpoint,
  found: Readonly<Record<string, number>>,
): Pick<Checkpoint, 'unusable'> {
  const both = { ...unusable, ...found }
  return Object.keys(both).length > 0 ? { unusable: both } : {}
}

async function planFrom({ sealer }: Engine, { pass, planned, holding, cursor }: Checkpoint) {
  // Sealed by the slice before, in the shape Cursor has.
  const after = cursor === undefined ? undefined : ((await sealer.open(cursor)) as Cursor)
  return {
    everything: pass === 1,
    counts: planned,
    ...(holding === undefined ? {} : { from: { holding, ...(after && { cursor: after }) } }),
  }
}

/** Why a person should look before anything is touched; nothing found needs no look. */
function reviewReason(
  { map, mapHash }: Engine,
  request: DeletionRequest,
  found: number,
): ReviewReason | undefined {
  if (found === 0 || request.approvedMap === mapHash || request.firstDeleteAt) return undefined
  if (request.doubts[0]) return request.doubts[0]
  return map.review && found > map.review.above ? 'too_big' : undefined
}
