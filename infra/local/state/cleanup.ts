/** Ends everything that was started, in the opposite order. */

/** The time for running work to finish when the system ends. */
export const FINISH_WITHIN_MS = 5000

export interface Cleanup {
  add(end: () => unknown): void
  /** For a part that is still starting: its end waits for its start. */
  adding<T extends { close(): unknown }>(starting: Promise<T>): Promise<T>
  /** Ends everything, once. A failure does not keep the rest from ending. */
  close(): Promise<void>
}

export function cleanup(): Cleanup {
  const ends: (() => unknown)[] = []
  let closing: Promise<void> | undefined
  const closeAll = async () => {
    const failures: unknown[] = []
    for (let end = ends.pop(); end; end = ends.pop()) {
      try {
        await end()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'some parts could not be ended')
  }
  return {
    add: (end) => void ends.push(end),
    adding(starting) {
      const close = (part: { close(): unknown }) => part.close()
      ends.push(() => starting.then(close, () => {}))
      return starting
    },
    close() {
      closing ??= closeAll()
      return closing
    },
  }
}

/** Waits until all are settled, but no longer than this. */
export async function within(milliseconds: number, promises: readonly Promise<unknown>[]): Promise<void> {
  const late = Promise.withResolvers<undefined>()
  const timer = setTimeout(late.resolve, milliseconds, undefined)
  await Promise.race([Promise.allSettled(promises), late.promise])
  clearTimeout(timer)
}

/** Work that goes on until it is closed. */
export interface Running {
  /** Starts nothing more, and waits for running work. */
  close(): Promise<void>
}

/** @param run Ends when `closing` is aborted. */
export function runUntilClosed(run: (closing: AbortSignal) => Promise<unknown>): Running {
  const closing = new AbortController()
  const running = run(closing.signal)
  return {
    async close() {
      closing.abort()
      await running
    },
  }
}
