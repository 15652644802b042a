import { describe, expect, it } from 'vitest'
import config from '../../../deletion.config.ts'
import type { DataMap, Holding, Table } from '../../../shared/data-map/data-map.ts'
import { isTableHolding } from '../../../shared/data-map/holdings.ts'
import { mapHash } from '../../../shared/data-map/map-hash.ts'

const map: DataMap = config.dataMap

/** The same fields, written in the opposite order. */
const reversed = <T extends object>(part: T): T => Object.fromEntries(Object.entries(part).toReversed()) as T // the same fields

const holding = (name: string) => {
  const found = map.holdings[name]
  if (!found || !isTableHolding(found)) throw new TypeError(`the sample has no holding ${name}`)
  return found
}

const withHolding = (name: string, changed: Holding): DataMap => ({
  ...map,
  holdings: { ...map.holdings, [name]: changed },
})

const withKey = (key: DataMap['tables'][string]['key']): DataMap => {
  const { app } = map.tables
  if (!app) throw new TypeError('the sample has no table app')
  return { ...map, tables: { ...map.tables, app: { ...app, key } } }
}

describe('mapHash', () => {
  it('is a SHA-256 in hex', () => {
    expect(mapHash(map)).toMatch(/^[0-9a-f]{64}$/)
  })

  it('does not depend on the order in which fields are written', () => {
    expect(mapHash(reversed(map))).toBe(mapHash(map))
    expect(mapHash({ ...map, tables: reversed(map.tables), identities: reversed(map.identities) })).toBe(
      mapHash(map),
    )
    expect(mapHash(withHolding('chat', reversed(holding('chat'))))).toBe(mapHash(map))
  })

  it('does not depend on texts for people, nor on what is waived', () => {
    const text = { vi: 'khác', en: 'other' }
    const other = { ...map, categories: { orders: text }, reasons: { tax: text }, waived: {} }
    expect(mapHash(other)).toBe(mapHash(map))
  })

  const table = (changed: Partial<Table>): DataMap => {
    const { chat } = map.tables
    if (!chat) throw new TypeError('the sample has no table chat')
    return { ...map, tables: { ...map.tables, chat: { ...chat, ...changed } } }
  }
  const files = { action: 'erase', category: 'orders', scope: 'account' } as const
  const scanned = (scan: string) =>
    withHolding('views', { ...holding('views'), find: { scan, viewer: '{userId}' } })
  const kept = (...keep: readonly string[]) => {
    const { action } = holding('bills')
    if (action === 'erase' || !('retain' in action)) throw new TypeError('the sample retains bills')
    return withHolding('bills', { ...holding('bills'), action: { retain: { ...action.retain, keep } } })
  }
  const stranding = (strands: string) => withHolding('views', { ...holding('views'), strands })
  const leaving = (leave: string) => withHolding('views', { ...holding('views'), action: { leave } })

  it.each<[string, DataMap, DataMap]>([
    ['how fast a table is worked', table({ maxWriteUnitsPerSecond: 5, maxReadUnitsPerSecond: 5 }), map],
    [
      'what becomes of its copies',
      table({ backupsKeptFor: 'P7D', replicas: ['eu-west-1'], stream: 'a' }),
      map,
    ],
    ['its encryption', table({ kmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/0' }), map],
    ['how long an index is waited for', { ...map, indexSettleSeconds: 60 }, map],
    ['why something is scanned', scanned('no index'), scanned('the index came later')],
    ['why something is left', leaving('statistics'), leaving('numbers')],
    ['why others lose something', stranding('nobody looks'), stranding('nobody reads')],
    ['the order of what is kept', kept('total', 'tax'), kept('tax', 'total')],
    [
      'what stands for a function on this computer',
      withHolding('files', { function: 'arn:f', ...files }),
      withHolding('files', { function: 'arn:f', local: './files.ts', ...files }),
    ],
  ])('does not depend on %s', (_what, one, other) => {
    expect(mapHash(other)).toBe(mapHash(one))
  })

  const others: readonly (readonly [string, DataMap])[] = [
    ['an action', withHolding('views', { ...holding('views'), action: { leave: 'statistics' } })],
    ['a key', withHolding('views', { ...holding('views'), find: { PK: 'U#{userId}' } })],
    ['an owner', withHolding('lines', { ...holding('lines'), owner: { user: '{userId}' } })],
    ['a scope', withHolding('views', { ...holding('views'), scope: 'platform' })],
    ['which key attribute is the partition key', withKey({ SK: 'S', PK: 'S' })],
    ['the order of holdings', { ...map, holdings: reversed(map.holdings) }],
    ['the kind of an identity', { ...map, identities: { ...map.identities, email: { of: 'group' } } }],
    ['the limit for a review', { ...map, review: { above: 10 } }],
    ['the limit of identities', { ...map, maxIdentities: 10 }],
    ['what holds an item', table({ holdAttribute: 'hold' })],
    ['an exception', withHolding('views', { ...holding('views'), unless: { pinned: true } })],
    ['what is reviewed', withHolding('views', { ...holding('views'), reviewWhen: { pinned: true } })],
    ['a scan', scanned('no index')],
    ['what is kept', kept('total')],
    ['what others may lose', stranding('nobody looks')],
    ['what is left', leaving('statistics')],
    ['a function', withHolding('files', { function: 'arn:f', ...files })],
    ['a task', withHolding('paper', { manual: { vi: 'a', en: 'b' }, category: 'orders', scope: 'account' })],
  ]
  it.each(others)('changes with %s', (_what, other) => {
    expect(mapHash(other)).not.toBe(mapHash(map))
  })
})
