/** Why a request needs a person to look at it, in words that name nobody. */
import type { Counts } from './outcome.ts'

/**
 * `login_shaped`: it has fields that only login cookies carry. `undated`: it has no `issued_at`. `stale`, `early`: its
 * `issued_at` is far in the past, or in the future. `by_operator`: one operator alone has seen who asks.
 */
export type Doubt = 'login_shaped' | 'undated' | 'stale' | 'early' | 'by_operator'

/** Names holdings, tables and key literals, never a value. */
export interface Problem {
  readonly reason: ReviewReason | OperatorReason
  /** Every reason for the review of a plan, approved before or not: an approval covers them all. */
  readonly reasons?: readonly ReviewReason[]
  /** Our error code, or the name of a foreign error. */
  readonly error?: string
  readonly residue?: readonly Residue[]
  /** Manual holdings whose tasks are not confirmed. */
  readonly tasks?: readonly string[]
  /** The plan that waits for an approval, and the map it was made with. */
  readonly planned?: Counts
  readonly mapHash?: string
  /** How many queries one holding would take, or how many combinations one item would make. */
  readonly lookups?: number
  /** Person values found. */
  readonly persons?: number
}
/**
 * `return_unclear`: a person had removed the app, and it cannot be read whether they have come back; or the time in which
 * they may has become longer.
 */
export type ReviewReason =
  | Doubt
  | 'too_big'
  | 'every_plan'
  | 'incomplete_plan'
  | 'review_when'
  | 'second_person'
  | 'too_many_identities'
  | 'too_many_lookups'
  | 'return_unclear'
export type OperatorReason =
  | 'residue'
  | 'manual'
  | 'unknown_identity'
  | 'no_progress'
  | 'not_taken'
  | 'paused'

export interface Residue {
  /** The table's name in DynamoDB; absent where a function holds it. */
  readonly table?: string
  /** The holding that finds it; absent where no holding claims it. */
  readonly holding?: string
  /** The leading literal of an unclaimed item's sort key. */
  readonly sortKey?: string
  readonly items: number
  readonly why: ResidueReason
}

/**
 * `unclaimed`: it is in the person's partition, and no holding claims it. `not_done`: it is still there, or cannot be
 * changed as the map says. `unusable_identity`: it names a value that cannot be a key, so what that leads to cannot be
 * found. `owner_missing`: it has no owner attribute. `owner_unreadable`: its owner
 * attribute names nobody. `held`: the company's own hold attribute keeps it. `parent_gone`: it
 * was planned, and its parent went by itself before it was erased, so it cannot be found. `function_failed`: a function
 * could not tell whether anything is left. `kept_by_function`: a function keeps something, and the map has no reason that
 * the person could be told.
 */
export type ResidueReason =
  | 'unclaimed'
  | 'not_done'
  | 'unusable_identity'
  | 'owner_missing'
  | 'owner_unreadable'
  | 'held'
  | 'parent_gone'
  | 'function_failed'
  | 'kept_by_function'
