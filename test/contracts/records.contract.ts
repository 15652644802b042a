import { describe, expect, it } from 'vitest'
import { NO_DEADLINE } from '../../shared/platform/deadline.ts'
import type { Item, Records } from '../../shared/records/records.ts'

/** An open shop of records: a table `App` (PK, SK) with an index `byFb` (FB). */
export interface OpenRecords {
  readonly records: Records
  readonly put: (items: readonly Item[]) => Promise<void>
}

const s = (S: string) => ({ S })
const items = (partition: string, count: number, more: Item = {}): readonly Item[] =>
  Array.from({ length: count }, (_, n) => ({
    PK: s(partition),
    SK: s(`ORDER#${String(n).padStart(4, '0')}`),
    ...more,
  }))
const inPartition = (value: string) => ({
  table: 'App',
  limit: 1000,
  partition: { attribute: 'PK', value: s(value) },
  attributes: ['PK', 'SK'],
})
const keyOf = ({ PK, SK }: Item): Item => ({ ...(PK && { PK }), ...(SK && { SK }) })

/** What the port to the company's tables promises, whatever is behind it. */
export function recordsContract(name: string, open: () => Promise<OpenRecords>): void {
  const everything = async (records: Records, query: Parameters<Records['page']>[0]) => {
    const found: Item[] = []
    let after: Item | undefined
    do {
      const { items: some, next } = await records.page(query, after)
      found.push(...some)
      after = next
    } while (after)
    return found
  }

  describe(`${name} records`, () => {
    it('pages through a partition larger than a page, in order, each item once', async () => {
      const { records, put } = await open()
      const many = items('big', 300, { filler: s('x'.repeat(8000)) })
      await put(many)
      const first = await records.page(inPartition('big'))
      expect(first.next).toBeDefined()
      expect(await everything(records, inPartition('big'))).toEqual(many.map(keyOf))
      expect(await everything(records, { ...inPartition('big'), limit: 7 })).toEqual(many.map(keyOf))
    })

    it('counts what it would page through, without reading it', async () => {
      const { records, put } = await open()
      await put([...items('counted', 9), { PK: s('counted'), SK: s('ORDERING#1') }])
      const query = {
        ...inPartition('counted'),
        sort: { attribute: 'SK', test: 'beginsWith', values: [s('ORDER#')] },
      } as const
      expect(await records.count(query)).toEqual({ items: 9 })
      const first = await records.count({ ...query, limit: 6 })
      expect(first).toMatchObject({ items: 6, next: items('counted', 6)[5] })
      expect(await records.count({ ...query, limit: 6 }, first.next)).toEqual({ items: 3 })
    })

    it('reads a part of a partition by prefix or by value', async () => {
      const { records, put } = await open()
      await put([...items('part', 3), { PK: s('part'), SK: s('ORDERING#1') }])
      const sorted = (text: string, beginsWith: boolean) =>
        everything(records, {
          ...inPartition('part'),
          sort: { attribute: 'SK', test: beginsWith ? 'beginsWith' : 'equals', values: [s(text)] },
        })
      expect(await sorted('ORDER#', true)).toHaveLength(3)
      expect(await sorted('ORDER#0001', false)).toHaveLength(1)
      expect(await sorted('ORDER#', false)).toHaveLength(0)
    })

    it('finds by an index, and reads what the table holds by key', async () => {
      const { records, put } = await open()
      await put(items('indexed', 2, { FB: s('FB#1'), secret: s('kept out of the index’s answer') }))
      const found = await everything(records, {
        table: 'App',
        limit: 1000,
        index: 'byFb',
        partition: { attribute: 'FB', value: s('FB#1') },
        attributes: ['PK', 'SK'],
      })
      expect(found.map(keyOf)).toEqual(items('indexed', 2))
      const missing = { PK: s('indexed'), SK: s('nothing') }
      const keys = [...found.map(keyOf), missing]
      const read = await records.read('App', keys, { attributes: ['PK', 'SK', 'FB'] })
      expect(read.items.map(keyOf)).toEqual(found.map(keyOf))
      expect(read.items[0]).toHaveProperty('FB')
      expect(read.items[0]).not.toHaveProperty('secret')
      expect(read.keys).toBe(3)
    })

    it('reads and erases more than one batch', async () => {
      const { records, put } = await open()
      await put(items('batch', 230))
      const keys = items('batch', 230).map(keyOf)
      expect((await records.read('App', keys)).items).toHaveLength(230)
      expect(await records.erase('App', keys, NO_DEADLINE)).toEqual([])
      expect(await everything(records, inPartition('batch'))).toEqual([])
      expect(await records.erase('App', keys, NO_DEADLINE)).toEqual([])
    })

    it('reads in the order of the keys, and stops with the item by which all weigh too much', async () => {
      const { records, put } = await open()
      const wide = items('wide', 60).map((item, n) => ({
        ...item,
        filler: s('x'.repeat(n === 40 ? 9000 : 900)),
      }))
      await put(wide.filter((_, n) => n % 2 === 0))
      const keys = wide.map(keyOf).toReversed()
      const all = await records.read('App', keys)
      expect([all.items.map(keyOf), all.keys]).toEqual([keys.filter((_, n) => n % 2 === 1), 60])
      // The items 58 to 40, of which the last is ten times as large.
      const some = await records.read('App', keys, { weight: 15_000 })
      expect([some.items.map(keyOf).at(-1), some.items.length]).toEqual([keys[19], 10])
      expect(some.keys).toBeGreaterThanOrEqual(20)
      expect(await records.read('App', keys, { weight: 15_000 })).toEqual(some)
      const light = { attributes: ['PK', 'SK'], weight: 15_000 }
      expect((await records.read('App', keys, light)).keys).toBe(60)
      const twice = await records.read('App', [...keys.slice(0, 4), ...keys.slice(0, 4)])
      expect([twice.items.length, twice.keys]).toEqual([2, 8])
    })

    it('writes only where the conditions hold', async () => {
      const { records, put } = await open()
      await put(items('owned', 1, { owner: s('me'), body: s('words'), group: s('FB#2') }))
      const [item = {}] = items('owned', 1)
      const mine = [{ attribute: 'owner', is: s('me') }]
      const theirs = [{ attribute: 'owner', is: s('you') }]
      expect(await records.eraseIf('App', item, theirs)).toMatchObject({ owner: s('me'), body: s('words') })
      expect(
        await records.changeIf('App', item, { set: { body: s('-') }, remove: ['owner'], conditions: theirs }),
      ).toMatchObject({ owner: s('me') })
      expect(
        await records.changeIf('App', item, { set: { body: s('-') }, remove: ['group'], conditions: mine }),
      ).toBe('done')
      const changed = await records.read('App', [item])
      expect(changed.items).toEqual([{ ...item, owner: s('me'), body: s('-') }])
      expect(await records.eraseIf('App', item, mine)).toBe('done')
      expect(await records.read('App', [item])).toEqual({ items: [], keys: 1 })
    })

    it('tells of what is gone, and never makes it anew', async () => {
      const { records } = await open()
      const gone = { PK: s('gone'), SK: s('x') }
      const mine = [{ attribute: 'owner', is: s('me') }]
      expect(await records.eraseIf('App', gone, mine)).toBe('gone')
      expect(
        await records.changeIf('App', gone, { set: { body: s('-') }, remove: [], conditions: mine }),
      ).toBe('gone')
      expect(await records.read('App', [gone])).toEqual({ items: [], keys: 1 })
    })
  })
}
