/** What the status page says beside the status JSON. */

import type { Told } from '../config/literals.ts'
import type { Answered } from '../operations/complaints.ts'
import { type Ending, isFound } from '../requests/outcome.ts'
import { PUBLIC_STATE } from '../requests/public-state.ts'
import type { DeletionRequest } from '../requests/request.ts'
import { type ComplaintDetails, complaintDetails } from './complaints.ts'

export interface StatusDetails {
  readonly isEnded: boolean
  /** When it ends unless it is confirmed, or when it begins; ISO 8601, as all dates here. */
  readonly confirmBy?: string
  readonly beginsOn?: string
  /** When the page goes, of a request that has ended. */
  readonly answersUntil?: string
  readonly isOverdue: boolean
  /** Of each retained group, in the order of the JSON: how its end comes. */
  readonly endings: readonly (readonly Ending[])[]
  readonly hasReceipt: boolean
  /** Who else has been told, by name. */
  readonly told: readonly string[]
  readonly complaints: ComplaintDetails
  /** The reader has asked for a page that refreshes by itself. */
  readonly isLive: boolean
}

interface DetailOptions {
  readonly recipients: readonly Told[]
  readonly now: Date
  readonly isLive: boolean
  readonly answered: readonly Answered[]
}

/** It waits for us: neither for its person nor for a hold to end. */
function isOurs({ state }: DeletionRequest): boolean {
  const said = PUBLIC_STATE[state]
  return said === 'in_progress' || said === 'in_review'
}

/** By people, as soon as it is confirmed; by a function, when nothing is left there. */
function isTold(
  { confirmed = [], outcome, scope }: DeletionRequest,
  { holding, isTask, scope: of }: Told,
): boolean {
  if (isTask) return confirmed.some((one) => one.holding === holding)
  const found = outcome !== undefined && isFound(outcome)
  return found && (scope === 'account' || scope === of)
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
    isOverdue: isOurs(request) && dueAt < now,
    endings: outcome?.retained.map(({ ends }) => ends) ?? [],
    told: recipients.filter((one) => isTold(request, one)).map(({ name }) => name),
    hasReceipt: outcome !== undefined && mapHash !== undefined,
    complaints: complaintDetails(request, answered),
    isLive: isLive && !isEnded,
  }
}
