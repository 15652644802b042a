import { describe, expect, it } from 'vitest'
import type { DataMap, TableHolding } from '../../../shared/data-map/data-map.ts'
import { act, type ToWrite } from '../../../shared/erasure/write-items.ts'
import { verdictOf } from '../../../shared/person/verdict.ts'
import { type Deadline, NO_DEADLINE } from '../../../shared/platform/deadline.ts'
import type { Item, Records } from '../../../shared/records/records.ts'
import { withRecords } from '../../fixtures/world/company.ts'
import { inMemory } from '../../fixtures/world/in-memory.ts'

const TEXT = { vi: 'x', en: 'x' }
const s = (S: string) => ({ S })
const row = (SK: string, more: Item = {}): Item => ({ PK: s('USER#u1'), SK: s(SK), ...more })
const REDACT = { redact: { name: 'remove', body: { constant: '-' } } } as const

async function acted(
  holding: Partial<TableHolding>,
  items: readonly Item[],
  {
    records: otherwise,
    deadline = NO_DEADLINE,
    kept,
    there = items,
  }: {
    records?: Partial<Records>
    deadline?: Deadline
    kept?: ReadonlySet<string>
    /** What the table has by the time of the write. */
    there?: readonly Item[]
  } = {},
) {
  const map: DataMap = {
    identities: { userId: { of: 'person' } },
    tables: { own: { name: 'Own', key: { PK: 'S', SK: 'S' }, backupsKeptFor: 'P1D' } },
    holdings: {
      own: {
        table: 'own',
        find: { PK: 'USER#{userId}' },
        action: 'erase',
        category: 'c',
        scope: 'account',
        ...holding,
      },
    },
    categories: { c: TEXT },
    reasons: {},
  }
  const world = inMemory()
  const company = world.open(map, otherwise && withRecords(() => otherwise))
  world.put('Own', ...there)
  const work = company.work({ userId: ['u1'] })
  const [own] = work.ready.roots
  if (!own) throw new Error('the map has a holding')
  const all = items.map((item): ToWrite => ({ item, verdict: verdictOf(work, own, item), kept }))
  const { written, vanished, refused, isWhole } = await act({ ...work, deadline }, own.table, all)
  const names = (some: readonly ToWrite[]) => some.map(({ item: { SK } }) => SK?.S)
  return {
    written: names(written),
    vanished: names(vanished),
    refused: names(refused),
    isWhole,
    left: world.all('Own'),
  }
}

describe('what is erased', () => {
  it('is gone, but for what the time was over for', async () => {
    expect(await acted({}, [row('A'), row('B')])).toEqual({
      written: ['A', 'B'],
      vanished: [],
      refused: [],
      isWhole: true,
      left: [],
    })
    const over = [false, true]
    const deadline = { passed: () => over.shift() ?? true }
    expect(await acted({}, [row('A'), row('B')], { deadline })).toEqual({
      written: ['A'],
      vanished: [],
      refused: [],
      isWhole: false,
      left: [row('B')],
    })
  })

  it('on a condition is asked item by item, and what would not go is there', async () => {
    const owned = { unless: { role: 'owner' } }
    const refusing: Partial<Records> = {
      eraseIf: async (_table, key) => (key['SK']?.S === 'B' ? row('B', { role: s('owner') }) : 'done'),
    }
    const items = [row('A'), row('B')]
    expect(await acted(owned, items)).toMatchObject({ written: ['A', 'B'], left: [] })
    expect(await acted(owned, items, { records: refusing })).toMatchObject({
      written: ['A'],
      refused: ['B'],
      isWhole: true,
    })
    expect(await acted(owned, items, { deadline: { passed: () => true } })).toEqual({
      written: [],
      vanished: [],
      refused: [],
      isWhole: false,
      left: items,
    })
  })

  it('on a condition is no work of ours where it was gone, and only there', async () => {
    const [a, b] = [row('A'), row('B')]
    expect(await acted({ unless: { role: 'owner' } }, [a, b], { there: [b] })).toEqual({
      written: ['B'],
      vanished: ['A'],
      refused: [],
      isWhole: true,
      left: [],
    })
  })

  it('stays where it teaches something else by now', async () => {
    const learns = { learns: { userId: 'same' } } as const
    const [known, changed] = [row('A', { same: s('u1') }), row('A', { same: s('u2') })]
    expect(await acted(learns, [known], { there: [changed] })).toMatchObject({
      written: [],
      refused: ['A'],
      left: [changed],
    })
    expect(await acted(learns, [row('A')], { there: [changed] })).toMatchObject({ refused: ['A'] })
    expect(await acted(learns, [known])).toMatchObject({ written: ['A'], left: [] })
  })

  it('is reduced, where others are found through it, to what these need', async () => {
    const item = row('A', { no: s('o1'), name: s('An'), body: s('words') })
    const kept = new Set(['PK', 'SK', 'no'])
    const stub = row('A', { no: s('o1') })
    expect(await acted({}, [item], { kept })).toEqual({
      written: ['A'],
      vanished: [],
      refused: [],
      isWhole: true,
      left: [stub],
    })
    expect(await acted({}, [item], { kept, there: [] })).toMatchObject({ vanished: ['A'], left: [] })
  })

  it('does not count where DynamoDB says that the write may not be', async () => {
    const records: Partial<Records> = { eraseIf: async () => 'impossible' }
    expect(await acted({ unless: { role: 'owner' } }, [row('A')], { records })).toMatchObject({
      written: [],
      refused: ['A'],
    })
  })
})

describe('what is redacted', () => {
  const item = row('A', { name: s('An'), body: s('words') })
  const refusedBy = (there: Item): Partial<Records> => ({ changeIf: async () => there })

  it('is changed', async () => {
    expect(await acted({ action: REDACT }, [item])).toEqual({
      written: ['A'],
      vanished: [],
      refused: [],
      isWhole: true,
      left: [row('A', { body: s('-') })],
    })
  })

  it('is no work of ours where it was gone, and never comes back', async () => {
    expect(await acted({ action: REDACT }, [item], { there: [] })).toEqual({
      written: [],
      vanished: ['A'],
      refused: [],
      isWhole: true,
      left: [],
    })
  })

  it('keeps an attribute that others are found by', async () => {
    expect(await acted({ action: REDACT }, [item], { kept: new Set(['name']) })).toMatchObject({
      written: ['A'],
      left: [row('A', { name: s('An'), body: s('-') })],
    })
  })

  it('counts where a repeated write is refused by what it has done itself, and nowhere else', async () => {
    const writtenAfter = async (there: Item) =>
      (await acted({ action: REDACT }, [item], { records: refusedBy(there) })).written
    expect(await writtenAfter(row('A', { body: s('-') }))).toEqual(['A'])
    expect(await writtenAfter(row('A', { body: s('words') }))).toEqual([])
    expect(await writtenAfter(row('A', { name: s('An'), body: s('-') }))).toEqual([])
    expect(await writtenAfter(row('A'))).toEqual([])
  })
})
