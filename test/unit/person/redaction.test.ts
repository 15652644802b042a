import { describe, expect, it } from 'vitest'
import { parseRedactionPath } from '../../../shared/data-map/redaction-path.ts'
import { redacted, stepsFor } from '../../../shared/person/redaction.ts'
import type { Value } from '../../../shared/records/records.ts'

const s = (S: string): Value => ({ S })
const member = (userId: string, name?: string): Value => ({
  M: { userId: s(userId), ...(name !== undefined && { name: s(name) }) },
})
const known = (identity: string) => (identity === 'userId' ? ['u1', '7'] : [])

/** What is left of an attribute's value. */
const without = (path: string, value: Value, put: Value | 'remove' = 'remove') =>
  redacted(value, stepsFor(parseRedactionPath(path).steps, known), put)

describe('a redaction', () => {
  it.each<[what: string, path: string, before: Value, after: Value | undefined]>([
    ['the attribute', 'a', s('x'), undefined],
    ['a field of a map', 'a.name', { M: { name: s('x'), age: { N: '1' } } }, { M: { age: { N: '1' } } }],
    [
      'a field deep inside',
      'a.b.c',
      { M: { b: { M: { c: s('x'), d: s('y') } } } },
      { M: { b: { M: { d: s('y') } } } },
    ],
    ['all elements of a list', 'a[*]', { L: [s('x'), s('y')] }, { L: [] }],
    [
      'a field of all elements',
      'a[*].name',
      { L: [member('u1', 'x'), member('u2', 'y')] },
      { L: [member('u1'), member('u2')] },
    ],
    [
      'a field of the person’s elements only',
      'a[userId={userId}].name',
      { L: [member('u1', 'x'), member('u2', 'y'), s('other')] },
      { L: [member('u1'), member('u2', 'y'), s('other')] },
    ],
    [
      'the person’s elements',
      'a[userId={userId}]',
      { L: [member('u1'), member('u2')] },
      { L: [member('u2')] },
    ],
    ['the person among texts', 'a[{userId}]', { L: [s('u1'), s('u2')] }, { L: [s('u2')] }],
    ['the person in a set', 'a[{userId}]', { SS: ['u1', 'u2'] }, { SS: ['u2'] }],
    ['the last of a set', 'a[{userId}]', { SS: ['u1'] }, undefined],
    ['the person in a set of numbers', 'a[{userId}]', { NS: ['7', '8'] }, { NS: ['8'] }],
    ['a number written otherwise', 'a[{userId}]', { L: [{ N: '7.0' }, { N: '8' }] }, { L: [{ N: '8' }] }],
    ['a whole set', 'a[*]', { NS: ['7', '8'] }, undefined],
  ])('takes out %s', (_what, path, before, after) => {
    expect(without(path, before)).toEqual(after)
  })

  it.each<[path: string, before: readonly string[], after: readonly string[]]>([
    ['a[{email}]', ['AN@Example.com', 'an@example.com', 'bo@example.com'], ['bo@example.com']],
    ['a[MAIL#{email}]', ['MAIL#An@Example.com', 'An@Example.com', 'MAIL#'], ['An@Example.com', 'MAIL#']],
    ['a[{nick}]', ['An@Example.com', 'an@example.com'], ['An@Example.com']],
    ['a[{userId}:{email}]', ['u1:An@example.com', 'u1:an@example.com'], ['u1:An@example.com']],
  ])('takes out an address in any spelling, by its normal form: %s', (path, before, after) => {
    const values = (identity: string) => (identity === 'userId' ? ['u1'] : ['an@example.com'])
    const steps = stepsFor(parseRedactionPath(path).steps, values, ['email'])
    expect(redacted({ SS: [...before] }, steps, 'remove')).toEqual({ SS: after })
  })

  it.each<[what: string, path: string, value: Value]>([
    ['a map without the field', 'a.name', { M: { age: { N: '1' } } }],
    ['a text where a map is expected', 'a.name', s('x')],
    ['a text where a list is expected', 'a[*].name', s('x')],
    ['a list without the person', 'a[userId={userId}].name', { L: [member('u2', 'y'), s('u1')] }],
    ['a set without the person', 'a[{userId}]', { SS: ['u10', 'u'] }],
    ['the person’s element without the field', 'a[userId={userId}].name', { L: [member('u1')] }],
  ])('leaves %s as the very same value', (_what, path, value) => {
    expect(without(path, value)).toBe(value)
  })

  it('puts a constant in the path of a value, and only there', () => {
    const list: Value = { L: [member('u1', 'x'), member('u2', 'y'), member('u1')] }
    expect(without('a[userId={userId}].name', list, s('-'))).toEqual({
      L: [member('u1', '-'), member('u2', 'y'), member('u1')],
    })
    const done: Value = { L: [member('u1', '-')] }
    expect(without('a[userId={userId}].name', done, s('-'))).toBe(done)
    expect(without('a.age', { M: { age: { N: '41' } } }, { N: '0' })).toEqual({ M: { age: { N: '0' } } })
  })
  it.each<[what: string, before: Value, put: Value, after: Value | undefined]>([
    ['a text', { SS: ['u1', 'u2'] }, s('-'), { SS: ['u2', '-'] }],
    ['a text that is there already', { SS: ['u1', '-'] }, s('-'), { SS: ['-'] }],
    ['a text, alone', { SS: ['u1'] }, s('-'), { SS: ['-'] }],
    ['a number', { NS: ['7', '8'] }, { N: '0' }, { NS: ['8', '0'] }],
    ['a number, alone', { NS: ['7.0'] }, { N: '0' }, { NS: ['0'] }],
    ['a constant of another type', { SS: ['u1', 'u2'] }, { N: '0' }, { SS: ['u2'] }],
    ['a constant of another type, alone', { NS: ['7'] }, s('-'), undefined],
  ])('puts %s in the person’s path in a set', (_what, before, put, after) => {
    expect(without('a[{userId}]', before, put)).toEqual(after)
  })

  it('leaves a set as the very same value that holds the constant and not the person', () => {
    for (const set of [{ SS: ['-', 'u2'] }, { SS: ['-'] }] satisfies Value[]) {
      expect(without('a[*]', { SS: ['-'] }, s('-'))).toEqual({ SS: ['-'] })
      expect(without('a[{userId}]', set, s('-'))).toBe(set)
    }
  })

  it('takes the person out of a set of bytes, and leaves the others', () => {
    const [mine, other] = [Uint8Array.of(0, 255), Uint8Array.of(1)]
    const bytes = (path: string, value: Value) =>
      redacted(
        value,
        stepsFor(parseRedactionPath(path).steps, () => ['AP8=']),
        'remove',
      )
    expect(bytes('a[{userId}]', { BS: [mine, other] })).toEqual({ BS: [other] })
    expect(bytes('a[{userId}]', { BS: [mine] })).toBeUndefined()
    const without: Value = { BS: [other] }
    expect(bytes('a[{userId}]', without)).toBe(without)
    expect(bytes('a[{userId}]', { L: [{ B: mine }, { B: other }] })).toEqual({ L: [{ B: other }] })
  })

  it('finds a number however it is written', () => {
    const value: Value = { L: [{ N: '0.7E+1' }, { N: '7E+1' }] }
    expect(without('a[{userId}]', value)).toEqual({ L: [{ N: '7E+1' }] })
  })

  it('leaves a number that only looks like the person', () => {
    const value: Value = { L: [{ N: '70' }, { N: '1E+30' }, { BOOL: true }] }
    expect(without('a[{userId}]', value)).toBe(value)
  })

  it('leaves what has nothing inside', () => {
    for (const value of [{ SS: ['u1'] }, s('u1')]) expect(without('a[*].name', value)).toBe(value)
    const text = s('u1')
    expect(without('a[*]', text)).toBe(text)
  })

  it('takes an empty map’s last field, and leaves the map', () => {
    expect(without('a.b', { M: { b: s('x') } })).toEqual({ M: {} })
    expect(
      Object.keys(without('a.b.c', { M: { b: { M: { c: s('x') } } } })?.M?.['b']?.M ?? { x: 1 }),
    ).toEqual([])
  })

  it('is of nothing where there is nothing', () => {
    expect(redacted(undefined, [], s('-'))).toBeUndefined()
  })
})
