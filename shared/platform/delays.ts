/** How long retries and wake-ups wait. All are multiplied by the setting `pauseScale` (1 on AWS). */

const SECOND = 1000
const MINUTE = 60 * SECOND

export const LEASE_MS = 180 * SECOND
export const SLICE_BUDGET_MS = 75 * SECOND
export const MAX_ATTEMPTS = 8
export const MAX_WAKEUPS = 6
const FIRST_WAKEUP_MS = 2 * MINUTE
const SHORTEST_WAIT_MS = 30 * SECOND
const LONGEST_WAIT_MS = 60 * MINUTE
const SEND_MS = 15 * MINUTE
const HOLD_MS = 3 * MINUTE

export interface Delays {
  /** Until the sweep rings again for a row that was not taken: doubling. Milliseconds, as all here. */
  readonly beforeWakeup: (wakeups: number) => number
  /** Until the next try after one without progress: doubling, jittered, 30 s to 1 h. */
  readonly beforeRetry: (attempts: number) => number
  /** Until a mail whose sending is not recorded counts as of unknown outcome. */
  readonly forSend: number
  /** Until the next look whether the hold that stopped a request still stands. */
  readonly forHold: number
}

/** @param random A number from 0 to 1, as `Math.random` gives it. */
export const delays = (scale: number, random: () => number): Delays => ({
  beforeWakeup: (wakeups) => FIRST_WAKEUP_MS * 2 ** wakeups * scale,
  forSend: SEND_MS * scale,
  forHold: HOLD_MS * scale,
  beforeRetry: (attempts) => {
    const ceiling = Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** Math.max(attempts, 1))
    return (SHORTEST_WAIT_MS + random() * (ceiling - SHORTEST_WAIT_MS)) * scale
  },
})
