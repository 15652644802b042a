/** Ends everything that was started, in the opposite order. */

/** For running work, when the system ends. */
export const FINISH_WITHIN_MS = 5000

export type Cleanup = ReturnType<typeof cleanup>

/** What throws at its end does not keep the rest from ending. */
export function cleanup() {
  const ends = new AsyncDisposableStack()
  let closing: Promise<void> | undefined
  return {
    add(end: () => unknown): void {
      ends.defer(async () => void (await end()))
    },
    /** For a part that is still starting: its end waits for its start. */
    adding<T extends { close(): unknown }>(starting: Promise<T>): Promise<T> {
      const close = async (part: T) => void (await part.close())
      ends.defer(() => starting.then(close, () => {}))
      return starting
    },
    close(): Promise<void> {
      closing ??= ends.disposeAsync()
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
export type Running = ReturnType<typeof runUntilClosed>

/** @param run Ends when `closing` is aborted. */
export function runUntilClosed(run: (closing: AbortSignal) => Promise<unknown>) {
  const closing = new AbortController()
  const running = run(closing.signal)
  return {
    /** Starts nothing more, and waits for running work. */
    async close(): Promise<void> {
      closing.abort()
      await running
    },
  }
}
