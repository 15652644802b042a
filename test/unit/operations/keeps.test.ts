import { describe, expect, it } from 'vitest'
import type { DataMap, TableHolding } from '../../../shared/data-map/data-map.ts'
import { assertKept, mapFor } from '../../../shared/erasure/request-map.ts'
import { holdRequest } from '../../../shared/operations/holds.ts'
import { keepForRequest } from '../../../shared/operations/keeps.ts'
import { decide } from '../../../shared/operations/operations.ts'
import { releaseRequest } from '../../../shared/operations/releases.ts'
import { NOW } from '../../fixtures/companies/request.ts'
import { SMALL_MAP } from '../../fixtures/companies/small-company.ts'
import { companyInTurns, PERSON } from '../../fixtures/world/in-turns.ts'

const company = () => companyInTurns(async () => undefined)
const byFacebook = { facebookId: PERSON.facebookId }
const PROFILE = { holding: 'profile', because: 'tax', until: '2030-01-31', by: 'linh', at: NOW }

describe('what an operator keeps for one request', () => {
  it('stays, with its reason and its end, and the rest is erased', async () => {
    const { receive, ledger, mapHash, settle, all } = company()
    const key = await receive(byFacebook)
    await keepForRequest(ledger, key, { ...PROFILE, mapHash })
    const done = await settle(key)
    expect(done.state).toBe('completed_with_retention')
    expect(done.outcome?.retained).toContainEqual({
      category: 'profile',
      items: 1,
      reason: 'tax',
      until: '2030-01-31T00:00:00.000Z',
      ends: [{ by: 'operator' }],
    })
    expect(all('App').map(({ SK }) => SK?.S)).toContain('PROFILE')
    expect(done.mapHash).not.toBe(mapHash)
    expect(await ledger.history(key)).toMatchObject([
      { step: 'kept', by: 'linh', reason: 'profile: tax, until 2030-01-31' },
      { step: 'complete_with_retention' },
    ])
  })

  it('stays with what is found through it', async () => {
    const { receive, ledger, mapHash, settle, all } = company()
    const before = all('Lines')
    const key = await receive(byFacebook)
    await keepForRequest(ledger, key, { ...PROFILE, holding: 'orders', mapHash })
    const done = await settle(key)
    expect(all('Lines')).toEqual(before)
    expect(done.outcome?.erased.map(({ category }) => category)).not.toContain('orders')
    // Five orders of two lines.
    expect(done.outcome?.retained).toMatchObject([
      { category: 'orders', items: 15 },
      { category: 'invoices' },
    ])
  })

  it('was approved with what was shown: nothing is asked again', async () => {
    const { receive, ledger, delays, mapHash, settle } = company()
    const key = await receive(byFacebook, { doubts: ['stale'] })
    expect((await settle(key)).state).toBe('needs_review')
    await keepForRequest(ledger, key, { ...PROFILE, mapHash })
    await decide(ledger, delays, key, { step: 'approve', by: 'minh', at: NOW })
    expect((await settle(key)).state).toBe('completed_with_retention')
  })

  it('is refused while a worker is at work, and once the request has ended', async () => {
    const { receive, deliver, ledger, mapHash, holder, pass, clock, find, settle } = company()
    const key = await receive(byFacebook)
    await deliver(key, 5)
    expect((await find(key)).state).toBe('erasing')
    const keep = () => keepForRequest(ledger, key, { ...PROFILE, mapHash, at: clock() })
    await expect(keep()).rejects.toThrow(/at work/)
    pass(180_000)
    await holdRequest(holder, key, { by: 'linh' })
    expect((await keep()).state).toBe('on_hold')
    await releaseRequest(holder, key, { by: 'linh' })
    await settle(key)
    await expect(keep()).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' })
  })

  it('is refused once the holding is worked through, and what it had is gone', async () => {
    const { receive, deliver, ledger, mapHash, holder, clock, find, pass, all } = company()
    const key = await receive(byFacebook)
    await deliver(key, 70)
    pass(180_000)
    await holdRequest(holder, key, { by: 'linh' })
    expect((await find(key)).checkpoint).toMatchObject({ phase: 'erase', holding: 'newsletter' })
    expect(all('Lines')).toEqual([])
    const keep = (holding: string) =>
      keepForRequest(ledger, key, { ...PROFILE, holding, mapHash, at: clock() })
    await expect(keep('orders')).rejects.toThrow(/worked through/)
    expect((await keep('chat')).keeps).toHaveProperty('chat')
  })

  it.each([
    ['a holding that is none', { holding: 'jane' }, /use orders, profile/],
    ['children without their parents', { holding: 'lines' }, /use orders, profile/],
    ['a reason that is none', { because: 'jane' }, /use tax/],
    ['a day that has passed', { until: '2026-11-22' }, /has passed/],
  ])('is refused for %s, without a word of what was typed', (_what, part, said) => {
    const kept = { holding: 'profile', because: 'tax', until: '2030-01-31', ...part }
    expect(() => assertKept(SMALL_MAP, kept, NOW)).toThrow(said)
    expect(() => assertKept(SMALL_MAP, kept, NOW)).not.toThrow(/jane/)
    expect(() => assertKept(SMALL_MAP, { ...kept, ...PROFILE }, NOW)).not.toThrow()
  })
})

describe('the map of a request that keeps something', () => {
  const KEEP = { because: 'tax', until: '2030-01-31' } as const
  const engine = { map: SMALL_MAP, mapHash: 'm', dueRules: { timeZone: 'UTC', deauthorize: {} } }
  const actionsOf = (keeps: Readonly<Record<string, typeof KEEP>>, map: DataMap = SMALL_MAP) => {
    const { holdings } = mapFor({ ...engine, map }, { keeps, receivedAt: NOW }).map
    return (name: string) => {
      const holding = holdings[name]
      if (!holding || !('action' in holding)) throw new Error('the map has no such action')
      return holding.action
    }
  }
  const retained = (from: string) => ({
    retain: {
      because: 'tax',
      until: { from, format: 'iso', for: 'P0D', on: '2030-01-31' },
      ends: { by: 'operator' },
    },
  })

  it('keeps it, with what is found through it, and leaves all else', () => {
    const action = actionsOf({ orders: KEEP })
    expect(action('orders')).toEqual(retained('PK'))
    expect(action('lines')).toEqual(retained('orderNo'))
    expect(action('profile')).toBe('erase')
  })

  it('keeps no children of what is kept or left anyway, nor where they are kept by themselves', () => {
    const { orders } = SMALL_MAP.holdings
    const { bills } = SMALL_MAP.holdings
    if (!orders || !bills) throw new Error('the small map has orders and bills')
    for (const action of [bills.action, { leave: 'statistics' }] as const) {
      const map: DataMap = {
        ...SMALL_MAP,
        holdings: { ...SMALL_MAP.holdings, orders: { ...orders, action } },
      }
      const { holdings } = mapFor({ ...engine, map }, { keeps: { lines: KEEP }, receivedAt: NOW }).map
      expect(holdings['lines']).toMatchObject({ action: retained('orderNo') })
      expect(actionsOf({ profile: KEEP }, map)('lines')).toBe('erase')
    }
  })

  it('passes what is kept of a grandparent on', () => {
    const { lines } = SMALL_MAP.holdings
    if (!lines) throw new Error('the small map has lines')
    const parcels: TableHolding = { ...lines, per: 'lines' }
    const map: DataMap = { ...SMALL_MAP, holdings: { ...SMALL_MAP.holdings, parcels } }
    expect(actionsOf({ orders: KEEP }, map)('parcels')).toEqual(retained('orderNo'))
    const left: DataMap = {
      ...map,
      holdings: { ...map.holdings, lines: { ...lines, action: { leave: 'statistics' } } },
    }
    expect(actionsOf({ orders: KEEP }, left)('parcels')).toBe('erase')
    expect(actionsOf({ orders: KEEP }, left)('lines')).toEqual({ leave: 'statistics' })
  })

  it('asks nothing of what is no table', () => {
    const paper = { manual: { vi: 'x', en: 'x' }, category: 'orders', scope: 'account' } as const
    const map: DataMap = { ...SMALL_MAP, holdings: { ...SMALL_MAP.holdings, paper } }
    expect(
      mapFor({ ...engine, map }, { keeps: { paper: KEEP }, receivedAt: NOW }).map.holdings['paper'],
    ).toBe(paper)
  })

  it('finds by itself what lost its parents, and nothing else', () => {
    const { map, mapHash } = mapFor(engine, { alone: ['lines', 'gone'], receivedAt: NOW })
    expect(map.holdings['lines']).not.toHaveProperty('per')
    expect(map.holdings['orders']).toBe(SMALL_MAP.holdings['orders'])
    expect(mapHash).toBe('m')
    expect(mapFor(engine, { receivedAt: NOW })).toEqual({ map: SMALL_MAP, mapHash: 'm' })
  })
})
