import { describe, expect, it } from 'vitest'
import type { DataMap } from '../../../shared/data-map/data-map.ts'
import type { Retain } from '../../../shared/data-map/retention.ts'
import { goneOf, orphanedIn, outcomeOf, split, stillOrphaned, total } from '../../../shared/erasure/counts.ts'
import { addCounts, NOTHING, withBackups } from '../../../shared/erasure/outcome.ts'
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

const became = (more: Partial<Parameters<typeof goneOf>[1]> = {}) => ({
  taken: {},
  vanished: {},
  refused: {},
  ...more,
})

describe('what is gone', () => {
  it.each([
    ['all of it', 5, { taken: 5 }, 5],
    ['all but what is left', 5, { taken: 3, refused: 2 }, 3],
    ['all that was taken, also what came meanwhile', 5, { taken: 7, refused: 2 }, 7],
    ['only what was taken, when less was met', 5, { taken: 3 }, 3],
    ['without what others had taken', 5, { taken: 3, vanished: 2 }, 3],
    ['nothing of what nobody has met', 5, { taken: 0 }, 0],
  ])(
    'is %s',
    (_what, items, {
      taken,
      vanished = 0,
      refused = 0,
    }: { taken: number; vanished?: number; refused?: number }, expected) => {
      const counts = outcomeOf(
        MAP,
        { orders: { items } },
        { taken: { orders: { items: taken } }, vanished: { orders: vanished }, refused: { orders: refused } },
      )
      expect(counts).toEqual({ orders: { items: expected } })
    },
  )

  it('is told by the plan where a worker has died, but for what stays, what others took and what nobody finds', () => {
    const planned = { orders: { items: 9 }, lines: { items: 9 } }
    const counts = became({
      taken: { orders: { items: 2 }, lines: { items: 2 } },
      vanished: { orders: 1 },
      refused: { orders: 2 },
    })
    expect(outcomeOf(MAP, planned, counts, { unsure: ['orders'], orphaned: { orders: 3 } })).toEqual({
      orders: { items: 3 },
      lines: { items: 2 },
    })
    const more = became({ taken: { orders: { items: 20 } } })
    expect(outcomeOf(MAP, planned, more, { unsure: ['orders'] })['orders']).toEqual({ items: 20 })
  })

  it('is what was not kept, where the others are kept by the plan', () => {
    const bills = { items: 6, erased: 2, until: '2030' }
    const counts = became({ taken: { bills: { items: 2, erased: 2 } }, refused: { bills: 1 } })
    // Four of the six stay, of which one could not be written to; the time of two was over.
    expect(outcomeOf(MAP, { bills }, counts)['bills']).toEqual({
      items: 5,
      until: '2030',
      erased: 2,
      redacted: 0,
    })
    expect(addCounts(MAP, NOTHING, outcomeOf(MAP, { bills }, counts))).toEqual({
      erased: [{ category: 'invoices', items: 2 }],
      redacted: [],
      retained: [line({ items: 3, until: '2030' })],
    })
  })

  it('for good is what was taken, whatever the plan says of the rest', () => {
    const counts = became({
      taken: { orders: { items: 4, redacted: 1 }, bills: { items: 1, erased: 1 } },
      refused: { orders: 2, bills: 3 },
    })
    expect(addCounts(MAP, NOTHING, goneOf(MAP, counts))).toEqual({
      erased: [
        { category: 'orders', items: 3 },
        { category: 'invoices', items: 1 },
      ],
      redacted: [{ category: 'orders', items: 1 }],
      retained: [],
    })
  })
})

const readyIn = (map: DataMap) =>
  readyMapOf(map, {
    names: Object.fromEntries(Object.entries(map.tables).map(([key, { name }]) => [key, name])),
    scope: 'account',
    isReviewed: false,
  })

describe('children of parents that went by themselves', () => {
  const planned = { orders: { items: 3 }, lines: { items: 6 }, profile: { items: 1 } }

  const taken = (counts: Readonly<Record<string, number>>) =>
    became({ taken: Object.fromEntries(Object.entries(counts).map(([name, items]) => [name, { items }])) })

  it('are orphaned, as many as nobody has met', () => {
    expect(orphanedIn(readyIn(SMALL_MAP), planned, taken({ orders: 2, lines: 4, profile: 0 }))).toEqual({
      lines: 2,
    })
    expect(orphanedIn(readyIn(SMALL_MAP), planned, taken({ orders: 2, lines: 6 }))).toEqual({})
    expect(orphanedIn(readyIn(SMALL_MAP), planned, became())).toEqual({ lines: 6 })
  })

  it('are met where they stay, and where others took them', () => {
    const counts = became({ refused: { lines: 3 }, vanished: { lines: 1 } })
    expect(orphanedIn(readyIn(SMALL_MAP), planned, counts)).toEqual({ lines: 2 })
  })

  it('are not where every parent was met, or more of them', () => {
    expect(orphanedIn(readyIn(SMALL_MAP), planned, taken({ orders: 3, lines: 4 }))).toEqual({})
    expect(orphanedIn(readyIn(SMALL_MAP), planned, taken({ orders: 4 }))).toEqual({})
    const met = became({ taken: { orders: { items: 1 } }, refused: { orders: 1 }, vanished: { orders: 1 } })
    expect(orphanedIn(readyIn(SMALL_MAP), planned, met)).toEqual({})
    expect(orphanedIn(readyIn(SMALL_MAP), {}, became())).toEqual({})
  })

  it('are not where the parent stays, nor where the child does: neither is met by work', () => {
    const { lines, orders } = holdings
    if (!lines || !orders) throw new Error('the small company has orders with lines')
    const { action } = kept({})
    const placed = (more: DataMap['holdings']) =>
      readyIn({ ...SMALL_MAP, holdings: { ...holdings, ...more } })
    expect(orphanedIn(placed({ orders: { ...orders, action } }), planned, became())).toEqual({})
    expect(orphanedIn(placed({ lines: { ...lines, action } }), planned, became())).toEqual({})
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

  it('is that of what was to be kept, and was not any more', () => {
    expect(withBackups(SMALL_MAP, erased('invoices'), NOW)).toHaveProperty('backupsExpireAt')
  })

  it('is not said where nothing was touched, or something is unknown', () => {
    const kept = { ...NOTHING, retained: [line()] }
    expect(withBackups(SMALL_MAP, kept, NOW)).toEqual(kept)
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
