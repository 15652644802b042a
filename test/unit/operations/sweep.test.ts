import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Ledger } from '../../../shared/ledger/ledger.ts'
import { recover, sweep } from '../../../shared/operations/sweep.ts'
import { delays } from '../../../shared/platform/delays.ts'
import { ServiceError } from '../../../shared/platform/errors.ts'
import type { RequestKey } from '../../../shared/requests/code.ts'
import type { DeletionRequest, HistoryEntry } from '../../../shared/requests/request.ts'
import { NEVER_DUE } from '../../../shared/requests/steps.ts'
import { aRequest, NOW } from '../../fixtures/companies/request.ts'

beforeEach(() => {
  for (const level of ['info', 'warn', 'error'] as const) vi.spyOn(console, level).mockReturnValue(undefined)
})
afterEach(() => vi.restoreAllMocks())

const keyOf = (n: number) => n.toString(16).padStart(64, '0') as RequestKey
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)

/** A sweep over some rows, and what it has written. */
function over(rows: readonly Partial<DeletionRequest>[], failing: Readonly<Record<number, Error>> = {}) {
  const all = rows.map((row, n) => aRequest({ key: keyOf(n), ...row }))
  const written: {
    readonly how: string
    readonly request: DeletionRequest
    readonly entry?: HistoryEntry
  }[] = []
  const asked: unknown[] = []
  const write = (how: string) => async (request: DeletionRequest, entry?: HistoryEntry) => {
    const error = failing[all.findIndex(({ key }) => key === request.key)]
    if (error !== undefined) throw error
    written.push({ how, request, ...(entry && { entry }) })
  }
  const ledger: Pick<Ledger, 'due' | 'find' | 'save' | 'finish' | 'dueMails'> = {
    dueMails: async () => [],
    async due(at, limit) {
      asked.push([at, limit])
      return all.map(({ key }) => key)
    },
    find: async (key) => all.find((row) => row.key === key),
    save: write('save'),
    finish: write('finish'),
  }
  const sweeping = {
    // Of the ledger's promises the sweep uses these.
    ledger: ledger as Ledger,
    delays: delays(1, () => 0),
    clock: () => NOW,
    keepRequests: { months: 24 },
  }
  return { sweeping, written, asked }
}

describe('a sweep', () => {
  it('moves what is due, and says how many', async () => {
    const { sweeping, written, asked } = over([
      { state: 'ready', nextCheckAt: NOW },
      { state: 'waiting', nextCheckAt: later(-60) },
      { state: 'waiting', nextCheckAt: later(0.001) },
      { state: 'on_hold', nextCheckAt: NOW },
    ])
    expect(await sweep(sweeping)).toBe(2)
    expect(asked).toEqual([[NOW, 500]])
    expect(written.map(({ how, request, entry }) => [how, request.state, request.wakeups, entry])).toEqual([
      ['save', 'ready', 1, undefined],
      ['save', 'ready', 0, undefined],
    ])
  })

  it('leaves a row alone that the index shows too late', async () => {
    const { nextCheckAt: _none, ...ended } = aRequest({ state: 'completed' })
    const { sweeping, written } = over([])
    const ledger = { ...sweeping.ledger, due: async () => [keyOf(1), keyOf(2)] }
    const find = async (key: RequestKey) => (key === keyOf(1) ? { ...ended, key } : undefined)
    expect(await sweep({ ...sweeping, ledger: { ...ledger, find } })).toBe(0)
    expect(written).toEqual([])
  })

  it('ends what has lapsed, in the history too', async () => {
    const { sweeping, written } = over([{ state: 'awaiting_confirmation' }])
    expect(await sweep(sweeping)).toBe(1)
    expect(written).toEqual([
      {
        how: 'finish',
        request: expect.objectContaining({ state: 'expired' }),
        entry: { at: NOW, by: 'system', step: 'lapse' },
      },
    ])
  })

  it('tells the history when it asks the operator, and why', async () => {
    const { sweeping, written } = over([{ wakeups: 6 }, { state: 'waiting', attempts: 8 }, {}])
    expect(await sweep(sweeping)).toBe(3)
    expect(vi.mocked(console.warn).mock.calls.map(([text]) => JSON.parse(String(text)) as unknown)).toEqual([
      { level: 'warn', event: 'REQUEST_NEEDS_OPERATOR', request: keyOf(0), reason: 'not_taken' },
      { level: 'warn', event: 'REQUEST_NEEDS_OPERATOR', request: keyOf(1), reason: 'no_progress' },
    ])
    const line = { at: NOW, by: 'system', step: 'ask_operator' }
    expect(written.map(({ how, entry }) => [how, entry])).toEqual([
      ['save', { ...line, reason: 'not_taken' }],
      ['save', { ...line, reason: 'no_progress' }],
      ['save', undefined],
    ])
  })

  it('leaves to somebody else what somebody else has written first', async () => {
    const { sweeping, written } = over([{}, {}], { 0: new ServiceError('LEDGER_CONFLICT', 'taken') })
    expect(await sweep(sweeping)).toBe(1)
    expect(written).toHaveLength(1)
  })

  it('gives every row its turn before it fails', async () => {
    const { sweeping, written } = over([{}, {}, {}], { 0: new Error('first'), 1: new Error('second') })
    await expect(sweep(sweeping)).rejects.toThrow('first')
    expect(written).toHaveLength(1)
  })
})

describe('after a restart', () => {
  it('leases end, and every row that is ready is rung for, whenever it is due', async () => {
    const { sweeping, written, asked } = over([
      { state: 'erasing', attempts: 2, lease: { id: 'a', until: later(100) }, nextCheckAt: later(100) },
      { state: 'ready', wakeups: 6, nextCheckAt: later(100) },
      { state: 'waiting' },
      { state: 'needs_operator', nextCheckAt: NEVER_DUE },
    ])
    expect(await recover(sweeping)).toBe(2)
    expect(asked).toEqual([[NEVER_DUE, Number.MAX_SAFE_INTEGER]])
    expect(
      written.map(({ how, request }) => [how, request.state, request.wakeups, request.attempts]),
    ).toEqual([
      ['save', 'ready', 0, 2],
      ['save', 'ready', 1, 0],
    ])
    expect(written.some(({ request }) => 'lease' in request)).toBe(false)
  })

  it('a held request waits for no worker any more', async () => {
    const lease = { id: 'a', until: later(100) }
    const { sweeping, written } = over([
      { state: 'on_hold', heldFrom: 'erasing', lease, nextCheckAt: NEVER_DUE },
      { state: 'on_hold', nextCheckAt: NEVER_DUE },
    ])
    expect(await recover(sweeping)).toBe(1)
    expect(written[0]?.request.state).toBe('on_hold')
    expect(written[0]?.request).not.toHaveProperty('lease')
  })

  it('a row that is gone meanwhile is nobody’s', async () => {
    const { sweeping } = over([])
    const ledger = { ...sweeping.ledger, due: async () => [keyOf(1)] }
    expect(await recover({ ...sweeping, ledger })).toBe(0)
  })

  it('leaves to somebody else what somebody else has written first', async () => {
    const conflict = new ServiceError('LEDGER_CONFLICT', 'taken')
    expect(await recover(over([{ state: 'erasing' }, {}], { 0: conflict, 1: conflict }).sweeping)).toBe(0)
  })
})
