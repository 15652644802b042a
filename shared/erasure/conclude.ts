/** What becomes of a request when its slice has ended, or has failed. */
import type { Subjects } from '../ledger/ledger.ts'
import { defined } from '../platform/defined.ts'
import { errorName, isConflict, unlessConflict } from '../platform/errors.ts'
import { log } from '../platform/log.ts'
import type { Checkpoint } from '../requests/checkpoint.ts'
import { isFound, type Outcome } from '../requests/outcome.ts'
import { change, type DeletionRequest, type HistoryEntry } from '../requests/request.ts'
import { askOperator, askReview, complete, goOn, hold, notDue, wait } from '../requests/steps.ts'
import { hasMoved, writeCheckpoint } from './checkpoint.ts'
import type { EraserDeps } from './eraser-deps.ts'
import { withBackups } from './outcome.ts'
import type { SliceEnd } from './phase-context.ts'
import { endsKeeping } from './request-map.ts'

const withCheckpoint = (row: DeletionRequest, checkpoint = row.checkpoint): DeletionRequest =>
  checkpoint ? { ...row, checkpoint } : row

export async function conclude(
  deps: EraserDeps,
  row: DeletionRequest,
  end: SliceEnd,
  before: Checkpoint | undefined,
): Promise<void> {
  const { ledger, delays, clock } = deps
  const at = clock()
  const entry = (step: HistoryEntry['step'], reason?: string): HistoryEntry =>
    defined({ at, step, by: 'system', reason })
  switch (end.is) {
    case 'more': {
      const reached = writeCheckpoint(end.progress)
      if (end.mayWait) {
        // A function that is down is given some time between the rounds, which are few.
        const pauseAfter = TRIES_PER_ROUND * (reached.round - 1)
        return ledger.save(wait(row, at, delays, { attempts: 0, checkpoint: reached, pauseAfter }))
      }
      if (hasMoved(before, reached)) return ledger.save(goOn(row, at, delays, reached))
      const problem = { reason: 'no_progress' } as const
      return ledger.save(wait(row, at, delays, { attempts: row.attempts + 1, problem }))
    }
    case 'behind':
      // It is planned anew with what the other request knows; what was already done stands.
      return ledger.save(wait(row, at, delays, { attempts: 0, replan: row.firstDeleteAt === undefined }))
    case 'not_due':
      await ledger.finish(notDue(row, at, deps.keepRequests), entry('withdraw', 'not_due'))
      return ledger.giveBack(end.hashes, row.key)
    case 'held': {
      const [found] = await ledger.holdsOn(end.hashes)
      // Released meanwhile: nothing holds it any more.
      if (!found) return ledger.save(wait(row, at, delays, { attempts: row.attempts }))
      const stopped = withCheckpoint(row, end.progress && writeCheckpoint(end.progress))
      return ledger.save(hold(stopped, at, { heldBy: found.hash, delays }), entry('hold'))
    }
    case 'review': {
      const { reason, reasons = [reason] } = end.problem
      await ledger.save(askReview(row, at, end.problem), entry('ask_review', reasons.join(', ')))
      // A request that waits for a person blocks no other, unless it has begun: the other would find half the records gone.
      return row.firstDeleteAt ? undefined : ledger.giveBack(end.hashes, row.key)
    }
    case 'operator': {
      const { problem, progress } = end
      log.warn('REQUEST_NEEDS_OPERATOR', { request: row.key, reason: problem.reason })
      const stopped = askOperator(row, at, problem, writeCheckpoint(progress))
      return ledger.save(stopped, entry('ask_operator', problem.reason))
    }
    case 'done': {
      const { map, mapHash, keepRequests } = deps
      const outcome = withBackups(map, end.outcome, at)
      const done = complete(row, at, { outcome, mapHash }, keepRequests)
      // Claims first: a final row owns none.
      await ledger.giveBack(end.hashes, row.key)
      const step = done.state === 'completed' ? 'complete' : 'complete_with_retention'
      // Where only the keeping of an item has ended, no person has been erased.
      const subjects = endsKeeping(done) ? undefined : subjectsOf(done, outcome, end.hashes)
      if (subjects) await ledger.noteErased(subjects.hashes, { request: row.key, until: subjects.until })
      await ledger.finish(done, entry(step), subjects)
      log.info('REQUEST_COMPLETED', { request: row.key, state: done.state })
      deps.measure('requestsCompleted', 1, { channel: done.channel, state: done.state })
      deps.measure('itemsErased', itemsIn(outcome.erased), {})
      await reportFound(deps, done, isFound(outcome))
    }
  }
}

const TRIES_PER_ROUND = 3

const itemsIn = (tallies: Outcome['erased']): number => tallies.reduce((sum, { items }) => sum + items, 0)

/** A restored backup brings people back: until the last backup has aged out, their hashes are kept to find them. */
function subjectsOf(
  { expiresAt, firstDeleteAt }: DeletionRequest,
  { backupsExpireAt }: Outcome,
  hashes: readonly string[],
): Subjects | undefined {
  const until = backupsExpireAt === undefined ? expiresAt : new Date(backupsExpireAt)
  return until && firstDeleteAt ? { hashes, until } : undefined
}

/** Many in a row look like a wrong kind of id, or a wrong table. */
async function reportFound(
  { ledger, measure }: EraserDeps,
  { app = 'none', channel }: DeletionRequest,
  found: boolean,
): Promise<void> {
  measure('nothingFound', found ? 0 : 1, { app, channel })
  // Meta lists everybody who has ever removed the app: most of them are unknown by then.
  if (channel === 'list') return
  const inARow = await ledger.countNothingFound(app, found)
  if (inARow >= SUSPICIOUS_IN_A_ROW) log.warn('NOTHING_FOUND_IN_A_ROW', { app, requests: inARow })
}

const SUSPICIOUS_IN_A_ROW = 10

/** The row, as long as its worker has it. */
export interface Kept {
  /** As it was last saved. */
  last: DeletionRequest
  /** Progress that the row does not have yet: it is saved when an operator has taken the row away. */
  reached?: Checkpoint | undefined
}

/** An error is a try without progress; a conflict is none. The row waits, if this worker still has it. */
export async function stumble(
  deps: EraserDeps,
  taken: DeletionRequest,
  { last, reached }: Kept,
  error: unknown,
): Promise<void> {
  const { ledger, delays, clock } = deps
  const conflict = isConflict(error)
  if (!conflict) log.error('SLICE_FAILED', { request: taken.key, error: errorName(error) })
  const current = await ledger.find(taken.key)
  if (current?.state === 'on_hold' && current.lease?.id === taken.lease?.id) {
    // The operator who holds the request waits until its worker has stopped writing: the missing lease says so.
    const stopped = current.version === last.version + 1 ? withCheckpoint(current, reached) : current
    await unlessConflict(() => ledger.save(change(stopped, clock(), { lease: undefined })))
    return
  }
  if (current?.state !== 'erasing' || current.lease?.id !== taken.lease?.id) return
  const moved = hasMoved(taken.checkpoint, current.checkpoint)
  const attempts = conflict ? current.attempts : moved ? 1 : current.attempts + 1
  const problem = conflict ? undefined : { reason: 'no_progress' as const, error: errorName(error) }
  await unlessConflict(() => ledger.save(wait(current, clock(), delays, { attempts, problem })))
}
