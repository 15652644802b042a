/** Whose an item is: a child holding claims only what a known parent leads to, and what ends other people's items says whose they are. */
import { describe, expect, it } from 'vitest'
import {
  companyOf,
  type Draft,
  type DraftHolding,
  deliver,
  endOf,
  findingsIn,
  seconds,
  TEN_YEARS,
} from './company-of.ts'

const LINKS = [{ fb: '1', userId: 'u1' }]
const ISSUED = '2026-01-01T00:00:00.000Z'
const TTL = seconds('2036-01-01T00:00:00.000Z')
const IDENTITIES: Draft['identities'] = { orderId: { of: 'record' }, lineId: { of: 'record' } }
const ORDERS: DraftHolding = {
  table: 'orders',
  find: { index: 'byUser', userId: '{userId}' },
  owner: { userId: '{userId}' },
  learns: { orderId: 'id' },
  action: 'erase',
}
const ORDER_TABLE = [{ id: 'S' }, { byUser: { userId: 'S' } }] as const
const LEFT = { leave: 'the shop has to prove what it sold' } as const
const DELETED = { redact: { text: { constant: '[deleted]' } } } as const

describe('a child holding whose table has other things of the person', () => {
  const docs = (orderDocs: Pick<DraftHolding, 'action' | 'owner'>): Draft => ({
    identities: IDENTITIES,
    tables: { orders: ORDER_TABLE, docs: [{ parentId: 'S', id: 'S' }] },
    holdings: {
      orderDocs: { table: 'docs', per: 'orders', find: { parentId: '{orderId}' }, ...orderDocs },
      orders: ORDERS,
      myDocs: { table: 'docs', find: { parentId: '{userId}' }, action: 'erase' },
    },
  })
  const rows = {
    links: LINKS,
    orders: [{ id: 'o1', userId: 'u1' }],
    docs: [
      { parentId: 'o1', id: 'invoice', userId: 'u1', issuedAt: ISSUED, text: 'a' },
      { parentId: 'u1', id: 'passport', userId: 'u1', issuedAt: ISSUED, text: 'b' },
      { parentId: 'u1', id: 'photo', userId: 'u1', issuedAt: ISSUED, text: 'c' },
    ],
  }
  const OWNER = { userId: '{userId}' }

  it.each([{}, { owner: OWNER }])('keeps what the order leads to, and nothing else (%j)', async (owner) => {
    const draft = docs({ action: TEN_YEARS, ...owner })
    const { asks, rows: rowsOf } = companyOf(draft, rows)
    expect(await asks('1')).toEqual({
      state: 'completed_with_retention',
      erased: { orders: 1, myDocs: 2, link: 1 },
      redacted: {},
      retained: { orderDocs: 1 },
    })
    expect(rowsOf('docs')).toEqual([{ ...rows.docs[0], ttl: TTL }])
  })

  it('passes the check with an owner', () => {
    expect(findingsIn(docs({ action: TEN_YEARS, owner: OWNER }))).toEqual([])
  })

  it('leaves what the order leads to, and nothing else', async () => {
    const { asks, left } = companyOf(docs({ action: LEFT }), rows)
    expect(await asks('1')).toMatchObject({
      state: 'completed',
      erased: { orders: 1, myDocs: 2, link: 1 },
      retained: {},
    })
    expect(left()).toEqual({ docs: [rows.docs[0]] })
  })

  it('redacts what the order leads to, and nothing else', async () => {
    const { asks, left } = companyOf(docs({ action: DELETED, owner: OWNER }), rows)
    expect(await asks('1')).toEqual({
      state: 'completed',
      erased: { orders: 1, myDocs: 2, link: 1 },
      redacted: { orderDocs: 1 },
      retained: {},
    })
    expect(left()).toEqual({ docs: [{ ...rows.docs[0], text: '[deleted]' }] })
  })
})

describe('a child holding in a single table', () => {
  const app = (notes: DraftHolding['action'], more: Draft['holdings'] = {}): Draft => ({
    identities: IDENTITIES,
    tables: { app: [{ PK: 'S', SK: 'S' }] },
    holdings: {
      orderNotes: { table: 'app', per: 'orders', find: { PK: '{orderId}' }, action: notes },
      orders: {
        table: 'app',
        find: { PK: 'USER#{userId}', SK: { beginsWith: 'ORDER#' } },
        learns: { orderId: 'no' },
        action: 'erase',
      },
      profile: { table: 'app', find: { PK: 'USER#{userId}', SK: 'PROFILE' }, action: 'erase' },
      ...more,
    },
  })
  const note = { PK: 'o1', SK: 'NOTE#1', text: 'left at the door' }
  const rows = {
    links: LINKS,
    app: [{ PK: 'USER#u1', SK: 'PROFILE', name: 'One' }, { PK: 'USER#u1', SK: 'ORDER#1', no: 'o1' }, note],
  }

  it('lets everything else go where its own items are left', async () => {
    const { asks, left } = companyOf(app(LEFT), rows)
    expect(await asks('1')).toMatchObject({ state: 'completed', erased: { orders: 1, profile: 1, link: 1 } })
    expect(left()).toEqual({ app: [note] })
  })

  it.each([
    ['left', LEFT],
    ['retained', TEN_YEARS],
    ['redacted', DELETED],
  ] as const)('claims no item of a kind that nobody mapped, where its own are %s', async (_how, action) => {
    const secret = { PK: 'USER#u1', SK: 'SECRET#1', text: 'mine', issuedAt: ISSUED }
    const { asks, rows: rowsOf } = companyOf(app(action), {
      ...rows,
      app: [...rows.app, secret].map((row) => ({ issuedAt: ISSUED, ...row })),
    })
    expect(await asks('1')).toMatchObject({ state: 'needs_operator', residue: ['app unclaimed 1'] })
    expect(rowsOf('app')).toContainEqual(secret)
  })

  it('keeps, in the partition of the person, what belongs to an order of theirs, and not what names another', async () => {
    const draft = app(LEFT, {
      bills: {
        table: 'app',
        per: 'orders',
        find: { PK: 'USER#{userId}', SK: 'BILL#{orderId}' },
        action: TEN_YEARS,
      },
      rest: { table: 'app', find: { PK: 'USER#{userId}' }, action: 'erase' },
    })
    const bill = { PK: 'USER#u1', SK: 'BILL#o1', issuedAt: ISSUED }
    const { asks, left } = companyOf(draft, {
      ...rows,
      app: [...rows.app, bill, { PK: 'USER#u1', SK: 'BILL#o9', issuedAt: ISSUED }],
    })
    expect(await asks('1')).toEqual({
      state: 'completed_with_retention',
      erased: { orders: 1, profile: 1, rest: 1, link: 1 },
      redacted: {},
      retained: { bills: 1 },
    })
    expect(left()).toEqual({ app: [note, { ...bill, ttl: TTL }] })
  })
})

describe('a child holding and another that finds the same items by an index', () => {
  const draft = (action: DraftHolding['action']): Draft => ({
    identities: IDENTITIES,
    tables: {
      orders: ORDER_TABLE,
      docs: [{ id: 'S' }, { byParent: { parentId: 'S' }, byUser: { userId: 'S' } }],
    },
    holdings: {
      orderDocs: {
        table: 'docs',
        per: 'orders',
        find: { index: 'byParent', parentId: '{orderId}' },
        owner: { userId: '{userId}' },
        action,
      },
      orders: ORDERS,
      allDocs: {
        table: 'docs',
        find: { index: 'byUser', userId: '{userId}' },
        owner: { userId: '{userId}' },
        action: 'erase',
      },
    },
  })
  const invoice = { id: 'invoice', parentId: 'o1', userId: 'u1', issuedAt: ISSUED }
  const rows = {
    links: LINKS,
    orders: [
      { id: 'o1', userId: 'u1' },
      { id: 'o2', userId: 'u1' },
      { id: 'o9', userId: 'u2' },
    ],
    docs: [
      invoice,
      { id: 'second', parentId: 'o2', userId: 'u1', issuedAt: ISSUED },
      { id: 'review', parentId: 'o9', userId: 'u1', issuedAt: ISSUED },
      { id: 'loose', parentId: 'none', userId: 'u1', issuedAt: ISSUED },
    ],
  }
  const kept = [
    { ...invoice, ttl: TTL },
    { ...rows.docs[1], ttl: TTL },
  ]

  it('keeps what its own orders lead to, and lets go what hangs on the order of another', async () => {
    expect(findingsIn(draft(TEN_YEARS))).toEqual([])
    const { asks, left } = companyOf(draft(TEN_YEARS), rows)
    expect(await asks('1')).toEqual({
      state: 'completed_with_retention',
      erased: { orders: 2, allDocs: 2, link: 1 },
      redacted: {},
      retained: { orderDocs: 2 },
    })
    expect(left()).toEqual({ orders: [rows.orders[2]], docs: kept })
  })

  it('the same where they are left', async () => {
    const { asks, left } = companyOf(draft(LEFT), rows)
    expect(await asks('1')).toMatchObject({ erased: { orders: 2, allDocs: 2, link: 1 } })
    expect(left()).toEqual({ orders: [rows.orders[2]], docs: rows.docs.slice(0, 2) })
  })

  // The orders are gone by then, and what they led to is still known.
  it('keeps the same wherever a worker is killed', async () => {
    const erased = async (diesAt: number) => {
      const { world, company } = companyOf(draft(TEN_YEARS), rows)
      const key = await company.receive({ fb: ['1'] })
      const calls = await deliver(company, key, diesAt)
      const { erased: _counts, ...end } = endOf(await company.settle(key))
      return { calls, end, docs: world.all('docs').map(({ id }) => id?.S) }
    }
    const { calls, ...whole } = await erased(Number.POSITIVE_INFINITY)
    expect(whole).toEqual({
      end: { state: 'completed_with_retention', redacted: {}, retained: { orderDocs: 2 } },
      docs: ['invoice', 'second'],
    })
    for (let diesAt = 1; diesAt < calls; diesAt += 1) {
      expect.soft(await erased(diesAt), `killed after call ${diesAt}`).toMatchObject(whole)
    }
  })
})

it('grandchildren are claimed by their known parents only', async () => {
  const draft: Draft = {
    identities: IDENTITIES,
    tables: {
      orders: ORDER_TABLE,
      lines: [{ orderId: 'S', id: 'S' }],
      notes: [{ aboutId: 'S', n: 'N' }],
    },
    holdings: {
      lineNotes: { table: 'notes', per: 'lines', find: { aboutId: '{lineId}' }, action: LEFT },
      lines: {
        table: 'lines',
        per: 'orders',
        find: { orderId: '{orderId}' },
        owner: { userId: '{userId}' },
        learns: { lineId: 'id' },
        action: 'erase',
      },
      orders: ORDERS,
      myNotes: { table: 'notes', find: { aboutId: '{userId}' }, action: 'erase' },
    },
  }
  expect(findingsIn(draft)).toEqual([])
  const { asks, left } = companyOf(draft, {
    links: LINKS,
    orders: [{ id: 'o1', userId: 'u1' }],
    lines: [{ orderId: 'o1', id: 'l1', userId: 'u1' }],
    notes: [
      { aboutId: 'l1', n: 1 },
      { aboutId: 'u1', n: 1 },
      { aboutId: 'u2', n: 1 },
    ],
  })
  expect(await asks('1')).toMatchObject({ erased: { orders: 1, lines: 1, myNotes: 1, link: 1 } })
  expect(left()).toEqual({
    notes: [
      { aboutId: 'l1', n: 1 },
      { aboutId: 'u2', n: 1 },
    ],
  })
})

describe('what is kept with an end that the eraser writes', () => {
  const draft = (bills: Omit<DraftHolding, 'table'>): Draft => ({
    identities: IDENTITIES,
    tables: {
      orders: ORDER_TABLE,
      bills: [{ id: 'S' }, { byOrder: { orderId: 'S' }, byUser: { userId: 'S' } }],
      papers: [{ orderId: 'S', id: 'S' }],
    },
    holdings: {
      bills: { table: 'bills', ...bills },
      papers: {
        table: 'papers',
        per: 'orders',
        find: { orderId: '{orderId}' },
        owner: { userId: '{userId}' },
        action: 'erase',
      },
      orders: ORDERS,
    },
  })
  const PER_ORDER = { per: 'orders', find: { index: 'byOrder', orderId: '{orderId}' } } as const
  const BY_USER = { find: { index: 'byUser', userId: '{userId}' } }
  const SCANNED = { find: { scan: 'no index leads there', userId: '{userId}' } }

  it.each([
    ['a child', PER_ORDER],
    ['found by an index', BY_USER],
    ['found by a scan', SCANNED],
  ])('has to say whose it is: %s', (_what, found) => {
    expect(findingsIn(draft({ ...found, action: TEN_YEARS }))).toEqual([
      expect.stringMatching(/^dataMap\.holdings\.bills\.owner: is missing/),
    ])
    expect(findingsIn(draft({ ...found, action: TEN_YEARS, owner: { userId: '{userId}' } }))).toEqual([])
  })

  it('has to say so where the company ends it, too: what is over is erased', () => {
    const ends = { by: 'owner', owner: 'tax@example.com' } as const
    const action = { retain: { ...TEN_YEARS.retain, ends } }
    expect(findingsIn(draft({ ...PER_ORDER, action }))).toHaveLength(1)
  })
})
