/** How far the erasure of a request has come, as its row keeps it. */
import type { Counts, Outcome } from './outcome.ts'
import type { Residue } from './problem.ts'

/** Where an erasure stands: as large as the map allows, whatever the person has; without personal data but for the sealed cursor. */
export interface Checkpoint {
  readonly mapHash: string
  /** Counts every resolve-plan-erase-verify; the first counts all items, later ones only what still needs work. */
  readonly pass: number
  /** Passes since the operator last started it. */
  readonly round: number
  readonly phase: Phase
  /** The holding at work. */
  readonly holding?: string
  /** While verifying, the look at work, by its number. */
  readonly look?: number
  /** Sealed: where the page begins that is next, or at work. */
  readonly cursor?: string
  /** How many values were known then: a place in the work holds for these. */
  readonly values?: number
  /**
   * Items to be worked on in the page at work, by holding, as it was first read; a number in a checkpoint of an earlier
   * version.
   */
  readonly page?: number | Readonly<Record<string, number>>
  /** Sealed: where the page at work ends; absent if it is the last. */
  readonly pageEnd?: string
  /** What finds the items of the holding at work, as a hash: by it, another name of the holding is recognised. */
  readonly finder?: string
  /** Children that are found by an index are worked level by level: the level at work. */
  readonly sweep?: number
  /** Whether a page before this one has left items for the next level. */
  readonly deferred?: boolean
  /** What each holding that teaches has been asked already, as a hash. */
  readonly asked?: Readonly<Record<string, string>>
  /** What this pass's plan found. */
  readonly planned: Counts
  /** Holdings in which the plan found items that the operator has to approve. */
  readonly flagged?: readonly string[]
  /** Functions that could not answer in this pass's plan, or while it erased. */
  readonly unanswered?: readonly string[]
  /** Items that the erase phase read, those it had to leave, took away, and found gone, by holding. */
  readonly seen?: Readonly<Record<string, number>>
  readonly left?: Readonly<Record<string, number>>
  readonly taken?: Counts
  readonly vanished?: Readonly<Record<string, number>>
  /** Holdings of whose items a worker that died may have taken some. */
  readonly unsure?: readonly string[]
  /** What is done with all that is taken by now: it stands under any map. */
  readonly soFar?: Outcome
  /** Children that the plan found and the erase phase did not, as their parents had gone by themselves, by holding. */
  readonly stranded?: Readonly<Record<string, number>>
  /** What this pass's verification has found so far. */
  readonly residue?: readonly Residue[]
  /** What earlier passes did; it stands under any map. */
  readonly done: Outcome
  /** Items that functions were found to have in an earlier pass, and that no look has found gone yet, by holding. */
  readonly owed?: Readonly<Record<string, number>>
  /** Items written to so far: what shows that a long erasure moves. */
  readonly written?: number
}
export type Phase = 'resolve' | 'plan' | 'erase' | 'verify'
