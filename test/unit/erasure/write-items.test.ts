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
  { records: otherwise, deadline = NO_DEADLINE }: { records?: Partial<Records>; deadline?: Deadline } = {},
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
  world.put('Own', ...items)
  const work = company.work({ userId: ['u1'] })
  const [own] = work.ready.roots
  if (!own) throw new Error('the map has a holding')
  const all = items.map((item) => ({ item, verdict: verdictOf(work, own, item) }))
  const { written, vanished, refused, isWhole } = await act({ ...work, deadline }, own.table, all)
  const names = (some: readonly ToWrite[]) => some.map(({ item: { SK } }) => SK?.S)
  const gone = vanished.length > 0 && { vanished: names(vanished) }
  return { written: names(written), ...gone, refused: names(refused), isWhole, left: world.all('Own') }
}

describe('what is erased', () => {
  it('is gone, but for what the time was over for', async () => {
    expect(await acted({}, [row('A'), row('B')])).toEqual({
      written: ['A', 'B'],
      refused: [],
      isWhole: true,
      left: [],
    })
    const over = [false, true]
    const deadline = { passed: () => over.shift() ?? true }
    expect(await acted({}, [row('A'), row('B')], { deadline })).toEqual({
      written: ['A'],
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
      refused: [],
      isWhole: false,
      left: items,
    })
  })

  it('does not count what was gone before', async () => {
    const records: Partial<Records> = { eraseIf: async () => 'gone' }
    expect(await acted({ unless: { role: 'owner' } }, [row('A')], { records })).toMatchObject({
      written: [],
      vanished: ['A'],
      refused: [],
    })
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
      refused: [],
      isWhole: true,
      left: [row('A', { body: s('-') })],
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
