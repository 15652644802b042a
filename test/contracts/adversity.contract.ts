/** What goes wrong around an erasure, and must not show in its end or in its counts, wherever the tables are. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DataMap, Table, TableHolding } from '../../shared/data-map/data-map.ts'
import { answerDoorbell } from '../../shared/erasure/worker.ts'
import { decide } from '../../shared/operations/operations.ts'
import { NO_DEADLINE } from '../../shared/platform/deadline.ts'
import type { Records } from '../../shared/records/records.ts'
import { subjectHash } from '../../shared/requests/code.ts'
import { type Company, INDEX_KEY, withRecords } from '../fixtures/world/company.ts'
import type { Awaitable, World } from '../fixtures/world/world.ts'

const TEXT = { vi: 'x', en: 'x' }
const BY_USER: Table = {
  name: 'Posts',
  key: { id: 'S' },
  indexes: { byUser: { key: { userId: 'S' } } },
  backupsKeptFor: 'P1D',
}
const OWN: Table = { name: 'Own', key: { PK: 'S', SK: 'S' }, backupsKeptFor: 'P1D' }
export const FOUND = {
  table: 'posts',
  find: { index: 'byUser', userId: '{userId}' },
  owner: { userId: '{userId}' },
  category: 'c',
  scope: 'account',
} as const
export const IN_PARTITION = {
  table: 'own',
  find: { PK: 'USER#{userId}' },
  category: 'c',
  scope: 'account',
} as const

export const mapOf = (holdings: Readonly<Record<string, TableHolding>>, own: Table = OWN): DataMap => ({
  identities: { userId: { of: 'person' }, nick: { of: 'alias' }, orderNo: { of: 'record' } },
  tables: { posts: BY_USER, own },
  holdings,
  categories: { c: TEXT, d: TEXT },
  reasons: { tax: TEXT },
})

const s = (S: string) => ({ S })

const ORDERS = {
  lines: { ...FOUND, per: 'orders', find: { id: '{orderNo}' }, action: 'erase' },
  orders: {
    ...IN_PARTITION,
    find: { PK: 'USER#{userId}', SK: { beginsWith: 'ORDER#' } },
    learns: { orderNo: 'no' },
    action: 'erase',
  },
} as const satisfies Readonly<Record<string, TableHolding>>

/** Does something once, after the first call of a kind to the company's tables has had its effect. */
const onceAfter =
  (call: 'count' | 'eraseIf', then: () => Awaitable<void>) =>
  (behind: Records): Partial<Records> => {
    let isDone = false
    const after = async <T>(result: T): Promise<T> => {
      if (!isDone) {
        isDone = true
        await then()
      }
      return result
    }
    return call === 'count'
      ? { count: async (...about) => after(await behind.count(...about)) }
      : { eraseIf: async (...about) => after(await behind.eraseIf(...about)) }
  }

export function adversityContract(name: string, build: () => Awaitable<World>): void {
  describe(`adversity ${name}`, () => {
    let world: World
    beforeEach(async () => {
      world = await build()
      vi.spyOn(console, 'error').mockReturnValue()
    })
    afterEach(async () => {
      vi.restoreAllMocks()
      await world.close()
    })

    const companyWith = (
      holdings: Readonly<Record<string, TableHolding>>,
      own: Table = OWN,
      otherwise: (behind: Records) => Partial<Records> = () => ({}),
    ): Awaitable<Company> => world.open(mapOf(holdings, own), withRecords(otherwise))

    async function settled(company: Company) {
      return company.settle(await company.receive({ userId: ['u1'] }))
    }

    describe('an index that does not show an item for a while', () => {
      it('does not make it count twice', async () => {
        let queries = 0
        const hiding = (behind: Records): Partial<Records> => ({
          async page(query, after) {
            const { items, ...more } = await behind.page(query, after)
            if (query.index === undefined) return { items, ...more }
            queries += 1
            // The second time: the erase phase.
            return { items: queries === 2 ? items.slice(1) : items, ...more }
          },
        })
        const company = await companyWith({ posts: { ...FOUND, action: 'erase' } }, OWN, hiding)
        await world.put('Posts', { id: s('a'), userId: s('u1') })
        await world.put('Posts', { id: s('b'), userId: s('u1') })
        expect(await settled(company)).toMatchObject({
          state: 'completed',
          outcome: { erased: [{ category: 'c', items: 2 }] },
        })
        expect(await world.all('Posts')).toEqual([])
      })
    })

    describe('an item that nobody may touch without a look', () => {
      it('is not touched either when it comes after the first delete', async () => {
        const company = await companyWith(
          { roles: { ...IN_PARTITION, reviewWhen: { role: 'owner' }, action: 'erase' } },
          OWN,
          onceAfter('eraseIf', () => world.put('Own', { PK: s('USER#u1'), SK: s('2'), role: s('owner') })),
        )
        await world.put('Own', { PK: s('USER#u1'), SK: s('1'), role: s('clerk') })
        expect(await settled(company)).toMatchObject({
          state: 'needs_review',
          problem: { reason: 'review_when' },
        })
        expect(await world.all('Own')).toHaveLength(1)
      })
    })

    describe('an approval for another reason', () => {
      it('is none of items that nobody may touch without a look', async () => {
        const company = await companyWith(
          { roles: { ...IN_PARTITION, reviewWhen: { role: 'owner' }, action: 'erase' } },
          OWN,
          onceAfter('eraseIf', () => world.put('Own', { PK: s('USER#u1'), SK: s('2'), role: s('owner') })),
        )
        await world.put('Own', { PK: s('USER#u1'), SK: s('1'), role: s('clerk') })
        const key = await company.receive({ userId: ['u1'] }, { doubts: ['stale'] })
        expect((await company.settle(key)).problem?.reasons).toEqual(['stale'])
        const decision = { step: 'approve', by: 'someone', at: company.clock() } as const
        await decide(company.ledger, company.delays, key, decision)
        expect(await company.settle(key)).toMatchObject({
          state: 'needs_review',
          problem: { reason: 'review_when', reasons: ['review_when'] },
        })
        expect(await world.all('Own')).toHaveLength(1)
        await decide(company.ledger, company.delays, key, decision)
        expect((await company.settle(key)).state).toBe('completed')
        expect(await world.all('Own')).toEqual([])
      })
    })

    const putOrders = async (numbers: readonly string[]) => {
      for (const no of numbers) {
        await world.put('Own', { PK: s('USER#u1'), SK: s(`ORDER#${no}`), no: s(no), text: s('x') })
        await world.put('Posts', { id: s(no), userId: s('u1') })
      }
    }
    const namesFrom = (count: number) => Array.from({ length: count }, (_, n) => `o${n}`)

    describe('a holding that takes what leads to the children of another', () => {
      it('has these erased first, however many there are', async () => {
        const company = await companyWith({ everything: { ...IN_PARTITION, action: 'erase' }, ...ORDERS })
        await putOrders(namesFrom(60))
        await world.put('Own', { PK: s('USER#u1'), SK: s('PROFILE') })
        expect(await settled(company)).toMatchObject({
          state: 'completed',
          outcome: { erased: [{ category: 'c', items: 121 }] },
        })
        expect([...(await world.all('Own')), ...(await world.all('Posts'))]).toEqual([])
      })

      it('has them erased before it redacts the way', async () => {
        const company = await companyWith({
          everything: {
            ...IN_PARTITION,
            category: 'd',
            action: { redact: { no: 'remove', text: 'remove' } },
          },
          lines: ORDERS.lines,
          orders: { ...ORDERS.orders, action: { redact: { text: 'remove' } } },
        })
        await putOrders(['o1', 'o2'])
        expect(await settled(company)).toMatchObject({
          state: 'completed',
          outcome: { erased: [{ category: 'c', items: 2 }], redacted: [{ category: 'd', items: 2 }] },
        })
        expect(await world.all('Posts')).toEqual([])
      })

      it('leaves an item whose child would not go, and takes the others', async () => {
        const company = await companyWith({
          everything: { ...IN_PARTITION, action: 'erase' },
          lines: { ...ORDERS.lines, owner: { userId: '{userId}', state: 'OPEN#{userId}' } },
          orders: ORDERS.orders,
        })
        await putOrders(['o1', 'o2'])
        await world.put('Posts', { id: s('o1'), userId: s('u1'), state: s('OPEN#u1') })
        expect(await settled(company)).toMatchObject({
          state: 'needs_operator',
          problem: {
            residue: [
              { holding: 'everything', items: 1, why: 'not_done' },
              { holding: 'orders', items: 1, why: 'not_done' },
              { holding: 'lines', items: 1, why: 'owner_missing' },
            ],
          },
        })
        expect((await world.all('Own')).map(({ SK }) => SK?.S)).toEqual(['ORDER#o2'])
      })

      it('comes to an end where an item leads to itself', async () => {
        const company = await companyWith({
          replies: { ...FOUND, per: 'posts', find: { id: '{orderNo}' }, action: 'erase' },
          posts: { ...FOUND, learns: { orderNo: 'replyTo' }, action: 'erase' },
        })
        await world.put('Posts', { id: s('a'), userId: s('u1'), replyTo: s('b') })
        await world.put('Posts', { id: s('b'), userId: s('u1'), replyTo: s('c') })
        await world.put('Posts', { id: s('c'), userId: s('u1'), replyTo: s('a') })
        expect(await settled(company)).toMatchObject({
          state: 'completed',
          outcome: { erased: [{ category: 'c', items: 3 }] },
        })
        expect(await world.all('Posts')).toEqual([])
      })
    })

    describe('a parent that goes by itself between plan and erasure', () => {
      it('takes the way to its children: they are named, not called erased', async () => {
        const company = await companyWith(ORDERS)
        await putOrders(['o1', 'o2'])
        const key = await company.receive({ userId: ['u1'] })
        let asked = 0
        const ledger: Company['ledger'] = {
          ...company.ledger,
          async isHeld(hashes) {
            asked += 1
            // Once for the claims, and then before the first write.
            if (asked === 2) await world.remove('Own', { PK: s('USER#u1'), SK: s('ORDER#o1') })
            return company.ledger.isHeld(hashes)
          },
        }
        await answerDoorbell({ ...company, ledger }, key)
        const stuck = await company.settle(key)
        expect(stuck).toMatchObject({
          state: 'needs_operator',
          problem: { residue: [{ holding: 'lines', items: 1, why: 'parent_gone' }] },
        })
        expect((await world.all('Posts')).map(({ id }) => id)).toEqual([s('o1')])

        // Somebody has looked, and what others have taken does not count.
        await world.remove('Posts', { id: s('o1') })
        await decide(company.ledger, company.delays, key, { step: 'retry', by: 'x', at: company.clock() })
        expect(await company.settle(key)).toMatchObject({
          state: 'completed',
          outcome: { erased: [{ category: 'c', items: 2 }] },
        })
      })
    })

    describe('somebody who goes on writing while it is erased', () => {
      it('does not keep the erasure from its end', async () => {
        const company = await companyWith({ own: { ...IN_PARTITION, action: 'erase' } })
        await world.put('Own', { PK: s('USER#u1'), SK: s('0') })
        let written = 0
        const racing: Company['records'] = {
          ...company.records,
          page: (query, after) => company.records.page({ ...query, limit: 200 }, after),
          async erase(table, keys, deadline) {
            // Always ahead of the page at work.
            for (let batch = 0; batch < 16; batch += 1) {
              const items = Array.from({ length: 25 }, () => {
                written += 1
                return { PK: s('USER#u1'), SK: s(String(written).padStart(8, '0')) }
              })
              await world.put('Own', ...items)
            }
            return company.records.erase(table, keys, deadline)
          },
        }
        const key = await company.receive({ userId: ['u1'] })
        const racer = { ...company, records: racing }
        for (let slice = 0; slice < 20 && (await company.find(key)).state !== 'needs_operator'; slice += 1) {
          if ((await company.find(key)).state === 'ready') await answerDoorbell(racer, key)
          else {
            company.pass(3600_000)
            await company.sweep()
          }
        }
        expect(await company.find(key)).toMatchObject({
          state: 'needs_operator',
          problem: { reason: 'residue', residue: [{ holding: 'own', why: 'not_done' }] },
        })
      })
    })

    describe('a parent that is held', () => {
      it('keeps its children, and all count once when it goes', async () => {
        const company = await companyWith(ORDERS, { ...OWN, holdAttribute: 'hold' })
        await putOrders(['o1', 'o2'])
        await world.put('Own', { PK: s('USER#u1'), SK: s('ORDER#o1'), no: s('o1'), hold: { BOOL: true } })
        const key = await company.receive({ userId: ['u1'] })
        expect(await company.settle(key)).toMatchObject({
          state: 'needs_operator',
          problem: {
            residue: expect.arrayContaining([{ table: 'Own', holding: 'orders', items: 1, why: 'held' }]),
          },
        })
        expect((await world.all('Posts')).map(({ id }) => id)).toEqual([s('o1')])
        await world.put('Own', { PK: s('USER#u1'), SK: s('ORDER#o1'), no: s('o1') })
        await decide(company.ledger, company.delays, key, { step: 'retry', by: 'x', at: company.clock() })
        expect(await company.settle(key)).toMatchObject({
          state: 'completed',
          outcome: { erased: [{ category: 'c', items: 4 }] },
        })
      })
    })

    describe('what another request has found meanwhile', () => {
      it('is planned, counted and kept like anything else', async () => {
        const until = { from: 'at', format: 'iso', for: 'P10Y' } as const
        const retain = { because: 'tax', until, ends: { by: 'owner', owner: 'accounting' } } as const
        const company = await companyWith({
          own: { ...IN_PARTITION, action: 'erase' },
          posts: {
            ...FOUND,
            find: { index: 'byUser', userId: '{nick}' },
            owner: { userId: '{nick}' },
            action: { retain },
          },
        })
        await world.put('Own', { PK: s('USER#u1'), SK: s('1') })
        await world.put('Own', { PK: s('USER#u1'), SK: s('2') })
        await world.put('Posts', { id: s('a'), userId: s('n1'), at: s('2024-01-01') })
        const key = await company.receive({ userId: ['u1'] })
        let calls = 0
        const slow: Company['records'] = {
          ...company.records,
          page: (query, after) => company.records.page({ ...query, limit: 1 }, after),
          async erase(table, keys, deadline) {
            calls += 1
            // The slice ends in the middle of the holding.
            company.pass(80_000)
            return company.records.erase(table, keys, calls === 1 ? NO_DEADLINE : deadline)
          },
        }
        await answerDoorbell({ ...company, records: slow }, key)
        expect(await company.find(key)).toMatchObject({ state: 'ready', checkpoint: { phase: 'erase' } })
        // Another one, later and begun as well, knows more of the same person.
        company.pass(1000)
        const later = await company.receive({ userId: ['u1'], nick: ['n1'] })
        const row = await company.find(later)
        await company.ledger.save({ ...row, version: row.version + 1, firstDeleteAt: company.clock() })
        const hash = subjectHash(INDEX_KEY, 'userId', 'u1')
        await company.ledger.giveBack([hash], key)
        await company.ledger.claim(hash, later)
        expect(await company.settle(key)).toMatchObject({
          state: 'completed_with_retention',
          outcome: { erased: [{ category: 'c', items: 2 }], retained: [{ category: 'c', items: 1 }] },
        })
      })
    })

    describe('a child without its parent', () => {
      it('is what the other holding that finds it says, and one with a known parent is kept', async () => {
        const until = { from: 'at', format: 'iso', for: 'P10Y' } as const
        const retain = { because: 'tax', until, ends: { by: 'ttl', attribute: 'ttl' } } as const
        const company = await companyWith({
          lines: { ...ORDERS.lines, category: 'd', action: { retain } },
          orders: ORDERS.orders,
          posts: { ...FOUND, action: 'erase' },
        })
        await putOrders(['o1'])
        await world.put('Posts', { id: s('o1'), userId: s('u1'), at: s('2024-01-01') })
        await world.put('Posts', { id: s('orphan'), userId: s('u1'), at: s('2025-01-01') })
        expect(await settled(company)).toMatchObject({
          state: 'completed_with_retention',
          outcome: {
            erased: [{ category: 'c', items: 2 }],
            retained: [{ category: 'd', items: 1, until: '2034-01-01T00:00:00.000Z' }],
          },
        })
        const ends = new Set((await world.all('Posts')).map(({ ttl }) => ttl?.N))
        expect(ends).toEqual(new Set(['2019686400']))
      })

      it('counts under the holding that finds it by itself', async () => {
        const company = await companyWith({
          lines: { ...FOUND, per: 'orders', find: { id: '{orderNo}' }, action: 'erase' },
          orders: {
            ...IN_PARTITION,
            find: { PK: 'USER#{userId}', SK: { beginsWith: 'ORDER#' } },
            learns: { orderNo: 'no' },
            action: 'erase',
          },
          posts: { ...FOUND, category: 'd', action: 'erase' },
        })
        await world.put('Posts', { id: s('orphan'), userId: s('u1') })
        expect(await settled(company)).toMatchObject({
          state: 'completed',
          outcome: { erased: [{ category: 'd', items: 1 }] },
        })
      })
    })

    describe('a hold that comes while a slice is at work', () => {
      it('stops it before its first write', async () => {
        const company: Company = await companyWith(
          { own: { ...IN_PARTITION, action: 'erase' } },
          OWN,
          onceAfter('count', () =>
            company.ledger.hold([subjectHash(INDEX_KEY, 'userId', 'u1')], 'identity', company.clock()),
          ),
        )
        await world.put('Own', { PK: s('USER#u1'), SK: s('1') })
        expect((await settled(company)).state).toBe('on_hold')
        expect(await world.all('Own')).toHaveLength(1)
      })
    })

    describe('a worker that is killed again and again', () => {
      it('has not tried in vain as long as it comes further', async () => {
        const company = await companyWith({
          own: { ...IN_PARTITION, action: { redact: { words: 'remove' } } },
        })
        for (let n = 0; n < 12; n += 1)
          await world.put('Own', { PK: s('USER#u1'), SK: s(String(n)), words: s('x') })
        const key = await company.receive({ userId: ['u1'] })
        let writes = 0
        const dying: Company = {
          ...company,
          records: {
            ...company.records,
            page: (query, after) => company.records.page({ ...query, limit: 1 }, after),
            async changeIf(...change) {
              const written = await company.records.changeIf(...change)
              writes += 1
              // Killed with its second page done: nobody says so to the ledger.
              if (writes % 2 === 0) throw new TypeError('killed')
              return written
            },
          },
        }
        for (let slice = 0; slice < 30 && (await company.find(key)).state !== 'completed'; slice += 1) {
          const request = await company.find(key)
          expect(request.state).not.toBe('needs_operator')
          if (request.state === 'ready') await answerDoorbell(dying, key)
          else {
            company.pass(3600_000)
            await company.sweep()
          }
        }
        expect(await company.find(key)).toMatchObject({
          state: 'completed',
          outcome: { redacted: [{ category: 'c', items: 12 }] },
        })
      })
    })
  })
}
