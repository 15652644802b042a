import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  deriveCode,
  isKeyPrefix,
  isRequestKey,
  parseCode,
  requestKeyOf,
  subjectHash,
} from '../../../shared/requests/code.ts'

describe('deriveCode', () => {
  it('gives the same request the same code, and no other request', () => {
    expect(deriveCode('key', 'meta', 'shop', '1', '2')).toBe(deriveCode('key', 'meta', 'shop', '1', '2'))
    expect(deriveCode('key', 'meta', 'shop', '1', '2')).not.toBe(deriveCode('key', 'list', 'shop', '1', '2'))
    expect(deriveCode('key', 'meta', 'shop', '1', '2')).not.toBe(
      deriveCode('other', 'meta', 'shop', '1', '2'),
    )
  })

  it('never confuses where one field ends and the next begins', () => {
    expect(deriveCode('key', 'meta', 'shop', '12', '3')).not.toBe(
      deriveCode('key', 'meta', 'shop', '1', '23'),
    )
    expect(deriveCode('key', 'meta', 'shop1', '2')).not.toBe(deriveCode('key', 'meta', 'shop', '12'))
  })

  it('is 24 characters of Crockford base32', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (label, fields) => {
        expect(deriveCode('key', label, ...fields)).toMatch(/^[0-9A-HJKMNP-TV-Z]{24}$/)
      }),
    )
  })

  it('keeps its value: codes in the hands of people must not change', () => {
    expect(deriveCode('key', 'meta', 'shop', '218471', 'issued_at', '1790000000')).toBe(
      'YBFVFQ95TKJXKKA63A3QXQVK',
    )
    expect(subjectHash('key', 'facebookId', '218471')).toBe(
      '7c50ce3d1441ae768afde9afc67f407c01ff82be6cd091b01a146cba9c227e7e',
    )
  })
})

describe('parseCode', () => {
  const code = deriveCode('key', 'meta', 'shop', '1')

  it.each([
    ['in small letters', code.toLowerCase()],
    ['with dashes and spaces', `  ${code.replace(/(.{6})/g, '$1- ')}`],
    ['with typographic dashes', code.replace(/(.{8})/g, '$1–')],
    ['with I and L for 1, O for 0', code.replaceAll('1', 'i').replaceAll('0', 'o')],
    ['in full-width letters', code.replace(/./g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))],
  ])('reads a code typed %s', (_how, typed) => {
    expect(parseCode(typed)).toBe(code)
  })

  it.each([
    '',
    'x',
    `${code}0`,
    code.slice(1),
    `${code.slice(1)}U`,
    `${code.slice(1)}!`,
    code.replace(/.$/, '\u0000'),
  ])('refuses %j', (typed) => {
    expect(parseCode(typed)).toBeUndefined()
  })
})

describe('requestKeyOf', () => {
  it('is the SHA-256 of the code', () => {
    expect(requestKeyOf('000000000000000000000000' as ReturnType<typeof deriveCode>)).toBe(
      '1aaa7999292f3795cc857ea24de1f4b299ba64b767338f5c8cbe6e93604cc5a5',
    )
  })
})

describe('a request key', () => {
  const key = '0123456789abcdef'.repeat(4)

  it('is 64 hexadecimal digits, neither more nor less', () => {
    expect([key, `${key}0`, `0${key}`, key.slice(1), key.toUpperCase()].map(isRequestKey)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ])
  })

  it.each([
    ['01234567', true],
    [key, true],
    ['0123456', false],
    [`${key}0`, false],
    ['x01234567', false],
    ['01234567x', false],
    ['0123456x', false],
  ])('may be said to begin with %s: %s', (text, may) => {
    expect(isKeyPrefix(text)).toBe(may)
  })
})
