import { describe, expect, it } from 'vitest'
import config from '../../deletion.config.ts'
import type { DataMap } from '../../shared/config/data-map.ts'
import type { DeletionConfig } from '../../shared/config/define.ts'
import { functionLiterals, mapHash } from '../../shared/config/literals.ts'

const map: DataMap = config.dataMap
const routes = ['GET /status/{code}']

/** The same fields, written in the opposite order. */
const reversed = <T extends object>(part: T): T => Object.fromEntries(Object.entries(part).toReversed()) as T // the same fields

const holding = (name: string) => {
  const found = map.holdings[name]
  if (!found) throw new TypeError(`the sample has no holding ${name}`)
  return found
}

const withHolding = (name: string, changed: DataMap['holdings'][string]): DataMap => ({
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
  ]
  it.each(others)('changes with %s', (_what, other) => {
    expect(mapHash(other)).not.toBe(mapHash(map))
  })
})

describe('functionLiterals', () => {
  it('gives the callback its apps without their ids, and the configured deadlines', () => {
    expect(functionLiterals('meta-callback', { ...config, deadlines: ['gdpr', 'ccpa'] }, { routes })).toEqual(
      {
        apps: {
          shop: { product: 'facebook', identity: 'facebookId', scope: 'account' },
          insta: { product: 'instagram', identity: 'instagramId', scope: 'platform' },
        },
        deadlines: ['P1M', 'P45D'],
        reviewOlderThanDays: 7,
      },
    )
  })

  it('gives the status page what it shows, and nothing of the data map', () => {
    expect(Object.keys(functionLiterals('status', config, { routes })).toSorted()).toEqual([
      'categories',
      'locales',
      'organization',
      'reasons',
      'routes',
    ])
    expect(functionLiterals('status', config, { routes }).routes).toBe(routes)
  })

  it('gives the eraser the map and its hash, the viewer the map, and who only decides nothing', () => {
    expect(functionLiterals('erase', config, { routes })).toEqual({
      dataMap: map,
      mapHash: mapHash(map),
      keepRequests: 'P24M',
    })
    expect(functionLiterals('view', config, { routes })).toEqual({ dataMap: map })
    expect(functionLiterals('operate', config, { routes })).toEqual({})
  })

  it('keeps records for 24 months unless the company says otherwise', () => {
    const { keep: _keep, ...silent } = config
    const stated: DeletionConfig = { ...config, keep: { requests: 'P3Y' } }
    expect(functionLiterals('sweep', silent, { routes })).toEqual({ keepRequests: 'P24M' })
    expect(functionLiterals('sweep', stated, { routes })).toEqual({ keepRequests: 'P3Y' })
  })

  it('survives JSON, which is how it reaches the function', () => {
    for (const name of ['meta-callback', 'status', 'erase', 'sweep', 'view', 'operate'] as const) {
      const literals = functionLiterals(name, config, { routes })
      expect(JSON.parse(JSON.stringify(literals))).toEqual(literals)
    }
    const carried = JSON.parse(JSON.stringify(map)) as DataMap // what was a map
    expect(mapHash(carried)).toBe(mapHash(map))
  })
})
