/** What the sweep does with a row whose `nextCheckAt` has come. */
import type { Duration } from 'date-fns'
import { add } from 'date-fns/add'
import { type Delays, MAX_ATTEMPTS, MAX_WAKEUPS } from '../platform/delays.ts'
import { later } from '../platform/time.ts'
import { isFinal, type Step } from './lifecycle.ts'
import { advance, type DeletionRequest } from './request.ts'
import { askOperator, queued, wait, withoutContact } from './steps.ts'

interface Moved {
  readonly step: Step | 'forget_contact'
  readonly request: DeletionRequest
}

/** @returns The step and the row after it; nothing for a row that waits for a person. */
export function whenDue(
  request: DeletionRequest,
  at: Date,
  delays: Delays,
  keepRequests: Duration,
): Moved | undefined {
  const { state, attempts, wakeups } = request
  // In all that time nobody could be told of the end.
  if (isFinal(state)) return { step: 'forget_contact', request: withoutContact(request, at) }
  if (state === 'awaiting_confirmation') {
    return { step: 'lapse', request: advance(request, 'lapse', at, { expiresAt: add(at, keepRequests) }) }
  }
  if (state === 'erasing') {
    return { step: 'wait', request: wait(request, at, delays, { attempts: attempts + 1 }) }
  }
  if (state === 'ready' && wakeups >= MAX_WAKEUPS) {
    return { step: 'ask_operator', request: askOperator(request, at, { reason: 'not_taken' }) }
  }
  if (state === 'ready') {
    const nextCheckAt = later(at, delays.beforeWakeup(wakeups + 1))
    return { step: 'wake', request: advance(request, 'wake', at, { wakeups: wakeups + 1, nextCheckAt }) }
  }
  if (state === 'waiting' && attempts >= MAX_ATTEMPTS) {
    const problem = { ...request.problem, reason: 'no_progress' } as const
    return { step: 'ask_operator', request: askOperator(request, at, problem) }
  }
  return state === 'scheduled' || state === 'waiting'
    ? { step: 'fall_due', request: advance(request, 'fall_due', at, queued(at, delays)) }
    : undefined
}
