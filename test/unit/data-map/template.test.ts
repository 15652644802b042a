import { describe, expect, it } from 'vitest'
import { delimiters, expand, parseTemplate } from '../../../shared/data-map/template.ts'

const values =
  (known: Readonly<Record<string, readonly string[]>>) =>
  (identity: string): readonly string[] =>
    known[identity] ?? []

describe('parseTemplate', () => {
  it('tells literals from identities', () => {
    expect(parseTemplate('TENANT#{storeId}#USER#{userId}')).toEqual({
      parts: ['TENANT#', { identity: 'storeId' }, '#USER#', { identity: 'userId' }],
      identities: ['storeId', 'userId'],
    })
  })

  it('reads a text without braces as one literal', () => {
    expect(parseTemplate('PROFILE')).toEqual({ parts: ['PROFILE'], identities: [] })
  })

  it('reads a bare identity', () => {
    expect(parseTemplate('{orderNo}')).toEqual({ parts: [{ identity: 'orderNo' }], identities: ['orderNo'] })
  })

  it.each(['USER#{userId', 'USER#userId}', 'USER#{}', 'USER#{user-id}', '{{userId}}', '{1st}', '{ userId }'])(
    'refuses %s',
    (template) => {
      expect(() => parseTemplate(template)).toThrow(TypeError)
    },
  )
})

describe('expand', () => {
  it('gives a text for each combination of values', () => {
    const known = values({ storeId: ['s1', 's2'], userId: ['u1', 'u2'] })
    expect(expand(parseTemplate('{storeId}#{userId}'), known).toSorted()).toEqual([
      's1#u1',
      's1#u2',
      's2#u1',
      's2#u2',
    ])
  })

  it('gives none while a value is unknown, so that no key is ever half a key', () => {
    expect(expand(parseTemplate('STORE#{storeId}#{userId}'), values({ storeId: ['s1'] }))).toEqual([])
  })

  it('gives a literal as it is', () => {
    expect(expand(parseTemplate('PROFILE'), values({}))).toEqual(['PROFILE'])
  })

  it('takes values as text, whatever they contain', () => {
    expect(expand(parseTemplate('U#{userId}'), values({ userId: ['$&{userId}'] }))).toEqual(['U#$&{userId}'])
  })
})

describe('delimiters', () => {
  it('are the characters that follow an identity', () => {
    expect(delimiters(parseTemplate('A#{one}|{two}.B'))).toEqual(['|', '.'])
  })

  it('are none where nothing follows', () => {
    expect(delimiters(parseTemplate('USER#{userId}'))).toEqual([])
  })
})
