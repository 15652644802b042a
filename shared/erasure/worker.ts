/** The worker behind the doorbell: takes a `ready` row, works one slice, and says where it stands. */
import { hash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Duration } from 'date-fns'
import { addDays } from 'date-fns/addDays'
import type { Subjects } from '../ledger/ledger.ts'
import { type Identities, subjectHashes } from '../person/identities.ts'
import type { Deadline } from '../platform/deadline.ts'
import { type Delays, SLICE_BUDGET_MS } from '../platform/delays.ts'
import { errorName, isConflict, unlessConflict } from '../platform/errors.ts'
import { log } from '../platform/log.ts'
import type { Measure } from '../platform/measure.ts'
import { later } from '../platform/time.ts'
import type { Checkpoint } from '../requests/checkpoint.ts'
import type { RequestKey } from '../requests/code.ts'
import { isFound, type Outcome } from '../requests/outcome.ts'
import { change, type DeletionRequest } from '../requests/request.ts'
import {
  askOperator,
  askReview,
  complete,
  goOn,
  hold,
  notDue,
  take,
  wait,
  waitForResume,
} from '../requests/steps.ts'
import { endsKeeping } from './ending-map.ts'
import { mapFor } from './kept-map.ts'
import { withBackups } from './outcome.ts'
import { runSlice } from './slice.ts'
import type { Engine, SliceEnd } from './stand.ts'

export interface Worker extends Engine {
  readonly delays: Delays
  readonly newLeaseId: () => string
  /** How long the record of a request outlives its final state. */
  readonly keepRequests: Duration
  /** How long the journal keeps an entry. */
  readonly journalDays: number
  readonly measure: Measure
}

/** A message is only a doorbell: who finds no `ready` row, or loses the race for it, writes nothing. */
export async function answerDoorbell(anybodys: Worker, key: RequestKey): Promise<void> {
  const { ledger, clock } = anybodys
  const found = await ledger.find(key)
  if (found?.state !== 'ready') return
  const worker = { ...anybodys, ...mapFor(anybodys, found) }
  const startedAt = clock()
  const taken = take(found, worker.newLeaseId(), startedAt)
  if (!(await unlessConflict(() => ledger.save(taken)))) {
    // The SDK repeats a write whose answer was lost, and then loses to itself.
    const now = await ledger.find(key)
    if (now?.lease?.id !== taken.lease?.id || now?.version !== taken.version) return
  }

  let row = taken
  // Where it has come to: more than the row says, when somebody takes the row away.
  let reached: Checkpoint | undefined
  const journaling = journalOf(worker)
  const permitWrites = async (checkpoint: Checkpoint, whose: Identities): Promise<void> => {
    const at = clock()
    const journaled = await journaling(row, whose, at)
    const { page: _page, ...before } = checkpoint
    reached = before
    const hasMoved = !isDeepStrictEqual(checkpoint, taken.checkpoint)
    const next = change(row, at, {
      checkpoint,
      firstDeleteAt: row.firstDeleteAt ?? at,
      journaled,
      // Whoever is killed after this has not tried in vain.
      ...(hasMoved && { attempts: 0 }),
    })
    await ledger.save(next)
    row = next
    reached = undefined
  }
  const endsAt = later(startedAt, SLICE_BUDGET_MS)
  const watch = watching(worker, taken)
  const deadline: Deadline = {
    passed: (aheadMs = 0) => watch.isTaken() || later(clock(), aheadMs) > endsAt,
  }
  try {
    if (await ledger.isPaused()) {
      await unlessConflict(() => ledger.save(waitForResume(taken, clock(), worker.delays)))
      return
    }
    const end = await runSlice(worker, { request: taken, permitWrites, deadline })
    reached = 'at' in end ? end.at : undefined
    await conclude(worker, row, end, taken.checkpoint)
  } catch (error) {
    await stumble(worker, taken, { error, last: row, reached })
  }
}

/** Tells the journal whom an erasure is about, again when there are more of their values. @returns What it knows then. */
function journalOf({ map, journal, indexKey, journalDays }: Worker) {
  let told: { readonly whose: Identities; readonly journaled: string } | undefined
  return async (row: DeletionRequest, whose: Identities, at: Date): Promise<string | undefined> => {
    // What is over is over for a restored item as well: its rule finds it again.
    if (endsKeeping(row)) return undefined
    if (told?.whose === whose) return told.journaled
    const hashes = subjectHashes(map, whose, await indexKey()).toSorted()
    const journaled = hash('sha256', hashes.join(), 'base64url')
    if (journaled !== row.journaled) {
      const {
        key,
        channel,
        app,
        scope,
        receivedAt,
        dueAt,
        keeps,
        repeats,
        firstDeleteAt: startedAt = at,
      } = row
      const until = addDays(at, journalDays)
      const more = { ...(app !== undefined && { app }), ...(keeps && { keeps }), ...(repeats && { repeats }) }
      await journal.write({ key, channel, scope, receivedAt, dueAt, ...more, startedAt, until, hashes })
    }
    told = { whose, journaled }
    return journaled
  }
}

const withStand = (row: DeletionRequest, checkpoint = row.checkpoint): DeletionRequest =>
  checkpoint ? { ...row, checkpoint } : row

const LOOK_EVERY_MS = 5000

/** A page may be long: whoever takes the row away from its worker, to hold it, need not wait for all of it. */
function watching({ ledger, clock }: Worker, taken: DeletionRequest): { readonly isTaken: () => boolean } {
  let lookedAt = clock()
  let isTaken = false
  const look = async (): Promise<void> => {
    const now = await ledger.find(taken.key)
    isTaken = now?.state !== 'erasing' || now.lease?.id !== taken.lease?.id
  }
  return {
    isTaken() {
      const at = clock()
      if (at >= later(lookedAt, LOOK_EVERY_MS)) {
        lookedAt = at
        // Its failure tells nothing: the next write to the row says as much.
        look().catch(() => undefined)
      }
      return isTaken
    },
  }
}

async function conclude(
  worker: Worker,
  row: DeletionRequest,
  end: SliceEnd,
  before: Checkpoint | undefined,
): Promise<void> {
  const { ledger, delays, clock } = worker
  const at = clock()
  const entry = { at, by: 'system' } as const
  switch (end.is) {
    case 'more': {
      if (end.mayWait) {
        // A function that is down is given some time between the rounds, which are few.
        const pauseAfter = TRIES_PER_ROUND * (end.at.round - 1)
        return ledger.save(wait(row, at, delays, { attempts: 0, checkpoint: end.at, pauseAfter }))
      }
      const moved = !isDeepStrictEqual(end.at, before)
      return ledger.save(
        moved
          ? goOn(row, at, delays, end.at)
          : wait(row, at, delays, { attempts: row.attempts + 1, problem: { reason: 'no_progress' } }),
      )
    }
    case 'behind':
      // Planned anew with what the other request knows; what was already done stands.
      return ledger.save(wait(row, at, delays, { attempts: 0, replan: row.firstDeleteAt === undefined }))
    case 'not_due':
      await ledger.finish(notDue(row, at, worker.keepRequests), {
        ...entry,
        step: 'withdraw',
        reason: 'not_due',
      })
      return ledger.giveBack(end.hashes, row.key)
    case 'held': {
      const [found] = await ledger.holdsOn(end.hashes)
      // Released meanwhile: nothing holds it any more.
      if (!found) return ledger.save(wait(row, at, delays, { attempts: row.attempts }))
      const held = hold(withStand(row, end.at), at, { heldBy: found.hash, delays })
      return ledger.save(held, { ...entry, step: 'hold' })
    }
    case 'review':
      await ledger.save(askReview(row, at, end.problem), {
        ...entry,
        step: 'ask_review',
        reason: (end.problem.reasons ?? [end.problem.reason]).join(', '),
      })
      // What waits for a person blocks nobody, unless it has begun: then nobody else may find half of it gone.
      return row.firstDeleteAt ? undefined : ledger.giveBack(end.hashes, row.key)
    case 'operator':
      log.warn('REQUEST_NEEDS_OPERATOR', { request: row.key, reason: end.problem.reason })
      return ledger.save(askOperator(row, at, end.problem, end.at), {
        ...entry,
        step: 'ask_operator',
        reason: end.problem.reason,
      })
    case 'done': {
      const { map, mapHash, keepRequests } = worker
      const outcome = withBackups(map, end.outcome, at)
      const done = complete(row, at, { outcome, mapHash }, keepRequests)
      // Claims first: a row that is final keeps nothing of anybody.
      await ledger.giveBack(end.hashes, row.key)
      const step = done.state === 'completed' ? 'complete' : 'complete_with_retention'
      // Of whom something has come to its end, nobody has been erased.
      const subjects = endsKeeping(done) ? undefined : subjectsOf(done, outcome, end.hashes)
      if (subjects) await ledger.noteErased(subjects.hashes, { request: row.key, until: subjects.until })
      await ledger.finish(done, { ...entry, step }, subjects)
      log.info('REQUEST_COMPLETED', { request: row.key, state: done.state })
      worker.measure('requestsCompleted', 1, { channel: done.channel, state: done.state })
      worker.measure('itemsErased', itemsIn(outcome.erased), {})
      await reportFound(worker, done, isFound(outcome))
    }
  }
}

const TRIES_PER_ROUND = 3

const itemsIn = (tallies: Outcome['erased']): number => tallies.reduce((sum, { items }) => sum + items, 0)

/** A restored backup brings people back: until the last one has aged out, their hashes tell whom. */
function subjectsOf(
  { expiresAt, firstDeleteAt }: DeletionRequest,
  { backupsExpireAt }: Outcome,
  hashes: readonly string[],
): Subjects | undefined {
  const until = backupsExpireAt === undefined ? expiresAt : new Date(backupsExpireAt)
  return until && firstDeleteAt ? { hashes, until } : undefined
}

/** Many in a row look like a wrong kind of id, or a wrong table: nothing found is not success in disguise. */
async function reportFound(
  { ledger, measure }: Worker,
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

interface Stumbled {
  readonly error: unknown
  /** As it was last saved. */
  readonly last: DeletionRequest
  readonly reached: Checkpoint | undefined
}

/** An error is a try without progress. Somebody else's write is none: if the row is still ours, it waits. */
async function stumble(
  worker: Worker,
  taken: DeletionRequest,
  { error, last, reached }: Stumbled,
): Promise<void> {
  const { ledger, delays, clock } = worker
  const conflict = isConflict(error)
  if (!conflict) log.error('SLICE_FAILED', { request: taken.key, error: errorName(error) })
  const current = await ledger.find(taken.key)
  if (current?.state === 'on_hold' && current.lease?.id === taken.lease?.id) {
    // Nothing is written any more: whoever holds it waits to hear that.
    const stopped = current.version === last.version + 1 ? withStand(current, reached) : current
    await unlessConflict(() => ledger.save(change(stopped, clock(), { lease: undefined })))
    return
  }
  if (current?.state !== 'erasing' || current.lease?.id !== taken.lease?.id) return
  const moved = !isDeepStrictEqual(current.checkpoint, taken.checkpoint)
  const attempts = conflict ? current.attempts : moved ? 1 : current.attempts + 1
  const problem = conflict ? undefined : { reason: 'no_progress' as const, error: errorName(error) }
  await unlessConflict(() => ledger.save(wait(current, clock(), delays, { attempts, problem })))
}
