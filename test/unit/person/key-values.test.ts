import { describe, expect, it } from 'vitest'
import { compareNumbers, encode, isInRange } from '../../../shared/person/key-values.ts'
import type { Value } from '../../../shared/records/records.ts'

const TEXT = { type: 'S', binary: false } as const
const NUMBER = { type: 'N', binary: false } as const
const BYTES = { type: 'B', binary: false } as const
const BASE64 = { type: 'B', binary: true } as const

describe('a template’s text as a key', () => {
  it('is a text, a number, the bytes of a text, or the bytes that base64 says', () => {
    expect(encode('USER#đ', TEXT, 100)).toEqual({ S: 'USER#đ' })
    expect(encode('-12', NUMBER, 100)).toEqual({ N: '-12' })
    expect(encode('đ', BYTES, 100)).toEqual({ B: Uint8Array.of(0xc4, 0x91) })
    expect(encode('AP8=', BASE64, 100)).toEqual({ B: Uint8Array.of(0, 255) })
  })

  it('is nothing where DynamoDB could not have stored it', () => {
    expect(encode('', TEXT, 100)).toBeUndefined()
    expect(encode('abc', NUMBER, 100)).toBeUndefined()
    expect(encode('1'.repeat(39), NUMBER, 100)).toBeUndefined()
    expect(encode('đđ', TEXT, 3)).toBeUndefined()
    expect(encode('đđ', TEXT, 4)).toEqual({ S: 'đđ' })
    expect(encode('', BASE64, 100)).toBeUndefined()
  })
})

describe('a range', () => {
  it.each<[Value, boolean]>([
    [{ N: '9' }, false],
    [{ N: '10' }, true],
    [{ N: '10.5' }, true],
    [{ N: '100' }, true],
    [{ N: '100.01' }, false],
    [{ N: '5E+1' }, true],
    [{ N: '1E+20' }, false],
    [{ N: '-50' }, false],
    [{ S: '50' }, false],
  ])('of numbers goes by their value: %o', (value, isIn) => {
    expect(isInRange(value, { test: 'between', ends: ['10', '100'] }, NUMBER)).toBe(isIn)
  })

  it('of texts goes by their bytes, as DynamoDB orders them', () => {
    const ends = ['A#', 'A#z']
    expect(isInRange({ S: 'A#2026' }, { test: 'between', ends }, TEXT)).toBe(true)
    expect(isInRange({ S: 'A#z' }, { test: 'between', ends }, TEXT)).toBe(true)
    expect(isInRange({ S: 'A#đ' }, { test: 'between', ends }, TEXT)).toBe(false)
    // U+FF5E is before U+1F600 in UTF-8, and after it in JavaScript's own order.
    expect(isInRange({ S: '\u{1f600}' }, { test: 'from', ends: ['\uff5e'] }, TEXT)).toBe(true)
  })

  it('may be open at one end', () => {
    expect(isInRange({ S: 'b' }, { test: 'from', ends: ['a'] }, TEXT)).toBe(true)
    expect(isInRange({ S: 'b' }, { test: 'to', ends: ['a'] }, TEXT)).toBe(false)
    expect(isInRange({ N: '-1' }, { test: 'to', ends: ['0'] }, NUMBER)).toBe(true)
    expect(isInRange({ N: '2E+20' }, { test: 'from', ends: ['1e+20'] }, NUMBER)).toBe(true)
  })

  it('of bytes goes by the bytes', () => {
    const range = { test: 'between', ends: ['AA==', 'Dw=='] } as const
    expect(isInRange({ B: Uint8Array.of(15) }, range, BASE64)).toBe(true)
    expect(isInRange({ B: Uint8Array.of(16) }, range, BASE64)).toBe(false)
    expect(isInRange(undefined, range, BASE64)).toBe(false)
    expect(isInRange(undefined, { test: 'to', ends: ['0'] }, NUMBER)).toBe(false)
    expect(isInRange({ S: 'x' }, { test: 'to', ends: ['0'] }, NUMBER)).toBe(false)
  })
})

describe('numbers', () => {
  it.each([
    ['1', '2', -1],
    ['2', '10', -1],
    ['-2', '-10', 1],
    ['0.5', '0.25', 1],
    ['-0.5', '0', -1],
    ['99999999999999999999999999999999999998', '99999999999999999999999999999999999999', -1],
    ['7', '7', 0],
  ])('%s and %s are compared without rounding', (a, b, order) => {
    expect(compareNumbers(a, b)).toBe(order)
  })
})
