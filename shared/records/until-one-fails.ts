import pMap from 'p-map'

/**
 * Works on several at once. When one fails, no other is begun, and the promise is rejected once those at work have ended:
 * after that nothing is written any more.
 */
export async function untilOneFails<T>(
  all: Iterable<T>,
  concurrency: number,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = []
  await pMap(
    all,
    async (one) => {
      if (failures.length === 0) await work(one).catch((error: unknown) => failures.push(error))
    },
    { concurrency },
  )
  if (failures.length > 0) throw failures[0]
}
