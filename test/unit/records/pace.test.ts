import { describe, expect, it } from 'vitest'
import { type Pace, pace, pacesIn } from '../../../shared/records/pace.ts'
import { SMALL_MAP } from '../../fixtures/companies/small-company.ts'

/** A clock that moves when somebody sleeps. */
function slowMotion(unitsPerSecond: number): { readonly own: Pace; readonly now: () => number } {
  let nowMs = 0
  const own = pace(unitsPerSecond, {
    nowMs: () => nowMs,
    sleep: async (milliseconds) => {
      nowMs += milliseconds
    },
  })
  return { own, now: () => nowMs }
}

describe('a pace', () => {
  it('lets the units of any second of work be those of the limit, whatever a call was guessed to cost', async () => {
    const { own, now } = slowMotion(60)
    for (let call = 0; call < 100; call += 1) {
      await own.turn(5)
      own.spent(50, 5)
    }
    expect((100 * 50) / (now() / 1000)).toBeLessThan(60 * 1.1)
    expect((99 * 50) / (now() / 1000)).toBeGreaterThan(60 * 0.9)
  })

  it('gives callers at once turns one after the other', async () => {
    const { own, now } = slowMotion(10)
    await Promise.all([own.turn(10), own.turn(10), own.turn(10)])
    expect(now()).toBeGreaterThanOrEqual(2000)
  })

  it('tells how long it will take to pay off, and does not save up what was not spent', async () => {
    const { own } = slowMotion(100)
    expect(own.pauseMs()).toBe(0)
    await own.turn(1)
    own.spent(101, 1)
    expect(own.pauseMs()).toBe(1010)
  })

  it('lets who waits already rest as well, and rests once for many who are told at once', async () => {
    const { own, now } = slowMotion(10)
    const first = own.turn(10)
    const second = own.turn(10)
    for (let told = 0; told < 16; told += 1) own.rest(5000)
    await Promise.all([first, second])
    expect(now()).toBeGreaterThanOrEqual(5000)
    expect(now()).toBeLessThan(6100)
  })

  it('never waits without a limit, but rests when it is told', async () => {
    const { own, now } = slowMotion(Number.POSITIVE_INFINITY)
    await own.turn(1e9)
    own.spent(1e9, 1)
    expect(now()).toBe(0)
    own.rest(500)
    await own.turn(1)
    expect(now()).toBe(500)
  })
})

describe('a rest', () => {
  it('goes on beside what is still to be paid off, and the longer of both counts', () => {
    const { own } = slowMotion(100)
    own.spent(50, 0)
    own.rest(100)
    expect(own.pauseMs()).toBe(500)
    own.rest(1000)
    own.rest(200)
    expect(own.pauseMs()).toBe(1000)
  })

  it('ends, whatever the time is', async () => {
    let nowMs = 1_000_000
    const slept: number[] = []
    const own = pace(100, {
      nowMs: () => nowMs,
      sleep: async (milliseconds) => {
        slept.push(milliseconds)
        nowMs += milliseconds
      },
    })
    await own.turn(10)
    expect(slept).toEqual([])
    expect(own.pauseMs()).toBe(100)
    await own.turn(10)
    expect(slept).toEqual([100])
    nowMs += 100
    own.rest(500)
    expect(own.pauseMs()).toBe(500)
    nowMs += 600
    expect(own.pauseMs()).toBe(0)
    own.rest(500)
    expect(own.pauseMs()).toBe(500)
  })
})

describe('the paces of a map', () => {
  const { app, chat } = SMALL_MAP.tables
  if (!app || !chat) throw new Error('the small map has both')
  const tables = {
    app: { ...app, maxWriteUnitsPerSecond: 1000, maxReadUnitsPerSecond: 'unlimited' },
    chat,
  } as const
  const paceOf = pacesIn({ ...SMALL_MAP, tables }, { app: 'App-prod' }, 5)

  it('are shared by the workers, by the name that a table has where it is deployed', () => {
    expect(paceOf('App-prod')).toEqual({ write: 200, read: Number.POSITIVE_INFINITY })
  })

  it('are 300 write and 1,000 read units by default', () => {
    expect(paceOf('Chat')).toEqual({ write: 60, read: 200 })
  })

  it('are not there for a table that nobody knows', () => {
    expect(() => paceOf('App')).toThrow(TypeError)
  })
})
