/** Count what is there, and ask a person where it is doubtful. */
import type { Checkpoint } from '../requests/checkpoint.ts'
import { isSamePlace, withoutPlace, withStranded } from './checkpoint.ts'
import { withOwed } from './company-functions/counts.ts'
import { stillStranded, total } from './outcome.ts'
import { plan } from './plan.ts'
import { probe } from './probe.ts'
import { doubtsAboutPlan, isApproved } from './review.ts'
import { approvalOf, placed, positionOf, review, type Stand, type Turn, unlessDue } from './stand.ts'

export async function countItems(stand: Stand): Promise<Turn> {
  const { engine, slice, cursors, at, work } = stand
  const notDue = await unlessDue(stand)
  if (notDue) return notDue
  const isSame = isSamePlace(at, work)
  const found = await plan(work, {
    everything: at.pass === 1,
    ...(isSame && {
      counts: at.planned,
      flagged: at.flagged,
      unanswered: at.unanswered,
      from: await positionOf(stand),
    }),
  })
  const { counts, flagged, unanswered, stoppedAt } = found
  const counted: Checkpoint = { ...withoutPlace(at), planned: counts, flagged, unanswered }
  if (stoppedAt) return { is: 'more', at: await placed(cursors, work, counted, stoppedAt) }
  const { stranded = {}, ...others } = counted
  const planned: Checkpoint = {
    ...others,
    planned: withOwed(counts, at.owed),
    ...withStranded(stillStranded(stranded, counts)),
  }
  const items = total(counts)
  const reasons = doubtsAboutPlan(work.map, found, slice.request)
  const reason = reasons.find((one) => !isApproved(approvalOf(engine, slice.request), one))
  if (reason && (items > 0 || at.pass > 1)) {
    const residue = unanswered.map((holding) => ({ holding, items: 0, why: 'function_failed' }) as const)
    return review(engine, work, { reason, reasons, planned: counts, ...(residue.length > 0 && { residue }) })
  }
  if (at.pass === 1) await probe(work)
  // On a later pass something is left, whoever should count it.
  if (items === 0 && at.pass === 1) {
    return { at: { ...planned, phase: 'verify' }, work }
  }
  return { at: { ...planned, phase: 'erase' }, work }
}
