import { describe, expect, it } from 'vitest'
import type { DataMap } from '../../../shared/data-map/data-map.ts'
import { COMBINED } from '../../../shared/person/combinations.ts'
import { isKeptApart, keptOf, knownTo } from '../../../shared/person/kept-values.ts'

const MAP: DataMap = {
  identities: {
    userId: { of: 'person' },
    teamId: { of: 'group' },
    orderNo: { of: 'record' },
    parcelNo: { of: 'record' },
  },
  tables: {},
  holdings: {},
  categories: {},
  reasons: {},
}
const basis = (...stored: readonly string[]) => ({ map: MAP, ready: { stored } })
const child = (per?: string) => ({
  config: {
    table: 'lines',
    find: { PK: '{orderNo}' },
    action: 'erase',
    category: 'c',
    scope: 'account',
    ...(per !== undefined && { per }),
  } as const,
  identities: ['userId', 'orderNo'],
})

describe('of what items teach', () => {
  const learnt = { userId: ['u1'], teamId: ['t1'], orderNo: ['1'], parcelNo: ['9'], [COMBINED]: ['{}'] }

  it('a request keeps what is stored, and of records the holding that taught them', () => {
    const stored = basis('userId', 'teamId', 'orderNo', COMBINED)
    expect(keptOf(stored, { name: 'orders' }, learnt)).toEqual({
      userId: ['u1'],
      teamId: ['t1'],
      'orders.orderNo': ['1'],
      [COMBINED]: ['{}'],
    })
    expect(keptOf(basis(), { name: 'orders' }, learnt)).toEqual({})
  })

  it('records and combinations are kept apart from what names a person or a group', () => {
    expect([COMBINED, 'orders.orderNo'].map(isKeptApart)).toEqual([true, true])
    expect(['userId', 'teamId', 'orderNo'].map(isKeptApart)).toEqual([false, false, false])
  })
})

describe('a holding', () => {
  const identities = { userId: ['u1'], 'orders.orderNo': ['1'], 'mirrored.orderNo': ['2'], orderNo: ['3'] }

  it('that is a child knows the records that its own parents have taught', () => {
    expect(knownTo(child('orders'), identities)).toMatchObject({ userId: ['u1'], orderNo: ['1'] })
    expect(knownTo(child('mirrored'), identities)).toMatchObject({ orderNo: ['2'] })
  })

  it('that is a child of parents that have taught nothing knows what the page of parents has', () => {
    expect(knownTo(child('others'), identities)).toEqual(identities)
  })

  it('that is no child knows what the request knows', () => {
    expect(knownTo(child(), identities)).toBe(identities)
  })
})
