/** The sweep: finds every open row that is due, whatever message was lost on the way. */
import type { Duration } from 'date-fns'
import pMap from 'p-map'
import type { Ledger } from '../ledger/ledger.ts'
import { defined } from '../platform/defined.ts'
import type { Delays } from '../platform/delays.ts'
import { errorName, unlessConflict } from '../platform/errors.ts'
import { log } from '../platform/log.ts'
import { DAY_MS, later } from '../platform/time.ts'
import type { RequestKey } from '../requests/code.ts'
import { FIRST_MAIL, isUnderWay, type OwedMail, whenMailDue } from '../requests/owed-mail.ts'
import { change, type DeletionRequest } from '../requests/request.ts'
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

/** Rings again for mails that have not been sent. */
async function sweepMails({ ledger, delays, clock }: Sweep): Promise<number> {
  const at = clock()
  return forEachMail(ledger, at, SWEEP_LIMIT, async (mail) => {
    if (!mail.nextCheckAt || mail.nextCheckAt > at) return false
    const next = whenMailDue(mail, at, delays)
    if (next?.state === 'unsent') log.warn('MAIL_NOT_SENT', { request: mail.request, notice: mail.version })
    return next ? ledger.saveMail(next) : false
  })
}

async function sweepRequests(sweeping: Sweep): Promise<number> {
  const { ledger, clock } = sweeping
  const at = clock()
  return forEachRequest(ledger, at, SWEEP_LIMIT, async (request) => {
    // The index is behind the table: the row itself says whether it is due.
    if (!request.nextCheckAt || request.nextCheckAt > at) return false
    return moveOn(sweeping, request, at)
  })
}

async function moveOn({ ledger, delays, keepRequests }: Sweep, request: DeletionRequest, at: Date) {
  if (request.state === 'on_hold') {
    if (request.heldBy === undefined) return false
    const { step, request: next } = await lookAtHold(ledger, request, at, delays)
    return unlessConflict(() => ledger.save(next, step && { at, by: 'system', step }))
  }
  if (await isYetToBeTold(ledger, request)) {
    return unlessConflict(() => ledger.save(putOffTo(request, later(at, DAY_MS), at)))
  }
  const due = whenDue(request, at, delays, keepRequests)
  if (!due) return false
  const { step, request: next } = due
  const reason = next.problem?.reason
  if (step === 'ask_operator') log.warn('REQUEST_NEEDS_OPERATOR', { request: request.key, reason })
  return unlessConflict(() => {
    // Only these two steps are worth a line of history.
    if (step !== 'lapse' && step !== 'ask_operator') return ledger.save(next)
    const entry = defined({ at, by: 'system', step, reason })
    return step === 'lapse' ? ledger.finish(next, entry) : ledger.save(next, entry)
  })
}

/** The person has to be told before the day, and the mail has not been sent yet. */
async function isYetToBeTold(ledger: Ledger, { key, state, retention }: DeletionRequest): Promise<boolean> {
  if (state !== 'scheduled' || retention?.toldBefore === undefined) return false
  const mail = await ledger.owedMail(key, FIRST_MAIL)
  return mail !== undefined && isUnderWay(mail)
}

/** After a restart that proves all workers dead: ends their leases and rings for every row that is in `ready`. */
export async function recover(sweeping: Sweep): Promise<number> {
  const [requests, mails] = await Promise.all([recoverRequests(sweeping), recoverMails(sweeping)])
  return requests + mails
}

/** A mail that was being sent may have gone out: it waits for its time. */
async function recoverMails({ ledger, delays, clock }: Sweep): Promise<number> {
  const at = clock()
  return forEachMail(ledger, NEVER_DUE, Number.MAX_SAFE_INTEGER, async (mail) => {
    const next = mail.state === 'due' && !mail.notBefore ? whenMailDue(mail, at, delays) : undefined
    return next ? ledger.saveMail(next) : false
  })
}

async function recoverRequests(sweeping: Sweep): Promise<number> {
  const { ledger } = sweeping
  return forEachRequest(ledger, NEVER_DUE, Number.MAX_SAFE_INTEGER, async (request) => {
    const next = recovered(request, sweeping)
    return next ? unlessConflict(() => ledger.save(next)) : false
  })
}

function recovered(
  request: DeletionRequest,
  { delays, clock, keepRequests }: Sweep,
): DeletionRequest | undefined {
  if (request.state === 'erasing') return takeBack(request, clock(), delays)
  if (request.state === 'on_hold' && request.lease) return change(request, clock(), { lease: undefined })
  if (request.state !== 'ready') return undefined
  return whenDue({ ...request, wakeups: 0 }, clock(), delays, keepRequests)?.request
}

type Move<Row> = (row: Row) => Promise<boolean>

async function forEachMail(ledger: Ledger, at: Date, limit: number, move: Move<OwedMail>): Promise<number> {
  const mails = await ledger.dueMails(at, limit)
  return forEachOf(mails, ({ request, version }) => ledger.owedMail(request, version), move)
}

async function forEachRequest(
  ledger: Ledger,
  at: Date,
  limit: number,
  move: Move<DeletionRequest>,
): Promise<number> {
  const keys = (await ledger.due(at, limit)).map((request) => ({ request }))
  return forEachOf(keys, ({ request }) => ledger.find(request), move)
}

/** A row that cannot be read or written does not stop the others. @throws the first error, after all had their turn. */
async function forEachOf<Key extends { readonly request: RequestKey }, Row>(
  keys: readonly Key[],
  read: (key: Key) => Promise<Row | undefined>,
  move: Move<Row>,
): Promise<number> {
  const failed: unknown[] = []
  const moved = await pMap(
    keys,
    async (key) => {
      try {
        const row = await read(key)
        return row !== undefined && (await move(row))
      } catch (error) {
        log.error('ROW_NOT_SWEPT', { request: key.request, error: errorName(error) })
        failed.push(error)
        return false
      }
    },
    { concurrency: CONCURRENCY },
  )
  if (failed.length > 0) throw failed[0]
  return moved.filter(Boolean).length
}
