/** The sweep: finds every open row that is due, whatever was lost on the way. */
import type { Duration } from 'date-fns'
import pMap from 'p-map'
import type { Ledger } from '../ledger/ledger.ts'
import type { Delays } from '../platform/delays.ts'
import { errorName, unlessConflict } from '../platform/errors.ts'
import { log } from '../platform/log.ts'
import { DAY_MS, later } from '../platform/time.ts'
import type { RequestKey } from '../requests/code.ts'
import { FIRST_MAIL, isUnderWay, whenMailDue } from '../requests/owed-mail.ts'
import { change } from '../requests/request.ts'
import { NEVER_DUE, putOffTo, takeBack } from '../requests/steps.ts'
import { whenDue } from '../requests/when-due.ts'
import { lookAtHold } from './releases.ts'

export interface Sweep {
  readonly ledger: Ledger
  readonly delays: Delays
  readonly clock: () => Date
  readonly keepRequests: Duration
}

const SWEEP_LIMIT = 500
const CONCURRENCY = 8

/** One run over what is due now. @returns how many rows and mails it moved. */
export async function sweep(sweeping: Sweep): Promise<number> {
  const [requests, mails] = await Promise.all([sweepRequests(sweeping), sweepMails(sweeping)])
  return requests + mails
}

/** Rings again for mails that nobody has sent. */
async function sweepMails({ ledger, delays, clock }: Sweep): Promise<number> {
  const at = clock()
  return forEach(
    await ledger.dueMails(at, SWEEP_LIMIT),
    async ({ request, version }) => {
      const mail = await ledger.owedMail(request, version)
      if (!mail?.nextCheckAt || mail.nextCheckAt > at) return false
      const next = whenMailDue(mail, at, delays)
      if (next?.state === 'unsent') log.warn('MAIL_NOT_SENT', { request, notice: version })
      return next ? ledger.saveMail(next) : false
    },
    ({ request }) => request,
  )
}

async function sweepRequests({ ledger, delays, clock, keepRequests }: Sweep): Promise<number> {
  const at = clock()
  return forEachRequest(await ledger.due(at, SWEEP_LIMIT), async (key) => {
    const request = await ledger.find(key)
    // The index is behind the table: the row itself says whether it is due.
    if (!request?.nextCheckAt || request.nextCheckAt > at) return false
    if (request.state === 'on_hold') {
      if (request.heldBy === undefined) return false
      const { step, request: next } = await lookAtHold(ledger, request, at, delays)
      return unlessConflict(() => ledger.save(next, step && { at, by: 'system', step }))
    }
    if (request.state === 'scheduled' && request.retention?.toldBefore !== undefined) {
      const mail = await ledger.owedMail(key, FIRST_MAIL)
      if (mail && isUnderWay(mail)) {
        return unlessConflict(() => ledger.save(putOffTo(request, later(at, DAY_MS), at)))
      }
    }
    const due = whenDue(request, at, delays, keepRequests)
    if (!due) return false
    const { step, request: next } = due
    const reason = next.problem?.reason
    if (step === 'ask_operator') log.warn('REQUEST_NEEDS_OPERATOR', { request: key, reason })
    return unlessConflict(() => {
      // A wake-up is no history.
      if (step !== 'lapse' && step !== 'ask_operator') return ledger.save(next)
      const entry = { at, by: 'system', step, ...(reason && { reason }) }
      return step === 'lapse' ? ledger.finish(next, entry) : ledger.save(next, entry)
    })
  })
}

/**
 * After a restart that proves all workers dead: ends their leases and rings for every row that is in `ready`.
 *
 * @returns how many rows it moved.
 */
export async function recover(sweeping: Sweep): Promise<number> {
  const [requests, mails] = await Promise.all([recoverRequests(sweeping), ringForMails(sweeping)])
  return requests + mails
}

/** What was being sent may have gone out: that waits for its time. */
async function ringForMails({ ledger, delays, clock }: Sweep): Promise<number> {
  const at = clock()
  const open = await ledger.dueMails(NEVER_DUE, Number.MAX_SAFE_INTEGER)
  return forEach(
    open,
    async ({ request, version }) => {
      const mail = await ledger.owedMail(request, version)
      const next = mail?.state === 'due' && !mail.notBefore ? whenMailDue(mail, at, delays) : undefined
      return next ? ledger.saveMail(next) : false
    },
    ({ request }) => request,
  )
}

async function recoverRequests({ ledger, delays, clock, keepRequests }: Sweep): Promise<number> {
  return forEachRequest(await ledger.due(NEVER_DUE, Number.MAX_SAFE_INTEGER), async (key) => {
    const request = await ledger.find(key)
    if (request?.state === 'erasing') {
      return unlessConflict(() => ledger.save(takeBack(request, clock(), delays)))
    }
    if (request?.state === 'on_hold' && request.lease) {
      return unlessConflict(() => ledger.save(change(request, clock(), { lease: undefined })))
    }
    if (request?.state !== 'ready') return false
    const due = whenDue({ ...request, wakeups: 0 }, clock(), delays, keepRequests)
    return due ? unlessConflict(() => ledger.save(due.request)) : false
  })
}

const forEachRequest = (keys: readonly RequestKey[], move: (key: RequestKey) => Promise<boolean>) =>
  forEach(keys, move, (key) => key)

/** One row that cannot be read or written must not stop the others. @throws the first error, after all had their turn. */
async function forEach<T>(
  all: readonly T[],
  move: (one: T) => Promise<boolean>,
  requestOf: (one: T) => RequestKey,
): Promise<number> {
  const failed: unknown[] = []
  const moved = await pMap(
    all,
    (one) =>
      move(one).catch((error: unknown) => {
        log.error('ROW_NOT_SWEPT', { request: requestOf(one), error: errorName(error) })
        failed.push(error)
        return false
      }),
    { concurrency: CONCURRENCY },
  )
  if (failed.length > 0) throw failed[0]
  return moved.filter(Boolean).length
}
