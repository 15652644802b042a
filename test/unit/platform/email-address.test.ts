import { domainToUnicode } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressIn, normalAddress, spellingsOf } from '../../../shared/platform/email-address.ts'

describe('an address', () => {
  it.each([
    ['Linh.Do@Example.COM', 'linh.do@example.com'],
    ['  linh@example.com ', 'linh@example.com'],
    ['linh@bücher.example', 'linh@xn--bcher-kva.example'],
    ['Linh@XN--bcher-KVA.example', 'linh@xn--bcher-kva.example'],
    ['linh@bücher.xn--p1ai', 'linh@xn--bcher-kva.xn--p1ai'],
    ['linh@straße.example', 'linh@xn--strae-oqa.example'],
    ['linh@ශ්\u200dරී.example', 'linh@xn--10cl1a0b660p.example'],
    ['Đỗ@Example.com', 'Đỗ@example.com'],
    ["a/b?c#d%e'f=g@example.com", "a/b?c#d%e'f=g@example.com"],
  ])('is itself, but for spaces around it, ASCII capitals and punycode: %j', (text, address) => {
    expect(addressIn(text)).toBe(address)
  })

  it.each([
    'linh@example.com/x',
    'linh@example.com?x=1',
    'linh@example.com#x',
    'linh@example.com\\x',
    'linh@ex%61mple.com',
    'linh@exam\tple.com',
    'linh@exam\nple.com',
    'linh@example.com\n',
    '\tlinh@example.com',
    '\u00a0linh@example.com',
    '\ufefflinh@example.com',
    'linh@exam\u200bple.com',
    'linh@exam\u200dple.com',
    'linh@exam\u00adple.com',
    'linh@exam\ufe0fple.com',
    'linh@exam\u034fple.com',
    'linh@exam\u3164ple.com',
    'linh@a\u2800b.com',
    'li\ufe0fnh@example.com',
    'li\u200bnh@example.com',
    'linh@\uff45xample.com',
    'linh@example\u3002com',
    'linh@example\uff0ecom',
    'linh@ﬁ.example',
    'linh@\u212aelvin.example',
    'linh@BÜCHER.example',
    'linh@bu\u0308cher.example',
    'linh@example.com:25',
    'linh@user@example.com',
    'victim@example.com/@other.example',
    'linh@-example.com',
    'linh@example.com.',
    'linh@.example.com',
    'linh@0x7f.0x1',
    'linh\uff20example.com',
    'linh',
    '@example.com',
    'linh@',
    'null',
    '   ',
    '',
    `${' '.repeat(400)}linh@example.com`,
  ])('is not made of what is none: %j', (text) => {
    expect([normalAddress(text), addressIn(text), spellingsOf(text)]).toEqual([undefined, undefined, []])
  })

  it.each(['an.tran@localhost', 'linh@127.0.0.1', 'linh@example.c'])(
    'may stand in a table, and get no mail from here: %j',
    (text) => {
      expect([normalAddress(text), addressIn(text)]).toEqual([text, undefined])
    },
  )

  it('is the same for two texts by the stated rules only', () => {
    fc.assert(
      fc.property(nearAddress, nearAddress, (a, b) => {
        const [one, other] = [normalAddress(a), normalAddress(b)]
        expect(one === undefined || one !== other || byTheRules(a) === byTheRules(b)).toBe(true)
        expect(one === undefined || byTheRules(one) === byTheRules(a)).toBe(true)
      }),
      { numRuns: 20_000 },
    )
  })

  it('stays what it is', () => {
    fc.assert(
      fc.property(nearAddress, (text) => {
        const address = normalAddress(text)
        expect(address === undefined || normalAddress(address) === address).toBe(true)
        expect(spellingsOf(text).every((one) => normalAddress(one) === address)).toBe(true)
      }),
      { numRuns: 5000 },
    )
  })
})

describe('the spellings of an address', () => {
  it('are the normal form, the text, and the text without the spaces around it', () => {
    expect(spellingsOf(' Some.One@Example.com ')).toEqual([
      'some.one@example.com',
      ' Some.One@Example.com ',
      'Some.One@Example.com',
    ])
    expect(spellingsOf('an@example.com')).toEqual(['an@example.com'])
  })

  it('have a domain of other letters in Unicode and in punycode', () => {
    const both = ['linh@xn--bcher-kva.example', 'linh@bücher.example']
    expect(spellingsOf('linh@bücher.example')).toEqual(both)
    expect(spellingsOf('linh@xn--bcher-kva.example')).toEqual(both)
    // Punycode of nothing but ASCII, which no domain has.
    expect(spellingsOf('a@xn--bxn--bcher-kvacher-kva.com')).toEqual(['a@xn--bxn--bcher-kvacher-kva.com'])
    expect(spellingsOf('Linh@Bücher.Example').toSorted()).toEqual(
      [...both, 'Linh@Bücher.Example', 'Linh@xn--bcher-kva.example', 'Linh@bücher.example'].toSorted(),
    )
  })
})

/** What a text stands for by the stated rules, of those that have an address. */
function byTheRules(text: string): string {
  const [, trimmed = ''] = /^ *(.*?) *$/s.exec(text) ?? []
  const lower = trimmed.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  const at = lower.lastIndexOf('@')
  const labels = lower.slice(at + 1).split('.')
  const domain = labels.map((label) => (label.startsWith('xn--') ? domainToUnicode(label) : label))
  return `${lower.slice(0, at)}@${domain.join('.')}`
}

/** Pieces that a reader of URLs, of domains or of mail drops, maps, decodes or takes apart. */
const PIECES = [
  '',
  '',
  '',
  ' ',
  'a',
  'A',
  '.',
  '-',
  '@',
  '/',
  '?',
  '#',
  '\\',
  ':',
  ':25',
  '%61',
  '%2e',
  '	',
  '\n',
  '\r',
  '​',
  '‌',
  '‍',
  '­',
  '͏',
  '⁠',
  '️',
  '﻿',
  'ㅤ',
  '\xA0',
  'ａ',
  '．',
  '。',
  '｡',
  '＠',
  'ﬁ',
  'ß',
  'ẞ',
  'ü',
  'Ü',
  'ü',
  'K',
  'ſ',
  '①',
  'xn--',
  'xn--bcher-kva',
  'XN--BCHER-KVA',
  'xn--p1ai',
  'рф',
  '0x7f.1',
  '[::1]',
  '<',
  '>',
  '(x)',
  '"',
  ',',
]
const piece = fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 2 }))
const base = fc.constantFrom<string[]>(
  'a@a.com',
  'A@A.com',
  'a@bücher.com',
  'a@xn--bcher-kva.com',
  'a@fi.com',
)

/** An address with up to three pieces put in anywhere. */
const nearAddress = fc
  .tuple(base, fc.array(fc.tuple(fc.nat({ max: 20 }), piece), { maxLength: 3 }))
  .map(([text, put]) => put.reduce((sum, [at, what]) => sum.slice(0, at) + what + sum.slice(at), text))
