import { describe, expect, it } from 'vitest'
import { metering } from '../../../shared/records/metered-calls.ts'

/** Time passes only while somebody sleeps: what is not paid yet is seen by the pause. */
function metersOf(unitsPerSecond: number) {
  let now = 0
  const sleep = async (milliseconds: number): Promise<void> => {
    now += milliseconds
  }
  const paces = { read: unitsPerSecond, write: unitsPerSecond }
  const meters = metering({ paceOf: () => paces, random: () => 1, nowMs: () => now, sleep })('App')
  return { ...meters, now: () => now }
}
const costing = (units: number) => async () => ({ ConsumedCapacity: { CapacityUnits: units } })
const refused = () => Promise.reject(Object.assign(new Error(), { name: 'ConditionalCheckFailedException' }))

describe('what DynamoDB hands back', () => {
  it('makes the table rest, longer each time', async () => {
    const { page, read, write } = metersOf(Number.POSITIVE_INFINITY)
    await write.call(1, async () => ({ UnprocessedItems: { App: [] } }))
    expect([page.pauseMs(), read.pauseMs(), write.pauseMs()]).toEqual([0, 0, 50])
    await write.call(1, async () => ({ UnprocessedItems: { App: [] } }), { times: 2 })
    expect(write.pauseMs()).toBe(200)
    await read.call(1, async () => ({ UnprocessedKeys: { App: {} } }), { times: 1 })
    expect([page.pauseMs(), read.pauseMs()]).toEqual([100, 100])
    await expect(
      write.call(1, async () => ({ UnprocessedItems: { App: [] } }), { times: 10 }),
    ).rejects.toMatchObject({ code: 'RECORDS_UNREADABLE' })
  })

  it('lets nobody go before it has rested', async () => {
    const { write, now } = metersOf(100)
    const [, second] = await Promise.all([
      write.call(1, async () => ({ UnprocessedItems: { App: [] }, ...(await costing(0.1)()) })),
      write.call(1, async () => ({ at: now(), ...(await costing(0.1)()) })),
    ])
    expect(second.at).toBeGreaterThanOrEqual(50)
  })
})

describe('a write that is refused', () => {
  it('costs what one like it has cost', async () => {
    const { write } = metersOf(100)
    await write.call(1, costing(5))
    expect(write.pauseMs()).toBe(50)
    await expect(write.call(1, refused)).rejects.toThrow()
    expect(write.pauseMs()).toBe(50)
  })
})

describe('a write that meets another one', () => {
  it('is waited for by nobody else', async () => {
    const { write, now } = metersOf(Number.POSITIVE_INFINITY)
    await write.call(1, costing(1))
    let tries = 0
    const conflict = Object.assign(new Error(), { name: 'TransactionConflictException' })
    const [met, other] = await Promise.all([
      write.call(1, async () => {
        tries += 1
        if (tries < 3) throw conflict
        return { at: now(), UnprocessedItems: {} }
      }),
      write.call(1, async () => ({ at: now(), UnprocessedItems: {} })),
    ])
    expect([met.at, other.at, write.pauseMs()]).toEqual([150, 0, 0])
  })
})

describe('how much one call may be about', () => {
  it('is all where there is no limit', () => {
    expect(metersOf(Number.POSITIVE_INFINITY).write.most(25, 1)).toBe(25)
  })

  it('is what the limit lets through in that time, by what an item has cost', async () => {
    const { write } = metersOf(60)
    expect(write.most(25, 1)).toBe(6)
    await write.call(6, costing(12))
    expect(write.most(25, 1)).toBe(25)
    await write.call(2, costing(40))
    expect(write.most(25, 1)).toBe(3)
    await write.call(1, costing(500))
    expect(write.most(25, 1)).toBe(1)
  })

  it('goes by what a page held, not by what it might have', async () => {
    const { page } = metersOf(5)
    expect(page.most(1000, 10)).toBe(5)
    await page.call(1, costing(20), { countIn: () => 10 })
    expect(page.most(1000, 10)).toBe(25)
    await page.call(1, costing(0.5), { countIn: () => 0 })
    expect(page.most(1000, 10)).toBe(25)
  })
})
