/** The sweep: finds every open row that is due, whatever was lost on the way. */
import type { Duration } from 'date-fns'
import pMap from 'p-map'
import { ServiceError } from '../platform/errors.ts'
import { log } from '../platform/log.ts'
import type { Pauses } from '../platform/pauses.ts'
import type { RequestKey } from './code.ts'
import type { Ledger } from './ledger.ts'
import { NEVER_DUE, takeBack, whenDue } from './steps.ts'

export interface Sweep {
  readonly ledger: Ledger
  readonly pauses: Pauses
  readonly clock: () => Date
  readonly keepRequests: Duration
}

const SWEEP_LIMIT = 500
const CONCURRENCY = 8

/** Steps that are seen in the history; a wake-up is not. */
const KEPT_IN_HISTORY = ['lapse', 'ask_operator']

/** One run over what is due now. @returns how many rows it moved. */
export async function sweep({ ledger, pauses, clock, keepRequests }: Sweep): Promise<number> {
  const at = clock()
  const keys = await ledger.due(at, SWEEP_LIMIT)
  const moved = await pMap(
    keys,
    async (key) => {
      const request = await ledger.find(key)
      // The index is behind the table: the row itself says whether it is due.
      if (!request?.nextCheckAt || request.nextCheckAt > at) return false
      const due = whenDue(request, at, pauses, keepRequests)
      if (!due) return false
      const entry = KEPT_IN_HISTORY.includes(due.step)
        ? {
            at,
            by: 'system',
            step: due.step,
            ...(due.request.problem && { reason: due.request.problem.reason }),
          }
        : undefined
      if (due.step === 'ask_operator') log.warn('REQUEST_NEEDS_OPERATOR', { request: key })
      return unlessMovedOn(() =>
        due.step === 'lapse' && entry ? ledger.finish(due.request, entry) : ledger.save(due.request, entry),
      )
    },
    { concurrency: CONCURRENCY },
  )
  return moved.filter(Boolean).length
}

/**
 * After a restart that proves all workers dead: ends their leases and rings for every row that is in `ready`.
 *
 * @returns how many rows it moved.
 */
export async function recover({ ledger, pauses, clock, keepRequests }: Sweep): Promise<number> {
  const moved = await pMap(
    await ledger.due(NEVER_DUE, Number.MAX_SAFE_INTEGER),
    async (key: RequestKey) => {
      const request = await ledger.find(key)
      if (request?.state === 'erasing') {
        return unlessMovedOn(() => ledger.save(takeBack(request, clock(), pauses)))
      }
      const due =
        request?.state === 'ready'
          ? whenDue({ ...request, wakeups: 0 }, clock(), pauses, keepRequests)
          : undefined
      return due ? unlessMovedOn(() => ledger.save(due.request)) : false
    },
    { concurrency: CONCURRENCY },
  )
  return moved.filter(Boolean).length
}

/** Somebody else's write came first: that is as good. */
async function unlessMovedOn(save: () => Promise<void>): Promise<boolean> {
  try {
    await save()
    return true
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'LEDGER_CONFLICT') return false
    throw error
  }
}
