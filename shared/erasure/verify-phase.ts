/** Look again: another round, a person to look at it, or the end. */

import { count, subjectHashes } from '../person/identities.ts'
import type { Work } from '../person/work.ts'
import type { Checkpoint } from '../requests/checkpoint.ts'
import type { Outcome } from '../requests/outcome.ts'
import type { Residue } from '../requests/problem.ts'
import type { DeletionRequest } from '../requests/request.ts'
import { isSamePlace, withoutPlace, withStranded } from './checkpoint.ts'
import { countGone } from './company-functions/counts.ts'
import { withoutMissed } from './outcome.ts'
import { personsIn } from './review.ts'
import { ifHeld, type Stand, type Turn } from './stand.ts'
import { verify } from './verify.ts'

const MAX_ROUNDS = 3

export async function lookAgain({ engine, slice, cursors, at, work }: Stand): Promise<Turn> {
  const { look, cursor, residue: before, ...rest } = at
  const from =
    look === undefined || !isSamePlace(at, work) ? undefined : { look, cursor: await cursors.open(cursor) }
  const { residue: found, stoppedAt } = await verify(work, from && { from, residue: before })
  if (stoppedAt) {
    const sealed = await cursors.seal(stoppedAt.cursor)
    const place = {
      look: stoppedAt.look,
      values: count(work.identities),
      ...(sealed !== undefined && { cursor: sealed }),
    }
    return { is: 'more', at: { ...withoutPlace(rest), ...place, residue: found } }
  }
  const counted = countGone(work.map, withoutMissed(work.map, at, found), found)
  const { owed: _owed, unmet: _unmet, unanswered: _unanswered, stranded = {}, ...left } = withoutPlace(rest)
  const again: Checkpoint = {
    ...left,
    ...counted,
    phase: 'resolve',
    pass: at.pass + 1,
    planned: {},
  }
  const isDown = found.some(({ why }) => why === 'function_failed')
  const mayGo = isDown || found.some(({ why }) => why === 'not_done')
  if (mayGo && at.round < MAX_ROUNDS) {
    return {
      is: 'more',
      at: { ...again, round: at.round + 1, ...withStranded(stranded) },
      mayWait: isDown || (at.unanswered ?? []).length > 0,
    }
  }
  const lost = Object.entries(stranded).map(
    ([holding, items]) => ({ holding, items, why: 'parent_gone' }) as const,
  )
  const residue: readonly Residue[] = [...found, ...lost]
  // Said once: who starts it again has looked.
  if (residue.length > 0) {
    return { is: 'operator', problem: { reason: 'residue', residue }, at: again }
  }
  const tasks = openTasks(work, slice.request, counted.done)
  if (tasks.length > 0) return { is: 'operator', problem: { reason: 'manual', tasks }, at: again }
  const held = await ifHeld(engine, work, at)
  if (held) return held
  const hashes = subjectHashes(work.map, work.identities, await engine.indexKey())
  return { is: 'done', outcome: counted.done, hashes, at }
}

/**
 * What nobody has confirmed yet. Of a stranger - nothing found, and no identity that leads to a person - no paper file
 * is looked for: every such request would need somebody.
 */
function openTasks(
  { map, ready, identities }: Work,
  { confirmed = [] }: DeletionRequest,
  { erased, redacted, retained }: Outcome,
): readonly string[] {
  const isKnown = erased.length + redacted.length + retained.length > 0 || personsIn(map, identities) > 0
  return isKnown ? ready.tasks.filter((name) => !confirmed.some(({ holding }) => holding === name)) : []
}
