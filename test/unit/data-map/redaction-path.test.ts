import { describe, expect, it } from 'vitest'
import {
  encloses,
  endsInElements,
  isRedactionPath,
  parseRedactionPath,
  selectionsOf,
} from '../../../shared/data-map/redaction-path.ts'

describe('parsePlace', () => {
  it.each([
    ['author', { attribute: 'author', steps: [] }],
    ['buyer.name', { attribute: 'buyer', steps: [{ name: 'name' }] }],
    ['notes[*].text', { attribute: 'notes', steps: ['every', { name: 'text' }] }],
    ['tags[*]', { attribute: 'tags', steps: ['every'] }],
    ['grid[*][*]', { attribute: 'grid', steps: ['every', 'every'] }],
    ['watchers[{userId}]', { attribute: 'watchers', steps: [{ is: '{userId}' }] }],
    ['watchers[USER#{userId}]', { attribute: 'watchers', steps: [{ is: 'USER#{userId}' }] }],
    [
      'members[userId={userId}].name',
      { attribute: 'members', steps: [{ where: 'userId', is: '{userId}' }, { name: 'name' }] },
    ],
    [
      'team.members[ref=USER.{userId}=x]',
      { attribute: 'team', steps: [{ name: 'members' }, { where: 'ref', is: 'USER.{userId}=x' }] },
    ],
  ])('reads %s', (text, place) => {
    expect(parseRedactionPath(text)).toEqual(place)
  })

  it.each([
    '',
    '.a',
    'a.',
    'a..b',
    '[*]',
    'a[]',
    'a[*',
    'a[*]b',
    'a[0]',
    'a[role=admin]',
    'a[={userId}]',
    'a[b.c={userId}]',
    'a[userId={userId]',
    'a[{userId}].name',
    'members.{userId}.name',
  ])('refuses %j', (text) => {
    expect(isRedactionPath(text)).toBe(false)
    expect(() => parseRedactionPath(text)).toThrow(TypeError)
  })
})

describe('selectionsOf', () => {
  it('gives the templates that choose elements', () => {
    expect(selectionsOf(parseRedactionPath('a[x={userId}].b[*].c[U#{email}]'))).toEqual([
      '{userId}',
      'U#{email}',
    ])
    expect(selectionsOf(parseRedactionPath('a.b[*]'))).toEqual([])
  })
})

describe('endsInElements', () => {
  it.each([
    ['a', false],
    ['a.b', false],
    ['a[*].b', false],
    ['a[x={userId}].b', false],
    ['a[*]', true],
    ['a[x={userId}]', true],
    ['a.b[{userId}]', true],
  ])('of %s is %s', (text, ends) => {
    expect(endsInElements(parseRedactionPath(text))).toBe(ends)
  })
})

describe('encloses', () => {
  it.each([
    ['a', 'a.b', true],
    ['a', 'a', true],
    ['a.b', 'a', false],
    ['a', 'ab', false],
    ['a.b', 'a.c', false],
    ['a[*]', 'a[x={userId}].b', true],
    ['a[x={userId}]', 'a[*].b', true],
    ['a[x={userId}]', 'a[x={userId}].b', true],
    ['a[x={userId}]', 'a[y={userId}].b', false],
    ['a[x={userId}].b', 'a[*].b', true],
    ['a.b', 'a[*]', false],
    ['a[*]', 'a.b', false],
  ])('of %s and %s is %s', (outer, inner, is) => {
    expect(encloses(parseRedactionPath(outer), parseRedactionPath(inner))).toBe(is)
  })
})
