import { describe, expect, it } from 'vitest'
import { CliError } from '../../infra/cli/console/failure.ts'
import { plain, plainDeep } from '../../infra/cli/console/foreign.ts'

describe('plain', () => {
  it.each([
    ['colours (C0)', 'a\u001b[31mb\u0007\u0000\u007f', 'a[31mb'],
    ['the one-byte escape (C1)', 'a\u009b31mb\u0085', 'a31mb'],
    ['what reorders text', 'a\u202eb\u202c\u2066c\u2069\u200f\u061cd', 'abcd'],
    ['what is not seen', 'a\u200bb\ufeffc\u00add', 'abcd'],
    ['half characters', 'a\ud800b', 'ab'],
  ])('strips %s', (_what, text, expected) => {
    expect(plain(text)).toBe(expected)
  })

  it('keeps a message on its line', () => {
    expect(plain('done\r\nok\u2028root#')).toBe('done ok root#')
  })

  it('keeps letters of every language', () => {
    expect(plain('Nguyễn Diệu · 阮 · e\u0301 😀')).toBe('Nguyễn Diệu · 阮 · e\u0301 😀')
  })
})

describe('plainDeep', () => {
  it('reaches every text of a document, names too', () => {
    expect(plainDeep({ 'a\u001b': ['\u202eb', { c: '\u0007d' }], n: 1, t: true, z: null })).toEqual({
      a: ['b', { c: 'd' }],
      n: 1,
      t: true,
      z: null,
    })
  })
})

it('no failure carries a control character', () => {
  expect(new CliError('not_found', 'no\u001b[2J such\nrequest').message).toBe('no[2J such request')
})
