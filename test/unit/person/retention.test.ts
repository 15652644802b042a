import { describe, expect, it } from 'vitest'
import type { DateFormat } from '../../../shared/data-map/data-map.ts'
import { untilOf } from '../../../shared/person/retention.ts'
import type { Value } from '../../../shared/records/records.ts'

const until = (format: DateFormat, from: Value | undefined, period: 'P1D' | 'P400000Y' = 'P1D') =>
  untilOf(
    { because: 'tax', until: { from: 'at', format, for: period }, ends: { by: 'owner', owner: 'x' } },
    from ? { at: from } : {},
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
