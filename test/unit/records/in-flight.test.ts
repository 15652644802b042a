import { describe, expect, it } from 'vitest'
import { inFlight } from '../../../shared/records/in-flight.ts'

/** Work that goes on until it is told to end, and says in which order it began. */
function works(room: number) {
  const inTurn = inFlight(room)
  const begun: string[] = []
  const begin = (name: string, weight: number) => {
    const work = Promise.withResolvers<string>()
    const done = inTurn(weight, () => {
      begun.push(name)
      return work.promise
    })
    return { ...work, done }
  }
  return { begin, begun }
}
const settled = () => new Promise((done) => setImmediate(done))

describe('work in flight', () => {
  it('goes on at once while there is room, and in order', async () => {
    const { begin, begun } = works(10)
    const [a, b] = [begin('a', 6), begin('b', 6)]
    begin('c', 1)
    await settled()
    expect(begun).toEqual(['a'])
    a.resolve('of a')
    expect(await a.done).toBe('of a')
    await settled()
    expect(begun).toEqual(['a', 'b', 'c'])
    b.resolve('')
  })

  it('goes alone where it weighs more than all the room', async () => {
    const { begin, begun } = works(10)
    const [small, huge] = [begin('small', 1), begin('huge', 99)]
    begin('after', 1)
    await settled()
    expect(begun).toEqual(['small'])
    small.resolve('')
    await settled()
    expect(begun).toEqual(['small', 'huge'])
    huge.resolve('')
    await settled()
    expect(begun).toHaveLength(3)
  })

  it('makes room when it fails', async () => {
    const { begin, begun } = works(1)
    const [failing] = [begin('failing', 1), begin('next', 1)]
    failing.reject(new Error('down'))
    await expect(failing.done).rejects.toThrow('down')
    await settled()
    expect(begun).toEqual(['failing', 'next'])
  })
})
