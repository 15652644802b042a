/** One slice of an erasure: resolve, plan, erase, verify, from the checkpoint on, until it ends or time runs out. */
import type { DataMap } from '../config/data-map.ts'
import { claimAll } from '../requests/claims.ts'
import type { Ledger } from '../requests/ledger.ts'
import type { Checkpoint, DeletionRequest, Outcome, Phase, Problem, Residue } from '../requests/request.ts'
import type { Sealer } from '../requests/seal.ts'
import { planStart, startOf } from './checkpoint.ts'
import { erase } from './erase.ts'
import { merge, subjectHashes, usableIn } from './identities.ts'
import { addCounts, total, without } from './outcome.ts'
import { placesOf } from './places.ts'
import { plan } from './plan.ts'
import type { Records } from './records.ts'
import { resolve } from './resolve.ts'
import { doubtAboutSize, doubtAboutWhom, isApproved, maxIdentities } from './review.ts'
import { openIdentities, sealIdentities } from './sealed-identities.ts'
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
  const identities = await openIdentities(engine, request)
  const places = placesOf(map, tables, request.scope)
  const everywhere = placesOf(map, tables, 'account')
  let at = startOf(map, engine.mapHash, request)
  let work = workOn({ map, places, everywhere, records, usable: usableIn(map), identities, outOfTime })
  if (at.phase !== 'resolve') {
    const stopped = await claim(engine, request, work)
    if (stopped) return stopped
  }
  for (;;) {
    const turn = await PHASES[at.phase]({ engine, slice, at, work })
    if ('is' in turn) return turn
    ;({ at, work } = turn)
  }
}

/** Follows what the records teach, keeps it sealed, and claims every subject found. */
async function findIdentities({ engine, slice: { request }, at, work }: Stand): Promise<Turn> {
  const { map, mapHash } = engine
  const approved = isApproved(request, mapHash)
  const limit = approved ? Number.POSITIVE_INFINITY : maxIdentities(map)
  const { identities, unusable } = await resolve(work, limit)
  const doubt = approved ? undefined : doubtAboutWhom(map, identities)
  if (doubt) {
    const hashes = subjectHashes(map, identities, await engine.indexKey())
    return { is: 'review', problem: { reason: doubt }, hashes }
  }
  await sealIdentities(engine, request, identities)
  const found = workOn({ ...work, identities })
  const stopped = await claim(engine, request, found)
  if (stopped) return stopped
  const all = { ...at.unusable, ...unusable }
  return {
    at: { ...at, phase: 'plan', planned: {}, ...(Object.keys(all).length > 0 && { unusable: all }) },
    work: found,
  }
}

async function claim(engine: Engine, request: DeletionRequest, work: Work): Promise<SliceEnd | undefined> {
  const hashes = subjectHashes(engine.map, work.identities, await engine.indexKey())
  const claimed = await claimAll(engine.ledger, request, hashes)
  if (claimed.is === 'mine') return undefined
  if (claimed.is === 'behind') {
    // What the other one has found may be gone from the tables when it is this one's turn.
    const theirs = await openIdentities(engine, claimed.other)
    await sealIdentities(engine, request, merge(work.identities, theirs))
  }
  return { is: claimed.is }
}

async function countItems({ engine, slice, at, work }: Stand): Promise<Turn> {
  const { counts, stoppedAt } = await plan(work, await planStart(engine.sealer, at))
  const { holding: _holding, cursor: _cursor, ...rest } = at
  const counted: Checkpoint = { ...rest, planned: counts }
  if (stoppedAt) {
    const cursor = stoppedAt.cursor && (await engine.sealer.seal(stoppedAt.cursor))
    return { is: 'more', at: { ...counted, holding: stoppedAt.holding, ...(cursor && { cursor }) } }
  }
  const { request } = slice
  const doubt = request.doubts[0] ?? doubtAboutSize(work.map, total(counts))
  if (doubt && total(counts) > 0 && !isApproved(request, engine.mapHash)) {
    const hashes = subjectHashes(work.map, work.identities, await engine.indexKey())
    return { is: 'review', problem: { reason: doubt, planned: counts }, hashes }
  }
  if (total(counts) === 0) return { at: { ...counted, phase: 'verify' }, work }
  const permitted: Checkpoint = { ...counted, phase: 'erase' }
  await slice.permitDeletes(permitted)
  return { at: permitted, work }
}

async function eraseItems({ at, work }: Stand): Promise<Turn> {
  const { left, writes, stoppedAt } = await erase(work, at.holding)
  const { holding: _holding, ...rest } = at
  const erased: Checkpoint = {
    ...rest,
    planned: without(at.planned, left),
    written: (at.written ?? 0) + writes,
  }
  if (stoppedAt !== undefined) return { is: 'more', at: { ...erased, holding: stoppedAt } }
  const done = addCounts(work.map, at.done, erased.planned)
  const verifying: Checkpoint = { ...erased, phase: 'verify', planned: {}, done }
  return work.outOfTime() ? { is: 'more', at: verifying } : { at: verifying, work }
}

async function lookAgain({ engine, at, work }: Stand): Promise<Turn> {
  const { residue, unclaimed } = await verify(work)
  const again: Checkpoint = { ...at, phase: 'resolve', pass: at.pass + 1, planned: {} }
  if (residue.length > 0 && at.round < MAX_ROUNDS) {
    return { is: 'more', at: { ...again, round: at.round + 1 } }
  }
  const problem = whatIsLeft([...residue, ...unclaimed], at.unusable)
  if (problem) {
    const { unusable: _told, ...rest } = again
    return { is: 'operator', problem, at: { ...rest, round: 1 } }
  }
  const hashes = subjectHashes(work.map, work.identities, await engine.indexKey())
  return { is: 'done', outcome: at.done, hashes }
}

function whatIsLeft(residue: readonly Residue[], unusable: Checkpoint['unusable']): Problem | undefined {
  if (residue.length > 0) return { reason: 'residue', residue }
  if (!unusable) return undefined
  const holdings = Object.entries(unusable).map(([name, items]) => ({ in: name, items }))
  return { reason: 'unusable_identity', residue: holdings }
}
