/** One request for one occasion, however often it is asked for: the code is derived, never made up. */
import { type ConfirmationCode, deriveCode, type RequestKey, requestKeyOf } from '../requests/code.ts'
import { isFinal } from '../requests/lifecycle.ts'
import type { DeletionRequest } from '../requests/request.ts'

/** What makes a request this one, and not another of the same person. */
export interface Occasion {
  /** The secret that codes are derived with. */
  readonly index: string
  /** The channel's own label, so that no two channels can derive one code. */
  readonly label: 'email' | 'list' | 'meta' | 'replay' | 'retention'
  readonly fields: readonly string[]
  /** How many requests the occasion may have, one after another; absent: one, and its code has no counter. */
  readonly most?: number
  /** Whether the request under the code of that count answers the occasion. @default while it is open */
  readonly answers?: (request: DeletionRequest, count: number) => boolean
}

/** The row under a code: written by this very call, there before, or absent where a door only looks. */
interface Row {
  readonly request?: DeletionRequest | undefined
  readonly created?: boolean
}

/**
 * Counts up past the requests that answer no more, to the first code that is free or has a request that answers. A free
 * first code costs one call of `look`.
 *
 * @param look `Ledger.open`; or `Ledger.find`, for a door that has to know before it writes.
 * @returns Nothing when none of so many codes is free and no request answers.
 */
export async function openOnce<Found extends Row>(
  { index, label, fields, most, answers = isOpen }: Occasion,
  look: (key: RequestKey, code: ConfirmationCode) => Promise<Found>,
): Promise<(Found & { readonly key: RequestKey; readonly code: ConfirmationCode }) | undefined> {
  for (let count = 0; count < (most ?? 1); count += 1) {
    const code = deriveCode(index, label, ...fields, ...(most === undefined ? [] : [String(count)]))
    const key = requestKeyOf(code)
    const found = await look(key, code)
    const isAnswered = most === undefined || !found.request || found.created || answers(found.request, count)
    if (isAnswered) return { ...found, key, code }
  }
  return undefined
}

const isOpen = ({ state }: DeletionRequest): boolean => !isFinal(state)
