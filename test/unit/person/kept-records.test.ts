import { describe, expect, it } from 'vitest'
import type { DataMap, Find, TableHolding } from '../../../shared/data-map/data-map.ts'
import { keptRecords, mayFindTheSame } from '../../../shared/person/kept-records.ts'

const holding = (more: Partial<TableHolding> = {}): TableHolding => ({
  table: 'app',
  find: { PK: 'USER#{userId}' },
  action: 'erase',
  category: 'c',
  scope: 'account',
  ...more,
})
const ORDERS = holding({
  find: { PK: 'USER#{userId}', SK: { beginsWith: 'ORDER#' } },
  learns: { orderNo: 'no' },
})
const LINES = holding({ per: 'orders', table: 'lines', find: { PK: 'ORDER#{orderNo}' } })

const kept = (holdings: Readonly<Record<string, TableHolding>>): readonly string[] => {
  const map: DataMap = {
    identities: {
      userId: { of: 'person' },
      email: { of: 'alias' },
      teamId: { of: 'group' },
      orderNo: { of: 'record' },
      parcelNo: { of: 'record' },
      no: { of: 'record' },
    },
    tables: {
      app: { name: 'App', key: { PK: 'S', SK: 'S' }, backupsKeptFor: 'P1D' },
      lines: { name: 'Lines', key: { PK: 'S', SK: 'S' }, backupsKeptFor: 'P1D' },
    },
    holdings,
    categories: {},
    reasons: {},
  }
  return keptRecords(map)
}

describe('record values are kept with a request', () => {
  it('not where no other holding may find the items of the children', () => {
    expect(kept({ orders: ORDERS, lines: LINES })).toEqual([])
    const apart = holding({ table: 'lines', find: { PK: 'USER#{userId}' } })
    expect(kept({ orders: ORDERS, lines: LINES, apart })).toEqual([])
    const elsewhere = holding({ find: { PK: 'ORDER#{teamId}' } })
    expect(kept({ orders: ORDERS, lines: LINES, elsewhere })).toEqual([])
  })

  it('where another holding may, of whatever scope and action', () => {
    const other = holding({ table: 'lines', find: { PK: 'ORDER#{teamId}' } })
    expect(kept({ orders: ORDERS, lines: LINES, other })).toEqual(['orderNo'])
    const platform: TableHolding = { ...other, scope: 'platform', action: { leave: 'why' } }
    expect(kept({ orders: ORDERS, lines: LINES, platform })).toEqual(['orderNo'])
  })

  it('where another child may, of the same or of another parent', () => {
    const mirrored = holding({ find: { PK: 'PEER#{userId}' }, learns: { no: 'no' } })
    const also = holding({ per: 'mirrored', table: 'lines', find: { PK: 'ORDER#{no}' } })
    expect(kept({ orders: ORDERS, lines: LINES, mirrored, also })).toEqual(['orderNo', 'no'])
  })

  it('where another holding looks through an index or a whole table', () => {
    const indexed = holding({ table: 'lines', find: { index: 'byUser', user: '{userId}' } })
    expect(kept({ orders: ORDERS, lines: LINES, indexed })).toEqual(['orderNo'])
    const scanned = holding({ table: 'lines', find: { scan: 'why', user: '{userId}' } })
    expect(kept({ orders: ORDERS, lines: LINES, scanned })).toEqual(['orderNo'])
  })

  it('with those that lead to the parents of the children, up to the person', () => {
    const lines = holding({ ...LINES, learns: { parcelNo: 'parcel' } })
    const parcels = holding({ per: 'lines', find: { PK: 'PARCEL#{parcelNo}' } })
    const other = holding({ find: { PK: 'PARCEL#{email}' } })
    const all = { orders: ORDERS, lines, parcels, other }
    expect(kept(all).toSorted()).toEqual(['orderNo', 'parcelNo'])
  })

  it('but not with those of the person, an alias or a group', () => {
    const lines = holding({ ...LINES, find: { PK: 'T#{teamId}#U#{userId}#O#{orderNo}' } })
    const other = holding({ table: 'lines', find: { PK: 'T#{teamId}#U#{userId}#O#{email}' } })
    expect(kept({ orders: ORDERS, lines, other })).toEqual(['orderNo'])
  })
})

describe('two holdings', () => {
  const find = (SK: Find[string], PK: Find[string] = 'USER#{userId}'): { readonly find: Find } => ({
    find: { PK, SK },
  })

  it.each<[what: string, one: Find[string], other: Find[string], shared: boolean]>([
    ['the same literal', 'A', 'A', true],
    ['two literals', 'A', 'B', false],
    ['a literal and a longer one', 'A', 'AB', false],
    ['a literal and its beginning', 'AB', { beginsWith: 'A' }, true],
    ['a literal and a longer beginning', 'A', { beginsWith: 'AB' }, false],
    ['a literal and another beginning', 'AB', { beginsWith: 'B' }, false],
    ['two beginnings, one of which is longer', { beginsWith: 'A' }, { beginsWith: 'AB' }, true],
    ['two other beginnings', { beginsWith: 'A' }, { beginsWith: 'B' }, false],
    ['a template and a literal', 'A#{orderNo}', 'A#1', true],
    ['a template and a shorter literal', 'A#{orderNo}', 'A', false],
    ['two templates of one beginning', 'A#{orderNo}', 'A#{teamId}', true],
    ['two templates of two beginnings', 'A#{orderNo}', 'B#{teamId}', false],
    ['a template that begins with a value, and anything', '{orderNo}', 'B#1', true],
    ['a range, as long as both ends begin alike', { between: ['A#1', 'A#9'] }, 'B#1', false],
    ['a range and what lies in it', { between: ['A#1', 'A#9'] }, 'A#5', true],
    ['an open range and anything', { from: 'B' }, 'A', true],
    ['a range to an end and anything', { to: 'B' }, 'Z', true],
  ])('may share items, or not: %s', (_what, one, other, shared) => {
    expect(mayFindTheSame(find(one), find(other))).toBe(shared)
    expect(mayFindTheSame(find(other), find(one))).toBe(shared)
  })

  it('share none if one of their keys tells them apart', () => {
    expect(mayFindTheSame(find('A', 'USER#{userId}'), find('A', 'TEAM#{teamId}'))).toBe(false)
  })

  it('may share items where they look at different attributes', () => {
    expect(mayFindTheSame(find('A'), { find: { index: 'by', owner: '{userId}' } })).toBe(true)
    expect(mayFindTheSame({ find: { scan: 'why', from: '{userId}' } }, find('A'))).toBe(true)
    expect(mayFindTheSame({ find: { PK: 'USER#{userId}' } }, find('A'))).toBe(true)
  })
})
