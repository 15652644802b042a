import { describe, expect, it } from 'vitest'
import type { DataMap } from '../../../shared/data-map/data-map.ts'
import type { Retain } from '../../../shared/data-map/retention.ts'
import {
  orphanedIn,
  outcomeOf,
  split,
  stillOrphaned,
  toCounts,
  total,
} from '../../../shared/erasure/counts.ts'
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

/** What became of items, by numbers. */
const became = (
  taken: Readonly<Record<string, number>> = {},
  more: Partial<Parameters<typeof outcomeOf>[2]> = {},
) => ({ taken: toCounts(taken), vanished: {}, refused: {}, ...more })

describe('what is told of a phase', () => {
  it.each([
    ['what it took, if that is all of the plan', 5, 5],
    ['what it took, if others took the rest', 5, 3],
    ['what it took, if some came meanwhile', 5, 7],
    ['nothing, if it took nothing', 5, 0],
  ])('is %s', (_what, items, taken) => {
    const counts = outcomeOf(SMALL_MAP, { orders: { items } }, became({ orders: taken }))
    expect(counts).toEqual({ orders: { items: taken } })
  })

  it('is by the plan what a worker that died may have taken, but for what is known of it', () => {
    const planned = { lines: { items: 9 } }
    const told = (taken: number, more = {}, orphaned = {}) =>
      outcomeOf(SMALL_MAP, planned, became({ lines: taken }, more), { unsure: ['lines'], orphaned })['lines']
        ?.items
    expect(told(4)).toBe(9)
    expect(told(4, { refused: { lines: 2 }, vanished: { lines: 1 } })).toBe(6)
    expect(told(4, {}, { lines: 3 })).toBe(6)
    expect(told(8, { refused: { lines: 5 } })).toBe(8)
  })

  it('is by the plan what is kept, but for what would not be', () => {
    const planned = { bills: { items: 4, until: '2030', erased: 1 } }
    expect(outcomeOf(SMALL_MAP, planned, became())).toMatchObject({ bills: { items: 3, until: '2030' } })
    const over = { bills: { items: 1, erased: 1 } }
    const told = outcomeOf(SMALL_MAP, planned, { ...became(), taken: over, refused: { bills: 1 } })
    expect(told).toMatchObject({ bills: { items: 3, erased: 1 } })
  })

  it('counts what is over as erased, and what is only reduced as redacted', () => {
    const counts = { bills: { items: 4, erased: 1, redacted: 1 }, orders: { items: 3, redacted: 2 } }
    expect(addCounts(SMALL_MAP, NOTHING, counts)).toMatchObject({
      erased: [
        { category: 'invoices', items: 1 },
        { category: 'orders', items: 1 },
      ],
      redacted: [
        { category: 'invoices', items: 1 },
        { category: 'orders', items: 2 },
      ],
      retained: [{ category: 'invoices', items: 2 }],
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

  it('are orphaned, as many as nobody has met', () => {
    expect(orphanedIn(readyIn(SMALL_MAP), planned, became({ orders: 2, lines: 4 }))).toEqual({
      lines: 2,
    })
    expect(orphanedIn(readyIn(SMALL_MAP), planned, became({ orders: 2, lines: 6 }))).toEqual({})
    expect(orphanedIn(readyIn(SMALL_MAP), planned, became())).toEqual({ lines: 6 })
  })

  it('are not where every parent was met, or more of them', () => {
    expect(orphanedIn(readyIn(SMALL_MAP), planned, became({ orders: 3, lines: 4 }))).toEqual({})
    expect(orphanedIn(readyIn(SMALL_MAP), planned, became({ orders: 4 }))).toEqual({})
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

  it('is not said where nothing was touched, or something is unknown', () => {
    const kept = { ...NOTHING, retained: [line()] }
    expect(withBackups(SMALL_MAP, kept, NOW)).toEqual(kept)
    // What was kept until it was over has been erased.
    expect(withBackups(SMALL_MAP, erased('invoices'), NOW)).toHaveProperty('backupsExpireAt')
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
