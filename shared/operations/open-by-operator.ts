/** A request by phone or post: an operator opens it, and another one has to approve it if it finds anything. */
import type { Ledger } from '../ledger/ledger.ts'
import type { Delays } from '../platform/delays.ts'
import { ServiceError } from '../platform/errors.ts'
import { earliest } from '../platform/time.ts'
import { type ConfirmationCode, requestKeyOf } from '../requests/code.ts'
import type { DeletionRequest } from '../requests/request.ts'
import { readyFrom } from '../requests/steps.ts'

export interface Opening {
  readonly ledger: Pick<Ledger, 'open'>
  readonly delays: Delays
  /** ISO 8601; the earliest sets `dueAt`. */
  readonly deadlines: readonly string[]
  readonly newCode: () => ConfirmationCode
}

/** @param identity Sealed. */
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
  if (!created && request.identity !== identity) {
    throw new ServiceError('LEDGER_CONFLICT', 'the code is taken: try again')
  }
  return { code, request }
}
