import { describe, expect, it } from 'vitest'
import { endOfDue, isOver, saidBy, startOfFuture } from '../../../shared/person/due.ts'

const NOW = new Date('2026-11-29T12:00:00.000Z')
const DAY_MS = 24 * 3600_000
const ISO = { format: 'iso', timeZone: 'Asia/Ho_Chi_Minh' } as const
const text = (date: Date) => ({ S: date.toISOString() })

describe('an item’s date', () => {
  it('is read as the map says: a day begins in the zone, a time is a time', () => {
    expect(saidBy(ISO, { S: '2026-11-01' }, NOW)).toEqual({ date: new Date('2026-10-31T17:00:00Z') })
    expect(saidBy(ISO, { S: '2026-11-01T00:00:00Z' }, NOW)).toEqual({
      date: new Date('2026-11-01T00:00:00Z'),
    })
    const seconds = { format: 'epochSeconds', timeZone: 'UTC' } as const
    expect(saidBy(seconds, { N: '1700000000' }, NOW)).toEqual({ date: new Date(1_700_000_000_000) })
  })

  it('is none that is absent, or not readable', () => {
    expect(saidBy(ISO, undefined, NOW)).toEqual({ no: 'absent' })
    expect(saidBy(ISO, { NULL: true }, NOW)).toEqual({ no: 'absent' })
    expect(saidBy(ISO, { S: 'soon' }, NOW)).toEqual({ no: 'unreadable' })
    expect(saidBy(ISO, { BOOL: true }, NOW)).toEqual({ no: 'unreadable' })
  })

  it('is none of before 2000, and none later than a day from now', () => {
    expect(saidBy(ISO, { S: '1999-12-31T23:59:59.999Z' }, NOW)).toEqual({ no: 'too_old' })
    expect(saidBy(ISO, { S: '2000-01-01T00:00:00Z' }, NOW)).toEqual({
      date: new Date('2000-01-01T00:00:00Z'),
    })
    const ahead = new Date(NOW.getTime() + DAY_MS)
    expect(saidBy(ISO, text(ahead), NOW)).toEqual({ date: ahead })
    expect(saidBy(ISO, text(new Date(ahead.getTime() + 1)), NOW)).toEqual({ no: 'future' })
  })

  it('is over to the millisecond', () => {
    const over = (at: string, item: Parameters<typeof isOver>[1]) =>
      isOver({ from: 'at', format: 'iso', after: 'P6M', timeZone: 'UTC', at }, item)
    const item = { at: { S: '2026-05-29T12:00:00Z' } }
    expect(over('2026-11-29T12:00:00.000Z', item)).toBe(true)
    expect(over('2026-11-29T11:59:59.999Z', item)).toBe(false)
    expect(over('2026-11-29T12:00:00.000Z', {})).toBe(false)
    expect(over('2026-11-29T12:00:00.000Z', { at: { S: 'soon' } })).toBe(false)
  })
})

describe('what an index is asked for', () => {
  it('is all that may be due, and some days more', () => {
    expect(endOfDue({ format: 'iso', after: 'P6M' }, NOW)).toEqual({ S: '2026-06-03T12:00:00.000Z' })
    expect(endOfDue({ format: 'iso', after: 'P1Y2M3D' }, NOW)).toEqual({ S: '2025-10-01T12:00:00.000Z' })
    const seconds = Date.parse('2026-06-03T12:00:00.000Z') / 1000
    expect(endOfDue({ format: 'epochSeconds', after: 'P6M' }, new Date(NOW.getTime() + 999))).toEqual({
      N: String(seconds),
    })
    expect(endOfDue({ format: 'epochMillis', after: 'P6M' }, NOW)).toEqual({ N: String(seconds * 1000) })
  })

  it('is what is later than two days from now, for what can be no date', () => {
    expect(startOfFuture({ format: 'iso' }, NOW)).toEqual({ S: '2026-12-01T12:00:00.000Z' })
    expect(startOfFuture({ format: 'epochSeconds' }, NOW)).toEqual({
      N: String(Date.parse('2026-12-01T12:00:00.000Z') / 1000),
    })
  })
})
