/** What has been started, to be ended in the opposite order. */

/** How long running work may take to finish once the system ends. */
export const FINISH_WITHIN_MS = 5000

export interface Cleanup {
  add(end: () => unknown): void
  /** Something that is still starting: its end waits for its start. */
  adding<T extends { close(): unknown }>(starting: Promise<T>): Promise<T>
  /** Ends everything once; an end that fails does not keep the others from theirs. */
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
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be ended')
  }
  return {
    add: (end) => void ends.push(end),
    adding(starting) {
      ends.push(() =>
        starting.then(
          (thing) => thing.close(),
          () => {},
        ),
      )
      return starting
    },
    close() {
      closing ??= closeAll()
      return closing
    },
  }
}

/** Waits for all of them, but no longer than this. */
export async function within(milliseconds: number, things: readonly Promise<unknown>[]): Promise<void> {
  const late = Promise.withResolvers<undefined>()
  const timer = setTimeout(late.resolve, milliseconds, undefined)
  await Promise.race([Promise.allSettled(things), late.promise])
  clearTimeout(timer)
}
