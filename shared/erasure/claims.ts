/** One person, several requests: who may erase, and who waits for whom. */
import type { Ledger } from '../ledger/ledger.ts'
import { ServiceError } from '../platform/errors.ts'
import { isFinal } from '../requests/lifecycle.ts'
import type { DeletionRequest } from '../requests/request.ts'

/**
 * `mine`: all claimed; `others` are open requests that lost a claim after they had begun to delete. `held`: a hold
 * stands against one of the subjects. `behind`: another request goes first. What the others have found is to be
 * copied in either case: half of it may be gone from the tables.
 */
export type Claimed =
  | { readonly is: 'mine' | 'behind'; readonly others: readonly DeletionRequest[] }
  | { readonly is: 'held' }

type Claims = Pick<Ledger, 'claim' | 'takeOver' | 'inherit' | 'giveBack' | 'isHeld' | 'find'>

const MAX_TURNS = 10

/**
 * Claims every subject of a request, in hash order.
 *
 * A request that has not begun to delete owns nothing while it waits. One that has begun keeps what it owns, or
 * another could find half the records gone and call that complete; it waits for earlier ones only, so no two ever
 * wait for each other (docs/decisions.md#11).
 */
export async function claimAll(
  ledger: Claims,
  request: DeletionRequest,
  hashes: readonly string[],
): Promise<Claimed> {
  const ordered = hashes.toSorted()
  if (await ledger.isHeld(ordered)) return { is: 'held' }
  const others: DeletionRequest[] = []
  for (const hash of ordered) {
    const { owner, goesFirst } = await claimOne(ledger, request, hash)
    if (owner) others.push(owner)
    if (goesFirst) {
      if (!request.firstDeleteAt) await ledger.giveBack(ordered, request.key)
      return { is: 'behind', others }
    }
  }
  return { is: 'mine', others }
}

/**
 * `owner`: an open request that had the claim, and has begun or goes first.
 *
 * @throws {@link ServiceError} `LEDGER_CONFLICT` when the claim keeps changing hands.
 */
async function claimOne(
  ledger: Claims,
  request: DeletionRequest,
  hash: string,
): Promise<{ readonly owner?: DeletionRequest; readonly goesFirst: boolean }> {
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const owner = await ledger.claim(hash, request.key)
    if (owner === request.key) return { goesFirst: false }
    const other = await ledger.find(owner)
    if (!other || isFinal(other.state)) {
      if (await ledger.inherit(hash, request.key, owner)) return { goesFirst: false }
    } else if (goesFirst(other, request)) {
      return { owner: other, goesFirst: true }
    } else if (await ledger.takeOver(hash, request.key, other)) {
      return { ...(other.firstDeleteAt && { owner: other }), goesFirst: false }
    }
  }
  throw new ServiceError('LEDGER_CONFLICT', 'a claim keeps changing hands')
}

/** A request that waits for an approval and has not begun goes last; else the one that has begun goes first, else the earlier one. */
function goesFirst(other: DeletionRequest, request: DeletionRequest): boolean {
  if (other.state === 'needs_review' && !other.firstDeleteAt) return false
  return isEarlier(other, request) || (other.firstDeleteAt !== undefined && !request.firstDeleteAt)
}

const isEarlier = (a: DeletionRequest, b: DeletionRequest): boolean =>
  a.receivedAt < b.receivedAt || (a.receivedAt.getTime() === b.receivedAt.getTime() && a.key < b.key)
