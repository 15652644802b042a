import { describe, expect, it } from 'vitest'
import { OPERATE } from '../../../functions/operator-operate.ts'
import type { Ledger } from '../../../shared/ledger/ledger.ts'
import { resumeAll } from '../../../shared/operations/operations.ts'
import { delays } from '../../../shared/platform/delays.ts'
import type { RequestKey } from '../../../shared/requests/code.ts'
import type { DeletionRequest } from '../../../shared/requests/request.ts'
import { aRequest, NOW } from '../../fixtures/companies/request.ts'
import { memoryLedger } from '../../fixtures/memory/ledger-in-memory.ts'

const keyOf = (n: number) => n.toString(16).padStart(64, '0') as RequestKey
const waits = delays(1, () => 0)
const BY = { by: 'linh', at: NOW }

describe('a pause', () => {
  it('and its end are noted, and by whom', async () => {
    const noted: unknown[] = []
    const ledger: Ledger = { ...memoryLedger(), setPaused: async (...about) => void noted.push(about) }
    await OPERATE.pause({}, { ledger, ...BY } as Parameters<typeof OPERATE.pause>[1])
    expect(await resumeAll(ledger, waits, BY)).toEqual({ woken: 0 })
    expect(noted).toEqual([
      [true, BY],
      [false, BY],
    ])
  })

  it('that ends wakes what waits for that, and nothing else', async () => {
    const ledger = memoryLedger()
    const paused = { state: 'waiting', problem: { reason: 'paused' } } as const
    const rows: readonly Partial<DeletionRequest>[] = [
      paused,
      { state: 'waiting', problem: { reason: 'no_progress' } },
      { state: 'waiting' },
      {},
      paused,
    ]
    for (const [n, row] of rows.entries()) await ledger.open(aRequest({ key: keyOf(n), ...row }))
    expect(await resumeAll(ledger, waits, BY)).toEqual({ woken: 2 })
    const states = await Promise.all(rows.map(async (_row, n) => (await ledger.find(keyOf(n)))?.state))
    expect(states).toEqual(['ready', 'waiting', 'waiting', 'ready', 'ready'])
    expect((await ledger.find(keyOf(3)))?.version).toBe(1)
  })

  it('does not mind what somebody else wakes or ends meanwhile', async () => {
    const behind = memoryLedger()
    const row = aRequest({ state: 'waiting', problem: { reason: 'paused' } })
    await behind.open(row)
    for (const now of [undefined, { ...row, state: 'ready' as const }, { ...row, version: 7 }]) {
      expect(await resumeAll({ ...behind, find: async () => now }, waits, BY)).toEqual({ woken: 0 })
    }
  })

  it('says where it goes on, if it could not wake all', async () => {
    const next = { receivedAt: NOW, key: keyOf(9) }
    const ledger = { ...memoryLedger(), openRows: async () => ({ rows: [], next }) }
    expect(await resumeAll(ledger, waits, BY)).toEqual({ woken: 0, next })
  })
})
