/** The sweep: finds every open row that is due, whatever was lost on the way. */
import type { Duration } from 'date-fns'
import pMap from 'p-map'
import { errorName, unlessConflict } from '../platform/errors.ts'
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
  return forEach(await ledger.due(at, SWEEP_LIMIT), async (key) => {
    const request = await ledger.find(key)
    // The index is behind the table: the row itself says whether it is due.
    if (!request?.nextCheckAt || request.nextCheckAt > at) return false
    const due = whenDue(request, at, pauses, keepRequests)
    if (!due) return false
    const { step, request: next } = due
    const reason = next.problem?.reason
    if (step === 'ask_operator') log.warn('REQUEST_NEEDS_OPERATOR', { request: key, reason })
    const entry = KEPT_IN_HISTORY.includes(step) && { at, by: 'system', step, ...(reason && { reason }) }
    return unlessConflict(() => {
      if (!entry) return ledger.save(next)
      return step === 'lapse' ? ledger.finish(next, entry) : ledger.save(next, entry)
    })
  })
}

/**
 * After a restart that proves all workers dead: ends their leases and rings for every row that is in `ready`.
 *
 * @returns how many rows it moved.
 */
export async function recover({ ledger, pauses, clock, keepRequests }: Sweep): Promise<number> {
  return forEach(await ledger.due(NEVER_DUE, Number.MAX_SAFE_INTEGER), async (key) => {
    const request = await ledger.find(key)
    if (request?.state === 'erasing') {
      return unlessConflict(() => ledger.save(takeBack(request, clock(), pauses)))
    }
    if (request?.state !== 'ready') return false
    const due = whenDue({ ...request, wakeups: 0 }, clock(), pauses, keepRequests)
    return due ? unlessConflict(() => ledger.save(due.request)) : false
  })
}

/** One row that cannot be read or written must not stop the others. @throws the first error, after all had their turn. */
async function forEach(
  keys: readonly RequestKey[],
  move: (key: RequestKey) => Promise<boolean>,
): Promise<number> {
  const failed: unknown[] = []
  const moved = await pMap(
    keys,
    (key) =>
      move(key).catch((error: unknown) => {
        log.error('ROW_NOT_SWEPT', { request: key, error: errorName(error) })
        failed.push(error)
        return false
      }),
    { concurrency: CONCURRENCY },
  )
  if (failed.length > 0) throw failed[0]
  return moved.filter(Boolean).length
}
