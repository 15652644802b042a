/** Lambda's asynchronous invocation: taken at once, done in the background, tried three times in all. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from './lambda.ts'

export interface AsyncInvocationsOptions<T> {
  readonly invoke: (event: T) => Promise<unknown>
  /** Who is invoked, for the log. */
  readonly name: string
  readonly log: Log
  /** Before the second and the third try. @default a second and two, a sixtieth of Lambda's */
  readonly pausesMs?: readonly number[]
}

export interface AsyncInvocations<T> {
  /** Returns before the function has run, and never throws. */
  start(event: T): void
  /** Waits for what runs; what waits for another try is given up. */
  close(): Promise<void>
}

const PAUSES_MS = [1000, 2000]

export function asyncInvocations<T>(options: AsyncInvocationsOptions<T>): AsyncInvocations<T> {
  const closing = new AbortController()
  const running = new Set<Promise<void>>()
  return {
    start(event) {
      const one = invokeWithRetries(event, options, closing.signal).finally(() => running.delete(one))
      running.add(one)
    },
    async close() {
      closing.abort()
      await Promise.all(running)
    },
  }
}

async function invokeWithRetries<T>(
  event: T,
  { invoke, name, log, pausesMs = PAUSES_MS }: AsyncInvocationsOptions<T>,
  closing: AbortSignal,
): Promise<void> {
  for (const pauseMs of [...pausesMs, undefined]) {
    try {
      await invoke(event)
      return
    } catch {
      // The function's own log says why; its message may quote a person.
      if (pauseMs === undefined)
        return log(`${name} failed ${pausesMs.length + 1} times: the event is dropped`)
    }
    try {
      await pause(pauseMs, undefined, { signal: closing })
    } catch {
      return log(`${name} failed and was ended before another try: the event is dropped`)
    }
  }
}
