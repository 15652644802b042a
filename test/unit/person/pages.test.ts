import { describe, expect, it } from 'vitest'
import type { DataMap } from '../../../shared/data-map/data-map.ts'
import { COMBINED, combinationsIn } from '../../../shared/person/combinations.ts'
import { type Cursor, childIdentities, countsOf, pagesInTurn, pagesOf } from '../../../shared/person/pages.ts'
import type { Item, Records } from '../../../shared/records/records.ts'
import { toItem } from '../../fixtures/companies/small-company.ts'
import { withRecords } from '../../fixtures/world/company.ts'
import { inMemory } from '../../fixtures/world/in-memory.ts'

const MAP: DataMap = {
  identities: { userId: { of: 'person' } },
  tables: {
    own: {
      name: 'Own',
      key: { PK: 'S', SK: 'S' },
      indexes: { byUser: { key: { user: 'S' }, projection: [] } },
      backupsKeptFor: 'P1D',
    },
  },
  holdings: {
    own: { table: 'own', find: { PK: 'USER#{userId}' }, action: 'erase', category: 'c', scope: 'account' },
    found: {
      table: 'own',
      find: { index: 'byUser', user: '{userId}' },
      owner: { user: '{userId}' },
      action: { redact: { body: 'remove' } },
      category: 'c',
      scope: 'account',
    },
    posts: {
      table: 'own',
      find: { PK: 'USER#{userId}' },
      owner: { by: '{userId}' },
      action: 'erase',
      category: 'c',
      scope: 'account',
    },
  },
  categories: { c: { vi: 'x', en: 'x' } },
  reasons: {},
}
const keyOf = (user: string, n: number) => ({ PK: { S: `USER#${user}` }, SK: { S: String(n) } })

/** Each person has this many items; a page has two. */
function company(of: Readonly<Record<string, number>>, holding = 'own', otherwise: Partial<Records> = {}) {
  const world = inMemory()
  world.conditions.pageSize = 2
  const asked: string[] = []
  const note = ({ partition }: Parameters<Records['page']>[0], after: Parameters<Records['page']>[1]) =>
    asked.push(`${partition?.value.S} ${after?.['SK']?.S ?? ''}`.trim())
  const noting = withRecords((behind) => ({
    page(query, after) {
      note(query, after)
      return behind.page(query, after)
    },
    count(query, after) {
      note(query, after)
      return behind.count(query, after)
    },
    ...otherwise,
  }))
  const identities = { userId: Object.keys(of) }
  const work = world.open(MAP, noting).work(identities)
  const ready = work.ready.roots.find(({ name }) => name === holding)
  if (!ready) throw new Error('the map has no such holding')
  for (const [user, count] of Object.entries(of)) {
    for (let n = 0; n < count; n += 1) {
      world.putRows({ Own: [{ PK: `USER#${user}`, SK: String(n), user }] })
    }
  }
  return { about: [work, ready, identities] as const, asked, world }
}

describe('pages', () => {
  it('follow each other, query after query, and say where the next one starts', async () => {
    const { about } = company({ u1: 3, u2: 1, u3: 0 })
    const pages = await Array.fromAsync(pagesOf(...about))
    expect(pages.map(({ start, next, items }) => ({ start, next, items: items.length }))).toEqual([
      { start: { query: 0 }, next: { query: 0, after: keyOf('u1', 1) }, items: 2 },
      { start: { query: 0, after: keyOf('u1', 1) }, next: { query: 1 }, items: 1 },
      { start: { query: 1 }, next: { query: 2 }, items: 1 },
      { start: { query: 2 }, next: undefined, items: 0 },
    ])
    expect(pages.at(-1)).not.toHaveProperty('next')
    const counts = await Array.fromAsync(countsOf(...about))
    expect(counts).toEqual([
      { items: 2, next: { query: 0, after: keyOf('u1', 1) } },
      { items: 1, next: { query: 1 } },
      { items: 1, next: { query: 2 } },
      { items: 0 },
    ])
  })

  it.each<[string, Cursor, readonly number[]]>([
    ['in the middle of a query', { query: 0, after: keyOf('u1', 1) }, [1, 1]],
    ['at a query', { query: 1 }, [1]],
    ['after the last one', { query: 2 }, []],
  ])('go on %s', async (_where, from, items) => {
    const { about, asked } = company({ u1: 3, u2: 1 })
    const pages = await Array.fromAsync(pagesOf(...about, from))
    expect(pages.map((page) => page.items.length)).toEqual(items)
    expect(new Set(asked).size).toBe(asked.length)
  })

  it('are read ahead of the work, each once', async () => {
    const { about, asked } = company({ u1: 3, u2: 1 })
    const pages = pagesOf(...about)
    await pages.next()
    expect(asked).toEqual(['USER#u1', 'USER#u1 1'])
    await pages.next()
    expect(asked).toEqual(['USER#u1', 'USER#u1 1', 'USER#u2'])
    await Array.fromAsync(pages)
    expect(asked).toHaveLength(3)
  })

  it('are not, for who has to write first', async () => {
    const { about, asked } = company({ u1: 3 })
    const pages = pagesInTurn(...about)
    const first = await pages.next()
    expect(asked).toEqual(['USER#u1'])
    if (first.done === true) throw new Error('there is a page')
    first.value.readAhead()
    first.value.readAhead()
    expect(asked).toEqual(['USER#u1', 'USER#u1 1'])
    await pages.next()
    expect(asked).toHaveLength(2)
    const late = pagesInTurn(...company({ u1: 3 }).about)
    expect((await Array.fromAsync(late)).map(({ items }) => items.length)).toEqual([2, 1])
  })

  it('of many queries are asked for eight ahead', async () => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`u${n + 10}`, 1]))
    const { about, asked } = company(many)
    const pages = pagesOf(...about)
    await pages.next()
    expect(asked).toHaveLength(9)
    await pages.next()
    expect(asked).toHaveLength(10)
    expect(await Array.fromAsync(pages)).toHaveLength(18)
    expect(asked).toHaveLength(20)
  })

  it('that fail and are not waited for trouble nobody', async () => {
    const page: Records['page'] = async ({ partition }) => {
      if (partition?.value.S === 'USER#u2') throw new Error('down')
      return { items: [] }
    }
    const unheard: unknown[] = []
    const listen = (error: unknown) => void unheard.push(error)
    process.on('unhandledRejection', listen)
    const { about } = company({ u1: 1, u2: 1 }, 'own', { page })
    const pages = pagesOf(...about)
    await pages.next()
    await pages.return(undefined)
    await new Promise((done) => setTimeout(done, 20))
    process.off('unhandledRejection', listen)
    expect(unheard).toEqual([])
    await expect(Array.fromAsync(pagesOf(...about))).rejects.toThrow('down')
  })

  it('of an index have what the table holds', async () => {
    const { about } = company({ u1: 2 }, 'found')
    const ghost = toItem({ PK: 'USER#u1', SK: 'gone', user: 'u1' })
    const [work, ...rest] = about
    const records: Records = {
      ...work.records,
      page: async (query) => ({ items: [...(await work.records.page(query)).items, ghost] }),
    }
    const pages = await Array.fromAsync(pagesOf({ ...work, records }, ...rest))
    expect(pages.flatMap(({ items }) => items.map(({ SK }) => SK?.S))).toEqual(['0', '1'])
  })

  it('of an index end where their items weigh too much, and each time in the same place', async () => {
    const { about, world } = company({ u1: 0 }, 'found')
    world.conditions.pageSize = 2000
    world.put('Own', ...heavy('u1', 60))
    const pages = await Array.fromAsync(pagesOf(...about))
    const found = pages.flatMap(({ items }) => items.map(({ SK }) => SK?.S))
    expect([found.length, new Set(found).size]).toEqual([60, 60])
    expect(pages.map(({ items }) => items.length)).toEqual([21, 21, 18])
    for (const { start, items, next } of pages) {
      const [again] = await Array.fromAsync(pagesOf(...about, start))
      expect(again).toMatchObject({ start, items, ...(next && { next }) })
    }
    // It is a place in the index.
    expect(Object.keys(pages[0]?.next?.after ?? {}).toSorted()).toEqual(['PK', 'SK', 'user'])
    const [, second] = pages
    const last = second?.items.at(-1)
    if (last) world.remove('Own', keyOf('u1', Number(last['SK']?.S)))
    const [shorter] = await Array.fromAsync(pagesOf(...about, second?.start))
    expect(shorter?.items.length).toBe(21)
  })

  it('of an index are read ahead where few items are behind their keys, and of the next query always', async () => {
    const read: number[] = []
    const { about, world } = company({ u1: 0, u2: 0, u3: 0, u4: 0 }, 'found')
    world.conditions.pageSize = 2000
    const [work, ...rest] = about
    const records: Records = {
      ...work.records,
      read(table, keys, wanted) {
        read.push(keys.length)
        return work.records.read(table, keys, wanted)
      },
    }
    for (const [user, count] of [
      ['u1', 1],
      ['u2', 3],
      ['u3', 30],
      ['u4', 4],
    ] as const) {
      world.put('Own', ...heavy(user, count, 10))
    }
    const pages = pagesOf({ ...work, records }, ...rest)
    await pages.next()
    await new Promise((done) => setTimeout(done, 20))
    expect(read.toSorted((a, b) => a - b)).toEqual([1, 3, 4])
    const all = await Array.fromAsync(pages)
    expect(all.map(({ items }) => items.length)).toEqual([3, 30, 4])
    expect(read).toHaveLength(4)
  })
})

const heavy = (user: string, count: number, bytes = 390_000) =>
  Array.from({ length: count }, (_, n) => ({
    ...keyOf(user, n),
    user: { S: user },
    body: { S: 'x'.repeat(bytes) },
  }))

describe('a page', () => {
  it('tells the person’s items from those without an owner and with one that names nobody, and has no others', async () => {
    const { about, world } = company({ u1: 0 }, 'posts')
    world.conditions.pageSize = 2000
    const owners = {
      mine: { S: 'u1' },
      theirs: { S: 'u2' },
      none: { NULL: true },
      empty: { S: '' },
      list: { L: [] },
    }
    for (const [SK, by] of Object.entries(owners))
      world.put('Own', { PK: { S: 'USER#u1' }, SK: { S: SK }, by })
    world.put('Own', { PK: { S: 'USER#u1' }, SK: { S: 'absent' } })
    const [page, ...more] = await Array.fromAsync(pagesOf(...about))
    const keys = (items: readonly Item[] = []) => items.map(({ SK }) => SK?.S ?? '').sort()
    expect(more).toEqual([])
    expect(keys(page?.items)).toEqual(['mine'])
    expect(keys(page?.unclear)).toEqual(['absent'])
    expect(keys(page?.unreadable)).toEqual(['empty', 'list', 'none'])
  })
})

describe('children are found', () => {
  const base = { table: 'own', action: 'erase', category: 'c', scope: 'account' } as const
  const map: DataMap = {
    ...MAP,
    identities: {
      userId: { of: 'person' },
      shop: { of: 'group' },
      no: { of: 'alias' },
      orderNo: { of: 'record' },
    },
    holdings: {
      orders: { ...base, find: { PK: 'USER#{userId}' }, learns: { orderNo: 'order' } },
      lines: { ...base, per: 'orders', find: { PK: 'LINE#{orderNo}' } },
    },
  }

  it('by the records of their own page of parents alone, and by all else that is known', () => {
    const pairs = combinationsIn([['no', 'shop']], [{ no: '5', shop: 'A' }])
    const ofRecords = combinationsIn([['orderNo', 'shop']], [{ orderNo: '8', shop: 'A' }])
    const personal = { userId: ['u1'], shop: ['A'], no: ['5'] }
    const work = inMemory()
      .open(map)
      .work({
        ...personal,
        orderNo: ['7'],
        'orders.orderNo': ['8'],
        [COMBINED]: [...(pairs[COMBINED] ?? []), ...(ofRecords[COMBINED] ?? [])],
      })
    const [orders] = work.ready.roots
    if (!orders) throw new Error('the map has orders')
    const parent = { ...keyOf('u1', 1), order: { S: '9' } }
    expect(childIdentities(work, orders, [parent])).toEqual({ ...personal, ...pairs, orderNo: ['9'] })
    expect(childIdentities(work, orders, [])).toEqual({ ...personal, ...pairs })
  })
})
