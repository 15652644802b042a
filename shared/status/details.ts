/** What the status page shows beyond the status JSON. */
import type { Told } from '../config/function-config.ts'
import type { Answered } from '../operations/complaints.ts'
import { PUBLIC_STATE } from '../requests/lifecycle.ts'
import { type Ending, isFound } from '../requests/outcome.ts'
import type { DeletionRequest } from '../requests/request.ts'
import { type ComplaintDetails, complaintDetails } from './complaints.ts'

export interface StatusDetails {
  readonly isEnded: boolean
  /** Until when the person may confirm it, or when it begins. In ISO 8601, like all dates here. */
  readonly confirmBy?: string
  readonly beginsOn?: string
  /** Until when the page of a request that has ended is kept. */
  readonly answersUntil?: string
  readonly isOverdue: boolean
  /** For each retained group, in the order of the JSON: how it ends. */
  readonly endings: readonly (readonly Ending[])[]
  readonly hasReceipt: boolean
  /** Names of others who were told of the deletion. */
  readonly toldRecipients: readonly string[]
  readonly complaints: ComplaintDetails
  /** The reader asked for a page that refreshes by itself. */
  readonly isLive: boolean
}

interface DetailOptions {
  readonly recipients: readonly Told[]
  readonly now: Date
  readonly isLive: boolean
  readonly answered: readonly Answered[]
}

/** It waits for the company, not for its person or for the end of a hold. */
const waitsForUs = ({ state }: DeletionRequest): boolean =>
  PUBLIC_STATE[state] === 'in_progress' || PUBLIC_STATE[state] === 'in_review'

/** Whom people tell, once an operator has confirmed it; whom a function tells, once nothing is left there. */
function isTold(
  { confirmed = [], outcome, scope }: DeletionRequest,
  { holding, isTask, scope: reach }: Told,
): boolean {
  if (isTask) return confirmed.some((one) => one.holding === holding)
  const found = outcome !== undefined && isFound(outcome)
  return found && (scope === 'account' || scope === reach)
}

export function statusDetails(
  request: DeletionRequest,
  { now, isLive, answered, recipients }: DetailOptions,
): StatusDetails {
  const { state, nextCheckAt, expiresAt, endedAt, dueAt, outcome, mapHash } = request
  const next = nextCheckAt?.toISOString()
  const isEnded = endedAt !== undefined
  return {
    isEnded,
    ...(state === 'awaiting_confirmation' && next && { confirmBy: next }),
    ...(state === 'scheduled' && next && { beginsOn: next }),
    ...(isEnded && expiresAt && { answersUntil: expiresAt.toISOString() }),
    isOverdue: waitsForUs(request) && dueAt < now,
    endings: outcome?.retained.map(({ ends }) => ends) ?? [],
    toldRecipients: recipients.filter((one) => isTold(request, one)).map(({ name }) => name),
    hasReceipt: outcome !== undefined && mapHash !== undefined,
    complaints: complaintDetails(request, answered),
    isLive: isLive && !isEnded,
  }
}
