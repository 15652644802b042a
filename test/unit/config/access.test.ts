import { describe, expect, it } from 'vitest'
import { functionAccess, tableAccess } from '../../../shared/config/access.ts'
import type { DataMap, Holding, Table, TableHolding } from '../../../shared/data-map/data-map.ts'

const table: Table = { name: 'Notes', key: { id: 'S', at: 'N' }, backupsKeptFor: 'P35D' }
const erasing: TableHolding = {
  table: 'notes',
  find: { id: '{userId}' },
  action: 'erase',
  category: 'notes',
  scope: 'account',
}

const mapOf = (holdings: readonly Holding[], its: Partial<Table> = {}): DataMap => ({
  identities: { userId: { of: 'person' } },
  tables: { notes: { ...table, ...its } },
  holdings: Object.fromEntries(holdings.map((holding, at) => [`h${at}`, holding])),
  categories: { notes: { vi: 'Ghi chú', en: 'Notes' } },
  reasons: {},
})

function accessOf(holdings: readonly Holding[], its: Partial<Table> = {}) {
  const [access] = tableAccess(mapOf(holdings, its))
  if (!access) throw new TypeError('the map has a table')
  return access
}
const writesOf = (holdings: readonly Holding[], its?: Partial<Table>) => accessOf(holdings, its).writes

describe('tableAccess', () => {
  it('reads by keys, and by an index what the table then confirms', () => {
    const find = { index: 'byUser', userId: '{userId}' }
    expect(accessOf([erasing])).toMatchObject({ reads: ['Query'], queriedIndexes: [] })
    expect(accessOf([{ ...erasing, find }])).toMatchObject({
      reads: ['BatchGetItem'],
      queriedIndexes: ['byUser'],
    })
  })

  it('scans only where a holding says so', () => {
    const find = { scan: 'no index leads there', author: '{userId}' }
    expect(accessOf([{ ...erasing, find }]).reads).toEqual(['Scan'])
    expect(accessOf([{ ...erasing, find }, erasing]).reads).toEqual(['Query', 'Scan'])
  })

  const batch = { action: 'BatchWriteItem', attributes: ['id', 'at'] }
  it.each<[string, Holding, Partial<Table>, unknown]>([
    ['nothing speaks against it', erasing, {}, [batch]],
    ['it has an owner', { ...erasing, owner: { by: '{userId}' } }, {}, [{ action: 'DeleteItem' }]],
    ['there are exceptions', { ...erasing, unless: { keep: true } }, {}, [{ action: 'DeleteItem' }]],
    ['items can be held', erasing, { holdAttribute: 'hold' }, [{ action: 'DeleteItem' }]],
  ])('deletes many at once only without conditions: %s', (_what, holding, its, writes) => {
    expect(writesOf([holding], its)).toEqual(writes)
  })

  it('deletes both ways if only some holdings have conditions', () => {
    expect(writesOf([erasing, { ...erasing, owner: { by: '{userId}' } }])).toEqual([
      batch,
      { action: 'DeleteItem' },
    ])
  })

  it('changes only attributes that the map names: keys, hold, conditions, and what is changed', () => {
    const redacting: Holding = {
      ...erasing,
      owner: { by: '{userId}' },
      unless: { pinned: true },
      action: {
        redact: { 'buyer.name': 'remove', 'members[userId={userId}].name': 'remove', text: 'remove' },
      },
    }
    expect(writesOf([redacting], { holdAttribute: 'hold' })).toEqual([
      {
        action: 'UpdateItem',
        attributes: ['id', 'at', 'hold', 'by', 'pinned', 'buyer', 'members', 'text'],
      },
    ])
  })

  const until = { from: 'paidAt', format: 'iso', for: 'P10Y' } as const
  const byTtl = { because: 'tax', until, ends: { by: 'ttl', attribute: 'ttl' } } as const
  const found = { index: 'byPaid', partitions: ['bill'], names: { userId: 'by' } }
  const byRule = { because: 'tax', until, ends: { by: 'retention', ...found } } as const
  const byOwner = { because: 'tax', until, ends: { by: 'owner', owner: 'law@example.com' } } as const
  it.each<[string, Holding, unknown]>([
    [
      'sets the end of what is retained, by its date, and deletes what is over',
      { ...erasing, action: { retain: byTtl } },
      [{ action: 'DeleteItem' }, { action: 'UpdateItem', attributes: ['id', 'at', 'ttl', 'paidAt'] }],
    ],
    [
      'deletes what a rule ends, and only on a condition',
      { ...erasing, action: { retain: byRule } },
      [{ action: 'DeleteItem' }],
    ],
    [
      'deletes what is over, and changes nothing where somebody ends it',
      { ...erasing, action: { retain: byOwner } },
      [{ action: 'DeleteItem' }],
    ],
    ['changes nothing that is left', { ...erasing, action: { leave: 'statistics' } }, []],
    [
      'may change any attribute where all but some go',
      { ...erasing, action: { retain: { ...byOwner, keep: ['total'] } } },
      [{ action: 'DeleteItem' }, { action: 'UpdateItem' }],
    ],
  ])('%s', (_what, holding, writes) => {
    expect(writesOf([holding])).toEqual(writes)
  })

  const rows: Holding = { ...erasing, learns: { lineNo: 'lines[*]' } }
  const lines: Holding = { ...erasing, per: 'h0', find: { id: '{lineNo}' }, owner: { by: '{userId}' } }
  const others: Holding = {
    ...erasing,
    find: { index: 'byOther', other: '{userId}' },
    owner: { other: '{userId}' },
  }
  it.each<[string, Holding, boolean]>([
    ['they may be found for another person', others, true],
    ['they are the same person’s', { ...erasing, find: { id: '{userId}', at: '1' } }, false],
    ['the map says why these are lost', { ...others, strands: 'a talk ends for both' }, false],
    ['they stay', { ...others, action: { leave: 'of both' } }, false],
    [
      'a later request of the account finds by them',
      { ...erasing, find: { id: '{userId}', at: '1' }, scope: 'platform' },
      true,
    ],
  ])(
    'reads whole items, and takes any attribute out of them, where others are found by what is erased: %s',
    (_what, taking, may) => {
      const holdings = [rows, lines, taking].map((one) => ({ ...one, table: 'notes' }))
      const { reads, writes } = accessOf(holdings)
      expect(writes.some((write) => write.action === 'UpdateItem' && !write.attributes)).toBe(may)
      const isByIndex = 'find' in taking && taking.find.index !== undefined
      expect(reads.includes('BatchGetItem')).toBe(may || isByIndex)
    },
  )

  it('asks nothing of tables for what is no table', () => {
    const paper: Holding = {
      manual: { vi: 'Hủy hồ sơ', en: 'Shred the file' },
      category: 'notes',
      scope: 'account',
    }
    expect(accessOf([paper])).toMatchObject({ reads: [], writes: [] })
  })
})

describe('functionAccess', () => {
  it('names each function once', () => {
    const files = (name: string): Holding => ({
      function: `arn:aws:lambda:ap-southeast-1:111122223333:function:${name}`,
      action: 'erase',
      category: 'notes',
      scope: 'account',
    })
    expect(functionAccess(mapOf([files('a'), erasing, files('b'), files('a')]))).toEqual([
      'arn:aws:lambda:ap-southeast-1:111122223333:function:a',
      'arn:aws:lambda:ap-southeast-1:111122223333:function:b',
    ])
    expect(functionAccess(mapOf([erasing]))).toEqual([])
  })
})
