/** How far an erasure has come: in memory a shape for each phase, at rest the flat checkpoint of the request's row. */
import { isDeepStrictEqual } from 'node:util'
import type { DataMap } from '../data-map/data-map.ts'
import { mapValues } from '../data-map/map-hash.ts'
import { defined } from '../platform/defined.ts'
import type { Checkpoint } from '../requests/checkpoint.ts'
import type { Counts, Outcome } from '../requests/outcome.ts'
import type { Residue } from '../requests/problem.ts'
import type { DeletionRequest } from '../requests/request.ts'
import { type EraseCounts, goneOf, type ItemCounts, unlessNone } from './counts.ts'
import { addCounts, NOTHING, owedBy } from './outcome.ts'

interface InEveryPhase extends Pick<Checkpoint, 'mapHash' | 'pass' | 'round' | 'done'> {
  /** Holdings in which a plan found items that the operator has to approve. */
  readonly flagged?: readonly string[] | undefined
  /** Items that functions held in an earlier pass, and that no look has found gone yet. */
  readonly owedByFunctions?: ItemCounts | undefined
  /** Items written to so far; absent before the first page is worked. */
  readonly writes?: number | undefined
  /** Children that a plan found and the erase phase did not, as their parents had gone by themselves. */
  readonly orphaned?: ItemCounts | undefined
}

/** A page, by its sealed cursor; the first one without. It holds as long as `values` identity values are known. */
export interface SealedCursor {
  readonly cursor?: string | undefined
  readonly values?: number | undefined
}
interface AtHolding extends SealedCursor {
  readonly holding: string
}

export interface Resolving extends InEveryPhase {
  readonly phase: 'resolve'
  /** What each holding that teaches has been asked already, as a hash. */
  readonly asked?: Readonly<Record<string, string>> | undefined
  readonly stoppedAt?: AtHolding | undefined
}

interface HasPlan extends InEveryPhase {
  /** What this pass's plan found. */
  readonly planned: Counts
  /** Functions that could not answer in this pass. */
  readonly unanswered?: readonly string[] | undefined
}

export interface Planning extends HasPlan {
  readonly phase: 'plan'
  readonly stoppedAt?: AtHolding | undefined
}

export interface Erasing extends HasPlan, Omit<EraseCounts, 'unanswered' | 'writes'> {
  readonly phase: 'erase'
  readonly unsure?: readonly string[] | undefined
  readonly soFar?: Outcome | undefined
  readonly stoppedAt?: (AtHolding & PageAtWork) | undefined
}

/** `page`: its items to be worked on, by holding, as it was first read. */
interface PageAtWork {
  readonly page?: ItemCounts | undefined
  readonly pageEnd?: string | undefined
  readonly finder?: string | undefined
  readonly sweep?: number | undefined
  readonly deferred?: boolean | undefined
}

export interface Verifying extends HasPlan {
  readonly phase: 'verify'
  /** The look at work, by its number, and what has been found so far. */
  readonly stoppedAt?:
    | (SealedCursor & { readonly look: number; readonly residue: readonly Residue[] })
    | undefined
}

export type Progress = Resolving | Planning | Erasing | Verifying

/** The only reader of what {@link writeCheckpoint} writes, or wrote in an earlier version. */
export function readCheckpoint(row: Checkpoint): Progress {
  const { mapHash, pass, round, flagged, done, planned, unanswered, holding, cursor, values } = row
  const { owed: owedByFunctions, stranded: orphaned, seen = {}, left = {}, taken } = row
  const writes = row.written ?? (row.seen && 0)
  const common = { mapHash, pass, round, flagged, done, owedByFunctions, writes, orphaned }
  const stoppedAt = holding === undefined ? undefined : { holding, cursor, values }
  switch (row.phase) {
    case 'resolve':
      return { ...common, phase: 'resolve', asked: row.asked, stoppedAt }
    case 'plan':
      return { ...common, phase: 'plan', planned, unanswered, stoppedAt }
    case 'erase': {
      const { page, pageEnd, finder, sweep, deferred, vanished = {}, soFar } = row
      // An earlier version counted what it met, and took what was planned for gone.
      const unsure = row.unsure ?? (taken ? undefined : Object.keys(planned))
      const before = mapValues(seen, (items, name) => {
        const met = Math.min(items - (left[name] ?? 0), planned[name]?.items ?? 0)
        return { items: Math.max(met, 0) }
      })
      const counts = { taken: taken ?? before, vanished, refused: left, read: seen, unsure, soFar }
      const begun = typeof page === 'number' && holding !== undefined ? { [holding]: page } : page
      const at = stoppedAt && {
        ...stoppedAt,
        page: begun as ItemCounts | undefined,
        pageEnd,
        finder,
        sweep,
        deferred,
      }
      return { ...common, writes: writes ?? 0, ...counts, phase: 'erase', planned, unanswered, stoppedAt: at }
    }
    case 'verify': {
      const { look, residue = [] } = row
      const at = look === undefined ? undefined : { look, cursor, values, residue }
      return { ...common, phase: 'verify', planned, unanswered, stoppedAt: at }
    }
    default:
      throw new TypeError('a checkpoint of an unknown phase', { cause: row.phase satisfies never })
  }
}

/** The only writer of a row's checkpoint: fields without a value are absent. */
export function writeCheckpoint(progress: Progress): Checkpoint {
  const { owedByFunctions, writes: written, orphaned, stoppedAt, ...common } = progress
  const named = { owed: unlessNone(owedByFunctions), written, stranded: unlessNone(orphaned), ...stoppedAt }
  if (common.phase === 'resolve') return defined({ ...common, ...named, planned: {} })
  if (common.phase !== 'erase') return defined({ ...common, ...named })
  const { read: seen, refused: left, vanished, ...rest } = common
  return defined({ ...rest, ...named, seen, left, vanished: unlessNone(vanished) })
}

/** Without the page at work, which may be begun again and again. */
export function withoutPage(checkpoint: Checkpoint): Checkpoint {
  const { page: _page, pageEnd: _end, finder: _finder, ...rest } = checkpoint
  return rest
}

/** Whether an erasure has come further. */
export const hasMoved = (from: Checkpoint | undefined, to: Checkpoint | undefined): boolean =>
  !isDeepStrictEqual(from && withoutPage(from), to && withoutPage(to))

/** Where a slice goes on with the request. A checkpoint of another map is dropped, but for what is gone. */
export function startOf(map: DataMap, mapHash: string, request: DeletionRequest): Progress {
  const { checkpoint: row, firstDeleteAt } = request
  if (row?.mapHash === mapHash) return readCheckpoint(row)
  if (!row || !firstDeleteAt) return { ...FIRST, mapHash, done: NOTHING }
  return planAgain(map, mapHash, readCheckpoint(row))
}

const FIRST = { pass: 1, round: 1, phase: 'resolve' } as const

/** From the start, with another map or with more to look for: what is gone stands, what is kept is counted anew. */
export function planAgain(map: DataMap, mapHash: string, kept: Progress): Resolving {
  const owedByFunctions = owedBy(map, kept.phase === 'resolve' ? {} : kept.planned, kept.owedByFunctions)
  return { ...FIRST, mapHash, done: { ...doneBy(map, kept), retained: [] }, owedByFunctions }
}

/** With all that is gone by now, of whatever holding. */
const doneBy = (map: DataMap, kept: Progress): Outcome =>
  kept.phase === 'erase' ? (kept.soFar ?? addCounts(map, kept.done, goneOf(map, kept))) : kept.done
