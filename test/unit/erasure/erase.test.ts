/** One pass of the erase phase: where it starts and stops, what it asks leave for, and what it has taken. */

import { describe, expect, it } from 'vitest'
import type { DataMap, Holding } from '../../../shared/data-map/data-map.ts'
import { askingFor } from '../../../shared/erasure/company-functions/company-functions.ts'
import {
  type EraseCounts,
  type ItemCounts,
  NOTHING_ERASED,
  toCounts,
} from '../../../shared/erasure/counts.ts'
import { type EraseStart, erase, type PageStart } from '../../../shared/erasure/erase.ts'
import type { Work } from '../../../shared/person/work.ts'
import { type Deadline, NO_DEADLINE } from '../../../shared/platform/deadline.ts'
import type { Item, Records } from '../../../shared/records/records.ts'
import { codeFrom, requestKeyOf } from '../../../shared/requests/code.ts'
import { toItem } from '../../fixtures/companies/small-company.ts'
import { fileStore } from '../../fixtures/memory/file-store.ts'
import { withRecords } from '../../fixtures/world/company.ts'
import { inMemory } from '../../fixtures/world/in-memory.ts'

const TEXT = { vi: 'x', en: 'x' }
const OWN = { table: 'own', action: 'erase', category: 'c', scope: 'account' } as const
const beginning = (beginsWith: string) => ({ PK: 'USER#{userId}', SK: { beginsWith } })
const NOTES = { ...OWN, find: beginning('NOTE#') } as const
const ORDERS = { ...OWN, find: beginning('ORDER#'), learns: { orderNo: 'no' } } as const
const LINES = {
  ...OWN,
  table: 'lines',
  per: 'orders',
  find: { orderNo: '{orderNo}' },
  owner: { userId: '{userId}' },
} as const
const FILES = { function: 'arn', action: 'erase', category: 'c', scope: 'account' } as const

const own = (SK: string, more: Readonly<Record<string, string>> = {}): Item =>
  toItem({ PK: 'USER#u1', SK, ...more })
const notes = (count: number, from = 0) => Array.from({ length: count }, (_, n) => own(`NOTE#${from + n}`))
const orders = (count: number) => Array.from({ length: count }, (_, n) => own(`ORDER#${n}`, { no: `o${n}` }))

/** The time is over after the first write. */
function untilAWrite() {
  let writes = 0
  return {
    work: { deadline: { passed: () => writes > 0 } },
    records: (behind: Records): Partial<Records> => ({
      async erase(table, keys) {
        const left = await behind.erase(table, keys, NO_DEADLINE)
        writes += 1
        return left
      },
    }),
  }
}

/** All that was read was taken, each with one write. */
const counts = (taken: ItemCounts, more: Partial<EraseCounts> = {}): EraseCounts => ({
  taken: toCounts(taken),
  vanished: {},
  refused: {},
  read: taken,
  writes: Object.values(taken).reduce((sum, items) => sum + items, 0),
  ...more,
})

interface Around {
  /** Items of the person's own. */
  readonly items?: readonly Item[]
  readonly pageSize?: number
  readonly records?: (behind: Records) => Partial<Records>
  readonly work?: Partial<Work>
}

function companyOf(
  holdings: Readonly<Record<string, Holding>>,
  { items = [], pageSize = 1000, ...more }: Around = {},
) {
  const map: DataMap = {
    identities: { userId: { of: 'person' }, orderNo: { of: 'record' } },
    tables: {
      own: { name: 'Own', key: { PK: 'S', SK: 'S' }, backupsKeptFor: 'P1D' },
      lines: { name: 'Lines', key: { orderNo: 'S', line: 'N' }, backupsKeptFor: 'P1D' },
    },
    holdings,
    categories: { c: TEXT },
    reasons: {},
  }
  const world = inMemory()
  const company = world.open(
    map,
    withRecords((behind) => {
      const page: Records['page'] = (query, after) => behind.page({ ...query, limit: pageSize }, after)
      return { page, ...more.records?.({ ...behind, page }) }
    }),
  )
  world.put('Own', ...items)
  const work = company.work({ userId: ['u1'] }, more.work)
  const permitted: PageStart[] = []
  const erased = (start: Partial<EraseStart> = {}) =>
    erase(work, {
      from: undefined,
      before: NOTHING_ERASED,
      isEndless: () => false,
      permit: async (page) => void permitted.push(page),
      ...start,
    })
  const left = () => world.all('Own').map(({ SK }) => SK?.S)
  return { erased, permitted, left, put: world.put }
}

describe('a pass', () => {
  it('works on each holding in turn, and asks leave for each page that has work', async () => {
    const { erased, permitted, left } = companyOf(
      { notes: NOTES, rest: { ...OWN, find: beginning('X#') } },
      { items: [...notes(3), own('X#1')], pageSize: 2 },
    )
    expect(await erased()).toEqual(counts({ notes: 3, rest: 1 }))
    const after = { PK: { S: 'USER#u1' }, SK: { S: 'NOTE#1' } }
    const second = { query: 0, after }
    expect(permitted).toEqual([
      {
        at: { holding: 'notes', cursor: { query: 0 } },
        items: { notes: 2 },
        end: second,
        before: NOTHING_ERASED,
      },
      {
        at: { holding: 'notes', cursor: second },
        items: { notes: 1 },
        end: undefined,
        before: counts({ notes: 2 }),
      },
      {
        at: { holding: 'rest', cursor: { query: 0 } },
        items: { rest: 1 },
        end: undefined,
        before: counts({ notes: 3 }),
      },
    ])
    expect(left()).toEqual([])
  })

  it('asks no leave where nothing is to be done', async () => {
    const { erased, permitted } = companyOf(
      { notes: { ...NOTES, action: { redact: { text: 'remove' } } }, orders: ORDERS, lines: LINES },
      { items: notes(2) },
    )
    expect(await erased()).toEqual(NOTHING_ERASED)
    expect(permitted).toEqual([])
  })

  it('starts where the one before stopped, and from the beginning where that holding is gone', async () => {
    const holdings = { notes: NOTES, rest: { ...OWN, find: beginning('X#') } }
    const items = [...notes(2), own('X#1'), own('X#2')]
    const later = companyOf(holdings, { items })
    const after = { PK: { S: 'USER#u1' }, SK: { S: 'X#1' } }
    const before = counts({ notes: 9 })
    expect(await later.erased({ from: { holding: 'rest', cursor: { query: 0, after } }, before })).toEqual(
      counts({ notes: 9, rest: 1 }),
    )
    expect(later.left()).toEqual(['NOTE#0', 'NOTE#1', 'X#1'])
    const anew = companyOf(holdings, { items })
    await anew.erased({ from: { holding: 'vanished' } })
    expect(anew.left()).toEqual([])
    const first = companyOf(holdings, { items })
    await first.erased()
    expect(first.left()).toEqual([])
  })

  it('uses a cursor for its own holding only', async () => {
    const after = { PK: { S: 'USER#u1' }, SK: { S: 'Y' } }
    const { erased, left } = companyOf(
      { notes: NOTES, rest: { ...OWN, find: beginning('X#') } },
      { items: [own('X#1')] },
    )
    await erased({ from: { holding: 'notes', cursor: { query: 0, after } } })
    expect(left()).toEqual([])
  })

  it('stops between two holdings, and between two pages, when the time is over', async () => {
    const holdings = { notes: NOTES, rest: { ...OWN, find: beginning('X#') } }
    const items = [...notes(3), own('X#1')]
    const whole = companyOf(holdings, { items, ...untilAWrite() })
    expect((await whole.erased()).stoppedAt).toEqual({ holding: 'rest' })
    expect(whole.left()).toEqual(['X#1'])
    const paged = companyOf(holdings, { items, pageSize: 2, ...untilAWrite() })
    expect((await paged.erased()).stoppedAt).toEqual({
      holding: 'notes',
      cursor: { query: 0, after: { PK: { S: 'USER#u1' }, SK: { S: 'NOTE#1' } } },
    })
  })

  it('stops where the pace of a table, or of its children’s, allows no write in time', async () => {
    const work = { deadline: { passed: (aheadMs = 0) => aheadMs > 1000 } }
    const pausing = (slow: string) => () => ({ pauseMs: (table: string) => (table === slow ? 5000 : 0) })
    const about = { items: orders(3), pageSize: 1, work }
    const holdings = { orders: ORDERS, lines: LINES }
    for (const slow of ['Own', 'Lines']) {
      const { erased } = companyOf(holdings, { ...about, records: pausing(slow) })
      expect((await erased()).stoppedAt?.holding).toBe('orders')
    }
    const { erased, left } = companyOf(holdings, { ...about, records: pausing('another') })
    expect((await erased()).stoppedAt).toBeUndefined()
    expect(left()).toEqual([])
  })

  it('stops in the middle of a page of parents, and has taken what is gone', async () => {
    const { erased, left } = companyOf(
      { orders: ORDERS, lines: LINES },
      { items: orders(60), ...untilAWrite() },
    )
    const stopped = await erased()
    expect(stopped.stoppedAt).toEqual({ holding: 'orders', cursor: { query: 0 } })
    expect(left().length).toBeGreaterThan(0)
    expect(stopped).toMatchObject(counts({ orders: 60 - left().length }, { read: {} }))
  })

  it('takes no credit for what was gone before', async () => {
    const { erased } = companyOf(
      { notes: { ...NOTES, unless: { role: 'owner' } } },
      {
        items: notes(3),
        // Others are faster.
        records: (behind) => ({
          async eraseIf(table, key, conditions) {
            if (key['SK']?.S === 'NOTE#1') await behind.erase(table, [key], NO_DEADLINE)
            return behind.eraseIf(table, key, conditions)
          },
        }),
      },
    )
    expect(await erased()).toEqual(
      counts({ notes: 2 }, { vanished: { notes: 1 }, read: { notes: 3 }, writes: 3 }),
    )
  })

  it('leaves a holding that never ends, and works on the next', async () => {
    const { erased, left } = companyOf(
      { notes: NOTES, rest: { ...OWN, find: beginning('X#') } },
      { items: [...notes(9), own('X#1')], pageSize: 2 },
    )
    const done = await erased({ isEndless: (holding, read) => holding === 'notes' && read >= 4 })
    expect(done).toEqual(counts({ notes: 4, rest: 1 }))
    expect(left()).toEqual(['NOTE#4', 'NOTE#5', 'NOTE#6', 'NOTE#7', 'NOTE#8'])
  })
})

describe('a page that somebody began and did not live to count', () => {
  const cursor = { query: 0 }
  const beyond = (SK: string) => ({ query: 0, after: { PK: { S: 'USER#u1' }, SK: { S: SK } } })

  it.each([
    ['fewer than it had: so many are gone', 5, 2, 5],
    ['as many: none was taken', 2, 2, 2],
    ['more', 1, 2, 2],
  ])('has %s', async (_what, begun, there, taken) => {
    const { erased } = companyOf({ notes: NOTES }, { items: notes(there) })
    const from = { holding: 'notes', cursor, begun: { items: { notes: begun }, end: undefined } }
    expect((await erased({ from })).taken).toEqual({ notes: { items: taken } })
  })

  it('has only those before its end: later ones that have come in their place were not in it', async () => {
    const { erased } = companyOf({ notes: NOTES }, { items: notes(3, 3), pageSize: 2 })
    const from = { holding: 'notes', cursor, begun: { items: { notes: 2 }, end: beyond('NOTE#2') } }
    expect((await erased({ from })).taken).toEqual({ notes: { items: 5 } })
  })

  it('and its later pages are as they are', async () => {
    const { erased, permitted } = companyOf({ notes: NOTES }, { items: notes(4, 1), pageSize: 2 })
    const from = { holding: 'notes', cursor, begun: { items: { notes: 2 }, end: beyond('NOTE#1') } }
    expect((await erased({ from })).taken).toEqual({ notes: { items: 5 } })
    expect(permitted.map(({ items, before }) => [items, before.taken])).toEqual([
      [{ notes: 2 }, { notes: { items: 1 } }],
      [{ notes: 2 }, { notes: { items: 3 } }],
    ])
  })

  it('of parents does not take others for its own', async () => {
    const around = { items: orders(3), pageSize: 2 }
    const holdings = { orders: ORDERS, lines: LINES }
    const first = companyOf(holdings, around)
    await first.erased()
    const [page] = first.permitted
    expect(page).toMatchObject({ items: { orders: 2 }, end: beyond('ORDER#1') })
    const begun = { items: page?.items ?? {}, end: page?.end }
    for (const [gone, taken] of [
      [0, 3],
      [1, 3],
      [2, 3],
    ] as const) {
      const { erased } = companyOf(holdings, { ...around, items: orders(3).slice(gone) })
      const again = await erased({ from: { holding: 'orders', cursor, begun } })
      expect(again.taken).toEqual({ orders: { items: taken } })
    }
  })

  it('may still be worked on: what vanishes in it was taken for this request', async () => {
    const racing = (behind: Records): Partial<Records> => ({
      async eraseIf(table, key, conditions) {
        if (['NOTE#1', 'NOTE#3'].includes(key['SK']?.S ?? '')) await behind.erase(table, [key], NO_DEADLINE)
        return behind.eraseIf(table, key, conditions)
      },
    })
    const { erased } = companyOf(
      { notes: { ...NOTES, unless: { role: 'owner' } } },
      { items: notes(4), pageSize: 2, records: racing },
    )
    const from = { holding: 'notes', cursor, begun: { items: { notes: 2 }, end: beyond('NOTE#1') } }
    expect(await erased({ from })).toMatchObject({
      taken: { notes: { items: 3 } },
      vanished: { notes: 1 },
    })
  })
})

describe('a function', () => {
  const key = requestKeyOf(codeFrom(new Uint8Array(15)))
  const asking = (store: ReturnType<typeof fileStore>, deadline: Deadline = NO_DEADLINE) => ({
    work: { ask: askingFor(store, key), deadline },
  })

  it('is asked until it is done, each time with leave, and its items are progress', async () => {
    const store = fileStore({ u1: 5 })
    const { erased, permitted } = companyOf({ files: FILES }, asking(store))
    expect(await erased({ before: { ...NOTHING_ERASED, writes: 7 } })).toEqual(counts({}, { writes: 12 }))
    expect(permitted.map(({ items, before, at }) => [at.holding, items, before.writes])).toEqual([
      ['files', undefined, 7],
      ['files', undefined, 9],
      ['files', undefined, 11],
    ])
  })

  it('is not asked when the time would be over before it answers, and goes on there', async () => {
    const store = fileStore({ u1: 5 })
    const { erased, permitted } = companyOf(
      { files: FILES },
      asking(store, { passed: (aheadMs = 0) => aheadMs > 0 }),
    )
    const { stoppedAt, writes } = await erased()
    expect([stoppedAt, writes]).toEqual([{ holding: 'files', cursor: { query: 0 } }, 0])
    expect([permitted, store.events]).toEqual([[], []])
  })

  it('that is down is named, and what waits for it stays as it is', async () => {
    const down = fileStore({ u1: 5 }, { before: () => Promise.reject(new Error('down')) })
    const { erased, left, permitted } = companyOf(
      { files: FILES, notes: { ...NOTES, after: ['files'] }, rest: { ...OWN, find: beginning('X#') } },
      { ...asking(down), items: [...notes(2), own('X#1')] },
    )
    const before = { ...NOTHING_ERASED, unanswered: ['others'] }
    expect(await erased({ before })).toEqual(
      counts({ rest: 1 }, { refused: { notes: 2 }, unanswered: ['others', 'files'] }),
    )
    expect(left()).toEqual(['NOTE#0', 'NOTE#1'])
    expect(permitted.map(({ at }) => at.holding)).toEqual(['files', 'rest'])
  })

  it('that could not be counted is not asked to erase', async () => {
    const store = fileStore({ u1: 5 })
    const { erased } = companyOf({ files: FILES }, asking(store))
    await erased({ before: { ...NOTHING_ERASED, unanswered: ['files'] } })
    expect(store.events).toEqual([])
  })
})
