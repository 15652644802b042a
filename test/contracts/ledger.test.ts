import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LEDGER_TABLE } from '../../infra/local/engines/tables.ts'
import type { Ledger } from '../../shared/ledger/ledger.ts'
import { dynamoLedger } from '../../shared/ledger/ledger-dynamodb.ts'
import { advance } from '../../shared/requests/request.ts'
import { aRequest, NOW } from '../fixtures/companies/request.ts'
import { SMALL_MAP } from '../fixtures/companies/small-company.ts'
import { memoryLedger } from '../fixtures/memory/ledger-in-memory.ts'
import { type EngineWorld, onEngine } from '../fixtures/world/on-engine.ts'
import { ledgerContract } from './ledger.contract.ts'

let world: EngineWorld
beforeAll(async () => {
  world = await onEngine()
  await world.open(SMALL_MAP)
})
afterAll(() => world.close())

/** A ledger whose process ends after so many transactions have had their effect. */
function crashingAt(last: number): Ledger {
  const client = world.newClient()
  let transactions = 0
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args)
      if (context['commandName'] === 'TransactWriteItemsCommand') transactions += 1
      if (transactions === last) throw new Error('crashed')
      return result
    },
    { step: 'initialize' },
  )
  return dynamoLedger(client, LEDGER_TABLE)
}

ledgerContract('DynamoDB', async () => world.ledger)
ledgerContract('memory', async () => memoryLedger())

describe('the ledger in DynamoDB', () => {
  it('sees a hold on any of many subjects', async () => {
    const hashes = Array.from({ length: 250 }, (_, n) => `held${n}`)
    expect(await world.ledger.isHeld(hashes)).toBe(false)
    await world.put(LEDGER_TABLE, { pk: { S: 'ID#held249' }, sk: { S: 'HOLD' } })
    expect(await world.ledger.isHeld(hashes)).toBe(true)
  })

  it('loses no identity to a crash between two transactions, and never ends without the hashes', async () => {
    const many = (count: number, of: string) => Array.from({ length: count }, (_, n) => `${of}${n}`)
    for (let crashAt = 1; crashAt <= 5; crashAt += 1) {
      const request = aRequest({ key: `${crashAt}`.repeat(64) as never })
      await world.ledger.open(request)
      await world.ledger.saveIdentities(request, many(150, 'old'))
      await expect(crashingAt(crashAt).saveIdentities(request, many(250, 'new'))).rejects.toThrow('crashed')
      const there = await world.ledger.identities(request.key)
      const isWhole = (all: readonly string[]) => all.every((one) => there.includes(one))
      expect(isWhole(many(150, 'old')) || isWhole(many(250, 'new'))).toBe(true)
      await world.ledger.saveIdentities(request, many(250, 'new'))
      expect(await world.ledger.identities(request.key)).toEqual(many(250, 'new'))
    }
    for (let crashAt = 1; crashAt <= 3; crashAt += 1) {
      const request = aRequest({ key: `${crashAt}a`.repeat(32) as never, state: 'erasing' })
      await world.ledger.open(request)
      await world.ledger.saveIdentities(request, many(250, 'one'))
      const done = advance(request, 'complete', NOW, { expiresAt: new Date('2028-11-22T08:00:00.000Z') })
      const entry = { at: NOW, step: 'complete', by: 'system' } as const
      const all = { hashes: many(3000, 'hash'), until: NOW }
      await expect(crashingAt(crashAt).finish(done, entry, all)).rejects.toThrow('crashed')
      expect(await world.ledger.find(request.key)).toEqual(crashAt < 3 ? request : done)
      if (crashAt === 3) continue
      await world.ledger.finish(done, entry, { ...all, hashes: ['hash0', 'later'] })
      expect(await world.ledger.identities(request.key)).toEqual([])
      expect(new Set(await world.ledger.subjects(request.key))).toEqual(new Set([...all.hashes, 'later']))
    }
  })

  it('lets every line of a request expire with it, and never one of an open request', async () => {
    const request = aRequest({ key: 'ee'.repeat(32) as never, state: 'needs_review' })
    await world.ledger.open(request)
    const lines = async () =>
      (await world.all(LEDGER_TABLE)).filter(({ pk }) => pk?.S === `REQ#${request.key}`)
    const approved = advance(request, 'approve', NOW)
    await world.ledger.save(approved, { at: NOW, step: 'approve', by: 'a' })
    expect((await lines()).map(({ expiresAt }) => expiresAt)).toEqual([undefined, undefined])
    const taken = advance(approved, 'take', NOW)
    await world.ledger.save(taken)
    const end = { expiresAt: new Date('2028-11-22T08:00:00.000Z') }
    await world.ledger.finish(advance(taken, 'complete', NOW, end), {
      at: NOW,
      step: 'complete',
      by: 'system',
    })
    expect((await lines()).map(({ expiresAt }) => expiresAt?.N)).toEqual([
      '1858492800',
      '1858492800',
      '1858492800',
    ])
  })
})
