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
  /** Items to be worked on in the page at work, as it was first read. */
  readonly page?: number
  /** What each holding that teaches has been asked already, as a hash. */
  readonly asked?: Readonly<Record<string, string>>
  /** What this pass's plan found. */
  readonly planned: Counts
  /** Holdings in which the plan found items that the operator has to approve. */
  readonly flagged?: readonly string[]
  /** Functions that could not answer in this pass's plan, or while it erased. */
  readonly unanswered?: readonly string[]
  /** Items that the erase phase met, and those it had to leave, by holding. */
  readonly seen?: Readonly<Record<string, number>>
  readonly left?: Readonly<Record<string, number>>
  /** Items that the plan found by an index and the erase phase did not: gone by themselves, or not shown. */
  readonly unmet?: Readonly<Record<string, number>>
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
