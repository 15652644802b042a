/** What to do when a write meets another one on the same item: it comes again by itself, and no other call waits for it. */
import { isCausedBy } from './error-causes.ts'

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2000

/**
 * A transaction on the item, or a write to it in another region. DynamoDB's client never repeats a write for the first,
 * and only within a moment for the second.
 */
const CONFLICTS: readonly string[] = [
  'TransactionConflict',
  'ReplicatedWriteConflict',
  'TransactionInProgress',
]

/**
 * @param tries How often the call has met one before.
 * @param random From 0 to 1: jitter, so that two writers do not meet again and again.
 * @returns Milliseconds until the call comes again; undefined if the error is of another kind.
 */
export function pauseAfterConflict(error: unknown, tries: number, random: number): number | undefined {
  if (!isCausedBy(error, CONFLICTS)) return undefined
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries) * (0.5 + random / 2)
}
