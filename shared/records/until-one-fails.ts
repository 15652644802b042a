/** Works on several at once; when one fails, begins no other, and fails when those at work have ended. */
import pMap from 'p-map'

/** Nothing is written any more once this has ended, one way or the other. */
export async function untilOneFails<T>(
  all: Iterable<T>,
  concurrency: number,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = []
  await pMap(
    all,
    async (one) => {
      if (failures.length > 0) return
      try {
        await work(one)
      } catch (error) {
        failures.push(error)
      }
    },
    { concurrency },
  )
  if (failures.length > 0) throw failures[0]
}
