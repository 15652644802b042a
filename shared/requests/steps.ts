/** The steps of a request, each with the time at which the sweep looks at the row again. */
import type { Duration } from 'date-fns'
import { add } from 'date-fns/add'
import type { Changes } from '../platform/defined.ts'
import { type Delays, LEASE_MS, MAX_ATTEMPTS } from '../platform/delays.ts'
import { later } from '../platform/time.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { Step } from './lifecycle.ts'
import type { Outcome } from './outcome.ts'
import type { Problem } from './problem.ts'
import type { RefusalReason } from './reasons.ts'
import { advance, type Confirmation, change, type DeletionRequest } from './request.ts'

/** Of an open row that waits for a person: it stays in the index of open rows and never falls due by itself. */
export const NEVER_DUE = new Date('9999-12-31T23:59:59.999Z')

/** Put into the queue: the sweep looks whether the row was taken. */
export const queued = (at: Date, delays: Delays) => ({
  wakeups: 0,
  nextCheckAt: later(at, delays.beforeWakeup(0)),
})

const firstAt = (at: Date) => ({ version: 1, updatedAt: at, attempts: 0 })

/** How an accepted request begins. */
export const readyFrom = (at: Date, delays: Delays) =>
  ({ state: 'ready', ...firstAt(at), ...queued(at, delays) }) as const

/** The person has confirmed it: it begins at once, or after the cooling-off time in which it can be taken back. */
export function confirm(
  request: DeletionRequest,
  at: Date,
  { delays, coolingOff }: { readonly delays: Delays; readonly coolingOff: Duration | undefined },
): { readonly step: 'confirm' | 'confirm_and_cool_off'; readonly request: DeletionRequest } {
  const step = coolingOff ? 'confirm_and_cool_off' : 'confirm'
  const patch = coolingOff ? { nextCheckAt: add(at, coolingOff) } : queued(at, delays)
  return { step, request: advance(request, step, at, patch) }
}

/** How a request begins that a rule opens before its day. */
export const scheduledFor = (day: Date, at: Date) =>
  ({ state: 'scheduled', ...firstAt(at), wakeups: 0, nextCheckAt: day }) as const

/** The person has not been told in time: it begins on this later day. */
export const putOffTo = (request: DeletionRequest, day: Date, at: Date): DeletionRequest =>
  change(request, at, { nextCheckAt: day })

export const withdraw = (request: DeletionRequest, at: Date, keepRequests: Duration): DeletionRequest =>
  advance(request, 'withdraw', at, { expiresAt: add(at, keepRequests) })

/** A rule had opened it, and it is no longer due. */
export function notDue(request: DeletionRequest, at: Date, keepRequests: Duration): DeletionRequest {
  const { retention } = request
  return advance(request, 'withdraw', at, {
    expiresAt: add(at, keepRequests),
    retention: retention && { ...retention, wasNotDue: true },
  })
}

export function take(request: DeletionRequest, leaseId: string, at: Date): DeletionRequest {
  const until = later(at, LEASE_MS)
  return advance(request, 'take', at, { lease: { id: leaseId, until }, nextCheckAt: until })
}

/** It has made progress and has more to do: back to the queue. */
export const goOn = (
  request: DeletionRequest,
  at: Date,
  delays: Delays,
  checkpoint: Checkpoint,
): DeletionRequest => advance(request, 'continue', at, { ...queued(at, delays), attempts: 0, checkpoint })

/** Its worker is known to be dead: back to the queue, as if it had not been taken. */
export const takeBack = (request: DeletionRequest, at: Date, delays: Delays): DeletionRequest =>
  advance(request, 'continue', at, queued(at, delays))

interface WaitOptions {
  /** Tries so far; waiting for another request's claim does not count. */
  readonly attempts: number
  readonly problem?: Problem | undefined
  /** Drops the checkpoint. */
  readonly replan?: boolean
  /** Kept in place of the one before. */
  readonly checkpoint?: Checkpoint
  /** It waits as long as after that many tries. @default `attempts` */
  readonly pauseAfter?: number
}

export const wait = (
  request: DeletionRequest,
  at: Date,
  delays: Delays,
  { attempts, problem, replan = false, checkpoint, pauseAfter = attempts }: WaitOptions,
): DeletionRequest =>
  advance(request, 'wait', at, {
    attempts,
    problem,
    checkpoint: checkpoint ?? (replan ? undefined : request.checkpoint),
    nextCheckAt: later(at, delays.beforeRetry(pauseAfter)),
  })

/** All erasing is paused: this counts as no try, and `resume` wakes the request before its time. */
export const waitForResume = (request: DeletionRequest, at: Date, delays: Delays): DeletionRequest =>
  wait(request, at, delays, {
    attempts: request.attempts,
    problem: { reason: 'paused' },
    pauseAfter: MAX_ATTEMPTS,
  })

export const wake = (request: DeletionRequest, at: Date, delays: Delays): DeletionRequest =>
  advance(request, 'fall_due', at, { ...queued(at, delays), problem: undefined })

/** Before the first delete it is planned anew after the review; after it, the checkpoint keeps what was done. */
export const askReview = (request: DeletionRequest, at: Date, problem: Problem): DeletionRequest =>
  advance(request, 'ask_review', at, {
    problem,
    nextCheckAt: NEVER_DUE,
    checkpoint: request.firstDeleteAt && request.checkpoint,
  })

export const askOperator = (
  request: DeletionRequest,
  at: Date,
  problem: Problem,
  checkpoint = request.checkpoint,
): DeletionRequest => advance(request, 'ask_operator', at, { problem, checkpoint, nextCheckAt: NEVER_DUE })

/** The operator lets it go on. @param approval Names the map that was approved. */
export const startAgain = (
  request: DeletionRequest,
  step: 'approve' | 'retry' | 'all_done',
  at: Date,
  delays: Delays,
  approval = request.approval,
): DeletionRequest =>
  advance(request, step, at, {
    ...queued(at, delays),
    attempts: 0,
    problem: undefined,
    approval,
    checkpoint: request.checkpoint && fromTheStart(request.checkpoint),
  })

/** A manual task is done. After the last one the request goes on, and looks at everything once more. */
export function confirmTask(
  request: DeletionRequest,
  task: Confirmation,
  delays: Delays,
): { readonly step: Step; readonly request: DeletionRequest } {
  const at = new Date(task.at)
  const confirmed = [...(request.confirmed ?? []), task]
  const tasks = (request.problem?.tasks ?? []).filter((name) => name !== task.holding)
  if (tasks.length === 0) {
    return { step: 'all_done', request: { ...startAgain(request, 'all_done', at, delays), confirmed } }
  }
  const problem = { reason: 'manual', tasks } as const
  return { step: 'done', request: advance(request, 'done', at, { confirmed, problem }) }
}

/** Keeps what was erased and the page at work; all else that it was stuck at is read again. */
function fromTheStart(at: Checkpoint): Checkpoint {
  if (at.phase === 'erase') return { ...at, round: 1 }
  const { cursor: _cursor, values: _values, look: _look, residue: _residue, ...checkpoint } = at
  if (at.phase !== 'plan') return { ...checkpoint, round: 1 }
  const { holding: _holding, flagged: _flagged, ...unplanned } = checkpoint
  return { ...unplanned, planned: {}, round: 1 }
}

/** @param lease Of a worker that may still be at work: it ends the lease when it has stopped. */
export const hold = (
  request: DeletionRequest,
  at: Date,
  { lease, ...stopped }: Pick<Changes<DeletionRequest>, 'lease'> & Stopped = {},
): DeletionRequest =>
  advance(request, 'hold', at, { lease, resumeAt: request.nextCheckAt, ...whileHeld(at, stopped) })

/** By a hold on a subject, which the sweep looks at until it has ended; or by name, until it is released by name. */
export type Stopped =
  | { readonly heldBy: string; readonly delays: Delays }
  | { readonly heldBy?: undefined; readonly delays?: undefined }

export const whileHeld = (at: Date, { heldBy, delays }: Stopped) => ({
  heldBy,
  nextCheckAt: delays ? later(at, delays.forHold) : NEVER_DUE,
})

/** Goes on in the state in which it was held; work in hand is queued again. */
export function release(request: DeletionRequest, at: Date, delays: Delays): DeletionRequest {
  const { heldFrom, resumeAt = at, checkpoint } = request
  if (heldFrom === 'needs_review') return advance(request, 'release', at, { nextCheckAt: NEVER_DUE })
  if (heldFrom === 'awaiting_confirmation' || heldFrom === 'scheduled') {
    return advance(request, 'release', at, { nextCheckAt: resumeAt })
  }
  return advance(request, 'release', at, {
    ...queued(at, delays),
    attempts: 0,
    problem: undefined,
    checkpoint: heldFrom === 'needs_operator' ? checkpoint && fromTheStart(checkpoint) : checkpoint,
  })
}

/** The person is told the reason. */
export const refuse = (
  request: DeletionRequest,
  at: Date,
  reason: RefusalReason,
  keepRequests: Duration,
): DeletionRequest =>
  advance(request, 'refuse', at, { refusal: { reason }, expiresAt: add(at, keepRequests) })

export function complete(
  request: DeletionRequest,
  at: Date,
  { outcome, mapHash }: { readonly outcome: Outcome; readonly mapHash: string },
  keepRequests: Duration,
): DeletionRequest {
  const step = outcome.retained.length > 0 ? 'complete_with_retention' : 'complete'
  return advance(request, step, at, { outcome, mapHash, expiresAt: add(at, keepRequests) })
}

/** Of a final request whose person has been told of the end, or cannot be told. */
export const withoutContact = (request: DeletionRequest, at: Date): DeletionRequest =>
  change(request, at, { contact: undefined, nextCheckAt: undefined })
