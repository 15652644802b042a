import { describe, expect, it } from 'vitest'
import type { DataMap, Identity, TableHolding } from '../../../shared/data-map/data-map.ts'
import {
  count,
  merge,
  namedIdentities,
  ofKinds,
  PERSONAL,
  STORED,
  subjectHashes,
  usableIn,
  valuesOf,
} from '../../../shared/person/identities.ts'
import { subjectHash } from '../../../shared/requests/code.ts'
import { SMALL_MAP } from '../../fixtures/companies/small-company.ts'

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

const named = (...pairs: readonly (readonly [string, string])[]) => namedIdentities(SMALL_MAP, pairs)

describe('whom an operator names', () => {
  it('is each value once, in its normal form and as it was typed', () => {
    expect(named(['email', ' An@Example.com '], ['userId', 'u1'], ['email', 'an@example.com'])).toEqual({
      email: ['an@example.com', ' An@Example.com ', 'An@Example.com'],
      userId: ['u1'],
    })
    expect(named()).toEqual({})
  })

  it('is nobody by a group, a record or an unknown name, which is not repeated', () => {
    for (const name of ['teamId', 'orderNo', 'somebody@example.com']) {
      expect(() => named([name, 'x'])).toThrow(
        expect.objectContaining({
          code: 'BAD_REQUEST',
          message: 'there is no such identity to ask for: use userId, facebookId, email',
        }),
      )
    }
  })

  it('is nobody by a value that could be anybody’s, which is not repeated', () => {
    expect(() => named(['userId', 'null'])).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', message: 'the value given for userId names nobody' }),
    )
  })
})
