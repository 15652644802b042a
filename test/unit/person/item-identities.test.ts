import { describe, expect, it } from 'vitest'
import type { DataMap, Find, TableHolding } from '../../../shared/data-map/data-map.ts'
import { COMBINED } from '../../../shared/person/combinations.ts'
import { usableIn } from '../../../shared/person/identities.ts'
import {
  identitiesIn,
  keyParts,
  learn,
  readPart,
  readThrough,
} from '../../../shared/person/item-identities.ts'
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

/** The first holding of a map, with what may be a key. */
function readyFor(holding: Partial<TableHolding>, others: DataMap['holdings'] = {}) {
  const common = { table: 'app', action: 'erase', category: 'c', scope: 'account' } as const
  const map: DataMap = {
    identities: {
      userId: { of: 'person' },
      email: { of: 'alias', normalise: 'email' },
      shop: { of: 'group' },
      memberNo: { of: 'alias' },
    },
    tables: {
      app: {
        name: 'App',
        key: { PK: 'S', SK: 'S' },
        indexes: { by: { key: { at: 'S', on: 'S' } } },
        backupsKeptFor: 'P1D',
      },
    },
    holdings: {
      one: { ...common, find: { PK: 'USER#{userId}' }, ...holding },
      members: { ...common, find: { PK: 'SHOP#{shop}', SK: '{memberNo}' } },
      ...others,
    },
    categories: {},
    reasons: {},
  }
  const [ready] = readyMapOf(map, { names: {}, scope: 'account', isReviewed: true }).roots
  if (!ready) throw new Error('the map has a holding')
  return { ready, usable: usableIn(map) }
}

describe('what belongs together', () => {
  const seen = (item: Item, holding: Partial<TableHolding>, most?: number) => {
    const { ready, usable } = readyFor(holding)
    const { identities, tooMany } = learn(ready, [item], usable, most)
    const pairs = (identities[COMBINED] ?? []).map((text) => JSON.parse(text) as Record<string, string>)
    return { pairs: pairs.map(({ memberNo, shop }) => `${memberNo} ${shop}`), tooMany }
  }
  const of = (item: Item, shop: string, memberNo: string) => seen(item, { learns: { shop, memberNo } }).pairs
  const card = (no: string, shop: string): Value => ({ M: { no: s(no), shop: s(shop) } })

  it('is what one item teaches', () => {
    expect(of({ shop: s('A'), no: s('5') }, 'shop', 'no')).toEqual(['5 A'])
    expect(of({ shop: s('A') }, 'shop', 'no')).toEqual([])
    expect(of({ shop: s('A'), no: { NULL: true } }, 'shop', 'no')).toEqual([])
  })

  it('is what one element of a list has, and what lies beside the list with each', () => {
    const cards = { L: [card('5', 'A'), card('6', 'B')] }
    expect(of({ cards }, 'cards[*].shop', 'cards[*].no')).toEqual(['5 A', '6 B'])
    expect(of({ cards, shop: s('C') }, 'shop', 'cards[*].no').toSorted()).toEqual(['5 C', '6 C'])
    const half: Value = { M: { no: s('7') } }
    expect(of({ cards: { L: [half, card('5', 'A')] } }, 'cards[*].shop', 'cards[*].no')).toEqual(['5 A'])
  })

  it('is what an item teaches with what its key is made of', () => {
    const find = { PK: 'SHOP#{shop}' }
    const item = { PK: s('SHOP#A'), SK: s('x'), no: s('5') }
    expect(seen(item, { find, learns: { memberNo: 'no' } }).pairs).toEqual(['5 A'])
    const other = seen({ ...item, PK: s('X#A') }, { find, learns: { memberNo: 'no' } })
    expect(other.pairs).toEqual([])
  })

  it('is none where one item would make too many', () => {
    const lists = { shop: { SS: ['A', 'B'] }, no: { SS: ['5', '6'] } }
    const learns = { shop: 'shop[*]', memberNo: 'no[*]' }
    expect(seen(lists, { learns }, 4).pairs).toHaveLength(4)
    expect(seen(lists, { learns }, 3)).toEqual({ pairs: [], tooMany: 4 })
  })
})

describe('an item whose key names another person than it teaches', () => {
  it('teaches both', () => {
    const { ready, usable } = readyFor(
      {
        find: { index: 'by', at: 'M#{email}' },
        learns: { userId: 'user' },
      },
      {
        own: {
          table: 'app',
          find: { PK: 'USER#{userId}' },
          action: 'erase',
          category: 'c',
          scope: 'account',
        } as const,
      },
    )
    const item = { PK: s('USER#u2'), SK: s('LINK'), at: s('M#a@x'), user: s('u1') }
    expect(learn(ready, [item], usable).identities).toEqual({ userId: ['u1', 'u2'] })
    expect(learn(ready, [{ ...item, PK: s('USER#u1') }], usable).identities).toEqual({ userId: ['u1'] })
    // It proves nothing of a value that the item does not teach.
    expect(learn(ready, [{ ...item, user: s('') }], usable).identities).toEqual({})
  })
})

describe('no value', () => {
  it.each<[string, Value]>([
    ['null', { NULL: true }],
    ['an empty text', s('')],
  ])('is %s: it teaches nothing, and stops nothing', (_what, email) => {
    const { ready, usable } = readyFor(
      { learns: { email: 'email' } },
      {
        mails: {
          table: 'app',
          find: { PK: 'M#{email}' },
          action: 'erase',
          category: 'c',
          scope: 'account',
        } as const,
      },
    )
    expect(learn(ready, [{ email }], usable)).toEqual({ identities: {}, unusable: 0 })
    expect(learn(ready, [{ email: { L: [email, s('a@x')] } }], usable).unusable).toBe(1)
  })
})

describe('whose an item would be', () => {
  const through = (item: Item, holding: Partial<TableHolding> = {}) => {
    const { ready, usable } = readyFor(holding)
    return readThrough(ready, item, usable)
  }
  const item = { PK: s('USER#u1'), SK: s('A') }

  it('is read from its keys and its owner', () => {
    expect(through(item)).toEqual({ userId: ['u1'] })
    const owned = { find: { PK: 'SHOP#{shop}' }, owner: { by: '{userId}' } }
    expect(through({ ...item, PK: s('SHOP#A'), by: s('u3') }, owned)).toEqual({ shop: ['A'], userId: ['u3'] })
    expect(through({ ...item, PK: s('SHOP#A') }, owned)).toBeUndefined()
    expect(through({ ...item, PK: s('SHOP#A'), by: s('Guest') }, owned)).toBeUndefined()
  })

  it('is nobody’s where its key is made in another way', () => {
    expect(through({ ...item, PK: s('TEAM#u1') })).toBeUndefined()
    expect(through({ SK: s('A') })).toBeUndefined()
    expect(through({ ...item, PK: s('USER#null') })).toBeUndefined()
  })

  it('is nobody’s where the holding would pass it over', () => {
    expect(through({ ...item, kind: s('system') }, { unless: { kind: 'system' } })).toBeUndefined()
    const find = { index: 'by', at: '{userId}' } as const
    expect(through({ ...item, at: s('u1') }, { find })).toBeUndefined()
    expect(through({ ...item, at: s('u1'), on: s('1') }, { find })).toEqual({ userId: ['u1'] })
  })

  it('is not told by the ends of a range', () => {
    const find = { PK: 'USER#{userId}', SK: { between: ['{shop}#1', '{shop}#9'] } } as const
    expect(through(item, { find })).toEqual({ userId: ['u1'] })
    expect(through({ PK: s('USER#u1') }, { find })).toBeUndefined()
  })

  it('is told by one part alone, if the part can be read', () => {
    const { ready, usable } = readyFor({})
    const [part] = keyParts(ready)
    if (!part) throw new Error('the holding has a key')
    expect(readPart(part, item, usable)).toEqual({ userId: ['u1'] })
    expect(readPart(part, { PK: s('USER#') }, usable)).toBeUndefined()
    expect(readPart({ ...part, test: 'from' }, item, usable)).toBeUndefined()
  })
})
