import { describe, expect, it } from 'vitest'
import type { Holding } from '../../../shared/data-map/data-map.ts'
import type { Ledger } from '../../../shared/ledger/ledger.ts'
import { confirm, decide, show } from '../../../shared/operations/operations.ts'
import { delays } from '../../../shared/platform/delays.ts'
import { deriveCode, type RequestKey, requestKeyOf } from '../../../shared/requests/code.ts'
import type { DeletionRequest, HistoryEntry } from '../../../shared/requests/request.ts'
import { aRequest, NOW } from '../../fixtures/companies/request.ts'

const CODE = deriveCode('index key', 'test', '1')
const KEY = requestKeyOf(CODE)
const PAUSES = delays(1, () => 0)
const done = { erased: [], redacted: [], retained: [] }
const decided = { by: 'someone', at: NOW }

/** A ledger of some rows, and what was written to it. */
function ledgerOf(...rows: readonly DeletionRequest[]) {
  const written: unknown[] = []
  const history: readonly HistoryEntry[] = [{ at: NOW, step: 'ask_review', by: 'system' }]
  const ledger: Pick<Ledger, 'find' | 'beginningWith' | 'history' | 'owedMails' | 'save'> = {
    owedMails: async () => [],
    find: async (key) => rows.find((row) => row.key === key),
    beginningWith: async (prefix) => rows.map(({ key }) => key).filter((key) => key.startsWith(prefix)),
    history: async () => history,
    async save(request, entry) {
      written.push([request, entry])
    },
  }
  // Of the ledger's promises the operations use these.
  return { ledger: ledger as Ledger, written }
}
const one = (more: Partial<DeletionRequest> = {}) => ledgerOf(aRequest({ key: KEY, ...more }))

describe('a request', () => {
  it.each([
    ['its code', CODE],
    ['its code as people type it', ` ${CODE.slice(0, 12).toLowerCase()}-${CODE.slice(12)}`],
    ['its key', KEY],
    ['its key in capitals, with spaces around', `  ${KEY.toUpperCase()}\n`],
    ['the beginning of its key', KEY.slice(0, 8)],
  ])('is found by %s', async (_how, named) => {
    expect((await show(one().ledger, named)).key).toBe(KEY)
  })

  it.each([
    ['seven characters', KEY.slice(0, 7)],
    ['another code', deriveCode('index key', 'test', '2')],
    ['another key', 'ab'.repeat(32)],
    ['the beginning of another key', '0000aaaa'],
    ['words', 'that one'],
  ])('is not found by %s', async (_how, named) => {
    await expect(show(one().ledger, named)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('is not looked for in the whole table by its whole key', async () => {
    const { ledger } = one()
    const beginningWith = async () => Promise.reject(new Error('reads the whole table'))
    expect((await show({ ...ledger, beginningWith }, KEY)).key).toBe(KEY)
  })

  it('is not chosen among several that begin alike', async () => {
    const twin = `${KEY.slice(0, 12)}${'0'.repeat(52)}` as RequestKey
    const { ledger } = ledgerOf(aRequest({ key: KEY }), aRequest({ key: twin }))
    await expect(show(ledger, KEY.slice(0, 9))).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    expect((await show(ledger, twin)).key).toBe(twin)
  })
})

describe('what operators see', () => {
  it('has no seal, no lease and no cursor', async () => {
    const { ledger } = one({
      state: 'erasing',
      contact: 'a sealed address',
      messages: ['a hash'],
      lease: { id: 'a', until: NOW },
      checkpoint: {
        mapHash: 'h',
        pass: 2,
        round: 1,
        phase: 'erase',
        holding: 'orders',
        cursor: 'sealed',
        planned: { orders: { items: 3, until: '2030' }, link: { items: 1 } },
        done,
      },
    })
    const { identity: _i, ...row } = aRequest({ key: KEY, state: 'erasing' })
    expect(await show(ledger, KEY)).toEqual({
      ...row,
      progress: { phase: 'erase', pass: 2, holding: 'orders' },
      planned: { orders: 3, link: 1 },
      history: [
        { at: NOW, step: 'received', by: 'meta' },
        { at: NOW, step: 'ask_review', by: 'system' },
      ],
    })
  })

  it('is the plan that waits for them, and the tasks with their texts', async () => {
    const problem = {
      reason: 'manual',
      tasks: ['paper', 'orders', 'gone'],
      planned: { orders: { items: 3 } },
    } as const
    const manual = { vi: 'Hủy', en: 'Shred it.' }
    const holdings = {
      paper: { manual, category: 'orders', scope: 'account' },
      orders: { function: 'arn', action: 'erase', category: 'orders', scope: 'account' },
    } satisfies Readonly<Record<string, Holding>>
    const { ledger } = one({ state: 'needs_operator', problem })
    const shown = await show(ledger, KEY, holdings)
    expect(shown.planned).toEqual({ orders: 3 })
    expect(shown.tasks).toEqual([
      { holding: 'paper', text: manual },
      { holding: 'orders' },
      { holding: 'gone' },
    ])
    expect(shown).not.toHaveProperty('progress')
    expect((await show(ledger, KEY)).tasks?.[0]).toEqual({ holding: 'paper' })
  })

  it('has a place only where there is one', async () => {
    const checkpoint = { mapHash: 'h', pass: 1, round: 1, phase: 'resolve', planned: {}, done } as const
    const shown = await show(one({ state: 'erasing', checkpoint }).ledger, KEY)
    expect(shown.progress).toEqual({ phase: 'resolve', pass: 1 })
    const fresh = await show(one().ledger, KEY)
    for (const name of ['progress', 'planned', 'tasks', 'receipt']) expect(fresh).not.toHaveProperty(name)
  })

  it('is a receipt, once it is completed', async () => {
    const end = { state: 'completed', endedAt: NOW, outcome: done, mapHash: 'h' } as const
    const receipt = {
      request: KEY,
      channel: 'meta',
      app: 'shop',
      scope: 'account',
      receivedAt: '2026-11-22T08:00:00.000Z',
      dueAt: '2026-12-12T08:00:00.000Z',
      completedAt: '2026-11-22T08:00:00.000Z',
      mapHash: 'h',
      ...done,
    }
    expect((await show(one(end).ledger, KEY)).receipt).toEqual(receipt)
    expect((await show(one({ ...end, firstDeleteAt: NOW }).ledger, KEY)).receipt).toEqual({
      ...receipt,
      firstDeleteAt: '2026-11-22T08:00:00.000Z',
    })
    const { app: _app, ...other } = aRequest({ ...end, key: KEY, channel: 'operator' })
    expect((await show(ledgerOf(other).ledger, KEY)).receipt).not.toHaveProperty('app')
    for (const part of ['endedAt', 'outcome', 'mapHash'] as const) {
      const { [part]: _gone, ...without } = aRequest({ ...end, key: KEY })
      expect(await show(ledgerOf(without).ledger, KEY)).not.toHaveProperty('receipt')
    }
  })
})

describe('a decision', () => {
  it('approves what was shown, for its map, its reason and its persons', async () => {
    const problem = { reason: 'too_big', mapHash: 'h', persons: 2 } as const
    const { ledger, written } = one({ state: 'needs_review', problem })
    const next = await decide(ledger, PAUSES, KEY, { ...decided, step: 'approve', reason: 'seen' })
    expect(next).toMatchObject({
      state: 'ready',
      approval: { mapHash: 'h', reasons: ['too_big'], persons: 2 },
    })
    expect(written).toEqual([[next, { at: NOW, step: 'approve', by: 'someone', reason: 'seen' }]])
  })

  it('approves every reason that was shown, each once', async () => {
    const problem = { reason: 'stale', reasons: ['review_when', 'stale', 'too_big'], mapHash: 'h' } as const
    const approval = { mapHash: 'h', reasons: ['review_when'], persons: 1 } as const
    const many = one({ state: 'needs_review', problem, approval })
    expect((await decide(many.ledger, PAUSES, KEY, { ...decided, step: 'approve' })).approval).toEqual({
      mapHash: 'h',
      reasons: ['review_when', 'stale', 'too_big'],
      persons: 1,
    })
  })

  it.each([
    ['the same map', 'h', ['undated', 'too_big']],
    ['another map', 'other', ['too_big']],
  ])('adds to what was approved before under %s', async (_which, mapHash, reasons) => {
    const approval = { mapHash, reasons: ['undated'], persons: 1 } as const
    const problem = { reason: 'too_big', mapHash: 'h' } as const
    const { ledger } = one({ state: 'needs_review', problem, approval })
    const next = await decide(ledger, PAUSES, KEY, { ...decided, step: 'approve' })
    expect(next.approval).toEqual({ mapHash: 'h', reasons, persons: 1 })
  })

  it('approves nothing where no plan was shown', async () => {
    const approval = { mapHash: 'h', reasons: ['undated'], persons: 1 } as const
    const seen = one({ state: 'needs_review', problem: { reason: 'too_big' } })
    expect(await decide(seen.ledger, PAUSES, KEY, { ...decided, step: 'approve' })).not.toHaveProperty(
      'approval',
    )
    const bare = one({ state: 'needs_review', approval })
    expect((await decide(bare.ledger, PAUSES, KEY, { ...decided, step: 'approve' })).state).toBe('ready')
  })

  it('to try again keeps the approval, and tells the history without a reason if there is none', async () => {
    const approval = { mapHash: 'h', reasons: ['undated'], persons: 1 } as const
    const problem = { reason: 'residue', mapHash: 'other' } as const
    const { ledger, written } = one({ state: 'needs_operator', approval, problem })
    const next = await decide(ledger, PAUSES, KEY, { ...decided, step: 'retry' })
    expect(next.approval).toEqual(approval)
    expect(written).toStrictEqual([[next, { at: NOW, step: 'retry', by: 'someone' }]])
  })
})

describe('a task done by hand', () => {
  const problem = { reason: 'manual', tasks: ['paper', 'tapes'] } as const
  const task = { ...decided, holding: 'paper' }

  it('is kept in the history, and the others stay open', async () => {
    const { ledger, written } = one({ state: 'needs_operator', problem })
    const { request, open } = await confirm(ledger, PAUSES, KEY, task)
    expect(open).toEqual(['tapes'])
    expect(request.confirmed).toEqual([{ holding: 'paper', by: 'someone', at: NOW.toISOString() }])
    expect(written).toEqual([[request, { at: NOW, step: 'done', by: 'someone', reason: 'paper' }]])
  })

  it('is the last one when none is open', async () => {
    const last = { reason: 'manual', tasks: ['paper'] } as const
    const { ledger } = one({ state: 'needs_operator', problem: last })
    expect(await confirm(ledger, PAUSES, KEY, task)).toMatchObject({ open: [], request: { state: 'ready' } })
  })

  it.each<[what: string, row: Partial<DeletionRequest>, code: string]>([
    [
      'the request waits for none',
      { state: 'needs_operator', problem: { reason: 'residue' } },
      'ILLEGAL_TRANSITION',
    ],
    ['it has no problem', { state: 'needs_operator' }, 'ILLEGAL_TRANSITION'],
    ['it is at work', { state: 'waiting', problem }, 'ILLEGAL_TRANSITION'],
    [
      'it waits for others',
      { state: 'needs_operator', problem: { reason: 'manual', tasks: ['tapes'] } },
      'BAD_REQUEST',
    ],
  ])('is refused when %s', async (_what, row, code) => {
    const { ledger, written } = one(row)
    await expect(confirm(ledger, PAUSES, KEY, task)).rejects.toMatchObject({ code })
    expect(written).toEqual([])
  })

  it('is refused by naming what is open, not what was typed', async () => {
    const { ledger } = one({ state: 'needs_operator', problem })
    const refused = confirm(ledger, PAUSES, KEY, { ...task, holding: 'jane@example.com' })
    await expect(refused).rejects.toThrow(/paper, tapes/)
    await expect(refused).rejects.not.toThrow(/jane/)
  })
})
