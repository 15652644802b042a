import { describe, expect, it } from 'vitest'
import type { Ledger, ListPosition, OpenRow } from '../../../shared/ledger/ledger.ts'
import {
  countOpen,
  countQueued,
  exportPage,
  type Filter,
  listOpen,
} from '../../../shared/operations/listings.ts'
import type { RequestKey } from '../../../shared/requests/code.ts'
import type { DeletionRequest } from '../../../shared/requests/request.ts'
import { aRequest, NOW } from '../../fixtures/companies/request.ts'
import { memoryLedger } from '../../fixtures/memory/ledger-in-memory.ts'

const DAY_MS = 24 * 3600_000
const keyOf = (n: number) => n.toString(16).padStart(64, '0') as RequestKey
const at = (days: number) => new Date(NOW.getTime() + days * DAY_MS)

async function ledgerOf(rows: readonly Partial<DeletionRequest>[]): Promise<Ledger> {
  const ledger = memoryLedger()
  for (const [n, row] of rows.entries()) {
    await ledger.open(aRequest({ key: keyOf(n), receivedAt: at(n / 1000), ...row }))
  }
  return ledger
}
const many = (count: number, more: Partial<DeletionRequest> = {}) => Array.from({ length: count }, () => more)
const numbersOf = (rows: readonly Pick<OpenRow, 'key'>[]) => rows.map(({ key }) => Number.parseInt(key, 16))

describe('open requests', () => {
  const listed = async (ledger: Ledger, filter: Filter = {}, limit = 100) =>
    numbersOf((await listOpen(ledger, { filter, limit })).requests)

  it('are listed from the oldest on, by what is asked for', async () => {
    const ledger = await ledgerOf([
      { receivedAt: at(2) },
      { receivedAt: at(1), state: 'needs_review', channel: 'email', app: 'light', dueAt: at(5) },
      { receivedAt: at(3), state: 'completed' },
      { receivedAt: at(4), app: 'light' },
    ])
    expect(await listed(ledger)).toEqual([1, 0, 3])
    expect(await listed(ledger, { state: 'needs_review' })).toEqual([1])
    expect(await listed(ledger, { channel: 'meta' })).toEqual([0, 3])
    expect(await listed(ledger, { app: 'light' })).toEqual([1, 3])
    expect(await listed(ledger, { dueBefore: at(5) })).toEqual([])
    expect(await listed(ledger, { dueBefore: at(6) })).toEqual([1])
    expect(await listed(ledger, { app: 'light', channel: 'meta' })).toEqual([3])
  })

  it('go on after the last one listed, and say so only where others may follow', async () => {
    const ledger = await ledgerOf(many(5))
    const first = await listOpen(ledger, { filter: {}, limit: 2 })
    expect(numbersOf(first.requests)).toEqual([0, 1])
    expect(first.next).toEqual({ receivedAt: at(1 / 1000), key: keyOf(1) })
    const second = await listOpen(ledger, { filter: {}, limit: 3, ...(first.next && { after: first.next }) })
    expect(numbersOf(second.requests)).toEqual([2, 3, 4])
    expect(second).not.toHaveProperty('next')
    expect(await listOpen(ledger, { filter: { app: 'none' }, limit: 2 })).toEqual({ requests: [] })
    expect((await listOpen(ledger, { filter: {}, limit: 5 })).next).toBeUndefined()
  })

  it('are read as many at a time as may be needed, and 20,000 at most', async () => {
    const sizes: number[] = []
    const endless: Pick<Ledger, 'openRows'> = {
      async openRows(size, after) {
        sizes.push(size)
        const n = after ? Number.parseInt(after.key, 16) + 1 : 0
        const row = { ...aRequest({ key: keyOf(n) }), app: 'shop' }
        return { rows: [row], next: { receivedAt: NOW, key: keyOf(n) } }
      },
    }
    await listOpen(endless, { filter: { app: 'shop' }, limit: 1 })
    await listOpen(endless, { filter: {}, limit: 1 })
    await listOpen(endless, { filter: {}, limit: 900 })
    expect([sizes[0], sizes[1], sizes[2]]).toEqual([1000, 2, 1000])
    sizes.length = 0
    const none = await listOpen(endless, { filter: { app: 'light' }, limit: 1 })
    expect(sizes).toHaveLength(20)
    expect(none).toEqual({ requests: [], next: { receivedAt: NOW, key: keyOf(19) } })
  })

  it('are counted by state, channel and days left, with the oldest', async () => {
    const ledger = await ledgerOf([
      { dueAt: at(-1), state: 'waiting' },
      { dueAt: NOW, channel: 'email' },
      { dueAt: at(7) },
      { dueAt: at(8) },
    ])
    expect(await countOpen(ledger, NOW)).toEqual({
      states: { waiting: 1, ready: 3 },
      channels: { meta: 3, email: 1 },
      due: { overdue: 1, within7Days: 2, later: 1 },
      oldest: NOW,
    })
    expect(await countOpen(memoryLedger(), NOW)).toEqual({
      states: {},
      channels: {},
      due: { overdue: 0, within7Days: 0, later: 0 },
    })
  })

  it('are counted over pages, and from a place on', async () => {
    const ledger = await ledgerOf(many(1500))
    const counted = await countOpen(ledger, NOW)
    expect([counted.states, counted.oldest, counted.next]).toEqual([{ ready: 1500 }, NOW, undefined])
    const after: ListPosition = { receivedAt: at(1.2), key: keyOf(1200) }
    expect(await countOpen(ledger, NOW, after)).toMatchObject({ states: { ready: 299 }, oldest: at(1.201) })
    const endless: Pick<Ledger, 'openRows'> = { openRows: async () => ({ rows: [], next: after }) }
    expect((await countOpen(endless, NOW)).next).toEqual(after)
  })

  it('are queued while they are ready or worked on', async () => {
    const states = ['ready', 'erasing', 'waiting', 'completed'] as const
    const ledger = await ledgerOf(states.map((state) => ({ state })))
    expect(await countQueued(ledger, [0, 1, 2, 3, 9].map(keyOf))).toBe(2)
  })
})

describe('what an auditor reads', () => {
  it('is each request with its dates and counts, and nothing of a person', async () => {
    const ledger = await ledgerOf([
      {},
      {
        state: 'completed',
        firstDeleteAt: at(1),
        endedAt: at(2),
        mapHash: 'map',
        expiresAt: at(3),
        extension: { from: '2026-12-01', reason: 'complex' },
        refusal: { reason: 'legal_claim' },
        outcome: {
          erased: [
            { category: 'a', items: 1 },
            { category: 'b', items: 2 },
          ],
          redacted: [{ category: 'a', items: 4 }],
          retained: [],
        },
      },
    ])
    const common = { channel: 'meta', app: 'shop', scope: 'account', dueAt: new Date('2026-12-12T08:00:00Z') }
    expect(await exportPage(ledger)).toEqual({
      requests: [
        { ...common, request: keyOf(0), state: 'ready', receivedAt: NOW },
        {
          ...common,
          request: keyOf(1),
          state: 'completed',
          receivedAt: at(1 / 1000),
          extendedFrom: '2026-12-01',
          extendedBecause: 'complex',
          firstDeleteAt: at(1),
          endedAt: at(2),
          refusedBecause: 'legal_claim',
          erased: 3,
          redacted: 4,
          retained: 0,
          mapHash: 'map',
          recordUntil: at(3),
        },
      ],
    })
    const { app: _app, ...anonymous } = aRequest({ key: keyOf(2) })
    await ledger.open(anonymous)
    const { requests } = await exportPage(ledger, { pk: keyOf(1), sk: 'META' })
    expect(requests).toHaveLength(1)
    expect(requests[0]).not.toHaveProperty('app')
  })

  it('comes page by page', async () => {
    const ledger = await ledgerOf(many(1001))
    const { requests, next } = await exportPage(ledger)
    expect([requests.length, next]).toEqual([1000, { pk: keyOf(999), sk: 'META' }])
    expect((await exportPage(ledger, next)).requests).toHaveLength(1)
  })
})
