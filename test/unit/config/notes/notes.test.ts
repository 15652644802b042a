import { describe, expect, it } from 'vitest'
import sample from '../../../../deletion.config.ts'
import { notesOn } from '../../../../shared/config/notes/notes.ts'
import { checkConfig } from '../../../../shared/config/validate.ts'
import type { DataMap, Identity, Table, TableHolding } from '../../../../shared/data-map/data-map.ts'

type Wanted = Pick<TableHolding, 'table' | 'find'> & Partial<TableHolding>

const holding = (wanted: Wanted): TableHolding => ({
  action: 'erase',
  category: 'all',
  scope: 'account',
  ...wanted,
})

const text = { vi: 'x', en: 'x' }
const IDENTITIES: Readonly<Record<string, Identity>> = {
  userId: { of: 'person' },
  facebookId: { of: 'alias' },
  email: { of: 'alias', normalise: 'email' },
  storeId: { of: 'group' },
  memberNo: { of: 'group' },
  orderNo: { of: 'record' },
}

const mapOf = (
  holdings: Readonly<Record<string, Wanted>>,
  more: Partial<Pick<DataMap, 'retention' | 'tables'>> = {},
): DataMap => ({
  identities: IDENTITIES,
  tables: Object.fromEntries(
    Object.values(holdings).map(({ table }): [string, Table] => [
      table,
      { name: table, key: { PK: 'S', SK: 'S' }, backupsKeptFor: 'P1D' },
    ]),
  ),
  holdings: Object.fromEntries(Object.entries(holdings).map(([name, one]) => [name, holding(one)])),
  categories: { all: text },
  reasons: { tax: text },
  ...more,
})

const note = (place: string, ...words: readonly string[]) => ({
  place,
  problem: expect.stringContaining(words[0] ?? ''),
  remedy: expect.stringContaining(words[1] ?? ''),
})
const HOLDINGS = 'dataMap.holdings'

/** A conversation has a row for each of the two: each leads its reader to the messages, and names the other. */
const rows: Wanted = {
  table: 'main',
  find: { PK: 'USER#{userId}', SK: { beginsWith: 'CONV#' } },
  learns: { orderNo: 'conversation' },
}
const mirrored: Wanted = {
  table: 'main',
  find: { index: 'byOther', other: '{userId}' },
  owner: { other: '{userId}' },
}
const messages: Wanted = {
  table: 'messages',
  per: 'rows',
  find: { PK: '{orderNo}' },
  owner: { author: '{userId}' },
}
const CONVERSATIONS = { messages, rows, mirrored }

describe('what others are found by', () => {
  it.each<[string, Readonly<Record<string, Wanted>>, string, string]>([
    ['is erased for the person it names, too', CONVERSATIONS, 'mirrored', '"messages"'],
    [
      'is erased for the buyer, though the seller finds lines by it',
      {
        sellersLines: { ...messages, per: 'sales' },
        sales: {
          table: 'main',
          find: { index: 'bySeller', seller: '{userId}' },
          owner: { seller: '{userId}' },
          learns: { orderNo: 'no' },
          action: { redact: { seller: 'remove' } },
        },
        orders: { table: 'main', find: { PK: 'USER#{userId}', SK: { beginsWith: 'ORDER#' } } },
      },
      'orders',
      '"sales"',
    ],
    [
      'is kept for a while only',
      {
        ...CONVERSATIONS,
        mirrored: {
          ...mirrored,
          action: {
            retain: {
              because: 'tax',
              until: { from: 'at', format: 'iso', for: 'P1Y' },
              ends: { by: 'ttl', attribute: 'ttl' },
            },
          },
        },
      },
      'mirrored',
      '"messages"',
    ],
    [
      'teaches another person a group',
      {
        owned: {
          table: 'stores',
          find: { index: 'byOwner', owner: '{userId}' },
          owner: { owner: '{userId}' },
        },
        managed: {
          table: 'stores',
          find: { index: 'byManager', manager: '{userId}' },
          owner: { manager: '{userId}' },
          learns: { storeId: 'PK' },
          action: { redact: { manager: 'remove' } },
        },
        staff: { table: 'main', find: { PK: 'STORE#{storeId}', SK: 'STAFF#{userId}' } },
      },
      'owned',
      '{storeId}',
    ],
    [
      'goes with what came from Meta, though the account has children by it',
      {
        lines: { ...messages, per: 'orders' },
        orders: {
          table: 'main',
          find: { PK: 'USER#{userId}', SK: { beginsWith: 'ORDER#' } },
          learns: { orderNo: 'no' },
        },
        igOrders: {
          table: 'main',
          find: { PK: 'USER#{userId}', SK: { beginsWith: 'ORDER#IG#' } },
          scope: 'platform',
        },
      },
      'igOrders',
      '"lines"',
    ],
    [
      'is erased for the person it names, though it says whose it is to the other',
      { ...CONVERSATIONS, rows: { ...rows, learns: { orderNo: 'conversation', userId: 'reader' } } },
      'mirrored',
      '"messages"',
    ],
    [
      'is found by a group that it teaches another person',
      {
        seats: {
          table: 'stores',
          find: { PK: '{storeId}', SK: '{email}' },
          owner: { holder: '{email}' },
        },
        managed: {
          table: 'stores',
          find: { index: 'byManager', manager: '{userId}' },
          owner: { manager: '{userId}' },
          learns: { storeId: 'PK' },
          action: { redact: { manager: 'remove' } },
        },
        roles: {
          table: 'users',
          find: { PK: 'USER#{userId}' },
          learns: { storeId: 'store', email: 'email' },
        },
      },
      'seats',
      '{storeId}',
    ],
  ])('is noted where it %s', (_what, holdings, place, lost) => {
    const [found, ...others] = notesOn(mapOf(holdings))
    expect(found).toEqual(note(`${HOLDINGS}.${place}`, lost, 'strands'))
    expect(others).toEqual([])
  })

  it('is noted where a redaction takes out what they find it by', () => {
    const taking = { ...mirrored, action: { redact: { conversation: 'remove', other: 'remove' } } } as const
    expect(notesOn(mapOf({ ...CONVERSATIONS, mirrored: taking }))).toEqual([
      note(`${HOLDINGS}.mirrored`, '"conversation"', 'strands'),
    ])
    const leaving = { ...mirrored, action: { redact: { other: 'remove' } } } as const
    expect(notesOn(mapOf({ ...CONVERSATIONS, mirrored: leaving }))).toEqual([])
  })

  it.each<[string, Readonly<Record<string, Wanted>>]>([
    [
      'the map says why it may',
      { ...CONVERSATIONS, mirrored: { ...mirrored, strands: 'ends for both of them' } },
    ],
    ['the item stays', { ...CONVERSATIONS, mirrored: { ...mirrored, action: { leave: 'not theirs' } } }],
    ['nothing is found by it', { rows, mirrored }],
    [
      'the children have a find of their own',
      {
        ...CONVERSATIONS,
        written: {
          table: 'messages',
          find: { index: 'byAuthor', author: '{userId}' },
          owner: { author: '{userId}' },
        },
      },
    ],
    [
      'it is the same person who is found by both',
      { ...CONVERSATIONS, mirrored: { table: 'main', find: { PK: 'USER#{userId}' } } },
    ],
    [
      'it is a link, which says whose it is',
      {
        ...CONVERSATIONS,
        mirrored: {
          table: 'main',
          find: { index: 'byFb', FB: 'FB#{facebookId}' },
          owner: { FB: 'FB#{facebookId}' },
          learns: { userId: 'userId' },
          scope: 'platform',
          last: true,
        },
      },
    ],
    [
      'their keys begin otherwise',
      { ...CONVERSATIONS, mirrored: { table: 'main', find: { PK: 'OTHER#{userId}' } } },
    ],
  ])('is not noted where %s', (_what, holdings) => {
    expect(notesOn(mapOf(holdings))).toEqual([])
  })

  it('is noted although a find of the children reaches some of them only', () => {
    const some = { index: 'byAuthor', author: '{userId}', kind: { beginsWith: 'PHOTO#' } }
    const written = { table: 'messages', find: some, owner: { author: '{userId}' } }
    expect(notesOn(mapOf({ ...CONVERSATIONS, written }))).toHaveLength(1)
  })
})

const tuple: Wanted = { table: 'main', find: { PK: 'STORE#{storeId}', SK: 'MEMBER#{memberNo}' } }
const membership: Wanted = { table: 'users', find: { PK: 'USER#{userId}' } }

describe('several identities of one find', () => {
  it('are noted where no holding learns them together', () => {
    const apart = {
      tuple,
      stores: { ...membership, learns: { storeId: 'store' } },
      numbers: { ...membership, learns: { memberNo: 'no' } },
    }
    expect(notesOn(mapOf(apart))).toEqual([
      note(`${HOLDINGS}.tuple.find`, '"storeId" and "memberNo"', 'let one holding learn both'),
    ])
  })

  it.each<[string, Readonly<Record<string, Wanted>>]>([
    ['of one item', { tuple, roles: { ...membership, learns: { storeId: 'store', memberNo: 'no' } } }],
    [
      'of an item that is found by one of them',
      {
        tuple,
        stores: { ...membership, learns: { storeId: 'store' } },
        members: {
          table: 'main',
          find: { PK: 'STORE#{storeId}', SK: 'USER#{userId}' },
          learns: { memberNo: 'no' },
        },
      },
    ],
    [
      'of a parent that is found by one of them',
      {
        stores: { ...membership, learns: { storeId: 'store' } },
        orders: {
          table: 'orders',
          find: { PK: 'STORE#{storeId}', SK: 'USER#{userId}' },
          learns: { orderNo: 'no' },
        },
        lines: {
          table: 'lines',
          per: 'orders',
          find: { PK: 'STORE#{storeId}', SK: '{orderNo}' },
          owner: { userId: '{userId}' },
        },
      },
    ],
    [
      'as the person stands beside one other',
      {
        staff: { table: 'main', find: { PK: 'STORE#{storeId}', SK: 'STAFF#{userId}' } },
        stores: { ...membership, learns: { storeId: 'store' } },
      },
    ],
  ])('are not noted where they are learnt together: %s', (_what, holdings) => {
    expect(notesOn(mapOf(holdings))).toEqual([])
  })

  it('are not noted where a retention rule begins with both', () => {
    const holdings = { both: { table: 'main', find: { PK: '{facebookId}', SK: '{email}' } } }
    const rule = {
      holding: 'both',
      from: 'leftAt',
      format: 'iso',
      after: 'P6M',
      index: 'byLeft',
      partitions: ['left'],
      names: { facebookId: 'PK', email: 'SK' },
    } as const
    expect(notesOn(mapOf(holdings))).toHaveLength(1)
    expect(notesOn(mapOf(holdings, { retention: { left: rule } }))).toEqual([])
  })
})

const orders: Wanted = {
  table: 'orders',
  find: { PK: 'USER#{userId}' },
  learns: { orderNo: 'no' },
}
const invoices: Wanted = {
  table: 'docs',
  per: 'orders',
  find: { PK: 'ORDER#{orderNo}' },
  owner: { userId: '{userId}' },
  action: {
    retain: {
      because: 'tax',
      until: { from: 'at', format: 'iso', for: 'P10Y' },
      ends: { by: 'owner', owner: 'law@example.com' },
    },
  },
}
const docs: Wanted = {
  table: 'docs',
  find: { index: 'byUser', userId: '{userId}' },
  owner: { userId: '{userId}' },
}
const DOCUMENTS = { invoices, orders, docs }
const kept = (retain: object): Wanted => ({
  ...invoices,
  action: {
    retain: {
      because: 'tax',
      until: { from: 'at', format: 'iso', for: 'P10Y' },
      ends: { by: 'owner', owner: 'law@example.com' },
      ...retain,
    },
  },
})

describe('what is kept through a parent', () => {
  it.each<[string, Wanted]>([
    ['until somebody ends it', invoices],
    ['as left', { ...invoices, owner: {}, action: { leave: 'of the shop' } }],
  ])('is noted where another holding erases it once the parent is gone: kept %s', (_what, child) => {
    expect(notesOn(mapOf({ ...DOCUMENTS, invoices: child }))).toEqual([
      note(`${HOLDINGS}.invoices`, '"docs"', 'without `per`'),
    ])
  })

  it.each<[string, Readonly<Record<string, Wanted>>]>([
    ['its end is written to it', { ...DOCUMENTS, invoices: kept({ ends: { by: 'ttl', attribute: 'ttl' } }) }],
    ['it is cut down', { ...DOCUMENTS, invoices: kept({ keep: ['total'] }) }],
    ['it is erased', { ...DOCUMENTS, invoices: { ...invoices, action: 'erase' } }],
    ['the parent stays', { ...DOCUMENTS, orders: { ...orders, action: { leave: 'of the shop' } } }],
    ['the other keeps, too', { ...DOCUMENTS, docs: { ...docs, action: { leave: 'of the shop' } } }],
    ['the other finds other items', { ...DOCUMENTS, docs: { table: 'docs', find: { PK: 'USER#{userId}' } } }],
    [
      'the other finds by the same attribute what is no order’s',
      {
        orders,
        invoices: { ...invoices, find: { PK: '{orderNo}' } },
        docs: { table: 'docs', find: { PK: '{userId}' } },
      },
    ],
    ['the other needs the same parent', { ...DOCUMENTS, docs: { ...invoices, action: 'erase' } }],
    ['it has a find of its own', { ...DOCUMENTS, own: { ...docs, action: invoices.action ?? 'erase' } }],
  ])('is not noted where %s', (_what, holdings) => {
    expect(notesOn(mapOf(holdings))).toEqual([])
  })
})

it('says nothing of the sample', () => {
  expect(notesOn(sample.dataMap)).toEqual([])
  expect(checkConfig(sample).findings).toEqual([])
})
