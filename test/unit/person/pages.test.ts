import { describe, expect, it } from 'vitest'
import type { DataMap } from '../../../shared/data-map/data-map.ts'
import { valuesOf } from '../../../shared/person/identities.ts'
import { type Cursor, countsOf, pagesInTurn, pagesOf } from '../../../shared/person/pages.ts'
import type { Records } from '../../../shared/records/records.ts'
import { toItem } from '../../fixtures/companies/small-company.ts'
import { withRecords } from '../../fixtures/world/company.ts'
import { inMemory } from '../../fixtures/world/in-memory.ts'

const MAP: DataMap = {
  identities: { userId: { of: 'person' } },
  tables: {
    own: {
      name: 'Own',
      key: { PK: 'S', SK: 'S' },
      indexes: { byUser: { key: { user: 'S' } } },
      backupsKeptFor: 'P1D',
    },
  },
  holdings: {
    own: { table: 'own', find: { PK: 'USER#{userId}' }, action: 'erase', category: 'c', scope: 'account' },
    found: {
      table: 'own',
      find: { index: 'byUser', user: '{userId}' },
      owner: { user: '{userId}' },
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
  return { about: [work, ready, valuesOf(identities)] as const, asked }
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
})
