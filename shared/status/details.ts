/** What the status page says beside the status JSON. */

import type { Answered } from '../requests/complaints.ts'
import type { Ending } from '../requests/outcome.ts'
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
  readonly complaints: ComplaintDetails
  /** The reader has asked for a page that refreshes by itself. */
  readonly isLive: boolean
}

interface DetailOptions {
  readonly now: Date
  readonly isLive: boolean
  readonly answered: readonly Answered[]
}

/** It waits for us: neither for its person nor for a hold to end. */
function isOurs({ state }: DeletionRequest): boolean {
  const said = PUBLIC_STATE[state]
  return said === 'in_progress' || said === 'in_review'
}

export function statusDetails(
  request: DeletionRequest,
  { now, isLive, answered }: DetailOptions,
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
    hasReceipt: outcome !== undefined && mapHash !== undefined,
    complaints: complaintDetails(request, answered),
    isLive: isLive && !isEnded,
  }
}
