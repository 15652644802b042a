/** The verify phase: looks again after the last delete, and decides on another round, the operator, or the end. */
import type { Cursor } from '../person/pages.ts'
import type { Work } from '../person/work.ts'
import type { Outcome } from '../requests/outcome.ts'
import type { Residue } from '../requests/problem.ts'
import type { DeletionRequest } from '../requests/request.ts'
import type { Resolving, Verifying } from './checkpoint.ts'
import { CALL_AHEAD_MS } from './company-functions/company-functions.ts'
import { looksOf } from './looks.ts'
import { countGone } from './outcome.ts'
import {
  hashesOf,
  ifHeld,
  isSameWork,
  opened,
  type PhaseContext,
  type PhaseResult,
  sealed,
} from './phase-context.ts'
import { personsIn } from './review.ts'

const MAX_ROUNDS = 3

export async function verifyPhase(context: PhaseContext, progress: Verifying): Promise<PhaseResult> {
  const { request, work } = context
  const { stoppedAt: start, planned, done, orphaned = {}, unanswered = [] } = progress
  const from = start && isSameWork(start, work) ? await opened(context, start) : undefined
  const { residue: found, stoppedAt } = await verify(work, from)
  if (stoppedAt) {
    const at = await sealed(context, stoppedAt)
    return { is: 'more', progress: { ...progress, stoppedAt: { ...at, residue: found } } }
  }
  const counted = countGone(work.map, { planned, done }, found)
  const { mapHash, pass, round, flagged, writes } = progress
  const again: Resolving = { phase: 'resolve', mapHash, pass: pass + 1, round, flagged, writes, ...counted }
  const isDown = found.some(({ why }) => why === 'function_failed')
  const mayGo = isDown || found.some(({ why }) => why === 'not_done')
  if (mayGo && round < MAX_ROUNDS) {
    const next: Resolving = { ...again, round: round + 1, orphaned }
    return { is: 'more', progress: next, mayWait: isDown || unanswered.length > 0 }
  }
  const lost = Object.entries(orphaned).map(
    ([holding, items]) => ({ holding, items, why: 'parent_gone' }) as const,
  )
  const residue: readonly Residue[] = [...found, ...lost]
  // The orphans are shown once: an operator who starts the request again has seen them.
  if (residue.length > 0) return { is: 'operator', problem: { reason: 'residue', residue }, progress: again }
  const tasks = openTasks(work, request, counted.done)
  if (tasks.length > 0) return { is: 'operator', problem: { reason: 'manual', tasks }, progress: again }
  const held = await ifHeld(context, progress)
  if (held) return held
  return { is: 'done', outcome: counted.done, hashes: await hashesOf(context), progress }
}

/**
 * Tasks that are not confirmed yet. For a stranger (nothing found, and no identity that leads to a person) there are none:
 * every such request would wait for an operator.
 */
function openTasks(
  { map, ready, identities }: Work,
  { confirmed = [] }: DeletionRequest,
  { erased, redacted, retained }: Outcome,
): readonly string[] {
  const isKnown = erased.length + redacted.length + retained.length > 0 || personsIn(map, identities) > 0
  return isKnown ? ready.tasks.filter((name) => !confirmed.some(({ holding }) => holding === name)) : []
}

interface LookedUpTo {
  /** The look at work, by its number. */
  readonly look: number
  readonly cursor?: Cursor | undefined
  readonly residue: readonly Residue[]
}

/**
 * Looks at every holding once, those of functions first; then the whole of every partition whose key names the person; then,
 * when they have had the time to show what their tables have, every index once more.
 *
 * @returns Where it stopped, if the deadline has passed.
 */
export async function verify(
  work: Work,
  { look: first = 0, cursor: start, residue: found = [] }: Partial<LookedUpTo> = {},
): Promise<{ readonly residue: readonly Residue[]; readonly stoppedAt?: Omit<LookedUpTo, 'residue'> }> {
  const looks = looksOf(work)
  const residue = tallyOf(found)
  let known: readonly (string | undefined)[] | undefined
  for (const [n, { at, isAgain, pages }] of looks.entries()) {
    if (n < first) continue
    const cursor = n === first ? start : undefined
    const aheadMs = at === 'function' ? CALL_AHEAD_MS : 0
    if (at === 'function' && work.deadline.passed(aheadMs)) {
      return { residue: residue.lines(), stoppedAt: { look: n, cursor } }
    }
    // Items that a holding's own look has counted are not counted again in the partition.
    if (isAgain && !looks[n - 1]?.isAgain) known = undefined
    if (at === 'partition') known ??= residue.lines().map(({ holding }) => holding)
    if (isAgain && !looks[n - 1]?.isAgain && !cursor) {
      // Another round comes anyway.
      if (residue.lines().length > 0) break
      if (work.deadline.passed(work.settle.milliseconds)) return { residue: [], stoppedAt: { look: n } }
      await work.settle.wait()
    }
    for await (const page of pages(cursor)) {
      for (const one of page.residue) {
        if (at !== 'partition' || one.holding === undefined || !known?.includes(one.holding)) residue.add(one)
      }
      if (page.next && work.deadline.passed(aheadMs)) {
        return { residue: residue.lines(), stoppedAt: { look: n, cursor: page.next } }
      }
    }
    if (n + 1 < looks.length && work.deadline.passed())
      return { residue: residue.lines(), stoppedAt: { look: n + 1 } }
  }
  return { residue: residue.lines() }
}

const MAX_LINES = 20

/** One line per holding, literal and reason; the first twenty are enough for an operator to start with. */
function tallyOf(start: readonly Residue[]) {
  const lines = new Map<string, Residue>()
  const add = (one: Residue): void => {
    const { items, ...alike } = one
    const name = JSON.stringify(alike)
    const before = lines.get(name)
    if (before || lines.size < MAX_LINES) lines.set(name, { ...one, items: items + (before?.items ?? 0) })
  }
  for (const one of start) add(one)
  return { add, lines: (): readonly Residue[] => [...lines.values()] }
}
