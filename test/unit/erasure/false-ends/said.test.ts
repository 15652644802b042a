/** What a request says at its end: each item counts once, by what is done to it, and by who did it. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { answerDoorbell } from '../../../../shared/erasure/worker.ts'
import { isFound } from '../../../../shared/requests/outcome.ts'
import type { MemoryWorld } from '../../../fixtures/world/in-memory.ts'
import {
  companyOf,
  type Draft,
  type DraftHolding,
  deliver,
  endOf,
  findingsIn,
  mapOf,
  type Row,
  seconds,
  TEN_YEARS,
} from './company-of.ts'

beforeEach(() => {
  for (const stream of ['log', 'info', 'error'] as const) vi.spyOn(console, stream).mockReturnValue()
})

const LINKS = [{ fb: '1', userId: 'u1' }]
const ISSUED = '2026-01-01T00:00:00.000Z'
const TTL = seconds('2036-01-01T00:00:00.000Z')

describe('an item that several holdings find', () => {
  const ALL: DraftHolding = { table: 'app', find: { PK: 'USER#{userId}' }, action: 'erase' }
  const PHONE: DraftHolding = { ...ALL, action: { redact: { phone: 'remove' } } }
  const NAME: DraftHolding = { ...ALL, action: { redact: { name: { constant: '-' } } } }
  const KEPT: DraftHolding = { ...ALL, action: TEN_YEARS }
  const draft = (holdings: Draft['holdings']): Draft => ({
    tables: { app: [{ PK: 'S', SK: 'S' }, { byOwner: { owner: 'S' } }] },
    holdings,
  })
  const bare = { PK: 'USER#u1', SK: 'A' }
  const full = { ...bare, phone: '1', name: 'One', issuedAt: ISSUED, owner: 'u1' }

  it.each<[string, Draft['holdings'], Row]>([
    ['the first has nothing to redact', { phone: PHONE, all: ALL }, bare],
    ['the first has something to redact', { phone: PHONE, all: ALL }, full],
    ['two have something to redact', { phone: PHONE, name: NAME, all: ALL }, full],
    ['the last has something to redact', { all: ALL, phone: PHONE }, full],
    [
      'one finds it by an index',
      {
        phone: PHONE,
        all: { ...ALL, find: { index: 'byOwner', owner: '{userId}' }, owner: { owner: '{userId}' } },
      },
      full,
    ],
  ])('counts as erased, once, if any erases it: %s', async (_what, holdings, item) => {
    expect(findingsIn(draft(holdings))).toEqual([])
    const { company, asks, left } = companyOf(draft(holdings), { app: [item] })
    const key = await company.receive({ userId: ['u1'] })
    const { outcome } = await company.settle(key)
    expect(outcome && isFound(outcome)).toBe(true)
    expect(outcome).toMatchObject({ erased: [{ category: 'all', items: 1 }], redacted: [], retained: [] })
    expect(left()).toEqual({})
    expect(await asks({ userId: ['u1'] })).toMatchObject({ erased: {}, redacted: {}, retained: {} })
  })

  it('counts as redacted, once, if two redact it, and has lost what both take', async () => {
    const { asks, left } = companyOf(draft({ phone: PHONE, name: NAME }), { app: [full] })
    const { redacted, ...end } = await asks({ userId: ['u1'] })
    expect(end).toEqual({ state: 'completed', erased: {}, retained: {} })
    expect(Object.values(redacted)).toEqual([1])
    const { phone: _gone, ...rest } = full
    expect(left()).toEqual({ app: [{ ...rest, name: '-' }] })
  })

  it('counts as redacted if only the second has something to redact', async () => {
    const { asks } = companyOf(draft({ phone: PHONE, name: NAME }), { app: [bare] })
    const { redacted, ...end } = await asks({ userId: ['u1'] })
    expect(end).toEqual({ state: 'completed', erased: {}, retained: {} })
    expect(redacted).toEqual({ name: 1 })
  })

  it('counts as kept if the first keeps it', async () => {
    const { asks, left } = companyOf(draft({ kept: KEPT, phone: PHONE, all: ALL }), { app: [full] })
    expect(await asks({ userId: ['u1'] })).toEqual({
      state: 'completed_with_retention',
      erased: {},
      redacted: {},
      retained: { kept: 1 },
    })
    expect(left()).toEqual({ app: [{ ...full, ttl: TTL }] })
  })

  it('counts as erased if one that keeps it comes later', async () => {
    const { asks, left } = companyOf(draft({ phone: PHONE, all: ALL, kept: KEPT }), { app: [full] })
    expect(await asks({ userId: ['u1'] })).toEqual({
      state: 'completed',
      erased: { all: 1 },
      redacted: {},
      retained: {},
    })
    expect(left()).toEqual({})
  })

  it('counts for each item by itself, over many pages', async () => {
    const items = Array.from({ length: 30 }, (_, n) => ({
      ...bare,
      SK: `A${n}`,
      ...(n % 2 === 0 && { phone: '1' }),
    }))
    const some: DraftHolding = { ...ALL, unless: { phone: { exists: false } } }
    const { world, asks } = companyOf(draft({ phone: PHONE, some }), { app: items })
    world.conditions.pageSize = 4
    expect(await asks({ userId: ['u1'] })).toEqual({
      state: 'completed',
      erased: { some: 15 },
      redacted: {},
      retained: {},
    })
    expect(world.all('app')).toHaveLength(15)
  })
})

describe('an item of the scope of Meta that another scope decides about', () => {
  const BY = (by: 'fb' | 'userId'): Pick<DraftHolding, 'find' | 'owner'> => ({
    find: { index: `by_${by}`, [by]: `{${by}}` },
    owner: { [by]: `{${by}}` },
  })
  const draft = (action: DraftHolding['action'], more: Partial<DraftHolding> = {}): Draft => ({
    identities: { orderId: { of: 'record' } },
    tables: {
      orders: [{ id: 'S' }, { by_fb: { fb: 'S' }, by_userId: { userId: 'S' } }],
      bills: [{ orderId: 'S', n: 'N' }, { by_fb: { fb: 'S' } }],
    },
    holdings: {
      bills: {
        table: 'bills',
        per: 'orders',
        find: { orderId: '{orderId}' },
        owner: { userId: '{userId}' },
        action: TEN_YEARS,
      },
      orders: { table: 'orders', ...BY('userId'), learns: { orderId: 'id' }, action, ...more },
      igOrders: { table: 'orders', ...BY('fb'), action: 'erase', scope: 'platform' },
      igBills: { table: 'bills', ...BY('fb'), action: 'erase', scope: 'platform' },
    },
  })
  const orders = [1, 2].map((n) => ({ id: `o${n}`, userId: 'u1', fb: '1', issuedAt: ISSUED }))
  const PLATFORM = { scope: 'platform' } as const

  it('is told as kept, with its reason, if that one keeps it', async () => {
    expect(findingsIn(draft(TEN_YEARS))).toEqual([])
    const { company, world } = companyOf(draft(TEN_YEARS), { links: LINKS, orders })
    const key = await company.receive({ fb: ['1'] }, PLATFORM)
    const { state, outcome } = await company.settle(key)
    expect(state).toBe('completed_with_retention')
    expect(outcome?.retained).toMatchObject([
      { category: 'orders', items: 2, reason: 'tax', until: '2036-01-01T00:00:00.000Z' },
    ])
    expect(outcome?.erased).toEqual([{ category: 'link', items: 1 }])
    expect(world.all('orders')).toHaveLength(2)
  })

  it('is told as kept if that one keeps it by a condition, and as erased where it does not', async () => {
    const [first, second] = orders
    const map = draft(TEN_YEARS, { unless: { draft: true } })
    const { asks, rows } = companyOf(map, { links: LINKS, orders: [first ?? {}, { ...second, draft: true }] })
    expect(await asks('1', PLATFORM)).toMatchObject({
      state: 'completed_with_retention',
      erased: { igOrders: 1, link: 1 },
      retained: { orders: 1 },
    })
    expect(rows('orders')).toMatchObject([{ id: 'o1' }])
  })

  it('is told as kept if that one keeps it as a child', async () => {
    const bills = [{ orderId: 'o1', n: 1, userId: 'u1', fb: '1', issuedAt: ISSUED }]
    const { asks, rows } = companyOf(draft('erase'), { links: LINKS, orders: orders.slice(0, 1), bills })
    expect(await asks('1', PLATFORM)).toMatchObject({
      state: 'completed_with_retention',
      retained: { bills: 1 },
    })
    expect(rows('bills')).toMatchObject(bills)
  })

  it('is left, and told nowhere, if that one leaves it', async () => {
    const { asks, rows } = companyOf(draft({ leave: 'the shop needs it' }), { links: LINKS, orders })
    expect(await asks('1', PLATFORM)).toEqual({
      state: 'completed',
      erased: { link: 1 },
      redacted: {},
      retained: {},
    })
    expect(rows('orders')).toEqual(orders)
  })

  it('is erased if that one erases it', async () => {
    const { asks, rows } = companyOf(draft('erase'), { links: LINKS, orders })
    expect(await asks('1', PLATFORM)).toMatchObject({ state: 'completed', erased: { igOrders: 2, link: 1 } })
    expect(rows('orders')).toEqual([])
  })
})

describe('items that two people share, who ask at once', () => {
  const found = (by: 'buyer' | 'seller'): DraftHolding => ({
    table: 'orders',
    find: { index: `by_${by}`, [by]: '{userId}' },
    owner: { [by]: '{userId}' },
    action: 'erase',
  })
  const tables = {
    orders: [
      { PK: 'S', SK: 'S' },
      { by_buyer: { buyer: 'S' }, by_seller: { seller: 'S' } },
    ],
  } as const
  const COUNT = 200
  const orders = Array.from({ length: COUNT }, (_, n) => ({
    PK: 'USER#u1',
    SK: `ORDER#${n}`,
    buyer: 'u1',
    seller: 'u2',
    issuedAt: ISSUED,
  }))
  const links = [1, 2].map((n) => ({ fb: String(n), userId: `u${n}` }))
  const OWN: DraftHolding = { table: 'orders', find: { PK: 'USER#{userId}' }, action: 'erase' }

  it.each<[string, Draft['holdings']]>([
    ['by two indexes', { bought: found('buyer'), sold: found('seller') }],
    ['by a key and an index', { bought: OWN, sold: found('seller') }],
    ['by an index and a key', { sold: found('seller'), bought: OWN }],
  ])('are counted by who took them away, where they are found %s', async (_how, holdings) => {
    const { company, left } = companyOf({ tables, holdings }, { orders, links })
    const keys = await Promise.all(['1', '2'].map((fb) => company.receive({ fb: [fb] })))
    await Promise.all(keys.map((key) => answerDoorbell(company, key)))
    const ends = await Promise.all(keys.map(async (key) => endOf(await company.settle(key))))
    expect(ends.map(({ state }) => state)).toEqual(['completed', 'completed'])
    const counts = ends.flatMap(({ erased: { link: _link, ...erased } }) => Object.values(erased))
    expect(counts.reduce((sum, items) => sum + items, 0)).toBe(COUNT)
    expect(left()).toEqual({})
  })

  /** The company changes its table between the plan and the first write. */
  async function endWhere(action: DraftHolding['action'], meanwhile: (world: MemoryWorld) => void) {
    let isPlanned = false
    const holdings = { bought: { ...found('buyer'), action } }
    const { world, company } = companyOf({ tables, holdings }, { orders, links }, (usual) => ({
      ledger: {
        ...usual.ledger,
        async save(row) {
          if (row.firstDeleteAt && !isPlanned) {
            isPlanned = true
            meanwhile(world)
          }
          return usual.ledger.save(row)
        },
      },
    }))
    const key = await company.receive({ fb: ['1'] })
    const end = endOf(await company.settle(key))
    expect(isPlanned).toBe(true)
    return end
  }
  const removeAfter50 = (world: MemoryWorld): void => {
    for (const { PK, SK } of orders.slice(50)) world.remove('orders', { PK: { S: PK }, SK: { S: SK } })
  }

  it('are counted by nobody where the company has deleted them meanwhile', async () => {
    expect(await endWhere('erase', removeAfter50)).toMatchObject({ erased: { bought: 50, link: 1 } })
    const taken: DraftHolding['action'] = { redact: { buyer: 'remove' } }
    expect(await endWhere(taken, removeAfter50)).toMatchObject({ redacted: { bought: 50 } })
  })

  it('are counted where the company has written them meanwhile, if they are taken away', async () => {
    const write = (world: MemoryWorld): void => {
      for (let n = 0; n < 5; n += 1) world.putRows({ orders: [{ PK: 'NEW', SK: `${n}`, buyer: 'u1' }] })
    }
    expect(await endWhere('erase', write)).toMatchObject({ erased: { bought: COUNT + 5, link: 1 } })
  })
})

describe('a holding that is renamed while a page of it is at work', () => {
  const COUNT = 3000
  const NOTES: DraftHolding = {
    table: 'notes',
    find: { index: 'byUser', userId: '{userId}' },
    owner: { userId: '{userId}' },
    action: 'erase',
  }
  const tables: Draft['tables'] = { notes: [{ id: 'S' }, { byUser: { userId: 'S' } }] }
  const notes = Array.from({ length: COUNT }, (_, n) => ({ id: `n${n}`, userId: 'u1' }))

  async function erasedWhere(holding: DraftHolding, diesAt: number) {
    const { world, company } = companyOf({ tables, holdings: { notes: holding } }, { links: LINKS, notes })
    world.conditions.pageSize = 1000
    const key = await company.receive({ fb: ['1'] })
    await deliver(company, key, diesAt)
    const gone = COUNT - world.all('notes').length
    const { notes: before, ...others } = mapOf({ tables, holdings: { notes: holding } }).holdings
    const renamed = world.open({
      ...company.map,
      // The same items under the same category.
      holdings: { ...(before && { letters: before }), ...others },
    })
    const end = endOf(await renamed.settle(key))
    return { gone, end, left: world.all('notes').length }
  }

  it.each([400, 1400, 2400, 3050])('loses no count, if the worker dies at call %i', async (diesAt) => {
    const { gone, end, left } = await erasedWhere(NOTES, diesAt)
    expect(gone).toBeGreaterThan(0)
    expect(end).toMatchObject({ state: 'completed', erased: { notes: COUNT, link: 1 } })
    expect(left).toBe(0)
  })

  it('loses no count of what is deleted many at once', async () => {
    const many: Draft = {
      tables: { notes: [{ userId: 'S', n: 'N' }] },
      holdings: { notes: { table: 'notes', find: { userId: '{userId}' }, action: 'erase' } },
    }
    const rows = Array.from({ length: 300 }, (_, n) => ({ userId: 'u1', n }))
    let halfways = 0
    for (let diesAt = 1, isDead = true; isDead; diesAt += 1) {
      const { world, company, map } = companyOf(many, { links: LINKS, notes: rows })
      world.conditions.pageSize = 100
      const key = await company.receive({ fb: ['1'] })
      isDead = (await deliver(company, key, diesAt)) > diesAt
      const left = world.all('notes').length
      if (left === 300 || left === 0) continue
      halfways += 1
      const { notes: before, ...others } = map.holdings
      const renamed = world.open({ ...map, holdings: { ...(before && { letters: before }), ...others } })
      const end = endOf(await renamed.settle(key))
      expect.soft(end, `killed after call ${diesAt}`).toMatchObject({ erased: { notes: 300, link: 1 } })
    }
    expect(halfways).toBeGreaterThan(0)
  })
})

describe('what is kept', () => {
  const draft = (
    retain: Partial<(typeof TEN_YEARS)['retain']> & { keep?: readonly string[] } = {},
  ): Draft => ({
    tables: { bills: [{ id: 'S' }, { byUser: { userId: 'S' } }] },
    holdings: {
      bills: {
        table: 'bills',
        find: { index: 'byUser', userId: '{userId}' },
        owner: { userId: '{userId}' },
        action: { retain: { ...TEN_YEARS.retain, ...retain } },
      },
    },
  })
  const bill = (year: number, more: Row = {}) => ({
    id: `b${year}`,
    userId: 'u1',
    issuedAt: `${year}-03-01T00:00:00.000Z`,
    ...more,
  })
  const OLD = seconds('2015-03-01T00:00:00.000Z')

  it.each<[string, Parameters<typeof draft>[0]]>([
    ['ends by a TTL', {}],
    ['ends by a TTL and keeps little', { keep: ['total'] }],
    ['is ended by the company', { ends: { by: 'owner', owner: 'tax@example.com' } as never }],
  ])('is erased where it is over, and told as erased, where it %s', async (_how, retain) => {
    expect(findingsIn(draft(retain))).toEqual([])
    const { asks, left } = companyOf(draft(retain), { links: LINKS, bills: [bill(2005)] })
    expect(await asks('1')).toEqual({
      state: 'completed',
      erased: { bills: 1, link: 1 },
      redacted: {},
      retained: {},
    })
    expect(left()).toEqual({})
  })

  it('is erased though an earlier request has written its end, which DynamoDB does not act on any more', async () => {
    const { asks, left } = companyOf(draft(), { links: LINKS, bills: [bill(2005, { ttl: OLD })] })
    expect(await asks('1')).toMatchObject({ state: 'completed', erased: { bills: 1, link: 1 }, retained: {} })
    expect(left()).toEqual({})
  })

  it('goes on the last day, and not before', async () => {
    // It is 22 November 2026, 08:00.
    const bills = [
      bill(1, { id: 'over', issuedAt: '2016-11-22T07:59:59.000Z' }),
      bill(2, { id: 'not yet', issuedAt: '2016-11-22T08:00:01.000Z' }),
    ]
    const { asks, rows } = companyOf(draft(), { links: LINKS, bills })
    expect(await asks('1')).toMatchObject({
      state: 'completed_with_retention',
      erased: { bills: 1, link: 1 },
      retained: { bills: 1 },
    })
    expect(rows('bills')).toMatchObject([{ id: 'not yet' }])
  })

  const untilOf = async (bills: readonly Row[]) => {
    const { company, rows } = companyOf(draft(), { links: LINKS, bills })
    const key = await company.receive({ fb: ['1'] })
    const { outcome } = await company.settle(key)
    return { until: outcome?.retained[0]?.until, items: outcome?.retained[0]?.items, bills: rows('bills') }
  }
  const EARLIER = seconds('2027-05-01T00:00:00.000Z')
  const LATER = seconds('2050-01-01T00:00:00.000Z')

  it('is told until when it really stays, if some of it is over', async () => {
    expect(await untilOf([bill(2005), bill(2020)])).toEqual({
      until: '2030-03-01T00:00:00.000Z',
      items: 1,
      bills: [bill(2020, { ttl: seconds('2030-03-01T00:00:00.000Z') })],
    })
  })

  it("keeps an earlier end of the company's own, and is told until then", async () => {
    const mine = bill(2026, { ttl: EARLIER })
    expect(await untilOf([mine])).toEqual({ until: '2027-05-01T00:00:00.000Z', items: 1, bills: [mine] })
  })

  it("loses a later end of the company's own", async () => {
    expect(await untilOf([bill(2020, { ttl: LATER })])).toEqual({
      until: '2030-03-01T00:00:00.000Z',
      items: 1,
      bills: [bill(2020, { ttl: seconds('2030-03-01T00:00:00.000Z') })],
    })
  })

  it('is told until the latest of what really stays', async () => {
    const mine = bill(2026, { ttl: EARLIER })
    const { until, items } = await untilOf([mine, bill(2019)])
    expect({ until, items }).toEqual({ until: '2029-03-01T00:00:00.000Z', items: 2 })
  })

  it('keeps an earlier end where little is kept', async () => {
    const { asks, rows } = companyOf(draft({ keep: ['total'] }), {
      links: LINKS,
      bills: [bill(2026, { ttl: EARLIER, total: 9, name: 'One' })],
    })
    expect(await asks('1')).toMatchObject({ state: 'completed_with_retention', retained: { bills: 1 } })
    expect(rows('bills')).toEqual([
      { id: 'b2026', issuedAt: '2026-03-01T00:00:00.000Z', ttl: EARLIER, total: 9 },
    ])
  })

  it('takes an end that is no number for none', async () => {
    for (const ttl of [null, 'soon']) {
      expect((await untilOf([bill(2020, { ttl })])).bills).toEqual([
        bill(2020, { ttl: seconds('2030-03-01T00:00:00.000Z') }),
      ])
    }
  })

  it('is erased as a child where it is over, while others of its parent stay', async () => {
    const map: Draft = {
      identities: { orderId: { of: 'record' } },
      tables: { orders: [{ id: 'S' }, { byUser: { userId: 'S' } }], bills: [{ orderId: 'S', id: 'S' }] },
      holdings: {
        bills: {
          table: 'bills',
          per: 'orders',
          find: { orderId: '{orderId}' },
          owner: { userId: '{userId}' },
          action: TEN_YEARS,
        },
        orders: {
          table: 'orders',
          find: { index: 'byUser', userId: '{userId}' },
          owner: { userId: '{userId}' },
          learns: { orderId: 'id' },
          action: 'erase',
        },
      },
    }
    const bills = [2005, 2020].map((year) => ({ ...bill(year), orderId: 'o1' }))
    const { asks, left } = companyOf(map, { links: LINKS, orders: [{ id: 'o1', userId: 'u1' }], bills })
    expect(await asks('1')).toEqual({
      state: 'completed_with_retention',
      erased: { bills: 1, orders: 1, link: 1 },
      redacted: {},
      retained: { bills: 1 },
    })
    expect(left()).toEqual({ bills: [{ ...bills[1], ttl: seconds('2030-03-01T00:00:00.000Z') }] })
  })
})
