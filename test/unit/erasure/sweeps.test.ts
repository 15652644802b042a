/** Which items wait, and for how many levels of children that an index leads to. */
import { describe, expect, it } from 'vitest'
import type { DataMap, Holding } from '../../../shared/data-map/data-map.ts'
import { levelOf, levelOfItem, mayWait } from '../../../shared/erasure/sweeps.ts'
import type { ReadyHolding } from '../../../shared/person/ready-map.ts'
import { toItem } from '../../fixtures/companies/small-company.ts'
import { inMemory } from '../../fixtures/world/in-memory.ts'

const TEXT = { vi: 'x', en: 'x' }
const COMMON = { action: 'erase', category: 'c', scope: 'account' } as const
const own = (beginsWith: string) => ({
  ...COMMON,
  table: 'own',
  find: { PK: 'USER#{userId}', SK: { beginsWith } },
})
const child = (per: string, identity: string, byIndex: boolean) => ({
  ...COMMON,
  table: 'lines',
  per,
  find: byIndex ? { index: 'byParent', parent: `{${identity}}` } : { no: `{${identity}}` },
})
const ORDERS = { ...own('ORDER#'), learns: { orderNo: 'no' } }
const LINES = { ...child('orders', 'orderNo', true), learns: { lineNo: 'no' } }

function workOn(holdings: Readonly<Record<string, Holding>>) {
  const map: DataMap = {
    identities: { userId: { of: 'person' }, orderNo: { of: 'record' }, lineNo: { of: 'record' } },
    tables: {
      own: { name: 'Own', key: { PK: 'S', SK: 'S' }, backupsKeptFor: 'P1D' },
      lines: {
        name: 'Lines',
        key: { no: 'S' },
        indexes: { byParent: { key: { parent: 'S' } } },
        backupsKeptFor: 'P1D',
      },
    },
    holdings,
    categories: { c: TEXT },
    reasons: {},
  }
  const work = inMemory()
    .open(map)
    .work({ userId: ['u1'] })
  const named = (name: string): ReadyHolding => {
    const found = work.ready.all.find((one) => one.name === name)
    if (!found) throw new Error(`the map has no ${name}`)
    return found
  }
  return {
    work,
    named,
    level: (name: string) => levelOf(named(name)),
    waits: (name: string) => mayWait(work.ready, named(name)),
  }
}
const order = toItem({ PK: 'USER#u1', SK: 'ORDER#1', no: 'o1' })

describe('the level of a holding', () => {
  it('is none without children, and none where a key leads to these', () => {
    const { level, waits } = workOn({ lines: child('orders', 'orderNo', false), orders: ORDERS })
    expect([level('lines'), level('orders')]).toEqual([0, 0])
    expect([waits('lines'), waits('orders')]).toEqual([false, false])
  })

  it('is one for each index on the way down, at the deepest', () => {
    const { level } = workOn({
      parts: child('lines', 'lineNo', true),
      lines: LINES,
      notes: child('orders', 'orderNo', false),
      orders: ORDERS,
    })
    expect([level('parts'), level('lines'), level('notes'), level('orders')]).toEqual([0, 1, 0, 2])
  })

  it('counts no step where a key leads on, but those below it', () => {
    const { level, waits } = workOn({
      parts: child('lines', 'lineNo', true),
      lines: { ...child('orders', 'orderNo', false), learns: { lineNo: 'no' } },
      orders: ORDERS,
    })
    expect([level('lines'), level('orders')]).toEqual([1, 1])
    expect([waits('lines'), waits('orders')]).toEqual([true, true])
  })
})

describe('an item', () => {
  const holdings = { lines: LINES, orders: ORDERS, rest: own('ORDER#1'), notes: own('NOTE#') }

  it('has the level of its holding', () => {
    const { work, named } = workOn(holdings)
    expect(levelOfItem(work, named('orders'), order)).toBe(1)
    expect(levelOfItem(work, named('notes'), toItem({ PK: 'USER#u1', SK: 'NOTE#1' }))).toBe(0)
  })

  it('has that of another holding that finds it and that children are found by', () => {
    const { work, named } = workOn(holdings)
    expect(levelOfItem(work, named('rest'), order)).toBe(1)
    // Another's is no parent of this person's children.
    expect(levelOfItem(work, named('rest'), toItem({ PK: 'USER#u2', SK: 'ORDER#1', no: 'o2' }))).toBe(0)
  })

  it('may have to wait where its holding may share it with a parent, and nowhere else', () => {
    const { waits } = workOn(holdings)
    expect([waits('orders'), waits('rest'), waits('notes'), waits('lines')]).toEqual([
      true,
      true,
      false,
      false,
    ])
  })
})
