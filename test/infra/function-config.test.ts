import { describe, expect, it } from 'vitest'
import config from '../../deletion.config.ts'
import { functionConfig, routesOf } from '../../infra/wiring.ts'
import type { DeletionConfig } from '../../shared/config/define.ts'
import type { DataMap } from '../../shared/data-map/data-map.ts'
import { mapHash } from '../../shared/data-map/map-hash.ts'

const map: DataMap = config.dataMap

describe('functionConfig', () => {
  it('gives the callback its apps without their ids, and the configured deadlines', () => {
    expect(functionConfig('meta-callback', { ...config, deadlines: ['gdpr', 'ccpa'] })).toEqual({
      apps: {
        shop: { product: 'facebook', identity: 'facebookId', scope: 'account', eraseAfter: 'P6M' },
        insta: { product: 'instagram', identity: 'instagramId', scope: 'platform' },
      },
      timeZone: 'Asia/Ho_Chi_Minh',
      deadlines: ['P1M', 'P45D'],
      reviewOlderThanDays: 7,
    })
  })

  it('gives the status page what it shows, and nothing of the data map', () => {
    expect(Object.keys(functionConfig('status', config)).toSorted()).toEqual([
      'categories',
      'locales',
      'organization',
      'promises',
      'reasons',
      'recipients',
      'requestAddress',
      'routes',
    ])
    expect(functionConfig('status', config).routes).toEqual(Object.keys(routesOf(config)))
  })

  it('gives the eraser the map and its hash, the viewer the map, and who decides what laws allow', () => {
    expect(functionConfig('erase', config)).toEqual({
      dataMap: map,
      mapHash: mapHash(map),
      keepRequests: 'P24M',
      journalDays: 36,
      workers: 5,
      timeZone: 'Asia/Ho_Chi_Minh',
      deauthorize: { shop: config.apps['shop']?.deauthorize },
    })
    const { shop } = config.apps
    const { product: _product, deauthorize: _deauthorize, ...ids } = shop ?? {}
    expect(functionConfig('view', config)).toMatchObject({
      dataMap: map,
      workers: 5,
      apps: { shop: ids },
    })
    expect(functionConfig('operate', config)).toEqual({
      dataMap: map,
      mapHash: mapHash(map),
      keepRequests: 'P24M',
      deadlines: config.deadlines.map(() => 'P20D'),
      extensions: config.deadlines.map(() => 'P20D'),
      journalDays: 36,
      timeZone: 'Asia/Ho_Chi_Minh',
      workers: 5,
      apps: expect.objectContaining({ shop: ids }),
    })
  })

  it('keeps records for 24 months unless the company says otherwise', () => {
    const { keep: _keep, ...silent } = config
    const stated: DeletionConfig = { ...config, keep: { requests: 'P3Y' } }
    expect(functionConfig('sweep', silent)).toEqual({ keepRequests: 'P24M' })
    expect(functionConfig('sweep', stated)).toEqual({ keepRequests: 'P3Y' })
  })

  it('survives JSON, which is how it reaches the function', () => {
    for (const name of ['meta-callback', 'status', 'erase', 'sweep', 'view', 'operate'] as const) {
      const carriedOver = functionConfig(name, config)
      expect(JSON.parse(JSON.stringify(carriedOver))).toEqual(carriedOver)
    }
    const carried = JSON.parse(JSON.stringify(map)) as DataMap // what was a map
    expect(mapHash(carried)).toBe(mapHash(map))
  })
})
