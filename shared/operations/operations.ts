/** What an operator can look up and do. */

import { subDays } from 'date-fns/subDays'
import type { DataMap, Holding, Localized } from '../data-map/data-map.ts'
import type { Ledger, NotedMail } from '../ledger/ledger.ts'
import type { Delays } from '../platform/delays.ts'
import { ServiceError } from '../platform/errors.ts'
import { dayOf } from '../platform/time.ts'
import type { OwedMail } from '../requests/owed-mail.ts'
import type { ReviewReason } from '../requests/problem.ts'
import { type Receipt, receiptOf } from '../requests/receipt.ts'
import type { Approval, DeletionRequest, HistoryEntry } from '../requests/request.ts'
import { confirmTask, startAgain } from '../requests/steps.ts'
import { findNamed } from './find-named.ts'

/** A request as operators see it: no seal, no cursor, no person. */
export type ShownRequest = Omit<
  DeletionRequest,
  'identity' | 'contact' | 'messages' | 'checkpoint' | 'lease' | 'heldBy'
> & {
  readonly progress?: { readonly phase: string; readonly pass: number; readonly holding?: string }
  readonly planned?: Readonly<Record<string, number>>
  /** What is to be done by hand; without a text where the map no longer has the holding. */
  readonly tasks?: readonly { readonly holding: string; readonly text?: Localized }[]
  /** What it owes or owed to whom it is about, and what became of it. */
  readonly mails?: readonly Pick<OwedMail, 'kind' | 'state' | 'tries'>[]
  readonly history: readonly HistoryEntry[]
  readonly receipt?: Receipt
}

export async function show(
  ledger: Ledger,
  named: string,
  holdings: DataMap['holdings'] = {},
): Promise<ShownRequest> {
  const found = await findNamed(ledger, named)
  const { identity: _i, contact: _c, messages: _m, lease: _l, heldBy: _h, checkpoint, ...request } = found
  const owed = await ledger.owedMails(found.key)
  const receipt = receiptOf(found)
  const { phase, pass, holding } = checkpoint ?? {}
  const planned = checkpoint?.planned ?? request.problem?.planned
  return {
    ...request,
    ...(phase && pass && { progress: { phase, pass, ...(holding && { holding }) } }),
    ...(planned && {
      planned: Object.fromEntries(Object.entries(planned).map(([name, { items }]) => [name, items])),
    }),
    ...(request.problem?.tasks && {
      tasks: request.problem.tasks.map((holding) => taskOf(holding, holdings[holding])),
    }),
    ...(owed.length > 0 && {
      mails: owed.map(({ kind, state, tries }) => ({ kind, state, tries })),
    }),
    history: [
      { at: request.receivedAt, step: 'received', by: request.channel, ...request.opened },
      ...(await ledger.history(request.key)),
    ],
    ...(receipt && { receipt }),
  }
}

const taskOf = (holding: string, mapped: Holding | undefined) =>
  mapped && 'manual' in mapped ? { holding, text: mapped.manual } : { holding }

export interface Decision {
  readonly step: 'approve' | 'retry'
  /** The operator's IAM principal. */
  readonly by: string
  readonly reason?: string | undefined
  readonly at: Date
}

const MAX_DAYS = 30

/** Mail that was not answered, the newest first. @param days Of how many days, today included; 30 at most. */
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
  { step, by, reason, at }: Decision,
): Promise<DeletionRequest> {
  const request = await findNamed(ledger, named)
  if (step === 'approve' && request.opened?.by === by) {
    throw new ServiceError('ILLEGAL_TRANSITION', `${by} has opened it: somebody else has to approve it`)
  }
  const next = startAgain(request, step, at, delays, step === 'approve' ? approvalOf(request) : undefined)
  await ledger.save(next, { at, step, by, ...(reason === undefined ? {} : { reason }) })
  return next
}

export interface Confirmed {
  readonly request: DeletionRequest
  /** Tasks that nobody has confirmed yet. */
  readonly open: readonly string[]
}

/**
 * The operator says that a task has been done by hand.
 *
 * @throws {@link ServiceError} `ILLEGAL_TRANSITION` when it waits for no task, `BAD_REQUEST` when not for this one.
 */
export async function confirm(
  ledger: Ledger,
  delays: Delays,
  named: string,
  { holding, by, at }: { readonly holding: string; readonly by: string; readonly at: Date },
): Promise<Confirmed> {
  const request = await findNamed(ledger, named)
  const tasks = request.state === 'needs_operator' ? (request.problem?.tasks ?? []) : []
  if (tasks.length === 0) {
    throw new ServiceError('ILLEGAL_TRANSITION', `the request is ${request.state} and waits for no task`)
  }
  // The name as given stays out of the message, and so out of the log: it may be anything.
  if (!tasks.includes(holding)) {
    throw new ServiceError('BAD_REQUEST', `it waits for no such task: what is open is ${tasks.join(', ')}`)
  }
  const { step, request: next } = confirmTask(request, { holding, by, at: at.toISOString() }, delays)
  await ledger.save(next, { at, step, by, reason: holding })
  return { request: next, open: next.problem?.tasks ?? [] }
}

/** What was shown is what is approved: under another map, or for another reason, the request asks again. */
function approvalOf({ problem, approval }: DeletionRequest): Approval | undefined {
  if (problem?.mapHash === undefined) return undefined
  const before = approval?.mapHash === problem.mapHash ? approval.reasons : []
  // Only what asks for a review names the map. Rows of the version before name one reason, and showed no other.
  const shown = problem.reasons ?? [problem.reason as ReviewReason]
  return {
    mapHash: problem.mapHash,
    reasons: [...new Set([...before, ...shown])],
    persons: problem.persons ?? 1,
  }
}
