import { describe, expect, it } from 'vitest'
import type { DateFormat, Retain } from '../../../shared/data-map/retention.ts'
import {
  endOfDue,
  isEnded,
  isOver,
  keptUntil,
  readDueDate,
  startOfFuture,
} from '../../../shared/person/item-dates.ts'
import type { Item, Value } from '../../../shared/records/records.ts'

const NOW = new Date('2026-11-29T12:00:00.000Z')
const DAY_MS = 24 * 3600_000
const ISO = { format: 'iso', timeZone: 'Asia/Ho_Chi_Minh' } as const
const text = (date: Date) => ({ S: date.toISOString() })

describe('an item’s date', () => {
  it('is read as the map says: a day begins in the zone, a time is a time', () => {
    expect(readDueDate(ISO, { S: '2026-11-01' }, NOW)).toEqual({ date: new Date('2026-10-31T17:00:00Z') })
    expect(readDueDate(ISO, { S: '2026-11-01T00:00:00Z' }, NOW)).toEqual({
      date: new Date('2026-11-01T00:00:00Z'),
    })
    const seconds = { format: 'epochSeconds', timeZone: 'UTC' } as const
    expect(readDueDate(seconds, { N: '1700000000' }, NOW)).toEqual({ date: new Date(1_700_000_000_000) })
  })

  it('is none that is absent, or not readable', () => {
    expect(readDueDate(ISO, undefined, NOW)).toEqual({ no: 'absent' })
    expect(readDueDate(ISO, { NULL: true }, NOW)).toEqual({ no: 'absent' })
    expect(readDueDate(ISO, { S: 'soon' }, NOW)).toEqual({ no: 'unreadable' })
    expect(readDueDate(ISO, { BOOL: true }, NOW)).toEqual({ no: 'unreadable' })
  })

  it('is none of before 2000, and none later than a day from now', () => {
    expect(readDueDate(ISO, { S: '1999-12-31T23:59:59.999Z' }, NOW)).toEqual({ no: 'too_old' })
    expect(readDueDate(ISO, { S: '2000-01-01T00:00:00Z' }, NOW)).toEqual({
      date: new Date('2000-01-01T00:00:00Z'),
    })
    const ahead = new Date(NOW.getTime() + DAY_MS)
    expect(readDueDate(ISO, text(ahead), NOW)).toEqual({ date: ahead })
    expect(readDueDate(ISO, text(new Date(ahead.getTime() + 1)), NOW)).toEqual({ no: 'future' })
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

const until = (format: DateFormat, from: Value | undefined, period: 'P1D' | 'P400000Y' = 'P1D') =>
  keptUntil(
    { because: 'tax', until: { from: 'at', format, for: period }, ends: { by: 'owner', owner: 'x' } },
    from ? { at: from } : {},
    NOW,
  )?.toISOString()

describe('the end of what is kept', () => {
  it.each([
    ['2024-02-28', '2024-02-29T00:00:00.000Z'],
    ['2024-02-29T23:30', '2024-03-01T23:30:00.000Z'],
    ['2024-02-29T23:30:15', '2024-03-01T23:30:15.000Z'],
    ['2024-02-29T23:30:15Z', '2024-03-01T23:30:15.000Z'],
    ['2024-02-29T23:30:15.1234', '2024-03-01T23:30:15.123Z'],
    ['2024-02-29T23:30:15.5+07:00', '2024-03-01T16:30:15.500Z'],
    ['2024-02-29T23:30-0730', '2024-03-02T07:00:00.000Z'],
  ])('is reckoned from %s, in UTC if it names no zone', (S, end) => {
    expect(until('iso', { S })).toBe(end)
  })

  it.each([
    '2024',
    '5',
    '',
    'soon',
    '2023-02-29',
    '2023-02-31T10:00:00Z',
    '2024-13-01',
    '2024-02-29 10:00:00',
    '2024-02-29T25:00:00Z',
    '2024-02-29T10Z',
    '2024-02-29T10:00:00.Z',
    '2024-02-29T10:00:00+7',
    'x2024-02-29',
    '2024-02-29x',
    '2024-02-29Z',
    '12024-02-29',
  ])('is unknown for the date %j', (S) => {
    expect(until('iso', { S })).toBeUndefined()
  })

  it.each<[DateFormat, string, string]>([
    ['epochSeconds', '1700000000', '2023-11-15T22:13:20.000Z'],
    ['epochSeconds', '1700000000.5', '2023-11-15T22:13:20.500Z'],
    ['epochSeconds', '1700000000.25', '2023-11-15T22:13:20.250Z'],
    ['epochSeconds', '1.7E+9', '2023-11-15T22:13:20.000Z'],
    ['epochMillis', '1700000000000', '2023-11-15T22:13:20.000Z'],
  ])('is reckoned from %s: %s', (format, N, end) => {
    expect(until(format, { N })).toBe(end)
  })

  it.each<[DateFormat, Value | undefined]>([
    ['epochSeconds', { N: '-1' }],
    ['epochSeconds', { N: '1e9' }],
    ['epochSeconds', { N: '1.' }],
    ['epochSeconds', { S: '1700000000' }],
    ['epochSeconds', { N: '9'.repeat(38) }],
    ['epochSeconds', undefined],
    ['epochMillis', undefined],
    ['iso', { N: '2024' }],
    ['iso', undefined],
  ])('is unknown as %s for %j', (format, value) => {
    expect(until(format, value)).toBeUndefined()
  })

  it('is unknown beyond what a date can be', () => {
    expect(until('iso', { S: '2024-02-28' }, 'P400000Y')).toBeUndefined()
  })
})

describe('the end that the company itself has given an item', () => {
  const retain: Retain = {
    because: 'tax',
    until: { from: 'at', format: 'iso', for: 'P1Y' },
    ends: { by: 'ttl', attribute: 'ttl' },
  }
  const at = { S: '2026-06-01' }
  const seconds = (iso: string): Value => ({ N: String(Date.parse(iso) / 1000) })
  const end = (item: Item, one = retain) => keptUntil(one, item, NOW)?.toISOString()

  it('stands if it is the earlier one', () => {
    expect(end({ at })).toBe('2027-06-01T00:00:00.000Z')
    expect(end({ at, ttl: seconds('2027-05-31T00:00:00Z') })).toBe('2027-05-31T00:00:00.000Z')
    expect(end({ at, ttl: seconds('2027-06-02T00:00:00Z') })).toBe('2027-06-01T00:00:00.000Z')
    expect(end({ at, ttl: seconds('2024-01-01T00:00:00Z') })).toBe('2024-01-01T00:00:00.000Z')
  })

  it('is none that is no number, or that DynamoDB passes over as more than five years past', () => {
    expect(end({ at, ttl: { S: '1' } })).toBe('2027-06-01T00:00:00.000Z')
    expect(end({ at, ttl: { NULL: true } })).toBe('2027-06-01T00:00:00.000Z')
    expect(end({ at, ttl: seconds('2021-11-29T12:00:00Z') })).toBe('2027-06-01T00:00:00.000Z')
    expect(end({ at, ttl: seconds('2021-11-29T12:00:01Z') })).toBe('2021-11-29T12:00:01.000Z')
  })

  it('is no date to count from, where that cannot be read', () => {
    expect(end({ ttl: seconds('2027-05-31T00:00:00Z') })).toBeUndefined()
  })

  it('is over at its time, never before, and never where an operator ends it', () => {
    const over = (S: string, one = retain) => isEnded(one, { at: { S } }, NOW)
    expect(over('2025-11-29T12:00:00.000Z')).toBe(true)
    expect(over('2025-11-29T12:00:00.001Z')).toBe(false)
    expect(over('soon')).toBe(false)
    expect(isEnded(retain, { at, ttl: seconds('2026-11-29T12:00:00Z') }, NOW)).toBe(true)
    expect(over('2025-11-29T12:00:00.000Z', { ...retain, ends: { by: 'owner', owner: 'x' } })).toBe(true)
    expect(over('2020-01-01', { ...retain, ends: { by: 'operator' } })).toBe(false)
  })
})
