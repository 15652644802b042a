/** Single rules of an erasure, over tables in memory: companies of a few items, each made for one rule. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DataMap, Table, TableHolding } from '../../shared/config/data-map.ts'
import type { Item, Records } from '../../shared/erasure/records.ts'
import type { Worker } from '../../shared/erasure/worker.ts'
import { workerOver } from '../fixtures/engine.ts'
import { memoryLedger } from '../fixtures/ledger-in-memory.ts'
import { memoryTables } from '../fixtures/records-in-memory.ts'

beforeEach(() => void vi.spyOn(console, 'error').mockReturnValue())
afterEach(() => void vi.restoreAllMocks())

const TEXT = { vi: 'x', en: 'x' }
const IN_OWN = { table: 'own', category: 'own', scope: 'account' } as const
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
  readonly worker?: Partial<Worker>
}

function companyOf(
  holdings: Readonly<Record<string, TableHolding>>,
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
  const tables = memoryTables(map)
  for (const [table, all] of Object.entries(items)) for (const item of all) tables.put(table, item)
  const records = { ...tables.records, ...around.records?.(tables.records) }
  const worker = workerOver({ ledger: memoryLedger(), records }, map, around.worker)
  const erased = async () => worker.settle(await worker.receive({ userId: ['u1'] }))
  return { ...worker, ...tables, records, erased }
}

describe('a held item', () => {
  const HELD = { hold: { BOOL: true } }

  it('that stays as it is anyway does not keep what it leads to', async () => {
    const orders = { ...ORDERS, action: { leave: 'statistics' } } as const
    const company = companyOf(
      { orders, lines: LINES },
      { own: [own('ORDER#1', { no: s('1'), ...HELD })], lines: [line('1', 1), line('1', 2)] },
      { own: { holdAttribute: 'hold' } },
    )
    expect(await company.erased()).toMatchObject({
      state: 'completed',
      outcome: { erased: [{ category: 'lines', items: 2 }] },
    })
    expect(company.all('own')).toHaveLength(1)
    expect(company.all('lines')).toEqual([])
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
