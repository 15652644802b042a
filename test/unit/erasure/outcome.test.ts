import { describe, expect, it } from 'vitest'
import type { DataMap } from '../../../shared/data-map/data-map.ts'
import type { Retain } from '../../../shared/data-map/retention.ts'
import { gone, notMetIn, orphanedIn, split, stillOrphaned, total } from '../../../shared/erasure/counts.ts'
import {
  addCounts,
  NOTHING,
  withBackups,
  withoutMissed,
  withoutNotMet,
} from '../../../shared/erasure/outcome.ts'
import { readyMapOf } from '../../../shared/person/ready-map.ts'
import { isFound, type Retained } from '../../../shared/requests/outcome.ts'
import { NOW } from '../../fixtures/companies/request.ts'
import { SMALL_MAP } from '../../fixtures/companies/small-company.ts'

const { holdings } = SMALL_MAP
const bills = holdings['bills']
if (!bills) throw new Error('the small company keeps bills')
const kept = (retain: Partial<Retain>) => ({
  ...bills,
  action: {
    retain: {
      because: 'tax',
      until: { from: 'issuedAt', format: 'iso', for: 'P10Y' },
      ends: { by: 'ttl', attribute: 'ttl' },
      ...retain,
    } satisfies Retain,
  },
})
const files = { function: 'arn', action: 'erase', category: 'orders', scope: 'account' } as const
const MAP: DataMap = {
  ...SMALL_MAP,
  holdings: {
    ...holdings,
    files,
    paper: { manual: { vi: 'x', en: 'x' }, category: 'orders', scope: 'account' },
    notes: { ...bills, action: { leave: 'not about the person' }, category: 'profile' },
    theirs: kept({ ends: { by: 'owner', owner: 'finance' } }),
    disputes: kept({ because: 'law' }),
  },
}
const line = (more: Partial<Retained> = {}): Retained => ({
  category: 'invoices',
  items: 1,
  reason: 'tax',
  ends: [{ by: 'ttl' }],
  ...more,
})

describe('an outcome', () => {
  it('counts by category what each holding did, and nothing of those the map no longer has', () => {
    const counts = {
      lines: { items: 4 },
      orders: { items: 2 },
      files: { items: 3 },
      chat: { items: 5 },
      profile: { items: 0 },
      team: { items: -1 },
      notes: { items: 9 },
      vanished: { items: 7 },
    }
    expect(addCounts(MAP, NOTHING, counts)).toEqual({
      erased: [{ category: 'orders', items: 9 }],
      redacted: [{ category: 'messages', items: 5 }],
      retained: [],
    })
  })

  it('adds to what earlier passes did', () => {
    const before = {
      erased: [
        { category: 'orders', items: 1 },
        { category: 'profile', items: 1 },
      ],
      redacted: [{ category: 'messages', items: 1 }],
      retained: [line({ until: '2030' })],
    }
    const counts = {
      orders: { items: 2 },
      link: { items: 1 },
      chat: { items: 1 },
      bills: { items: 2, until: '2031' },
    }
    expect(addCounts(MAP, before, counts)).toEqual({
      erased: [
        { category: 'orders', items: 3 },
        { category: 'profile', items: 1 },
        { category: 'meta', items: 1 },
      ],
      redacted: [{ category: 'messages', items: 2 }],
      retained: [line({ items: 3, until: '2031' })],
    })
  })

  it('has a line for each reason, with the latest end and every way to it once', () => {
    const counts = {
      bills: { items: 1, until: '2033' },
      theirs: { items: 2, until: '2032' },
      disputes: { items: 4 },
    }
    const once = addCounts(MAP, NOTHING, counts)
    const owner = { by: 'owner', owner: 'finance' } as const
    expect(once.retained).toEqual([
      line({ items: 3, until: '2033', ends: [{ by: 'ttl' }, owner] }),
      line({ items: 4, reason: 'law' }),
    ])
    const undated = addCounts(MAP, once, { bills: { items: 1 } })
    expect(undated.retained[0]).toMatchObject({ items: 4, until: '2033' })
    expect(addCounts(MAP, undated, { theirs: { items: 1, until: '2031' } }).retained[0]?.until).toBe('2033')
    expect(addCounts(MAP, once, counts).retained).toEqual([
      line({ items: 6, until: '2033', ends: [{ by: 'ttl' }, owner] }),
      line({ items: 8, reason: 'law' }),
    ])
  })

  it('has found something if there is a line in it', () => {
    const tally = [{ category: 'orders', items: 1 }]
    expect(isFound(NOTHING)).toBe(false)
    expect(isFound({ ...NOTHING, erased: tally })).toBe(true)
    expect(isFound({ ...NOTHING, redacted: tally })).toBe(true)
    expect(isFound({ ...NOTHING, retained: [line()] })).toBe(true)
  })
})

describe('what is gone', () => {
  it.each([
    ['all of it', 5, 5, 0, 5],
    ['all but what is left', 5, 5, 2, 3],
    ['all, when what is left came meanwhile', 5, 7, 2, 5],
    ['all but what is left beyond what came meanwhile', 5, 7, 3, 4],
    ['all, when less was met', 5, 3, 0, 5],
  ])('is %s', (_what, items, met, refused, expected) => {
    const counts = gone(
      { orders: { items, until: '2030' } },
      { met: { orders: met }, refused: { orders: refused } },
    )
    expect(counts).toEqual({ orders: { items: expected, until: '2030' } })
  })

  it('is all of what nobody has met', () => {
    expect(gone({ orders: { items: 5 } }, { met: {}, refused: {} })).toEqual({ orders: { items: 5 } })
  })
})

const readyIn = (map: DataMap) =>
  readyMapOf(map, {
    names: Object.fromEntries(Object.entries(map.tables).map(([key, { name }]) => [key, name])),
    scope: 'account',
    isReviewed: false,
  })

describe('what an index showed to the plan', () => {
  it('and not to the erase phase is not met, unless it stays as it is', () => {
    const planned = { chat: { items: 3 }, bills: { items: 2 }, link: { items: 1 }, orders: { items: 4 } }
    expect(notMetIn(readyIn(SMALL_MAP), planned, { chat: 1, link: 1 })).toEqual({ chat: 2 })
    expect(notMetIn(readyIn(SMALL_MAP), planned, { chat: 4 })).toEqual({ link: 1 })
    expect(notMetIn(readyIn(SMALL_MAP), {}, {})).toEqual({})
  })

  it('is taken back when the last look finds it, and only as much as it finds', () => {
    const done = { ...NOTHING, redacted: [{ category: 'messages', items: 5 }] }
    const left = (items: number, holding = 'chat') =>
      ({ table: 'Chat', holding, items, why: 'not_done' }) as const
    const at = { done, notMet: { chat: 2 } }
    const counted = (...residue: readonly ReturnType<typeof left>[]) =>
      withoutMissed(SMALL_MAP, at, residue).redacted
    expect(counted()).toEqual([{ category: 'messages', items: 5 }])
    expect(counted(left(1), left(7, 'link'))).toEqual([{ category: 'messages', items: 4 }])
    expect(counted(left(1), left(3))).toEqual([{ category: 'messages', items: 3 }])
    expect(withoutMissed(SMALL_MAP, { done }, [left(3)])).toEqual(done)
    expect(withoutNotMet(SMALL_MAP, done, { chat: 5 }).redacted).toEqual([])
    expect(withoutNotMet(SMALL_MAP, done)).toEqual(done)
  })
})

describe('children of parents that went by themselves', () => {
  const planned = { orders: { items: 3 }, lines: { items: 6 }, profile: { items: 1 } }

  it('are orphaned, as many as nobody has met', () => {
    expect(orphanedIn(readyIn(SMALL_MAP), planned, { orders: 2, lines: 4, profile: 0 })).toEqual({
      lines: 2,
    })
    expect(orphanedIn(readyIn(SMALL_MAP), planned, { orders: 2, lines: 6 })).toEqual({})
    expect(orphanedIn(readyIn(SMALL_MAP), planned, {})).toEqual({ lines: 6 })
  })

  it('are not where every parent was met, or more of them', () => {
    expect(orphanedIn(readyIn(SMALL_MAP), planned, { orders: 3, lines: 4 })).toEqual({})
    expect(orphanedIn(readyIn(SMALL_MAP), planned, { orders: 4 })).toEqual({})
    expect(orphanedIn(readyIn(SMALL_MAP), {}, {})).toEqual({})
  })

  it('are not where the parent stays, nor where the child does: neither is met by work', () => {
    const { lines, orders } = holdings
    if (!lines || !orders) throw new Error('the small company has orders with lines')
    const { action } = kept({})
    const placed = (more: DataMap['holdings']) =>
      readyIn({ ...SMALL_MAP, holdings: { ...holdings, ...more } })
    expect(orphanedIn(placed({ orders: { ...orders, action } }), planned, {})).toEqual({})
    expect(orphanedIn(placed({ lines: { ...lines, action } }), planned, {})).toEqual({})
  })

  it('are no longer, as far as a later plan has found them', () => {
    expect(
      stillOrphaned({ lines: 6, chat: 2, team: 1 }, { lines: { items: 4 }, chat: { items: 2 } }),
    ).toEqual({
      lines: 2,
      team: 1,
    })
  })
})

describe('the end of backups', () => {
  const erased = (...categories: readonly string[]) => ({
    ...NOTHING,
    erased: categories.map((category) => ({ category, items: 1 })),
  })

  it('is the latest of the tables touched', () => {
    expect(withBackups(SMALL_MAP, erased('profile'), NOW).backupsExpireAt).toBe('2026-12-27T08:00:00.000Z')
    const redacted = { ...NOTHING, redacted: [{ category: 'messages', items: 1 }] }
    expect(withBackups(SMALL_MAP, redacted, NOW).backupsExpireAt).toBe('2026-11-23T08:00:00.000Z')
    // Lines are kept for a week, orders for five.
    expect(withBackups(SMALL_MAP, erased('orders'), NOW).backupsExpireAt).toBe('2026-12-27T08:00:00.000Z')
  })

  it('is not said where nothing was touched, or something is unknown', () => {
    const kept = { ...NOTHING, retained: [line()] }
    expect(withBackups(SMALL_MAP, kept, NOW)).toEqual(kept)
    expect(withBackups(SMALL_MAP, erased('invoices'), NOW)).not.toHaveProperty('backupsExpireAt')
    expect(withBackups(MAP, erased('orders'), NOW)).not.toHaveProperty('backupsExpireAt')
    const lines = { name: 'Lines', key: {}, backupsKeptFor: 'unknown' } as const
    const map: DataMap = { ...SMALL_MAP, tables: { ...SMALL_MAP.tables, lines } }
    expect(withBackups(map, erased('orders'), NOW)).not.toHaveProperty('backupsExpireAt')
    expect(withBackups(map, erased('profile'), NOW)).toHaveProperty('backupsExpireAt')
  })
})

describe('counts', () => {
  it('are split by holding', () => {
    expect(split({ a: 1, b: 2, c: 3 }, (name) => name !== 'b')).toEqual([{ a: 1, c: 3 }, { b: 2 }])
  })

  it('are added up', () => {
    expect([total({}), total({ a: { items: 2 }, b: { items: 3 } })]).toEqual([0, 5])
  })
})
