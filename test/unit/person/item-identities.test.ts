import { describe, expect, it } from 'vitest'
import type { DataMap, Find, TableHolding } from '../../../shared/data-map/data-map.ts'
import { usableIn } from '../../../shared/person/identities.ts'
import { identitiesIn, learn } from '../../../shared/person/item-identities.ts'
import { readyMapOf } from '../../../shared/person/ready-map.ts'
import type { Item, Value } from '../../../shared/records/records.ts'

import { SMALL_MAP } from '../../fixtures/companies/small-company.ts'

const TEXT = { vi: 'x', en: 'x' }
const s = (S: string): Value => ({ S })

/** Whom an item names, by one holding of its table. */
function named(find: Find, item: Item, more: Partial<TableHolding> = {}, PK: 'S' | 'N' | 'B' = 'S') {
  const map: DataMap = {
    identities: {
      userId: { of: 'person' },
      email: { of: 'alias', normalise: 'email' },
      token: { of: 'alias', binary: true },
      storeId: { of: 'group' },
      orderNo: { of: 'record' },
    },
    tables: {
      app: {
        name: 'App',
        key: { PK, SK: 'S' },
        indexes: { byToken: { key: { token: 'B' } } },
        backupsKeptFor: 'P1D',
      },
    },
    holdings: {
      one: { table: 'app', find, action: 'erase', category: 'c', scope: 'account', ...more },
    },
    categories: { c: TEXT },
    reasons: {},
  }
  const { byTable } = readyMapOf(map, { names: { app: 'App' }, scope: 'account', isReviewed: true })
  return identitiesIn(byTable.get('App') ?? [], usableIn(map))(item)
}

describe('an item names', () => {
  it('whom its keys are made of', () => {
    const key = { PK: s('USER#u1'), SK: s('PROFILE') }
    expect(named({ PK: 'USER#{userId}' }, key)).toEqual({ userId: ['u1'] })
    expect(named({ PK: 'USER#{userId}' }, { ...key, PK: s('XUSER#u1') })).toEqual({})
    expect(named({ PK: 'USER#{userId}#END' }, { ...key, PK: s('USER#u1#END') })).toEqual({ userId: ['u1'] })
    expect(named({ PK: 'USER#{userId}#END' }, { ...key, PK: s('USER#u1#ENDED') })).toEqual({})
    expect(named({ PK: 'USER#{userId}#END' }, { ...key, PK: s('USER#u1') })).toEqual({})
  })

  it('all whom one key is made of, each up to the text that follows', () => {
    const find = { PK: 'TENANT#{storeId}#USER#{userId}' }
    expect(named(find, { PK: s('TENANT#s1#USER#u1'), SK: s('A') })).toEqual({
      storeId: ['s1'],
      userId: ['u1'],
    })
    expect(named(find, { PK: s('TENANT#s1#x#USER#u1'), SK: s('A') })).toEqual({})
    // Nobody can tell where one ends and the other begins.
    expect(named({ PK: '{storeId}{userId}' }, { PK: s('s1u1'), SK: s('A') })).toEqual({})
  })

  it('whom the beginning of its sort key names, and never by the ends of a range', () => {
    const item = { PK: s('ALL'), SK: s('u1#2026-11#x') }
    expect(named({ PK: 'ALL', SK: { beginsWith: '{userId}#2026' } }, item)).toEqual({ userId: ['u1'] })
    expect(named({ PK: 'ALL', SK: { beginsWith: '{userId}#2025' } }, item)).toEqual({})
    expect(named({ PK: 'ALL', SK: { between: ['{userId}#1', '{userId}#3'] } }, item)).toEqual({})
    expect(named({ PK: 'ALL', SK: { from: '{userId}#1' } }, item)).toEqual({})
    expect(named({ PK: 'ALL', SK: '{userId}#2026' }, item)).toEqual({})
  })

  it('whom its owner is told by, and what it teaches', () => {
    const item = {
      PK: s('POST#1'),
      SK: s('A'),
      author: s('u1'),
      mails: { L: [s('A@Example.com'), s(''), s('b@example.com')] },
    }
    const more = { owner: { author: '{userId}' }, learns: { email: 'mails[*]' } }
    expect(named({ PK: 'POST#{orderNo}' }, item, more)).toEqual({
      orderNo: ['1'],
      userId: ['u1'],
      email: ['a@example.com', 'A@Example.com', 'b@example.com'],
    })
    expect(named({ PK: 'POST#{orderNo}' }, { PK: s('POST#1'), SK: s('A') }, more)).toEqual({ orderNo: ['1'] })
  })

  it('in numbers as they are written out, and in bytes of a text or of themselves', () => {
    expect(named({ PK: '{userId}' }, { PK: { N: '7.50' }, SK: s('A') }, {}, 'N')).toEqual({ userId: ['7.5'] })
    const bytes = (text: string): Value => ({ B: Uint8Array.from(Buffer.from(text)) })
    expect(named({ PK: 'USER#{userId}' }, { PK: bytes('USER#u1'), SK: s('A') }, {}, 'B')).toEqual({
      userId: ['u1'],
    })
    const token: Value = { B: Uint8Array.from([0, 255]) }
    const find = { index: 'byToken', token: '{token}' } as const
    expect(named(find, { PK: s('A'), SK: s('A'), token }, { owner: { token: '{token}' } })).toEqual({
      token: ['AP8='],
    })
    expect(named(find, { PK: s('A'), SK: s('A') })).toEqual({})
  })

  it('nobody by a key that is the same for all', () => {
    expect(named({ PK: 'ALL', SK: 'A' }, { PK: s('ALL'), SK: s('A') })).toEqual({})
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
    const ready = readyMapOf(map, { names: {}, scope: 'account', isReviewed: false }).all.find(
      ({ name }) => name === 'profile',
    )
    if (!ready) throw new Error('the map has a profile')
    return learn(ready, items, usableIn(map))
  }

  it('is each value once, in every spelling that may be a key', () => {
    const items = [
      { email: s('A@x'), team: s('t1') },
      { email: s('a@X'), team: { N: '7' } },
      { email: s('b@x') },
    ]
    expect(lesson({}, items)).toEqual({
      identities: { email: ['a@x', 'A@x', 'a@X', 'b@x'], teamId: ['t1', '7'] },
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
    expect(lesson({}, items)).toMatchObject({ identities: { email: ['a@x'] }, unusable: 2 })
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
