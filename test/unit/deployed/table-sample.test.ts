import { describe, expect, it } from 'vitest'
import type { DataMap, TableHolding } from '../../../shared/data-map/data-map.ts'
import type { SampledItem } from '../../../shared/deployed/deployed.ts'
import { sampleNotes } from '../../../shared/deployed/table-sample.ts'
import { deployedShop, SHOP_MAP, told } from '../../fixtures/deployed/deployed.ts'

const common = { table: 'app', category: 'bills', scope: 'account' } as const

const mapWith = (...holdings: readonly Omit<TableHolding, 'table' | 'category' | 'scope'>[]): DataMap => ({
  ...SHOP_MAP,
  tables: {
    app: {
      name: 'Shop',
      key: { PK: 'S', SK: 'S' },
      indexes: { byFb: { key: { FB: 'S' } } },
      holdAttribute: 'legalHold',
      backupsKeptFor: 'P35D',
    },
  },
  holdings: Object.fromEntries(holdings.map((holding, at) => [`h${at}`, { ...common, ...holding }])),
})

const notes = (map: DataMap, ...items: readonly SampledItem[]) =>
  sampleNotes(map, deployedShop({ settings: { sample: told(items) } }))[0]

const erased = { find: { PK: 'USER#{userId}', SK: { beginsWith: 'ORDER#' } }, action: 'erase' } as const
const order = { PK: 'USER#7', SK: 'ORDER#2024-01-01#9' }

describe('names that no holding names', () => {
  it('are told apart by what becomes of the item', () => {
    const redacted = {
      find: { PK: 'USER#{userId}', SK: 'NOTE' },
      action: { redact: { body: 'remove' } },
    } as const
    const map = mapWith(erased, redacted)
    expect(
      notes(
        map,
        { ...order, shipTo: 'x', both: 'x' },
        { PK: 'USER#7', SK: 'NOTE', body: 'x', mood: 'x', both: 'x' },
      ),
    ).toMatchObject({ table: 'Shop', items: 2, unclaimed: 0, staying: ['both', 'mood'], going: ['shipTo'] })
  })

  it('are none that any part of the map speaks of', () => {
    const everything = {
      find: { index: 'byFb', FB: 'FB#{facebookId}' },
      owner: { ownerId: '{userId}' },
      unless: { locked: true },
      reviewWhen: { role: 'owner' },
      learns: { userId: 'account.id', storeId: 'stores[*].id' },
      action: { redact: { 'buyer.name': 'remove', 'watchers[{userId}]': 'remove' } },
    } as const
    const kept = {
      find: { PK: 'BILL#{userId}' },
      action: {
        retain: {
          because: 'tax',
          until: { from: 'issuedAt', format: 'iso', for: 'P10Y' },
          ends: { by: 'ttl', attribute: 'expiresAt' },
          keep: ['amount', 'tax.rate'],
        },
      },
    } as const
    const named =
      'PK SK FB ownerId locked role account stores buyer watchers issuedAt expiresAt amount tax legalHold'
    const item = Object.fromEntries(named.split(' ').map((name) => [name, 'FB#x']))
    expect(notes(mapWith(everything, kept), item)).toMatchObject({ staying: [], going: [], unshown: 0 })
  })

  it('explain nothing about items that the map leaves, and everything about those no holding finds', () => {
    const left = { find: { PK: 'USER#{userId}', SK: 'LOG' }, action: { leave: 'a counter' } } as const
    const map = mapWith(erased, left)
    const found = notes(
      map,
      { PK: 'USER#7', SK: 'LOG', hits: '1' },
      { PK: 'STORE#7', SK: 'INFO#1', motto: 'x' },
    )
    expect(found).toMatchObject({ unclaimed: 1, staying: ['motto'], going: [] })
  })

  it.each([
    ['nickname', true],
    ['GSI1PK', true],
    ['address2', true],
    ['aws:rep:updatetime', true],
    ['an@example.com', false],
    ['+84900000001', false],
    ['u1001', false],
    ['u10', false],
    ['Nguyễn Văn An', false],
    ['Trần', false],
    ['a b', false],
    ['x'.repeat(41), false],
    ['3f1d0c52', false],
  ])('are shown only if they do not read like a value: %s', (name, isShown) => {
    const found = notes(mapWith(erased), { ...order, [name]: 'x' })
    expect(found).toMatchObject({ going: isShown ? [name] : [], unshown: isShown ? 0 : 1 })
  })
})

describe('items that no holding finds', () => {
  it.each<readonly [string, SampledItem, readonly object[]]>([
    [
      'in capitals, up to the delimiter',
      { PK: 'USER#7', SK: 'GIFT#an@example.com' },
      [{ partition: 'USER#', sort: 'GIFT#' }],
    ],
    ['a word without a delimiter is not told', { PK: 'USER#7', SK: 'AN' }, [{ partition: 'USER#' }]],
    ['a value is not told', { PK: 'an@example.com', SK: 'Nguyen#1' }, []],
    ['a number is not told', { PK: '4711', SK: '84900000001' }, []],
  ])('are told by how their keys begin: %s', (_what, item, keys) => {
    expect(notes(mapWith(erased), item, item)).toMatchObject({ items: 2, unclaimed: 2, keys })
  })

  it.each<readonly [string, TableHolding['find'], boolean]>([
    ['the whole partition', { PK: 'USER#{userId}' }, true],
    ['another partition', { PK: 'STORE#{userId}' }, false],
    ['a prefix', { PK: 'USER#{userId}', SK: { beginsWith: 'ORDER#2024-' } }, true],
    ['another prefix', { PK: 'USER#{userId}', SK: { beginsWith: 'ORDER#2025-' } }, false],
    [
      'a range, wherever it may lie',
      { PK: 'USER#{userId}', SK: { between: ['ORDER#{a}', 'ORDER#{b}'] } },
      true,
    ],
    ['from somewhere', { PK: 'USER#{userId}', SK: { from: 'ORDER#' } }, true],
    ['the whole key', { PK: 'USER#{userId}', SK: 'ORDER#2024-01-01#{orderNo}' }, true],
    ['an index that it is not in', { index: 'byFb', FB: 'FB#{facebookId}' }, false],
    ['a scan for an attribute that it does not have', { scan: 'no other way', author: '{userId}' }, false],
  ])('are not those that a holding finds by %s', (_what, find, isFound) => {
    expect(notes(mapWith({ find, action: 'erase' }), order)?.unclaimed).toBe(isFound ? 0 : 1)
  })

  it('are those that a holding excepts', () => {
    const except = (unless: TableHolding['unless'] & object) => mapWith({ ...erased, unless })
    const open = { ...order, locked: 'true', state: 'open' }
    const found = [{ locked: true }, { locked: true, state: 'shut' }, { state: { exists: false } }].map(
      (unless) => notes(except(unless), open)?.unclaimed,
    )
    expect(found).toEqual([1, 0, 0])
  })

  it('no sample, no notes', () => {
    expect(notes(mapWith(erased))).toBeUndefined()
  })
})

describe('addresses that are not in their normal form', () => {
  const spellings = (
    find: TableHolding['find'],
    texts: readonly string[],
    more: Pick<TableHolding, 'owner'> = {},
  ) => {
    const map = mapWith({ find, ...more, action: 'erase' })
    const identities = { ...map.identities, email: { of: 'alias', normalise: 'email' } } as const
    return notes({ ...map, identities }, ...texts.map((FB) => ({ PK: 'A', SK: 'B', FB })))?.spellings
  }
  const texts = [
    'an@example.com',
    'An@Example.com',
    ' an@example.com',
    'an@bücher.example',
    'an@xn--bcher-kva.example',
    'An@bücher.example',
    'an@example.com/x',
    'null',
  ]

  it('are counted by the attribute that they are found by, and never shown', () => {
    const found = { attribute: 'FB', addresses: 7, spelledOtherwise: 4 }
    expect(spellings({ index: 'byFb', FB: '{email}' }, texts)).toEqual([found])
    const owner = { FB: 'MAIL#{email}' }
    const keys = texts.map((text) => `MAIL#${text}`)
    expect(spellings({ PK: 'A' }, keys, { owner })).toEqual([found])
    expect(spellings({ scan: 'no other way', FB: 'MAIL#{email}' }, keys)).toEqual([found])
    const ends = texts.map((text) => `${text}#1`)
    expect(spellings({ index: 'byFb', FB: { beginsWith: '{email}#' } }, ends)).toEqual([found])
  })

  it('are none where all are, or where the map does not normalise them', () => {
    expect(
      spellings({ index: 'byFb', FB: '{email}' }, ['an@example.com', 'an@bücher.example']),
    ).toBeUndefined()
    expect(spellings({ index: 'byFb', FB: '{userId}' }, texts)).toBeUndefined()
    expect(spellings({ index: 'byFb', FB: { between: ['{email}#1', '{email}#2'] } }, texts)).toBeUndefined()
    expect(spellings({ PK: 'USER#{email}' }, texts)).toBeUndefined()
  })
})
