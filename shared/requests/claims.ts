/** One person, several requests: who may erase, and who waits for whom. */
import type { RequestKey } from './code.ts'
import type { Ledger } from './ledger.ts'
import { isFinal } from './lifecycle.ts'
import type { DeletionRequest } from './request.ts'

/** `mine`: all claimed. `held`: a hold stands against one of them. `behind`: another request goes first. */
export type Claimed =
  | { readonly is: 'mine' }
  | { readonly is: 'held' }
  | { readonly is: 'behind'; readonly other: DeletionRequest }

type Claims = Pick<Ledger, 'claim' | 'takeOver' | 'giveBack' | 'isHeld' | 'find'>

/**
 * Claims every subject of a request, in hash order. A request that has to wait owns nothing afterwards, so two
 * requests can never wait for each other.
 */
export async function claimAll(
  ledger: Claims,
  request: DeletionRequest,
  hashes: readonly string[],
): Promise<Claimed> {
  const ordered = [...hashes].sort()
  if (await ledger.isHeld(ordered)) return { is: 'held' }
  for (const hash of ordered) {
    const other = await claimOne(ledger, request, hash)
    if (other) {
      await ledger.giveBack(ordered, request.key)
      return { is: 'behind', other }
    }
  }
  return { is: 'mine' }
}

async function claimOne(
  ledger: Claims,
  request: DeletionRequest,
  hash: string,
): Promise<DeletionRequest | undefined> {
  for (;;) {
    const owner: RequestKey = await ledger.claim(hash, request.key)
    if (owner === request.key) return undefined
    const other = await ledger.find(owner)
    const gone = !other || isFinal(other.state)
    if (!gone && (isEarlier(other, request) || other.firstDeleteAt)) return other
    await ledger.takeOver(hash, request.key, gone ? owner : other)
  }
}

const isEarlier = (a: DeletionRequest, b: DeletionRequest): boolean =>
  a.receivedAt < b.receivedAt || (a.receivedAt.getTime() === b.receivedAt.getTime() && a.key < b.key)
