/** Which values are looked up together: those that were seen together, never every combination. */
import { describe, expect, it } from 'vitest'
import { companyOf, type Draft, type DraftHolding, findingsIn, type Row } from './company-of.ts'

const LINKS = [{ fb: '1', userId: 'u1' }]

describe('ids that are unique only within a group', () => {
  const SEATS: DraftHolding = {
    table: 'seats',
    find: { index: 'byUser', userId: '{userId}' },
    owner: { userId: '{userId}' },
    learns: { storeId: 'store', memberNo: 'no' },
    action: 'erase',
  }
  const MEMBERS: DraftHolding = {
    table: 'members',
    find: { PK: 'STORE#{storeId}', SK: 'MEMBER#{memberNo}' },
    action: 'erase',
  }
  const draft = (holdings: Draft['holdings'] = {}): Draft => ({
    identities: { storeId: { of: 'group' }, memberNo: { of: 'alias' } },
    tables: {
      seats: [{ id: 'S' }, { byUser: { userId: 'S' } }],
      members: [{ PK: 'S', SK: 'S' }],
    },
    holdings: { seats: SEATS, members: MEMBERS, ...holdings },
  })
  const seat = (store: string, no: string, more: Row = {}) => ({
    id: `${store}/${no}`,
    userId: 'u1',
    store,
    no,
    ...more,
  })
  const member = (store: string, no: string, more: Row = {}) => ({
    PK: `STORE#${store}`,
    SK: `MEMBER#${no}`,
    ...more,
  })
  const theirs = [member('A', '9', { name: 'Two' }), member('B', '5', { name: 'Three' })]
  const rows = {
    links: LINKS,
    seats: [seat('A', '5'), seat('B', '9')],
    members: [member('A', '5'), member('B', '9'), ...theirs],
  }

  it('are looked up with the group that they were learnt with', async () => {
    const { asks, left } = companyOf(draft(), rows)
    expect(await asks('1')).toEqual({
      state: 'completed',
      erased: { seats: 2, members: 2, link: 1 },
      redacted: {},
      retained: {},
    })
    expect(left()).toEqual({ members: theirs })
  })

  it('are looked up so again, if the request is worked again', async () => {
    const { asks, left } = companyOf(draft(), rows)
    await asks('1')
    expect(await asks({ userId: ['u1'] })).toMatchObject({ state: 'completed', erased: {} })
    expect(left()).toEqual({ members: theirs })
  })

  it.each<[string, DraftHolding['find'], (store: string, no: string) => Row]>([
    [
      'in one key',
      { PK: 'MEMBER#{storeId}#{memberNo}' },
      (store, no) => ({ PK: `MEMBER#${store}#${no}`, SK: 'X' }),
    ],
    [
      'in a prefix',
      { PK: 'STORE#{storeId}', SK: { beginsWith: 'MEMBER#{memberNo}#' } },
      (store, no) => ({ PK: `STORE#${store}`, SK: `MEMBER#${no}#1` }),
    ],
    [
      'in a range',
      { PK: 'STORE#{storeId}', SK: { between: ['MEMBER#{memberNo}#2020', 'MEMBER#{memberNo}#2021'] } },
      (store, no) => ({ PK: `STORE#${store}`, SK: `MEMBER#${no}#2020-5` }),
    ],
  ])('are looked up together where they stand %s', async (_where, find, row) => {
    const map = draft({ members: { ...MEMBERS, find } })
    const others = [row('A', '9'), row('B', '5')]
    const { asks, left } = companyOf(map, { ...rows, members: [row('A', '5'), row('B', '9'), ...others] })
    expect(await asks('1')).toMatchObject({ state: 'completed', erased: { members: 2 } })
    expect(left()).toEqual({ members: others })
  })

  it('are looked up together by an index, and by a scan', async () => {
    const owner = { no: '{memberNo}' }
    for (const find of [
      { index: 'byStore', store: '{storeId}', no: '{memberNo}' },
      { scan: 'no index leads there', store: '{storeId}', no: '{memberNo}' },
    ]) {
      const map: Draft = {
        ...draft({ members: { table: 'members', find, owner, action: 'erase' } }),
        tables: {
          seats: [{ id: 'S' }, { byUser: { userId: 'S' } }],
          members: [{ id: 'S' }, { byStore: { store: 'S', no: 'S' } }],
        },
      }
      expect(findingsIn(map)).toEqual([])
      const others = [seat('A', '9'), seat('B', '5')]
      const members = [seat('A', '5'), seat('B', '9'), ...others]
      const { asks, left } = companyOf(map, { ...rows, members })
      expect(await asks('1')).toMatchObject({ state: 'completed', erased: { members: 2 } })
      expect(left()).toEqual({ members: others })
    }
  })

  it('lead on to what is looked up with the group that they were found with', async () => {
    const map = draft({
      members: { ...MEMBERS, learns: { cardNo: 'card' } },
      cards: { table: 'members', find: { PK: 'STORE#{storeId}', SK: 'CARD#{cardNo}' }, action: 'erase' },
    })
    const withCards: Draft = { ...map, identities: { ...map.identities, cardNo: { of: 'alias' } } }
    expect(findingsIn(withCards)).toEqual([])
    const card = (store: string, no: string) => ({ PK: `STORE#${store}`, SK: `CARD#${no}` })
    const others = [...theirs, card('A', 'k2'), card('B', 'k1')]
    const { asks, left } = companyOf(withCards, {
      ...rows,
      members: [
        member('A', '5', { card: 'k1' }),
        member('B', '9', { card: 'k2' }),
        card('A', 'k1'),
        card('B', 'k2'),
        ...others,
      ],
    })
    expect(await asks('1')).toMatchObject({ state: 'completed', erased: { members: 2, cards: 2 } })
    expect(left()).toEqual({ members: others })
  })

  it('that are two aliases are looked up together, too', async () => {
    const map: Draft = { ...draft(), identities: { storeId: { of: 'alias' }, memberNo: { of: 'alias' } } }
    const { asks, left } = companyOf(map, rows)
    expect(await asks('1')).toMatchObject({ state: 'completed', erased: { members: 2 } })
    expect(left()).toEqual({ members: theirs })
  })

  it('that were never seen together find nothing', async () => {
    const map = draft({
      seats: { ...SEATS, learns: { storeId: 'store' } },
      badges: { ...SEATS, table: 'badges', learns: { memberNo: 'no' } },
    })
    const apart: Draft = {
      ...map,
      tables: { ...map.tables, badges: [{ id: 'S' }, { byUser: { userId: 'S' } }] },
    }
    const { asks, left } = companyOf(apart, {
      links: LINKS,
      seats: [{ id: 'a', userId: 'u1', store: 'A' }],
      badges: [{ id: 'b', userId: 'u1', no: '5' }],
      members: [member('A', '5')],
    })
    expect(await asks('1')).toMatchObject({ erased: { seats: 1, badges: 1, link: 1 } })
    expect(left()).toEqual({ members: [member('A', '5')] })
  })

  it('that the request names itself are together', async () => {
    const { asks, left } = companyOf(draft(), { members: [member('A', '5'), ...theirs] })
    expect(await asks({ userId: ['u1'], storeId: ['A'], memberNo: ['5'] })).toMatchObject({
      erased: { members: 1 },
    })
    expect(left()).toEqual({ members: theirs })
  })

  it('of several in one item are all together', async () => {
    const map = draft({ seats: { ...SEATS, learns: { storeId: 'stores[*]', memberNo: 'no' } } })
    const { asks, left } = companyOf(map, {
      ...rows,
      seats: [seat('A', '5', { stores: ['A', 'C'] }), seat('B', '9', { stores: ['B'] })],
      members: [...rows.members, member('C', '5'), member('C', '9')],
    })
    expect(await asks('1')).toMatchObject({ state: 'completed', erased: { members: 3 } })
    expect(left()).toEqual({ members: [...theirs, member('C', '9')] })
  })

  it('combine freely with the person', async () => {
    const map = draft({
      members: { table: 'members', find: { PK: 'STORE#{storeId}', SK: 'STAFF#{userId}' }, action: 'erase' },
    })
    const staff = (store: string, user: string) => ({ PK: `STORE#${store}`, SK: `STAFF#${user}` })
    const others = [staff('A', 'u2')]
    const { asks, left } = companyOf(map, {
      ...rows,
      members: [staff('A', 'u1'), staff('B', 'u1'), ...others],
    })
    expect(await asks('1')).toMatchObject({ state: 'completed', erased: { members: 2 } })
    expect(left()).toEqual({ members: others })
  })

  it('that a parent teaches are looked up as each of its items has them', async () => {
    const owner = { by: '{userId}' }
    const map: Draft = {
      identities: { storeNo: { of: 'record' }, orderNo: { of: 'record' } },
      tables: {
        orders: [{ id: 'S' }, { byUser: { userId: 'S' } }],
        lines: [{ PK: 'S', SK: 'S' }],
      },
      holdings: {
        lines: {
          table: 'lines',
          per: 'orders',
          find: { PK: '{storeNo}', SK: { beginsWith: '{orderNo}#' } },
          owner,
          action: 'erase',
        },
        orders: {
          table: 'orders',
          find: { index: 'byUser', userId: '{userId}' },
          owner: { userId: '{userId}' },
          learns: { storeNo: 'store', orderNo: 'no' },
          action: 'erase',
        },
      },
    }
    expect(findingsIn(map)).toEqual([])
    // Written on behalf of others: u1 is who typed them.
    const others = [
      { PK: 'A', SK: '9#1', by: 'u1' },
      { PK: 'B', SK: '5#1', by: 'u1' },
    ]
    const { asks, left } = companyOf(map, {
      links: LINKS,
      orders: [seat('A', '5'), seat('B', '9')],
      lines: [{ PK: 'A', SK: '5#1', by: 'u1' }, { PK: 'B', SK: '9#1', by: 'u1' }, ...others],
    })
    expect(await asks('1')).toMatchObject({ state: 'completed', erased: { lines: 2, orders: 2 } })
    expect(left()).toEqual({ lines: others })
  })
})

describe('many values of two groups in one key', () => {
  const STORES: DraftHolding = {
    table: 'stores',
    find: { index: 'byUser', userId: '{userId}' },
    owner: { userId: '{userId}' },
    learns: { regionId: 'region', storeId: 'store' },
    action: 'erase',
  }
  const draft = (stores: Partial<DraftHolding> = {}): Draft => ({
    identities: { regionId: { of: 'group' }, storeId: { of: 'group' } },
    tables: {
      stores: [{ id: 'S' }, { byUser: { userId: 'S' } }],
      staff: [{ PK: 'S', SK: 'S' }],
    },
    holdings: {
      stores: { ...STORES, ...stores },
      staff: { table: 'staff', find: { PK: '{regionId}#{storeId}', SK: '{userId}' }, action: 'erase' },
    },
  })
  /** A company whose tables stop to answer after so many queries. */
  const counting = (map: Draft, rows: Parameters<typeof companyOf>[1], most: number) => {
    let queries = 0
    const company = companyOf(map, rows, (usual) => ({
      records: {
        ...usual.records,
        async page(query, after) {
          queries += 1
          if (queries > most) throw new Error('there are too many queries')
          return usual.records.page(query, after)
        },
        async count(query, after) {
          queries += 1
          if (queries > most) throw new Error('there are too many queries')
          return usual.records.count(query, after)
        },
      },
    }))
    return { ...company, queries: () => queries }
  }

  it('take one query for each pair that was seen', async () => {
    const all = Array.from({ length: 200 }, (_, n) => n)
    const { asks, left, queries } = counting(
      draft(),
      {
        links: LINKS,
        stores: all.map((n) => ({ id: `x${n}`, userId: 'u1', region: `r${n}`, store: `s${n}` })),
        staff: all.map((n) => ({ PK: `r${n}#s${n}`, SK: 'u1' })),
      },
      3000,
    )
    expect(await asks('1').catch(String)).toEqual({
      state: 'completed',
      erased: { stores: 200, staff: 200, link: 1 },
      redacted: {},
      retained: {},
    })
    expect(left()).toEqual({})
    expect(queries()).toBeLessThan(3000)
  })

  it('wait for an operator, if one item alone has too many pairs, before anything is touched', async () => {
    const names = (of: string) => Array.from({ length: 600 }, (_, n) => `${of}${n}`)
    const rows = {
      links: LINKS,
      stores: [{ id: 'x', userId: 'u1', regions: names('r'), stores: names('s') }],
      staff: [{ PK: 'r1#s2', SK: 'u1' }],
    }
    const map = draft({ learns: { regionId: 'regions[*]', storeId: 'stores[*]' } })
    const { asks, left, queries } = counting(map, rows, 3000)
    expect(await asks('1').catch(String)).toMatchObject({ state: 'needs_review' })
    expect(left()).toEqual(rows)
    expect(queries()).toBeLessThan(3000)
  })
})
