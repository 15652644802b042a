import { describe, expect, it } from 'vitest'
import type { DataMap, Identity, TableHolding } from '../../../shared/data-map/data-map.ts'
import {
  count,
  merge,
  ofKinds,
  PERSONAL,
  STORED,
  subjectHashes,
  usableIn,
  valuesOf,
} from '../../../shared/person/identities.ts'
import { learn } from '../../../shared/person/learn.ts'
import { readyMapOf } from '../../../shared/person/ready-map.ts'
import type { Item, Value } from '../../../shared/records/records.ts'
import { subjectHash } from '../../../shared/requests/code.ts'
import { SMALL_MAP } from '../../fixtures/companies/small-company.ts'

const s = (S: string): Value => ({ S })

/** Whether a value may be a key, where one identity finds one holding. */
function usable(
  value: string,
  identity: Identity = { of: 'alias' },
  find: TableHolding['find'] = { PK: '{id}' },
) {
  const map: DataMap = {
    identities: { id: identity },
    tables: {
      app: {
        name: 'App',
        key: { PK: 'S', NO: 'N' },
        indexes: { by: { key: { NR: 'N' } } },
        backupsKeptFor: 'P1D',
      },
    },
    holdings: { one: { table: 'app', find, action: 'erase', category: 'c', scope: 'account' } },
    categories: {},
    reasons: {},
  }
  return usableIn(map)('id', value)
}

describe('identities', () => {
  const one = { userId: ['u1'], email: ['a@x'], teamId: ['t1'], orderNo: ['1'], unknown: ['x'] }

  it('are merged, each value once, in the order they were learnt', () => {
    expect(merge({ a: ['1', '2'], b: ['3'] }, { a: ['2', '4'], c: ['5'] })).toEqual({
      a: ['1', '2', '4'],
      b: ['3'],
      c: ['5'],
    })
  })

  it('are counted and chosen by kind', () => {
    expect(count({ a: ['1', '2'], b: ['3'] })).toBe(3)
    expect(ofKinds(SMALL_MAP, one, PERSONAL)).toEqual({ userId: ['u1'], email: ['a@x'] })
    expect(ofKinds(SMALL_MAP, one, STORED)).toEqual({ userId: ['u1'], email: ['a@x'], teamId: ['t1'] })
    expect([valuesOf(one)('userId'), valuesOf(one)('vanished')]).toEqual([['u1'], []])
  })

  it('have a hash each, if they name a person', () => {
    expect(subjectHashes(SMALL_MAP, one, 'key')).toEqual([
      subjectHash('key', 'userId', 'u1'),
      subjectHash('key', 'email', 'a@x'),
    ])
  })
})

describe('a value that may become a key', () => {
  it.each(['u1', ' u1 ', 'đ', 'x'.repeat(400), 'a#b'])('is kept as it is: %j', (value) => {
    expect(usable(value)).toBe(value)
  })

  it.each([
    '',
    '  ',
    '0',
    'NULL',
    ' Guest ',
    'undefined',
    'a\u0000b',
    'a\nb',
    'x'.repeat(401),
    'đ'.repeat(201),
  ])('names nobody: %j', (value) => {
    expect(usable(value)).toBeUndefined()
  })

  it('goes by the map’s own list, in any case', () => {
    const identity = { of: 'alias', never: ['N/A'] } as const
    expect([usable('n/a', identity), usable('guest', identity)]).toEqual([undefined, 'guest'])
  })

  it('is normalised as the map says', () => {
    expect(usable(' Jane@Example.COM ', { of: 'alias', normalise: 'email' })).toBe('jane@example.com')
    expect(usable('Jane@Example.com')).toBe('Jane@Example.com')
  })

  it('never holds what ends it in a template', () => {
    expect(usable('a#b', { of: 'alias' }, { PK: 'U#{id}#x' })).toBeUndefined()
    expect(usable('a#b', { of: 'alias' }, { PK: 'U#{id}' })).toBe('a#b')
    expect(usable('a#b', { of: 'alias' }, { PK: { beginsWith: '{id}#' } })).toBeUndefined()
  })

  it('is a number where a key is one, of the table or of an index', () => {
    expect([
      usable('12', { of: 'alias' }, { NO: '{id}' }),
      usable('x', { of: 'alias' }, { NO: '{id}' }),
    ]).toEqual(['12', undefined])
    expect(usable('x', { of: 'alias' }, { index: 'by', NR: '{id}' })).toBeUndefined()
    expect(usable('x', { of: 'alias' }, { index: 'by', NO: '{id}' })).toBe('x')
  })

  it('is base64 where it stands for bytes', () => {
    const bytes = { of: 'alias', binary: true } as const
    expect([usable('AP8=', bytes), usable('AP8', bytes), usable('!', bytes)]).toEqual([
      'AP8=',
      undefined,
      undefined,
    ])
  })

  it('is none of an identity that the map does not have', () => {
    expect(usableIn(SMALL_MAP)('vanished', 'x')).toBeUndefined()
  })
})

describe('what items teach', () => {
  const lesson = (holding: Partial<TableHolding>, items: readonly Item[], more: DataMap['holdings'] = {}) => {
    const profile = SMALL_MAP.holdings['profile']
    if (!profile) throw new Error('the small company has profiles')
    const map: DataMap = {
      ...SMALL_MAP,
      identities: { ...SMALL_MAP.identities, tag: { of: 'alias', binary: true }, spare: { of: 'alias' } },
      holdings: { ...SMALL_MAP.holdings, profile: { ...profile, ...holding }, ...more },
    }
    const place = readyMapOf(map, { names: {}, scope: 'account', isReviewed: false }).all.find(
      ({ name }) => name === 'profile',
    )
    if (!place) throw new Error('the map has a profile')
    return learn(place, items, usableIn(map))
  }

  it('is each value once, as it may become a key', () => {
    const items = [
      { email: s('A@x'), team: s('t1') },
      { email: s('a@X'), team: { N: '7' } },
      { email: s('b@x') },
    ]
    expect(lesson({}, items)).toEqual({
      identities: { email: ['a@x', 'b@x'], teamId: ['t1', '7'] },
      unusable: 0,
    })
  })

  it('counts what is no key where one is needed, and only there', () => {
    const items = [{ email: s('null'), nick: s('null') }, { email: { L: [] }, nick: { L: [] } }, {}]
    expect(lesson({ learns: { email: 'email', spare: 'nick' } }, items)).toEqual({
      identities: {},
      unusable: 2,
    })
    expect(lesson({ learns: { spare: 'nick' } }, [{ nick: s('jane') }]).identities).toEqual({
      spare: ['jane'],
    })
  })

  it('is not what our own redactions have put there', () => {
    const redacting: TableHolding = {
      table: 'app',
      find: { PK: 'X#{userId}' },
      action: { redact: { email: { constant: 'gone' }, team: { constant: 0 } } },
      category: 'profile',
      scope: 'account',
    }
    const items = [
      { email: s('gone'), team: { N: '0' } },
      { email: s('a@x'), team: s('t1') },
    ]
    expect(lesson({}, items, { redacting })).toEqual({
      identities: { email: ['a@x'], teamId: ['t1'] },
      unusable: 0,
    })
    expect(lesson({}, items).identities['email']).toEqual(['gone', 'a@x'])
    const large: TableHolding = { ...redacting, action: { redact: { team: { constant: 1e21 } } } }
    expect(lesson({}, [{ team: { N: '1E+21' } }], { large }).identities).toEqual({})
    // What is no text is no constant either.
    expect(lesson({}, [{ email: { L: [] } }], { redacting }).unusable).toBe(1)
  })

  it('is bytes where the identity is', () => {
    const learns = { tag: 'tag' }
    expect(lesson({ learns }, [{ tag: { B: Uint8Array.of(0, 255) } }]).identities).toEqual({ tag: ['AP8='] })
    expect(lesson({ learns }, [{ tag: s('AP8=') }]).identities).toEqual({})
  })
})
