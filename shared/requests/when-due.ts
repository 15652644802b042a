/** What the sweep does with a row whose `nextCheckAt` has come. */
import type { Duration } from 'date-fns'
import { add } from 'date-fns/add'
import { type Delays, MAX_ATTEMPTS, MAX_WAKEUPS } from '../platform/delays.ts'
import { later } from '../platform/time.ts'
import { isFinal, type State, type Step } from './lifecycle.ts'
import { advance, type DeletionRequest } from './request.ts'
import { askOperator, queued, wait, withoutContact } from './steps.ts'

/** @returns The step and the row after it; nothing for a row that waits for a person. */
export function whenDue(
  request: DeletionRequest,
  at: Date,
  delays: Delays,
  keepRequests: Duration,
): ReturnType<WhenDue> | undefined {
  const due = isFinal(request.state) ? forget : DUE[request.state]
  return due?.(request, at, delays, keepRequests)
}

type WhenDue = (
  request: DeletionRequest,
  at: Date,
  delays: Delays,
  keepRequests: Duration,
) => { readonly step: Step | 'forget_contact'; readonly request: DeletionRequest }

/** In all that time nobody could be told of the end. */
const forget: WhenDue = (request, at) => ({ step: 'forget_contact', request: withoutContact(request, at) })

function fallDue(request: DeletionRequest, at: Date, delays: Delays): ReturnType<WhenDue> {
  return { step: 'fall_due', request: advance(request, 'fall_due', at, queued(at, delays)) }
}

const DUE: Readonly<Partial<Record<State, WhenDue>>> = {
  awaiting_confirmation: (request, at, _delays, keepRequests) => ({
    step: 'lapse',
    request: advance(request, 'lapse', at, { expiresAt: add(at, keepRequests) }),
  }),
  scheduled: fallDue,
  ready: (request, at, delays) => {
    if (request.wakeups >= MAX_WAKEUPS) {
      return { step: 'ask_operator', request: askOperator(request, at, { reason: 'not_taken' }) }
    }
    const wakeups = request.wakeups + 1
    const nextCheckAt = later(at, delays.beforeWakeup(wakeups))
    return { step: 'wake', request: advance(request, 'wake', at, { wakeups, nextCheckAt }) }
  },
  erasing: (request, at, delays) => ({
    step: 'wait',
    request: wait(request, at, delays, { attempts: request.attempts + 1 }),
  }),
  waiting: (request, at, delays) =>
    request.attempts >= MAX_ATTEMPTS
      ? {
          step: 'ask_operator',
          request: askOperator(request, at, { ...request.problem, reason: 'no_progress' }),
        }
      : fallDue(request, at, delays),
}
