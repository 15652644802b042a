import { describe, expect, it } from 'vitest'
import { canonicalNumber, isNumber } from '../../../shared/data-map/numbers.ts'
import { constantValue, heldBy, isSame, meets, testsOf } from '../../../shared/person/conditions.ts'
import {
  aliases,
  conditionExpression,
  projectionOf,
  updateExpression,
} from '../../../shared/records/expressions-dynamodb.ts'
import type { Value } from '../../../shared/records/records.ts'

describe('a condition on an item', () => {
  it('is read from the map', () => {
    expect(testsOf({ role: 'owner', age: 7, isOpen: true, note: { exists: false } })).toEqual([
      { attribute: 'role', is: { S: 'owner' } },
      { attribute: 'age', is: { N: '7' } },
      { attribute: 'isOpen', is: { BOOL: true } },
      { attribute: 'note', exists: false },
    ])
    expect(testsOf()).toEqual([])
    expect(constantValue('')).toEqual({ S: '' })
  })

  it.each<[what: string, value: Value | undefined, held: boolean]>([
    ['nothing', undefined, false],
    ['false', { BOOL: false }, false],
    ['true', { BOOL: true }, true],
    ['an empty text', { S: '' }, false],
    ['null', { NULL: true }, false],
    ['a text', { S: '-' }, true],
    ['zero', { N: '0' }, true],
    ['a list', { L: [] }, true],
  ])('of a hold holds, or not, for %s', (_what, value, held) => {
    expect(meets(value ? { hold: value } : {}, heldBy('hold'))).toBe(held)
  })

  it('holds when all of its parts do', () => {
    const tests = testsOf({ role: 'owner', note: { exists: false } })
    expect(meets({ role: { S: 'owner' } }, tests)).toBe(true)
    expect(meets({ role: { S: 'owner' }, note: { S: '' } }, tests)).toBe(false)
    expect(meets({ role: { S: 'guest' } }, tests)).toBe(false)
    expect(meets({}, tests)).toBe(false)
    expect(meets({ note: { S: '' } }, testsOf({ note: { exists: true } }))).toBe(true)
  })

  it.each<[a: Value | undefined, b: Value, same: boolean]>([
    [undefined, { S: 'a' }, false],
    [{ S: 'a' }, { S: 'a' }, true],
    [{ S: 'a' }, { S: 'b' }, false],
    [{ S: '' }, { S: '' }, true],
    [{ N: '7.0' }, { N: '007' }, true],
    [{ N: '7' }, { N: '8' }, false],
    [{ N: '1E+20' }, { N: '100000000000000000000' }, true],
    [{ N: '1.5E-7' }, { N: '0.00000015' }, true],
    [{ N: '1E+20' }, { N: '1e+21' }, false],
    [
      { N: '12345678901234567890123456789012345678E+9' },
      { N: '12345678901234567890123456789012345679E+9' },
      false,
    ],
    [{ S: '7' }, { N: '7' }, false],
    [{ N: '7' }, { S: '7' }, false],
    [{ BOOL: false }, { BOOL: false }, true],
    [{ BOOL: true }, { BOOL: false }, false],
    [{ BOOL: true }, { S: 'true' }, false],
    [{ L: [] }, { L: [] }, false],
    [{ L: [] }, { S: 'a' }, false],
  ])('compares %j with %j: %s', (a, b, same) => {
    expect(isSame(a, b)).toBe(same)
  })
})

describe('a number as text', () => {
  it.each([
    ['7', true],
    ['-7', true],
    ['7.25', true],
    ['9'.repeat(38), true],
    ['9'.repeat(39), false],
    [`-${'9'.repeat(37)}.9`, true],
    [`${'9'.repeat(38)}.9`, false],
    ['7.', false],
    ['.7', false],
    ['+7', false],
    ['1e3', false],
    ['1e+3', true],
    ['1.5E-7', true],
    ['1.E+3', false],
    ['1E+125', true],
    ['1E+126', false],
    ['1E-130', true],
    ['1E-131', false],
    ['1E+9999', false],
    [`1${'0'.repeat(125)}`, true],
    [`1.${'0'.repeat(36)}1E+9`, true],
    [`1.${'0'.repeat(37)}1E+9`, false],
    ['x7', false],
    ['7x', false],
    ['', false],
  ])('%j is one, or not: %s', (text, is) => {
    expect(isNumber(text)).toBe(is)
  })

  it.each([
    ['007', '7'],
    ['7.0', '7'],
    ['7.10', '7.1'],
    ['7.', '7'],
    ['0', '0'],
    ['000', '0'],
    ['-0', '0'],
    ['-0.0', '0'],
    ['-0.50', '-0.5'],
    ['0.05', '0.05'],
    ['100', '100'],
    ['10.01', '10.01'],
    ['-12', '-12'],
    ['1E+20', '100000000000000000000'],
    ['1e+21', '1000000000000000000000'],
    ['-1.50E+1', '-15'],
    ['12.345E+2', '1234.5'],
    ['1.5E-7', '0.00000015'],
    ['-120E-1', '-12'],
    ['0E+5', '0'],
    ['0.001E+2', '0.1'],
    ['9007199254740993E+0', '9007199254740993'],
    ['1e5', undefined],
    ['1E+', undefined],
    ['1E+1000', undefined],
    ['x7', undefined],
    ['7x', undefined],
    ['7.5x', undefined],
    ['', undefined],
    ['--7', undefined],
  ])('%j is spelt %j', (text, spelling) => {
    expect(canonicalNumber(text)).toBe(spelling)
  })
})

describe('an expression', () => {
  it('of a condition has an alias for every name and value, each name once', () => {
    const using = aliases()
    const condition = conditionExpression(using, { PK: { S: 'a' }, SK: { S: 'b' } }, [
      { attribute: 'owner', is: { S: 'u1' } },
      { attribute: 'hold', exists: false },
      {
        not: [
          { attribute: 'hold', exists: true },
          { attribute: 'hold', isNot: { BOOL: false } },
        ],
      },
    ])
    expect(condition).toBe(
      'attribute_exists(#n0) AND #n1 = :v0 AND attribute_not_exists(#n2) AND NOT (attribute_exists(#n2) AND #n2 <> :v1)',
    )
    expect(using.parameters()).toEqual({
      ExpressionAttributeNames: { '#n0': 'PK', '#n1': 'owner', '#n2': 'hold' },
      ExpressionAttributeValues: { ':v0': { S: 'u1' }, ':v1': { BOOL: false } },
    })
  })

  it('of an update sets and removes, or does one of both', () => {
    const set = { a: { S: '-' }, b: { N: '0' } }
    const both = aliases()
    expect(updateExpression(both, { set, remove: ['c', 'd'] })).toBe(
      'SET #n0 = :v0, #n1 = :v1 REMOVE #n2, #n3',
    )
    expect(both.parameters()).toEqual({
      ExpressionAttributeNames: { '#n0': 'a', '#n1': 'b', '#n2': 'c', '#n3': 'd' },
      ExpressionAttributeValues: { ':v0': { S: '-' }, ':v1': { N: '0' } },
    })
    expect(updateExpression(aliases(), { set, remove: [] })).toBe('SET #n0 = :v0, #n1 = :v1')
    const remove = aliases()
    expect(updateExpression(remove, { set: {}, remove: ['c'] })).toBe('REMOVE #n0')
    expect(remove.parameters()).toEqual({ ExpressionAttributeNames: { '#n0': 'c' } })
  })

  it('of a projection names attributes, if any are chosen', () => {
    const using = aliases()
    expect(projectionOf(using, ['a', 'b', 'a'])).toEqual({ ProjectionExpression: '#n0, #n1, #n0' })
    expect(projectionOf(aliases(), undefined)).toBeUndefined()
    expect(aliases().parameters()).toEqual({})
  })
})
