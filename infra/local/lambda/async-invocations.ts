/** Lambda's asynchronous invocation: accepted at once, run in the background, tried three times in all. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from './lambda.ts'

/** Before the second and the third try: a sixtieth of Lambda's. */
const PAUSES_MS = [1000, 2000]

/** @param name Of the function, for the log. */
export function asyncInvocations(name: string, log: Log) {
  const closing = new AbortController()
  const running = new Set<Promise<void>>()

  async function tryThreeTimes(invoke: () => Promise<unknown>): Promise<void> {
    for (const pauseMs of [...PAUSES_MS, undefined]) {
      try {
        await invoke()
        return
      } catch {
        // The function's own log has the reason; its message may quote a person.
        if (pauseMs === undefined) return log(`${name} failed 3 times: the event is dropped`)
      }
      await pause(pauseMs, undefined, { signal: closing.signal }).catch(() => {})
      if (closing.signal.aborted)
        return log(`${name} failed and was ended before another try: the event is dropped`)
    }
  }

  return {
    /** Returns before the function has run, and never throws. */
    start(invoke: () => Promise<unknown>): void {
      const one = tryThreeTimes(invoke).finally(() => running.delete(one))
      running.add(one)
    },
    /** Waits for running invocations; those that wait for another try are given up. */
    async close(): Promise<void> {
      closing.abort()
      await Promise.all(running)
    },
  }
}
