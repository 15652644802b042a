/** What an operator can look up and decide. */
import { subDays } from 'date-fns/subDays'
import pMap from 'p-map'
import type { DataMap, Holding } from '../data-map/data-map.ts'
import type { Ledger, ListPosition, NotedMail } from '../ledger/ledger.ts'
import { defined } from '../platform/defined.ts'
import type { Delays } from '../platform/delays.ts'
import { conflict, illegal, ServiceError, unlessConflict } from '../platform/errors.ts'
import { dayOf, earliest } from '../platform/time.ts'
import type { Checkpoint } from '../requests/checkpoint.ts'
import { type ConfirmationCode, requestKeyOf } from '../requests/code.ts'
import type { Counts } from '../requests/outcome.ts'
import type { ReviewReason } from '../requests/problem.ts'
import { receiptOf } from '../requests/receipt.ts'
import type { Approval, DeletionRequest } from '../requests/request.ts'
import { confirmTask, readyFrom, startAgain, wake } from '../requests/steps.ts'
import { findNamed } from './find-named.ts'
import { type Decided, lineOf } from './holds.ts'
import { openPages } from './listings.ts'

/** A request as operators see it, without anything sealed, and without a person. */
export type ShownRequest = Awaited<ReturnType<typeof show>>

export async function show(ledger: Ledger, named: string, holdings: DataMap['holdings'] = {}) {
  const found = await findNamed(ledger, named)
  const { identity: _i, contact: _c, messages: _m, lease: _l, heldBy: _h, checkpoint, ...request } = found
  const owed = await ledger.owedMails(found.key)
  const planned = checkpoint?.planned ?? request.problem?.planned
  return {
    ...request,
    ...defined({
      progress: checkpoint && progressOf(checkpoint),
      planned: planned && itemsOf(planned),
      tasks: request.problem?.tasks?.map((name) => taskOf(name, holdings[name])),
      mails: owed.length > 0 ? owed.map(({ kind, state, tries }) => ({ kind, state, tries })) : undefined,
      history: [
        { at: request.receivedAt, step: 'received' as const, by: request.channel, ...request.opened },
        ...(await ledger.history(request.key)),
      ],
      receipt: receiptOf(found),
    }),
  }
}

const progressOf = ({ phase, pass, holding }: Checkpoint) => defined({ phase, pass, holding })

const itemsOf = (planned: Counts): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(planned).map(([name, { items }]) => [name, items]))

const taskOf = (holding: string, mapped: Holding | undefined) =>
  mapped && 'manual' in mapped ? { holding, text: mapped.manual } : { holding }

const MAX_DAYS = 30

/** Mail that was not answered, the newest first. @param days How many days, today included; at most 30. */
export async function unansweredMail(
  ledger: Pick<Ledger, 'mailsOn'>,
  { days, now }: { readonly days: number; readonly now: Date },
): Promise<readonly NotedMail[]> {
  const all = await Promise.all(
    Array.from({ length: Math.min(days, MAX_DAYS) }, (_, ago) => ledger.mailsOn(dayOf(subDays(now, ago)))),
  )
  return all.flat().toSorted((a, b) => b.at.getTime() - a.at.getTime())
}

/** @throws {@link ServiceError} `ILLEGAL_TRANSITION` | `LEDGER_CONFLICT` | `NOT_FOUND` */
export async function decide(
  ledger: Ledger,
  delays: Delays,
  named: string,
  { step, at, ...decided }: Decided & { readonly step: 'approve' | 'retry'; readonly at: Date },
): Promise<DeletionRequest> {
  const request = await findNamed(ledger, named)
  if (step === 'approve' && request.opened?.by === decided.by) {
    throw illegal(`${decided.by} has opened it: somebody else has to approve it`)
  }
  const next = startAgain(request, step, at, delays, step === 'approve' ? approvalOf(request) : undefined)
  await ledger.save(next, lineOf(step, at, decided))
  return next
}

/**
 * The operator confirms that a manual task is done.
 *
 * @returns `open`: the tasks that are not confirmed yet.
 * @throws {@link ServiceError} `ILLEGAL_TRANSITION` when the request waits for no task, `BAD_REQUEST` when not for this one.
 */
export async function confirm(
  ledger: Ledger,
  delays: Delays,
  named: string,
  { holding, by, at }: { readonly holding: string; readonly by: string; readonly at: Date },
): Promise<{ readonly request: DeletionRequest; readonly open: readonly string[] }> {
  const request = await findNamed(ledger, named)
  const tasks = request.state === 'needs_operator' ? (request.problem?.tasks ?? []) : []
  if (tasks.length === 0) throw illegal(`the request is ${request.state} and waits for no task`)
  // The given name may be anything, so it stays out of the message and of the log.
  if (!tasks.includes(holding)) {
    throw new ServiceError('BAD_REQUEST', `it waits for no such task: what is open is ${tasks.join(', ')}`)
  }
  const { step, request: next } = confirmTask(request, { holding, by, at: at.toISOString() }, delays)
  await ledger.save(next, { at, step, by, reason: holding })
  return { request: next, open: next.problem?.tasks ?? [] }
}

/** Only what was shown is approved: under another map, or for another reason, the request asks again. */
function approvalOf({ problem, approval }: DeletionRequest): Approval | undefined {
  if (problem?.mapHash === undefined) return undefined
  const before = approval?.mapHash === problem.mapHash ? approval.reasons : []
  // Only a review names the map. Rows of an earlier version name, and showed, one reason alone.
  const shown = problem.reasons ?? [problem.reason as ReviewReason]
  return {
    mapHash: problem.mapHash,
    reasons: [...new Set([...before, ...shown])],
    persons: problem.persons ?? 1,
  }
}

interface Opening {
  readonly ledger: Pick<Ledger, 'open'>
  readonly delays: Delays
  /** ISO 8601; the earliest sets `dueAt`. */
  readonly deadlines: readonly string[]
  readonly newCode: () => ConfirmationCode
}

/** A request by phone or post: another operator has to approve it if it finds anything. @param identity Sealed. */
export async function openByOperator(
  { ledger, delays, deadlines, newCode }: Opening,
  identity: string,
  { by, reason, at }: { readonly by: string; readonly reason: string; readonly at: Date },
): Promise<{ readonly code: ConfirmationCode; readonly request: DeletionRequest }> {
  const code = newCode()
  const { request, created } = await ledger.open({
    ...readyFrom(at, delays),
    key: requestKeyOf(code),
    channel: 'operator',
    scope: 'account',
    receivedAt: at,
    dueAt: earliest(at, deadlines),
    identity,
    doubts: ['by_operator'],
    opened: { by, reason },
  })
  // The SDK repeats a write whose answer was lost, and then finds the row of its first try.
  if (!created && request.identity !== identity) throw conflict('the code is taken: try again')
  return { code, request }
}

const CONCURRENCY = 16

/** Goes on after a pause of all erasing. A request that it misses waits for at most an hour. @returns `next`, if others are still to be woken. */
export async function resumeAll(
  ledger: Pick<Ledger, 'setPaused' | 'openRows' | 'find' | 'save'>,
  delays: Delays,
  { by, at, after }: { readonly by: string; readonly at: Date; readonly after?: ListPosition },
): Promise<{ readonly woken: number; readonly next?: ListPosition }> {
  await ledger.setPaused(false, { by, at })
  const wakeIfPaused = async ({ key }: ListPosition): Promise<boolean> => {
    const row = await ledger.find(key)
    if (row?.state !== 'waiting' || row.problem?.reason !== 'paused') return false
    return unlessConflict(() => ledger.save(wake(row, at, delays)))
  }
  let woken = 0
  let position: ListPosition | undefined
  for await (const { rows, next } of openPages(ledger, after)) {
    const waiting = rows.filter(({ state }) => state === 'waiting')
    const moved = await pMap(waiting, wakeIfPaused, { concurrency: CONCURRENCY })
    woken += moved.filter(Boolean).length
    position = next
  }
  return defined({ woken, next: position })
}
