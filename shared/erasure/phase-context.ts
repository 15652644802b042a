/** What a phase is given, and how it can end. */
import type { Cursors } from '../person/cursors.ts'
import { count, type Identities, subjectHashes } from '../person/identities.ts'
import type { Cursor } from '../person/pages.ts'
import type { Work } from '../person/work.ts'
import type { Outcome } from '../requests/outcome.ts'
import type { Problem } from '../requests/problem.ts'
import type { Approval, DeletionRequest } from '../requests/request.ts'
import type { Progress, SealedCursor } from './checkpoint.ts'
import type { EraserDeps } from './eraser-deps.ts'
import { isApproved, personsIn } from './review.ts'
import { isStillDue } from './still-due.ts'

export interface PhaseContext {
  readonly deps: EraserDeps
  readonly request: DeletionRequest
  /** On the person's records, by all identities that are known by now. */
  readonly work: Work
  readonly cursors: Cursors
  /** Writes the person's hashes to the journal, and the progress with `firstDeleteAt` to the row. Nothing is erased before. */
  readonly permitWrites: (progress: Progress, identities: Identities) => Promise<void>
}

type WorkAndDeps = Pick<PhaseContext, 'deps' | 'work'>

/** A phase leads to the next one, or ends the slice. */
export type PhaseResult = { readonly is: 'next'; readonly progress: Progress; readonly work: Work } | SliceEnd

export type SliceEnd =
  | { readonly is: 'more'; readonly progress: Progress; readonly mayWait?: boolean }
  | {
      readonly is: 'done'
      readonly outcome: Outcome
      readonly hashes: readonly string[]
      readonly progress: Progress
    }
  | { readonly is: 'review'; readonly problem: Problem; readonly hashes: readonly string[] }
  | { readonly is: 'operator'; readonly problem: Problem; readonly progress: Progress }
  | { readonly is: 'behind' }
  /** The request fell due by a rule, and by the person's items it is not due any more. */
  | { readonly is: 'not_due'; readonly hashes: readonly string[] }
  | { readonly is: 'held'; readonly hashes: readonly string[]; readonly progress?: Progress }

/** A cursor names a query by its number: with more values that would be another query. */
export const isSameWork = (
  { values }: SealedCursor = {},
  { identities }: Pick<Work, 'identities'>,
): boolean => values === undefined || values === count(identities)

/** As the checkpoint keeps it. */
export async function sealed<At extends { readonly cursor?: Cursor | undefined }>(
  { cursors, work }: Pick<PhaseContext, 'cursors' | 'work'>,
  { cursor, ...at }: At,
): Promise<Omit<At, 'cursor'> & SealedCursor> {
  return { ...at, cursor: await cursors.seal(cursor), values: count(work.identities) }
}

/** Where the phase goes on. */
export async function opened<At extends SealedCursor>(
  { cursors, work }: PhaseContext,
  at: At,
): Promise<Omit<At, 'cursor'> & { readonly cursor?: Cursor }> {
  const { cursor: text, ...rest } = at
  const cursor = isSameWork(at, work) ? await cursors.open(text) : undefined
  return { ...rest, ...(cursor && { cursor }) }
}

/** The hashes that claims and holds on the person are made on. */
export const hashesOf = async ({ deps, work }: WorkAndDeps): Promise<readonly string[]> =>
  subjectHashes(work.map, work.identities, await deps.indexKey())

/** Asked before the first write, and again before the end: a hold may come at any time. */
export async function ifHeld(context: PhaseContext, progress: Progress): Promise<SliceEnd | undefined> {
  const hashes = await hashesOf(context)
  return (await context.deps.ledger.isHeld(hashes)) ? { is: 'held', hashes, progress } : undefined
}

/**
 * Whether a request that fell due by a rule still is, is asked before anything is counted, and again before the first
 * write: between the two the request may have been held, or all erasing paused, for months.
 */
export async function unlessDue(context: PhaseContext): Promise<SliceEnd | undefined> {
  const { deps, request, work } = context
  if (!request.retention || request.firstDeleteAt) return undefined
  const { dueRules, ledger, clock } = deps
  const due = await isStillDue({ dueRules, rules: ledger, request, work, now: clock() })
  if (due === 'not_due') return { is: 'not_due', hashes: await hashesOf(context) }
  const reason = 'return_unclear'
  if (due === 'due' || isApproved(approvalOf(context), reason)) return undefined
  return review(context, { reason, reasons: [reason] })
}

export async function review({ deps, work }: WorkAndDeps, problem: Problem): Promise<SliceEnd> {
  const asked = { ...problem, mapHash: deps.mapHash, persons: personsIn(work.map, work.identities) }
  return { is: 'review', problem: asked, hashes: await hashesOf({ deps, work }) }
}

/** What was approved under this map. */
export const approvalOf = ({
  deps: { mapHash },
  request: { approval },
}: Pick<PhaseContext, 'deps' | 'request'>): Approval | undefined =>
  approval?.mapHash === mapHash ? approval : undefined
