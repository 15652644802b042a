/** What an operator can look up and decide. */
import { subDays } from 'date-fns/subDays'
import type { DataMap, Holding, Localized } from '../data-map/data-map.ts'
import type { Ledger, NotedMail } from '../ledger/ledger.ts'
import { defined } from '../platform/defined.ts'
import type { Delays } from '../platform/delays.ts'
import { ServiceError } from '../platform/errors.ts'
import { dayOf } from '../platform/time.ts'
import type { Checkpoint } from '../requests/checkpoint.ts'
import type { Counts } from '../requests/outcome.ts'
import type { OwedMail } from '../requests/owed-mail.ts'
import type { ReviewReason } from '../requests/problem.ts'
import { type Receipt, receiptOf } from '../requests/receipt.ts'
import type { Approval, DeletionRequest, HistoryEntry } from '../requests/request.ts'
import { confirmTask, startAgain } from '../requests/steps.ts'
import { findNamed } from './find-named.ts'
import { lineOf } from './holds.ts'

/** A request as operators see it, without anything sealed, and without a person. */
export type ShownRequest = Omit<
  DeletionRequest,
  'identity' | 'contact' | 'messages' | 'checkpoint' | 'lease' | 'heldBy'
> & {
  readonly progress?: { readonly phase: string; readonly pass: number; readonly holding?: string }
  readonly planned?: Readonly<Record<string, number>>
  /** Manual tasks; without a text where the map no longer has the holding. */
  readonly tasks?: readonly { readonly holding: string; readonly text?: Localized }[]
  /** Mails to the person, and what became of each. */
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

export interface Decision {
  readonly step: 'approve' | 'retry'
  /** The operator's IAM principal. */
  readonly by: string
  readonly reason?: string | undefined
  readonly at: Date
}

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
  { step, by, reason, at }: Decision,
): Promise<DeletionRequest> {
  const request = await findNamed(ledger, named)
  if (step === 'approve' && request.opened?.by === by) {
    throw new ServiceError('ILLEGAL_TRANSITION', `${by} has opened it: somebody else has to approve it`)
  }
  const next = startAgain(request, step, at, delays, step === 'approve' ? approvalOf(request) : undefined)
  await ledger.save(next, lineOf(step, at, { by, reason }))
  return next
}

export interface Confirmed {
  readonly request: DeletionRequest
  /** Tasks that are not confirmed yet. */
  readonly open: readonly string[]
}

/**
 * The operator confirms that a manual task is done.
 *
 * @throws {@link ServiceError} `ILLEGAL_TRANSITION` when the request waits for no task, `BAD_REQUEST` when not for this one.
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
