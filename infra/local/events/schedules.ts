/** EventBridge Scheduler: invokes functions again and again. */
import { setTimeout as pause } from 'node:timers/promises'

export interface Schedule {
  readonly everySeconds: number
  readonly invoke: (event: Readonly<Record<string, never>>) => Promise<unknown>
}

export interface Schedules {
  /** Starts nothing more, and waits for what runs. */
  close(): Promise<void>
}

/** Runs every schedule at its pace, none overlapping with itself. */
export function runSchedules(schedules: readonly Schedule[]): Schedules {
  const closing = new AbortController()
  const running = schedules.map(async ({ everySeconds, invoke }) => {
    while (!closing.signal.aborted) {
      const startedAt = performance.now()
      // A failed run is in the function's own log, and the next one comes anyway.
      await invoke({}).catch(() => {})
      const rest = everySeconds * 1000 - (performance.now() - startedAt)
      await pause(Math.max(0, rest), undefined, { signal: closing.signal }).catch(() => {})
    }
  })
  return {
    async close() {
      closing.abort()
      await Promise.all(running)
    },
  }
}
