/** Work that goes on at once, bounded by what all of it weighs together. */

/**
 * In the order in which it comes, each as soon as there is room for it. Work that weighs more than all the room goes alone.
 *
 * @param room What the work that goes on at once may weigh.
 */
export function inFlight(room: number): <T>(weight: number, work: () => Promise<T>) => Promise<T> {
  let left = room
  const waiting: { readonly weight: number; readonly go: () => void }[] = []
  const letIn = (): void => {
    for (let next = waiting[0]; next && next.weight <= left; next = waiting[0]) {
      left -= next.weight
      waiting.shift()
      next.go()
    }
  }
  return async (weight, work) => {
    const mine = Math.min(weight, room)
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.push({ weight: mine, go: resolve })
    letIn()
    await promise
    try {
      return await work()
    } finally {
      left += mine
      letIn()
    }
  }
}
