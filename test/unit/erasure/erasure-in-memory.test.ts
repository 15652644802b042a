/** Single rules of an erasure, over tables in memory: companies of a few items, each made for one rule. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DataMap, Holding, Table, TableHolding } from '../../../shared/data-map/data-map.ts'
import { NOTHING_ERASED } from '../../../shared/erasure/counts.ts'
import { erase } from '../../../shared/erasure/erase.ts'
import { erasePage } from '../../../shared/erasure/erase-page.ts'
import type { EraserDeps } from '../../../shared/erasure/eraser-deps.ts'
import { plan } from '../../../shared/erasure/plan.ts'
import { preview } from '../../../shared/erasure/preview.ts'
import { verify } from '../../../shared/erasure/verify.ts'
import type { Work } from '../../../shared/person/work.ts'
import { NO_DEADLINE } from '../../../shared/platform/deadline.ts'
import type { Item, Records } from '../../../shared/records/records.ts'
import { inMemory } from '../../fixtures/world/in-memory.ts'

beforeEach(() => void vi.spyOn(console, 'error').mockReturnValue())
afterEach(() => void vi.restoreAllMocks())

const TEXT = { vi: 'x', en: 'x' }
const IN_OWN = { table: 'own', category: 'own', scope: 'account' } as const
const OWN = { ...IN_OWN, find: { PK: 'USER#{userId}' }, action: 'erase' } as const
const ORDERS = {
  ...IN_OWN,
  find: { PK: 'USER#{userId}', SK: { beginsWith: 'ORDER#' } },
  learns: { orderNo: 'no' },
} as const
const LINES = {
  table: 'lines',
  per: 'orders',
  find: { orderNo: '{orderNo}' },
  owner: { userId: '{userId}' },
  action: 'erase',
  category: 'lines',
  scope: 'account',
} as const

const s = (S: string) => ({ S })
const own = (SK: string, more: Item = {}): Item => ({ PK: s('USER#u1'), SK: s(SK), ...more })
const line = (no: string, n: number, more: Item = {}): Item => ({
  orderNo: s(no),
  line: { N: String(n) },
  userId: s('u1'),
  ...more,
})

interface Around {
  /** More of the table of the person's own items. */
  readonly own?: Partial<Table>
  readonly map?: Partial<DataMap>
  readonly records?: (behind: Records) => Partial<Records>
  readonly worker?: Partial<EraserDeps>
}

function companyOf(
  holdings: Readonly<Record<string, Holding>>,
  items: Readonly<Record<string, readonly Item[]>>,
  around: Around = {},
) {
  const map: DataMap = {
    identities: {
      userId: { of: 'person' },
      nick: { of: 'alias' },
      storeId: { of: 'group' },
      orderNo: { of: 'record' },
    },
    tables: {
      own: { name: 'own', key: { PK: 'S', SK: 'S' }, backupsKeptFor: 'P1D', ...around.own },
      lines: { name: 'lines', key: { orderNo: 'S', line: 'N' }, backupsKeptFor: 'P1D' },
    },
    holdings,
    categories: { own: TEXT, lines: TEXT },
    reasons: { tax: TEXT },
    ...around.map,
  }
  const world = inMemory()
  const company = world.open(map, ({ records }) => ({
    records: { ...records, ...around.records?.(records) },
    ...around.worker,
  }))
  for (const [table, all] of Object.entries(items)) world.put(table, ...all)
  const erased = async () => company.settle(await company.receive({ userId: ['u1'] }))
  return { ...company, put: world.put, all: world.all, erased }
}

describe('a held item', () => {
  const HELD = { hold: { BOOL: true } }

  it('that stays as it is anyway keeps what it leads to', async () => {
    const orders = { ...ORDERS, action: { leave: 'statistics' } } as const
    const company = companyOf(
      { orders, lines: LINES },
      { own: [own('ORDER#1', { no: s('1'), ...HELD })], lines: [line('1', 1), line('1', 2)] },
      { own: { holdAttribute: 'hold' } },
    )
    const { state, problem } = await company.erased()
    expect(state).toBe('needs_operator')
    expect(problem?.residue).toEqual([{ table: 'lines', holding: 'lines', items: 2, why: 'held' }])
    expect(company.all('own')).toHaveLength(1)
    expect(company.all('lines')).toHaveLength(2)
  })

  it('that would go keeps what it leads to, and is named', async () => {
    const company = companyOf(
      { orders: { ...ORDERS, action: 'erase' }, lines: LINES },
      {
        own: [own('ORDER#1', { no: s('1'), ...HELD }), own('ORDER#2', { no: s('2') })],
        lines: [line('1', 1), line('2', 1)],
      },
      { own: { holdAttribute: 'hold' } },
    )
    const { state, problem } = await company.erased()
    expect(state).toBe('needs_operator')
    expect(problem?.residue).toContainEqual({ table: 'own', holding: 'orders', items: 1, why: 'held' })
    expect(company.all('own')).toHaveLength(1)
    expect(company.all('lines')).toEqual([line('1', 1)])
  })
})

describe('a plan', () => {
  /** Of one holding that is alone in its table, so that DynamoDB itself could count. */
  const planOf = async (holding: TableHolding, items: readonly Item[], around: Around = {}) =>
    preview(companyOf({ own: holding }, { own: items }, around), [['userId', 'u1']])
  const countOf = async (...about: Parameters<typeof planOf>) => {
    const { holdings } = await planOf(...about)
    return holdings.map(({ holding, items }) => [holding, items])
  }

  it('counts what a key finds', async () => {
    expect(await countOf(OWN, [own('A'), own('B'), { PK: s('USER#u2'), SK: s('A') }])).toEqual([['own', 2]])
    expect(await countOf(OWN, [])).toEqual([])
  })

  it('does not count what is another’s in the same partition', async () => {
    const owned = { ...OWN, owner: { by: '{userId}' } }
    expect(await countOf(owned, [own('A', { by: s('u1') }), own('B', { by: s('u2') })])).toEqual([['own', 1]])
  })

  it('does not count what its holding excepts', async () => {
    const items = [own('A', { role: s('owner') }), own('B')]
    expect(await countOf({ ...OWN, unless: { role: 'owner' } }, items)).toEqual([['own', 1]])
  })

  it('does not count what is redacted already, and counts what is kept with its end', async () => {
    const redacting: TableHolding = { ...OWN, action: { redact: { name: 'remove' } } }
    expect(await countOf(redacting, [own('A', { name: s('x') }), own('B')])).toEqual([['own', 1]])
    const until = { from: 'at', format: 'iso', for: 'P1Y' } as const
    const retain = { because: 'tax', until, ends: { by: 'owner', owner: 'accounting' } } as const
    const ends = ['2032-01-01', '2030-01-01'].map((at, n) => own(String(n), { at: s(at) }))
    expect((await planOf({ ...OWN, action: { retain } }, ends)).holdings).toMatchObject([
      { items: 2, until: '2033-01-01T00:00:00.000Z' },
    ])
  })

  it('is for a person to look at where an item says so', async () => {
    const reviewed = { ...OWN, reviewWhen: { balance: { exists: true } } }
    expect((await planOf(reviewed, [own('A', { balance: { N: '1' } })])).review).toBe('review_when')
    expect((await planOf(reviewed, [own('A')])).review).toBeUndefined()
  })

  it('does not count what an index still shows and the table has no more', async () => {
    const byUser = { indexes: { byUser: { key: { user: 'S' } } } } as const
    const indexed = { ...IN_OWN, find: { index: 'byUser', user: '{userId}' }, action: 'erase' } as const
    const lagging = (behind: Records): Partial<Records> => ({
      page: async (query, after) => {
        const { items, ...more } = await behind.page(query, after)
        return { items: [...items, own('GONE', { user: s('u1') })], ...more }
      },
      count: async (query, after) => {
        const { items, ...more } = await behind.count(query, after)
        return { items: items + 1, ...more }
      },
    })
    expect(
      await countOf({ ...indexed, owner: {} }, [own('A', { user: s('u1') })], {
        own: byUser,
        records: lagging,
      }),
    ).toEqual([['own', 1]])
  })

  it('counts by the items where a scan reads more than it asks for', async () => {
    const scanned = {
      ...IN_OWN,
      find: { scan: 'a small table', SK: { beginsWith: '{userId}#' } },
      action: 'erase',
    } as const
    expect(await countOf(scanned, [own('u1#A'), own('u2#A')])).toEqual([['own', 1]])
  })

  it('says in numbers who it is about, and whom it does not ask', async () => {
    const company = companyOf(
      {
        profile: { ...OWN, find: { ...OWN.find, SK: 'A' }, learns: { nick: 'nicks[*]' } },
        files: { function: 'arn', action: 'erase', category: 'own', scope: 'account' },
        paper: { manual: TEXT, category: 'own', scope: 'account' },
      },
      { own: [own('A', { nicks: { L: [s('ann'), s('anna')] } })] },
    )
    expect(await preview(company, [['userId', 'u1']])).toEqual({
      scope: 'account',
      identities: { userId: 1, nick: 2 },
      holdings: [{ holding: 'profile', table: 'own', action: 'erase', category: 'own', items: 1 }],
      unusable: {},
      unasked: ['files', 'paper'],
    })
    const nobody = await preview(companyOf({ own: OWN }, { own: [] }), [['userId', 'u1']])
    expect(nobody).not.toHaveProperty('unasked')
    expect(nobody).not.toHaveProperty('review')
  })

  it('in platform scope counts what came from Meta, and leaves to the account what it keeps', async () => {
    const until = { from: 'at', format: 'iso', for: 'P1Y' } as const
    const retain = { because: 'tax', until, ends: { by: 'owner', owner: 'accounting' } } as const
    const company = companyOf(
      {
        consent: { ...OWN, find: { ...OWN.find, SK: { beginsWith: 'META#CONSENT' } }, action: { retain } },
        meta: { ...OWN, find: { ...OWN.find, SK: { beginsWith: 'META#' } }, scope: 'platform' },
      },
      { own: [own('META#CONSENT', { at: s('2026-01-01') }), own('META#NAME')] },
    )
    expect((await preview(company, [['userId', 'u1']], 'platform')).holdings).toMatchObject([
      { holding: 'meta', items: 1 },
    ])
  })

  it('counts what items lead to with them', async () => {
    const company = companyOf(
      { orders: { ...ORDERS, action: 'erase' }, lines: LINES },
      { own: [own('ORDER#1', { no: s('1') })], lines: [line('1', 1), line('1', 2)] },
    )
    const { holdings } = await preview(company, [['userId', 'u1']])
    expect(holdings.map(({ holding, items }) => [holding, items])).toEqual([
      ['lines', 2],
      ['orders', 1],
    ])
  })
})

/** A page has one item. */
const itemByItem = (behind: Records): Partial<Records> => ({
  page: (query, after) => behind.page({ ...query, limit: 1 }, after),
  count: (query, after) => behind.count({ ...query, limit: 1 }, after),
})

/** The work of a company's only person. */
const workOf = (company: ReturnType<typeof companyOf>, more: Partial<Work> = {}): Work =>
  company.work({ userId: ['u1'] }, { deadline: { passed: () => true }, ...more })

describe('where the time is over after every page', () => {
  const TWO = {
    orders: { ...ORDERS, learns: {}, action: 'erase' },
    rest: { ...OWN, find: { ...OWN.find, SK: { beginsWith: 'A#' } } },
  } as const
  const items = [own('ORDER#1'), own('ORDER#2'), own('A#1'), own('A#2'), own('A#3')]

  it('a plan goes on where it stopped, and counts each item once', async () => {
    const work = workOf(companyOf(TWO, { own: items }, { records: itemByItem }))
    const stops: (string | undefined)[] = []
    let planned: Awaited<ReturnType<typeof plan>> | undefined
    do {
      planned = await plan(work, { everything: true, ...planned, from: planned?.stoppedAt })
      stops.push(planned.stoppedAt?.holding)
    } while (planned.stoppedAt)
    expect(stops).toEqual(['orders', 'rest', 'rest', 'rest', undefined])
    expect(planned.counts).toEqual({ orders: { items: 2 }, rest: { items: 3 } })
  })

  it('a plan that goes on in one holding starts the next from its beginning', async () => {
    const work = workOf(companyOf(TWO, { own: items }, { records: itemByItem }), { deadline: NO_DEADLINE })
    const after = { PK: s('USER#u1'), SK: s('ORDER#1') }
    const { counts } = await plan(work, {
      everything: true,
      from: { holding: 'orders', cursor: { query: 0, after } },
    })
    expect(counts).toEqual({ orders: { items: 1 }, rest: { items: 3 } })
  })

  it('a look goes on where it stopped, and names each item once', async () => {
    const work = workOf(companyOf(TWO, { own: items }, { records: itemByItem }))
    const stops: (number | undefined)[] = []
    let looked: Awaited<ReturnType<typeof verify>> | undefined
    do {
      looked = await verify(
        work,
        looked?.stoppedAt ? { ...looked.stoppedAt, residue: looked.residue } : undefined,
      )
      stops.push(looked.stoppedAt?.look)
    } while (looked.stoppedAt)
    expect(stops).toEqual([0, 1, 1, 1, 2, 2, 2, 2, 2, undefined])
    expect(looked.residue).toEqual([
      { table: 'own', holding: 'orders', items: 2, why: 'not_done' },
      { table: 'own', holding: 'rest', items: 3, why: 'not_done' },
    ])
  })
})

describe('a last look', () => {
  const BY_USER = { indexes: { byUser: { key: { user: 'S' } } } } as const
  const INDEXED: TableHolding = {
    ...IN_OWN,
    find: { index: 'byUser', user: '{userId}' },
    owner: { user: '{userId}' },
    action: 'erase',
  }

  it('asks an index again once it has had the time to show what its table has', async () => {
    const waits: string[] = []
    const company = companyOf({ own: INDEXED, more: INDEXED }, { own: [] }, { own: BY_USER })
    const appears = async () => {
      waits.push('waited')
      company.put('own', own('LATE', { user: s('u1') }))
    }
    const settle = { milliseconds: 5000, wait: appears }
    const { residue } = await verify(workOf(company, { deadline: NO_DEADLINE, settle }))
    expect(waits).toEqual(['waited'])
    expect(residue.map(({ holding, items }) => [holding, items])).toEqual([
      ['own', 1],
      ['more', 1],
    ])
  })

  it('waits for no index in time that it does not have, and never where another round comes anyway', async () => {
    let waited = 0
    const settle = { milliseconds: 5000, wait: async () => (waited += 1) }
    const empty = companyOf({ own: INDEXED }, { own: [] }, { own: BY_USER })
    const deadline = { passed: (aheadMs = 0) => aheadMs >= 5000 }
    expect(await verify(workOf(empty, { deadline, settle }))).toEqual({
      residue: [],
      stoppedAt: { look: 2 },
    })
    const full = companyOf({ own: INDEXED }, { own: [own('A', { user: s('u1') })] }, { own: BY_USER })
    const { residue } = await verify(workOf(full, { deadline: NO_DEADLINE, settle }))
    expect(residue).toEqual([{ table: 'own', holding: 'own', items: 1, why: 'not_done' }])
    expect(waited).toBe(0)
  })

  it('names what nobody claims in the partition of a person and of an alias, by its leading literal', async () => {
    const only = (key: string) => ({ ...OWN, find: { PK: key, SK: 'A' } })
    const stray = (PK: string): Item => ({ PK: s(PK), SK: s('ORDER#77') })
    const company = companyOf(
      { own: only('USER#{userId}'), nick: only('NICK#{nick}') },
      { own: [stray('USER#u1'), stray('NICK#ann'), stray('NICK#bob')] },
    )
    const identities = { userId: ['u1'], nick: ['ann'] }
    const { residue } = await verify(workOf(company, { deadline: NO_DEADLINE, identities }))
    expect(residue).toEqual([{ table: 'own', sortKey: 'ORDER#', items: 2, why: 'unclaimed' }])
  })

  it('shows the first twenty lines', async () => {
    const company = companyOf(
      { own: { ...OWN, find: { ...OWN.find, SK: 'X' } } },
      { own: Array.from({ length: 30 }, (_, n) => own(`KIND${String.fromCodePoint(65 + n)}#1`)) },
    )
    const { residue } = await verify(workOf(company, { deadline: NO_DEADLINE }))
    expect(residue).toHaveLength(20)
  })
})

describe('children before their parents', () => {
  const ERASED = { orders: { ...ORDERS, action: 'erase' }, lines: LINES } as const
  const order = (no: string, more: Item = {}) => own(`ORDER#${no}`, { no: s(no), ...more })

  it('keep the parent of one that does not say whose it is, and no other', async () => {
    const { userId: _userId, ...nobodys } = line('1', 1)
    const company = companyOf(ERASED, { own: [order('1'), order('2')], lines: [nobodys, line('2', 1)] })
    expect((await company.erased()).problem?.residue).toEqual([
      { table: 'own', holding: 'orders', items: 1, why: 'not_done' },
      { table: 'lines', holding: 'lines', items: 1, why: 'owner_missing' },
    ])
    expect(company.all('own')).toEqual([order('1')])
    expect(company.all('lines')).toEqual([nobodys])
  })

  it('are read again: what comes while they go, goes too', async () => {
    const company = companyOf(
      ERASED,
      { own: [order('1')], lines: [line('1', 1)] },
      {
        records: (behind) => ({
          async eraseIf(table, key, conditions) {
            if (table === 'lines' && key['line']?.N === '1') company.put('lines', line('1', 2))
            return behind.eraseIf(table, key, conditions)
          },
        }),
      },
    )
    expect((await company.erased()).state).toBe('completed')
    expect([...company.all('own'), ...company.all('lines')]).toEqual([])
  })

  it('keep a parent that names what is no key', async () => {
    const company = companyOf(ERASED, { own: [order('null'), order('2')], lines: [line('2', 1)] })
    expect((await company.erased()).problem?.residue).toEqual([
      { table: 'own', holding: 'orders', items: 1, why: 'unusable_identity' },
    ])
    expect(company.all('own')).toEqual([order('null')])
  })

  it('stay with a parent that comes after the plan and nobody may touch without a look', async () => {
    const late = order('9', { role: s('owner') })
    const company = companyOf(
      { ...ERASED, orders: { ...ERASED.orders, reviewWhen: { role: 'owner' } } },
      { own: ['1', '2', '3'].map((no) => order(no)), lines: [line('1', 1), line('9', 1)] },
      {
        records: (behind) => ({
          async eraseIf(table, key, conditions) {
            if (table === 'lines' && key['orderNo']?.S === '1') company.put('own', late)
            return behind.eraseIf(table, key, conditions)
          },
          page: (query, after) => behind.page({ ...query, limit: 1 }, after),
        }),
      },
    )
    expect(await company.erased()).toMatchObject({
      state: 'needs_review',
      problem: { reason: 'review_when' },
    })
    expect(company.all('own')).toEqual([late])
    expect(company.all('lines')).toEqual([line('9', 1)])
  })

  it('come to an end where an item leads to itself', async () => {
    const byUser = { indexes: { byUser: { key: { userId: 'S' } } } } as const
    const mine = { ...IN_OWN, owner: { userId: '{userId}' }, action: 'erase' } as const
    const replies = { ...mine, per: 'posts', find: { PK: '{orderNo}' } }
    const posts = { ...mine, find: { index: 'byUser', userId: '{userId}' }, learns: { orderNo: 'replyTo' } }
    const item = (id: string, to: string) => ({ PK: s(id), SK: s('1'), userId: s('u1'), replyTo: s(to) })
    const company = companyOf(
      { replies, posts },
      { own: [item('a', 'b'), item('b', 'c'), item('c', 'a')] },
      { own: byUser },
    )
    expect(await company.erased()).toMatchObject({
      state: 'completed',
      outcome: { erased: [{ category: 'own', items: 3 }] },
    })
    expect(company.all('own')).toEqual([])
  })

  it('go in parts that fit into a slice, where another holding takes their parents', async () => {
    const numbers = Array.from({ length: 60 }, (_, n) => String(n + 1))
    let isOver = false
    let readsAfter = 0
    const company = companyOf(
      { everything: OWN, ...ERASED },
      { own: numbers.map((no) => order(no)), lines: numbers.map((no) => line(no, 1)) },
      {
        records: (behind) => ({
          async erase(...about) {
            const left = await behind.erase(...about)
            isOver = true
            return left
          },
          page(query, after) {
            if (isOver) readsAfter += 1
            return behind.page(query, after)
          },
        }),
      },
    )
    const work = workOf(company, { deadline: { passed: () => isOver } })
    const everything = work.ready.roots.find(({ name }) => name === 'everything')
    if (!everything) throw new Error('the map has no such holding')
    const { isWhole, writes } = await erasePage(work, everything, company.all('own'))
    expect({ isWhole, writes, readsAfter }).toEqual({ isWhole: false, writes: 50, readsAfter: 0 })
    expect([company.all('own').length, company.all('lines').length]).toEqual([35, 35])
  })

  describe('that an index leads to', () => {
    const found = { ...LINES, ...IN_OWN, find: { index: 'byOrder', order: '{orderNo}' } } as const
    const holdings = { orders: ERASED.orders, lines: found }
    const byOrder = { indexes: { byOrder: { key: { order: 'S' } } } } as const
    const late: Item = { PK: s('LINE'), SK: s('1'), order: s('1'), userId: s('u1') }

    it('have the time to show before their parent goes', async () => {
      let isShown = false
      const company = companyOf(
        holdings,
        { own: [order('1'), late] },
        {
          own: byOrder,
          records: (behind) => ({
            page: async (query, after) =>
              query.index === undefined || isShown ? behind.page(query, after) : { items: [] },
          }),
          worker: {
            settling: {
              milliseconds: 0,
              wait: async () => {
                isShown = true
              },
            },
          },
        },
      )
      expect((await company.erased()).state).toBe('completed')
      expect(company.all('own')).toEqual([])
    })

    it('are for the next slice where this one has not that time', async () => {
      const company = companyOf(holdings, { own: [order('1'), late] }, { own: byOrder })
      let waits = 0
      const settle = { milliseconds: 5000, wait: async () => (waits += 1) }
      const deadline = { passed: (aheadMs = 0) => aheadMs >= 5000 }
      const identities = { userId: ['u1'], 'orders.orderNo': ['1'] }
      const work = workOf(company, { deadline, settle, identities })
      const stopped = await erase(work, {
        from: undefined,
        before: NOTHING_ERASED,
        isEndless: () => false,
        permit: async () => undefined,
      })
      expect(stopped).toMatchObject({ writes: 1, stoppedAt: { holding: 'orders', sweep: 1 } })
      expect(waits).toBe(0)
      expect(company.all('own')).toEqual([order('1')])
    })
  })
})
