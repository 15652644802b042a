import { describe, expect, it } from 'vitest'
import type { RequestKey } from '../../shared/requests/code.ts'
import type { Ledger } from '../../shared/requests/ledger.ts'
import { advance, change } from '../../shared/requests/request.ts'
import { NEVER_DUE } from '../../shared/requests/steps.ts'
import { aRequest, NOW } from '../fixtures/request.ts'

let keys = 0
function newKey(): RequestKey {
  keys += 1
  return keys.toString(16).padStart(64, '0') as RequestKey
}

/** What every ledger promises, whatever it is made of. */
export function ledgerContract(name: string, open: () => Promise<Ledger>): void {
  describe(`${name} ledger`, () => {
    it('finds what was opened, and nothing else', async () => {
      const ledger = await open()
      const request = aRequest({ key: newKey() })
      expect(await ledger.open(request)).toEqual({ request, created: true })
      expect(await ledger.find(request.key)).toEqual(request)
      expect(await ledger.find(newKey())).toBeUndefined()
    })

    it('answers a second opening with the row that is there', async () => {
      const ledger = await open()
      const request = aRequest({ key: newKey() })
      await ledger.open(request)
      const again = await ledger.open({ ...request, channel: 'email' })
      expect(again).toEqual({ request, created: false })
    })

    it('lets one of two racing writers win', async () => {
      const ledger = await open()
      const request = aRequest({ key: newKey() })
      await ledger.open(request)
      const taken = advance(request, 'take', NOW)
      const entry = { at: NOW, step: 'take', by: 'system' } as const
      const results = await Promise.allSettled([
        ledger.save(taken),
        ledger.save(taken, entry),
        ledger.save(taken),
      ])
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      const refusals = results.flatMap((result): unknown =>
        result.status === 'rejected' ? [result.reason] : [],
      )
      expect(refusals).toEqual([
        expect.objectContaining({ code: 'LEDGER_CONFLICT' }),
        expect.objectContaining({ code: 'LEDGER_CONFLICT' }),
      ])
    })

    it('keeps the history in order, with who and why', async () => {
      const ledger = await open()
      const request = aRequest({ key: newKey(), state: 'needs_review' })
      await ledger.open(request)
      const approved = advance(request, 'approve', NOW)
      await ledger.save(approved, { at: NOW, step: 'approve', by: 'arn:someone', reason: 'seen' })
      const taken = advance(approved, 'take', new Date(NOW.getTime() + 1000))
      await ledger.save(taken)
      expect(await ledger.history(request.key)).toEqual([
        { at: NOW, step: 'approve', by: 'arn:someone', reason: 'seen' },
      ])
    })

    it('forgets the identities in the write that ends a request, and gives its history an end', async () => {
      const ledger = await open()
      const request = aRequest({ key: newKey() })
      await ledger.open(request)
      const many = Array.from({ length: 12 }, (_, n) => `chunk ${n}`)
      await ledger.saveIdentities(request, many)
      expect(await ledger.identities(request.key)).toEqual(many)
      await ledger.saveIdentities(request, ['one', 'two'])
      expect(await ledger.identities(request.key)).toEqual(['one', 'two'])
      const taken = advance(request, 'take', NOW)
      await ledger.save(taken)
      const done = advance(taken, 'complete', NOW, { expiresAt: new Date('2028-11-22T08:00:00.000Z') })
      await ledger.finish(done, { at: NOW, step: 'complete', by: 'system' })
      expect(await ledger.identities(request.key)).toEqual([])
      expect(await ledger.find(request.key)).toEqual(done)
    })

    it('keeps and forgets more identities than one transaction takes, by number or by size', async () => {
      const ledger = await open()
      const request = aRequest({ key: newKey() })
      await ledger.open(request)
      const chunks = (count: number, of: string, bytes = 0) =>
        Array.from({ length: count }, (_, n) => `${of} ${n} ${'x'.repeat(bytes)}`)
      for (const many of [
        chunks(99, 'a'),
        chunks(100, 'b'),
        chunks(250, 'c'),
        chunks(260, 'd'),
        chunks(3, 'e'),
        chunks(30, 'f', 300_000),
        chunks(230, 'g'),
      ]) {
        await ledger.saveIdentities(request, many)
        expect(await ledger.identities(request.key)).toEqual(many)
      }
      const taken = advance(request, 'take', NOW)
      await ledger.save(taken)
      const done = advance(taken, 'complete', NOW, { expiresAt: new Date('2028-11-22T08:00:00.000Z') })
      const hashes = chunks(4500, 'hash')
      const subjects = { hashes, until: NOW }
      await ledger.finish(done, { at: NOW, step: 'complete', by: 'system' }, subjects)
      expect(await ledger.identities(request.key)).toEqual([])
      expect(await ledger.find(request.key)).toEqual(done)
      expect(new Set(await ledger.subjects(request.key))).toEqual(new Set(hashes))
    })

    it('never keeps identities for a request that has moved on', async () => {
      const ledger = await open()
      const request = aRequest({ key: newKey() })
      await ledger.open(request)
      await ledger.save(advance(request, 'withdraw', NOW))
      await expect(ledger.saveIdentities(request, ['late'])).rejects.toMatchObject({
        code: 'LEDGER_CONFLICT',
      })
      expect(await ledger.identities(request.key)).toEqual([])
    })

    it('lists open rows that are due, the oldest first, and no others', async () => {
      const ledger = await open()
      const at = (minutes: number) => new Date(Date.UTC(2030, 0, 1, 0, minutes))
      const late = aRequest({ key: newKey(), nextCheckAt: at(20) })
      const early = aRequest({ key: newKey(), nextCheckAt: at(10) })
      const future = aRequest({ key: newKey(), nextCheckAt: at(40) })
      const parked = aRequest({ key: newKey(), nextCheckAt: NEVER_DUE })
      for (const request of [late, early, future, parked]) await ledger.open(request)
      const due = await ledger.due(at(30), 1000)
      expect(
        due.filter((key) => [late, early, future, parked].some((request) => request.key === key)),
      ).toEqual([early.key, late.key])
    })

    it('finds requests by the beginning of their key', async () => {
      const ledger = await open()
      const key = `${'fe'.repeat(4)}${newKey().slice(8)}` as RequestKey
      await ledger.open(aRequest({ key }))
      expect(await ledger.beginningWith('fefefefe')).toEqual([key])
      expect(await ledger.beginningWith('fefefeff')).toEqual([])
    })

    it('gives a claim to the first and names the owner to the others', async () => {
      const ledger = await open()
      const [first, second] = [newKey(), newKey()]
      expect(await ledger.claim(`h${first}`, first)).toBe(first)
      expect(await ledger.claim(`h${first}`, second)).toBe(first)
      expect(await ledger.claim(`h${first}`, first)).toBe(first)
      await ledger.giveBack([`h${first}`], second)
      expect(await ledger.claim(`h${first}`, second)).toBe(first)
      await ledger.giveBack([`h${first}`], first)
      expect(await ledger.claim(`h${first}`, second)).toBe(second)
    })

    it('never lets a request that lost a claim go on unaware', async () => {
      const ledger = await open()
      const owner = aRequest({ key: newKey() })
      await ledger.open(owner)
      const thief = newKey()
      await ledger.claim(`h${owner.key}`, owner.key)
      expect(await ledger.takeOver(`h${owner.key}`, thief, owner)).toBe(true)
      await expect(ledger.save(change(owner, NOW, { firstDeleteAt: NOW }))).rejects.toMatchObject({
        code: 'LEDGER_CONFLICT',
      })
    })

    it('never takes a claim over with an old view of its owner', async () => {
      const ledger = await open()
      const owner = aRequest({ key: newKey() })
      await ledger.open(owner)
      await ledger.claim(`h${owner.key}`, owner.key)
      await ledger.save(change(owner, NOW, { firstDeleteAt: NOW }))
      expect(await ledger.takeOver(`h${owner.key}`, newKey(), owner)).toBe(false)
      expect(await ledger.claim(`h${owner.key}`, newKey())).toBe(owner.key)
    })

    it('hands down a claim whose owner is gone, once', async () => {
      const ledger = await open()
      const [gone, heir, late] = [newKey(), newKey(), newKey()]
      await ledger.claim(`h${gone}`, gone)
      expect(await ledger.inherit(`h${gone}`, heir, gone)).toBe(true)
      expect(await ledger.inherit(`h${gone}`, late, gone)).toBe(false)
    })
  })
}
