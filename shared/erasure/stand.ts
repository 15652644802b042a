/** What the phases of a slice share: the engine, where the erasure stands, and how a phase can end. */

import type { DataMap } from '../data-map/data-map.ts'
import type { Sealer } from '../keys/seal.ts'
import type { Journal } from '../ledger/erasures.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Cursors } from '../person/cursors.ts'
import { count, type Identities, subjectHashes } from '../person/identities.ts'
import type { Settle, Work } from '../person/work.ts'
import type { Deadline } from '../platform/deadline.ts'
import type { Records } from '../records/records.ts'
import type { Checkpoint } from '../requests/checkpoint.ts'
import type { Outcome } from '../requests/outcome.ts'
import type { Problem } from '../requests/problem.ts'
import type { Approval, DeletionRequest } from '../requests/request.ts'
import { isSamePlace } from './checkpoint.ts'
import type { CompanyFunctions } from './company-functions/company-functions.ts'
import type { Position } from './plan.ts'
import { isApproved, personsIn } from './review.ts'
import { type DueRules, isStillDue } from './still-due.ts'

export interface Engine {
  readonly map: DataMap
  readonly mapHash: string
  /** Names of the company's tables by map key, as deployed. */
  readonly tables: Readonly<Record<string, string>>
  readonly records: Records
  /** Absent where no holding is a function's. */
  readonly companyFunctions?: CompanyFunctions
  readonly ledger: Ledger
  readonly journal: Pick<Journal, 'write'>
  readonly sealer: Sealer
  readonly indexKey: () => Promise<string>
  readonly clock: () => Date
  readonly dueRules: DueRules
  /** Gives indexes the time to show what their tables have. */
  readonly settling: Settle
}

export type SliceEnd =
  | { readonly is: 'more'; readonly at: Checkpoint; readonly mayWait?: boolean }
  | {
      readonly is: 'done'
      readonly outcome: Outcome
      readonly hashes: readonly string[]
      readonly at: Checkpoint
    }
  | { readonly is: 'review'; readonly problem: Problem; readonly hashes: readonly string[] }
  | { readonly is: 'operator'; readonly problem: Problem; readonly at: Checkpoint }
  | { readonly is: 'behind' }
  /** Nobody asked, and nothing says any more that it has to go. */
  | { readonly is: 'not_due'; readonly hashes: readonly string[] }
  | { readonly is: 'held'; readonly hashes: readonly string[]; readonly at?: Checkpoint }

export interface Slice {
  readonly request: DeletionRequest
  /** Keeps whom it is about in the journal, and the checkpoint with `firstDeleteAt`: nothing is written before this has returned. */
  readonly permitWrites: (at: Checkpoint, whose: Identities) => Promise<void>
  readonly deadline: Deadline
}

export interface Stand {
  readonly engine: Engine
  readonly slice: Slice
  readonly cursors: Cursors
  readonly at: Checkpoint
  readonly work: Work
}

/** A phase ends the slice, or leads to the next one. */
export type Turn = SliceEnd | Pick<Stand, 'at' | 'work'>

/** Where the phase goes on; from the start of its holding, if the values have become more. */
export async function positionOf({ cursors, at, work }: Stand): Promise<Position | undefined> {
  const { holding, cursor } = at
  if (holding === undefined) return undefined
  const opened = await cursors.open(isSamePlace(at, work) ? cursor : undefined)
  return { holding, ...(opened && { cursor: opened }) }
}

/** A checkpoint at this place. */
export async function placed(
  cursors: Cursors,
  { identities }: Work,
  at: Checkpoint,
  { holding, cursor }: Position,
): Promise<Checkpoint> {
  const sealed = await cursors.seal(cursor)
  return { ...at, holding, values: count(identities), ...(sealed !== undefined && { cursor: sealed }) }
}

/** Asked when the claims are made, and again before the first write: a hold may come at any time. */
export async function ifHeld(
  { ledger, indexKey }: Engine,
  { map, identities }: Work,
  at: Checkpoint,
): Promise<SliceEnd | undefined> {
  const hashes = subjectHashes(map, identities, await indexKey())
  return (await ledger.isHeld(hashes)) ? { is: 'held', hashes, at } : undefined
}

/**
 * What nobody asked for is looked at once more before anything is counted, and again before the first write: between the
 * two it may have been held, or all erasing paused, for months.
 */
export async function unlessDue({ engine, slice: { request }, work }: Stand): Promise<SliceEnd | undefined> {
  if (!request.retention || request.firstDeleteAt) return undefined
  const { dueRules, ledger, clock } = engine
  const due = await isStillDue({ dueRules, rules: ledger, request, work, now: clock() })
  if (due === 'not_due') {
    return { is: 'not_due', hashes: subjectHashes(work.map, work.identities, await engine.indexKey()) }
  }
  const reason = 'return_unclear'
  if (due === 'due' || isApproved(approvalOf(engine, request), reason)) return undefined
  return review(engine, work, { reason, reasons: [reason] })
}

export async function review(engine: Engine, work: Work, problem: Problem): Promise<SliceEnd> {
  const hashes = subjectHashes(work.map, work.identities, await engine.indexKey())
  const persons = personsIn(work.map, work.identities)
  return { is: 'review', problem: { ...problem, mapHash: engine.mapHash, persons }, hashes }
}

/** What was approved under this map. */
export const approvalOf = ({ mapHash }: Engine, { approval }: DeletionRequest): Approval | undefined =>
  approval?.mapHash === mapHash ? approval : undefined
