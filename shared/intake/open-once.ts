/** One request for one occasion, however often it is asked for: its code is derived, with a counter. */
import { type ConfirmationCode, type RequestKey, requestKeyOf } from '../requests/code.ts'
import { isFinal } from '../requests/lifecycle.ts'
import type { DeletionRequest } from '../requests/request.ts'

/** What makes a request this one, and not another of the same person. */
export interface Occasion {
  /** Derives the code of a count, from 0. */
  readonly codeAt: (count: number) => ConfirmationCode
  /** How many requests the occasion may have, one after another. */
  readonly most: number
  /** Whether the request under the code of a count answers the occasion. @default while it is open */
  readonly answers?: (request: DeletionRequest, count: number) => boolean
}

/** The row under a code: written by this very call, there before, or absent where a door only looks. */
interface Row {
  readonly request?: DeletionRequest | undefined
  readonly created?: boolean
}

/**
 * Counts up past the requests that answer no more, to the first code that is free or has a request that answers. Where the
 * first code is free, `look` is called once.
 *
 * @param look `Ledger.open`; or `Ledger.find`, for a door that has to know before it writes.
 * @returns Nothing when no code is free and no request answers.
 */
export async function openOnce<Found extends Row>(
  { codeAt, most, answers = isOpen }: Occasion,
  look: (key: RequestKey) => Promise<Found>,
): Promise<(Found & { readonly code: ConfirmationCode }) | undefined> {
  for (let count = 0; count < most; count += 1) {
    const code = codeAt(count)
    const found = await look(requestKeyOf(code))
    if (!found.request || found.created || answers(found.request, count)) return { ...found, code }
  }
  return undefined
}

/** A request that was asked for, and whether it is new. */
export interface Opened {
  readonly request: RequestKey
  readonly created: boolean
}

/** The requests that were asked for, in their order, and how many of them are new. */
export interface OpenedRequests {
  readonly requests: readonly RequestKey[]
  readonly opened: number
}

export const openedRequests = (all: readonly Opened[]): OpenedRequests => ({
  requests: all.map(({ request }) => request),
  opened: all.filter(({ created }) => created).length,
})

export const isOpen = ({ state }: Pick<DeletionRequest, 'state'>): boolean => !isFinal(state)
