import { describe, expect, it } from 'vitest'
import { delays } from '../../../shared/platform/delays.ts'
import type { Checkpoint } from '../../../shared/requests/checkpoint.ts'
import type { Outcome } from '../../../shared/requests/outcome.ts'
import type { DeletionRequest } from '../../../shared/requests/request.ts'
import {
  askOperator,
  askReview,
  complete,
  confirmTask,
  goOn,
  hold,
  NEVER_DUE,
  readyFrom,
  startAgain,
  take,
  takeBack,
  wait,
} from '../../../shared/requests/steps.ts'
import { whenDue } from '../../../shared/requests/when-due.ts'
import { aRequest, NOW } from '../../fixtures/companies/request.ts'

const PAUSES = delays(1, () => 0)
const KEEP = { months: 24 }
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)
const done: Outcome = { erased: [], redacted: [], retained: [] }
const checkpoint: Checkpoint = { mapHash: 'h', pass: 2, round: 3, phase: 'plan', planned: {}, done }
const erasing = (more: Partial<DeletionRequest> = {}) =>
  aRequest({ state: 'erasing', lease: { id: 'a', until: NOW }, checkpoint, ...more })

describe('a step', () => {
  it('into the queue rings at once, and again in two minutes', () => {
    expect(readyFrom(NOW, PAUSES)).toEqual({
      state: 'ready',
      version: 1,
      updatedAt: NOW,
      attempts: 0,
      wakeups: 0,
      nextCheckAt: at(120),
    })
  })

  it('of a worker that takes it leases it for three minutes', () => {
    expect(take(aRequest(), 'a', NOW)).toMatchObject({
      state: 'erasing',
      lease: { id: 'a', until: at(180) },
      nextCheckAt: at(180),
    })
  })

  it('forward forgets the tries', () => {
    const next = { ...checkpoint, pass: 3 }
    expect(goOn(erasing({ attempts: 5, wakeups: 2 }), NOW, PAUSES, next)).toMatchObject({
      state: 'ready',
      attempts: 0,
      wakeups: 0,
      checkpoint: next,
      nextCheckAt: at(120),
    })
  })

  it('back from a dead worker counts no try and keeps the place', () => {
    expect(takeBack(erasing({ attempts: 5, wakeups: 2 }), NOW, PAUSES)).toMatchObject({
      state: 'ready',
      attempts: 5,
      wakeups: 0,
      checkpoint,
      nextCheckAt: at(120),
    })
  })

  it('without progress waits, and keeps the place unless it is to plan anew', () => {
    const problem = { reason: 'no_progress', error: 'TimeoutError' } as const
    expect(wait(erasing(), NOW, PAUSES, { attempts: 1, problem })).toMatchObject({
      state: 'waiting',
      attempts: 1,
      problem,
      checkpoint,
      nextCheckAt: at(30),
    })
    expect(wait(erasing(), NOW, PAUSES, { attempts: 1, replan: true })).not.toHaveProperty('checkpoint')
    expect(wait(erasing(), NOW, PAUSES, { attempts: 1, replan: false }).checkpoint).toEqual(checkpoint)
  })

  it('to a review forgets the place, unless the work has begun', () => {
    const problem = { reason: 'too_big' } as const
    const asked = askReview(erasing(), NOW, problem)
    expect(asked).toMatchObject({ state: 'needs_review', problem, nextCheckAt: NEVER_DUE })
    expect(asked).not.toHaveProperty('checkpoint')
    expect(askReview(erasing({ firstDeleteAt: NOW }), NOW, problem).checkpoint).toEqual(checkpoint)
  })

  it('to the operator keeps the place, or the one it is given', () => {
    const problem = { reason: 'residue' } as const
    const next = { ...checkpoint, pass: 9 }
    expect(askOperator(erasing(), NOW, problem)).toMatchObject({
      state: 'needs_operator',
      problem,
      checkpoint,
      nextCheckAt: NEVER_DUE,
    })
    expect(askOperator(erasing(), NOW, problem, next).checkpoint).toEqual(next)
  })

  it('of the operator starts the rounds anew, and knows what was approved', () => {
    const approval = { mapHash: 'h', reasons: ['too_big'], persons: 1 } as const
    const stopped = aRequest({
      state: 'needs_operator',
      attempts: 8,
      wakeups: 3,
      problem: { reason: 'residue' },
      checkpoint,
      approval,
    })
    const again = startAgain(stopped, 'retry', NOW, PAUSES)
    expect(again).toMatchObject({
      state: 'ready',
      attempts: 0,
      wakeups: 0,
      approval,
      checkpoint: { ...checkpoint, round: 1 },
      nextCheckAt: at(120),
    })
    expect(again).not.toHaveProperty('problem')
    const { checkpoint: _none, ...fresh } = stopped
    expect(startAgain(fresh, 'retry', NOW, PAUSES)).not.toHaveProperty('checkpoint')
  })

  it('of the operator counts anew what was being planned, and goes on where it was erasing', () => {
    const startFrom = (phase: Checkpoint['phase']) =>
      startAgain(
        aRequest({
          state: 'needs_operator',
          checkpoint: {
            ...checkpoint,
            phase,
            holding: 'orders',
            cursor: 'sealed',
            values: 3,
            planned: { orders: { items: 7 } },
            flagged: ['orders'],
            seen: { orders: 2 },
            page: 4,
          },
        }),
        'retry',
        NOW,
        PAUSES,
      ).checkpoint
    const planning = startFrom('plan')
    expect(planning).toMatchObject({ phase: 'plan', planned: {}, round: 1 })
    expect(planning).not.toHaveProperty('holding')
    expect(planning).not.toHaveProperty('cursor')
    expect(planning).not.toHaveProperty('flagged')
    expect(startFrom('erase')).toMatchObject({ holding: 'orders', cursor: 'sealed', page: 4, values: 3 })
    const looking = startFrom('verify')
    expect(looking).toMatchObject({ holding: 'orders', planned: { orders: { items: 7 } } })
    expect(looking).not.toHaveProperty('cursor')
  })

  it('that confirms a task leaves the others, and the last one starts it again', () => {
    const stopped = aRequest({
      state: 'needs_operator',
      problem: { reason: 'manual', tasks: ['paper', 'tapes'] },
      checkpoint,
    })
    const paper = { holding: 'paper', by: 'someone', at: NOW.toISOString() }
    const tapes = { ...paper, holding: 'tapes' }
    const first = confirmTask(stopped, paper, PAUSES)
    expect(first).toMatchObject({
      step: 'done',
      request: {
        state: 'needs_operator',
        updatedAt: NOW,
        confirmed: [paper],
        problem: { reason: 'manual', tasks: ['tapes'] },
      },
    })
    const last = confirmTask(first.request, tapes, PAUSES)
    expect(last).toMatchObject({
      step: 'all_done',
      request: { state: 'ready', confirmed: [paper, tapes], checkpoint: { round: 1 } },
    })
    expect(last.request).not.toHaveProperty('problem')
    const { problem: _none, ...without } = stopped
    expect(confirmTask(without, paper, PAUSES).step).toBe('all_done')
  })

  it('into a hold never falls due', () => {
    expect(hold(erasing(), NOW)).toMatchObject({ state: 'on_hold', nextCheckAt: NEVER_DUE })
  })

  it('to the end says whether anything is kept, and when its record goes', () => {
    const ended = { mapHash: 'h', expiresAt: new Date('2028-11-22T08:00:00.000Z') }
    expect(complete(erasing(), NOW, { outcome: done, mapHash: 'h' }, KEEP)).toMatchObject({
      ...ended,
      state: 'completed',
      outcome: done,
    })
    const kept = { category: 'invoices', items: 1, reason: 'tax', ends: [] }
    const outcome = { ...done, retained: [kept] }
    expect(complete(erasing(), NOW, { outcome, mapHash: 'h' }, KEEP)).toMatchObject({
      ...ended,
      state: 'completed_with_retention',
      outcome,
    })
  })
})

describe('what is due', () => {
  const due = (request: DeletionRequest) => whenDue(request, NOW, PAUSES, KEEP)

  it('lapses, if nobody has confirmed it', () => {
    expect(due(aRequest({ state: 'awaiting_confirmation' }))).toMatchObject({
      step: 'lapse',
      request: { state: 'expired', expiresAt: new Date('2028-11-22T08:00:00.000Z') },
    })
  })

  it.each(['scheduled', 'waiting'] as const)('is queued, if it was %s', (state) => {
    expect(due(aRequest({ state, wakeups: 3, attempts: 7 }))).toMatchObject({
      step: 'fall_due',
      request: { state: 'ready', wakeups: 0, attempts: 7, nextCheckAt: at(120) },
    })
  })

  it.each([
    [0, 240],
    [1, 480],
    [5, 7680],
  ])('is rung for again after %i wake-ups, in twice the time', (wakeups, seconds) => {
    expect(due(aRequest({ wakeups }))).toMatchObject({
      step: 'wake',
      request: { state: 'ready', wakeups: wakeups + 1, nextCheckAt: at(seconds) },
    })
  })

  it('waits for the operator after six wake-ups', () => {
    expect(due(aRequest({ wakeups: 6 }))).toMatchObject({
      step: 'ask_operator',
      request: { state: 'needs_operator', problem: { reason: 'not_taken' }, nextCheckAt: NEVER_DUE },
    })
  })

  it('waits after a lease that ran out, as after a try', () => {
    expect(due(erasing({ attempts: 2 }))).toMatchObject({
      step: 'wait',
      request: { state: 'waiting', attempts: 3, nextCheckAt: at(30) },
    })
  })

  it('waits for the operator after eight tries, who is told why', () => {
    const problem = { reason: 'no_progress', error: 'TimeoutError' } as const
    expect(due(aRequest({ state: 'waiting', attempts: 8, problem }))).toMatchObject({
      step: 'ask_operator',
      request: { state: 'needs_operator', problem },
    })
    expect(due(aRequest({ state: 'waiting', attempts: 9 }))?.request.problem).toEqual({
      reason: 'no_progress',
    })
  })

  it('in a final state, is that nobody needs to be written to any more', () => {
    const told = aRequest({ state: 'completed', contact: 'sealed', nextCheckAt: NOW })
    expect(due(told)).toMatchObject({ step: 'forget_contact', request: { state: 'completed', version: 2 } })
    expect(due(told)?.request).not.toHaveProperty('contact')
    expect(due(told)?.request).not.toHaveProperty('nextCheckAt')
  })

  it.each(['needs_review', 'needs_operator', 'on_hold'] as const)('is never what is in %s', (state) => {
    expect(due(aRequest({ state }))).toBeUndefined()
  })
})
