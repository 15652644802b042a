import type { Counts } from './outcome.ts'
/** What stands in the way of a request, in words that name nobody. */

/**
 * `login_shaped`: fields that only login cookies carry. `undated`: no `issued_at`. `stale`, `early`: far
 * from it. `by_operator`: nobody but who opened it has seen whether it is the person who asks.
 */
export type Doubt = 'login_shaped' | 'undated' | 'stale' | 'early' | 'by_operator'

/** Why a person has to look at it. Names holdings, tables and key literals, never a value. */
export interface Problem {
  readonly reason: ReviewReason | OperatorReason
  /** Of a plan, every reason that holds, approved before or not: it is shown for all of them, and let go for these. */
  readonly reasons?: readonly ReviewReason[]
  /** Our error code or the name of a foreign error. */
  readonly error?: string
  readonly residue?: readonly Residue[]
  /** Manual holdings whose tasks nobody has confirmed. */
  readonly tasks?: readonly string[]
  /** The plan that waits for an approval, and the map it was made with. */
  readonly planned?: Counts
  readonly mapHash?: string
  /** Person values found. */
  readonly persons?: number
}
/** `return_unclear`: whether somebody who removed the app has come back cannot be read, or they have longer to do so by now. */
export type ReviewReason =
  | Doubt
  | 'too_big'
  | 'every_plan'
  | 'incomplete_plan'
  | 'review_when'
  | 'second_person'
  | 'too_many_identities'
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
  /** The holding that finds it; absent where none claims it. */
  readonly holding?: string
  /** The leading literal of an unclaimed item's sort key. */
  readonly sortKey?: string
  readonly items: number
  readonly why: ResidueReason
}

/**
 * `unclaimed`: in the person's partition, and no holding says what to do. `not_done`: it would not go, or cannot be
 * changed as the map says. `unusable_identity`: it names a value that is no key, so what that leads to cannot be
 * found. `owner_missing`: it does not say whose it is. `held`: the company's own hold attribute keeps it.
 * `parent_gone`: it was planned, and what led to it went by itself before it was erased, so nobody can find it.
 * `function_failed`: a function could not say whether anything is left. `kept_by_function`: it keeps something, and
 * the map has no reason for that to tell the person.
 */
export type ResidueReason =
  | 'unclaimed'
  | 'not_done'
  | 'unusable_identity'
  | 'owner_missing'
  | 'held'
  | 'parent_gone'
  | 'function_failed'
  | 'kept_by_function'
