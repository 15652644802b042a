/** What an erasure leaves to prove it by, and what it says when it found nothing, wherever the tables are. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { answerDoorbell } from '../../shared/erasure/worker.ts'
import { show } from '../../shared/operations/operations.ts'
import { subjectHash } from '../../shared/requests/code.ts'
import { personRows, SMALL_MAP } from '../fixtures/companies/small-company.ts'
import { type Company, INDEX_KEY } from '../fixtures/world/company.ts'
import type { Awaitable, World } from '../fixtures/world/world.ts'

export function evidenceContract(name: string, build: () => Awaitable<World>): void {
  describe(`evidence ${name}`, () => {
    let world: World
    let company: Company
    beforeEach(async () => {
      world = await build()
      company = await world.open(SMALL_MAP)
      vi.spyOn(console, 'warn').mockReturnValue()
    })
    afterEach(async () => {
      vi.restoreAllMocks()
      await world.close()
    })

    const erase = async (facebookId: string) =>
      company.settle(await company.receive({ facebookId: [facebookId] }))

    describe('the receipt', () => {
      it('says what was done, by which map, and how what is kept will end', async () => {
        await world.putRows(personRows('u1', '901'))
        const { key } = await erase('901')
        const { receipt } = await show(company.ledger, key)
        expect(receipt).toEqual({
          request: key,
          channel: 'meta',
          app: 'shop',
          scope: 'account',
          receivedAt: '2026-11-22T08:00:00.000Z',
          dueAt: '2026-12-12T08:00:00.000Z',
          firstDeleteAt: '2026-11-22T08:00:00.000Z',
          completedAt: '2026-11-22T08:00:00.000Z',
          mapHash: company.mapHash,
          erased: [
            { category: 'orders', items: 9 },
            { category: 'profile', items: 3 },
            { category: 'meta', items: 1 },
          ],
          redacted: [{ category: 'messages', items: 2 }],
          retained: [
            {
              category: 'invoices',
              items: 2,
              reason: 'tax',
              until: '2032-03-01',
              ends: ['ttl'],
            },
          ],
          backupsExpireAt: '2026-12-27T08:00:00.000Z',
        })
        expect(JSON.stringify(receipt)).not.toMatch(/901|u1|example/i)
      })

      it('is there for a completed request only', async () => {
        await world.putRows(personRows('u1', '901'))
        const key = await company.receive({ facebookId: ['901'] }, { doubts: ['stale'] })
        await company.settle(key)
        expect(await show(company.ledger, key)).not.toHaveProperty('receipt')
      })
    })

    describe('the hashes of whom it was about', () => {
      it('are those of all that was known of the person', async () => {
        await world.putRows(personRows('u1', '901'))
        const { key } = await erase('901')
        const expected = [
          ['facebookId', '901'],
          ['userId', 'u1'],
          ['email', 'u1@example.com'],
        ].map(([name = '', value = '']) => subjectHash(INDEX_KEY, name, value))
        expect((await company.ledger.subjects(key)).toSorted()).toEqual(expected.toSorted())
      })

      it('are not kept of somebody of whom nothing was there', async () => {
        const { key } = await erase('999')
        expect(await company.ledger.subjects(key)).toEqual([])
      })
    })

    describe('nothing found', () => {
      it('is a number of its own, by app and channel, beside what was completed and erased', async () => {
        const measure = vi.fn<Company['measure']>()
        await world.putRows(personRows('u1', '901'))
        for (const id of ['901', '999']) {
          const key = await company.receive({ facebookId: [id] })
          await answerDoorbell({ ...company, measure }, key)
        }
        expect(measure.mock.calls).toEqual([
          ['requestsCompleted', 1, { channel: 'meta', state: 'completed_with_retention' }],
          ['itemsErased', 13, {}],
          ['nothingFound', 0, { app: 'shop', channel: 'meta' }],
          ['requestsCompleted', 1, { channel: 'meta', state: 'completed' }],
          ['itemsErased', 0, {}],
          ['nothingFound', 1, { app: 'shop', channel: 'meta' }],
        ])
      })

      it('ten times in a row of one app is said, once something is found no more', async () => {
        const warnings = () =>
          vi
            .mocked(console.warn)
            .mock.calls.filter(([line]) => String(line).includes('NOTHING_FOUND_IN_A_ROW'))
        for (let n = 0; n < 9; n += 1) await erase(`99${n}`)
        expect(warnings()).toEqual([])
        await erase('999')
        expect(warnings()).toEqual([
          [JSON.stringify({ level: 'warn', event: 'NOTHING_FOUND_IN_A_ROW', app: 'shop', requests: 10 })],
        ])
        // Most of whom Meta lists are unknown by then.
        await answerDoorbell(company, await company.receive({ facebookId: ['997'] }, { channel: 'list' }))
        expect(warnings()).toHaveLength(1)
        await world.putRows(personRows('u1', '901'))
        await erase('901')
        await erase('998')
        expect(warnings()).toHaveLength(1)
      })
    })
  })
}
