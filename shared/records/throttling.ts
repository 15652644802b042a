/** What to do when DynamoDB throttles a call: the company's own callers go first. */
import { isCausedBy } from './error-causes.ts'

/**
 * How long a table is left alone, by the ending of DynamoDB's throttling reason (API reference, ThrottlingReason).
 * A hot key range is used by us alone, and soon split or cool; a limit of the table or the account is one that the
 * company's own callers run into, too.
 */
const REST_MS: Readonly<Record<string, number>> = {
  KeyRangeThroughputExceeded: 200,
  ProvisionedThroughputExceeded: 2000,
  MaxOnDemandThroughputExceeded: 2000,
  AccountLimitExceeded: 5000,
}
const UNKNOWN_REST_MS = 1000
const LONGEST_REST_MS = 20_000

/** As DynamoDB names them for calls and for single items. */
const THROTTLES: readonly string[] = [
  'Throttling',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
]

/**
 * @param tries How often the call was throttled before.
 * @param random From 0 to 1: jitter, so that workers do not come back all at once.
 * @returns Undefined if the error is of another kind.
 */
export function restAfter(error: unknown, tries: number, random: number): number | undefined {
  if (!isCausedBy(error, THROTTLES)) return undefined
  const rests = reasonsOf(error).map(
    (reason) => Object.entries(REST_MS).find(([end]) => reason.endsWith(end))?.[1] ?? UNKNOWN_REST_MS,
  )
  const longest = rests.length > 0 ? Math.max(...rests) : UNKNOWN_REST_MS
  return Math.min(LONGEST_REST_MS, longest * 2 ** tries) * (0.5 + random / 2)
}

/** The exceptions do not agree on how the field is spelled. */
function reasonsOf(error: object): readonly string[] {
  const { ThrottlingReasons, throttlingReasons } = error as {
    readonly [Name in 'ThrottlingReasons' | 'throttlingReasons']?: readonly { readonly reason?: string }[]
  }
  return (ThrottlingReasons ?? throttlingReasons ?? []).flatMap(({ reason }) => reason ?? [])
}
