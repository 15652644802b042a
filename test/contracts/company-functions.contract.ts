/** What functions of the company's are asked, and what their failures do, wherever the tables are. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { DataMap, FunctionHolding } from '../../shared/data-map/data-map.ts'
import { answerDoorbell } from '../../shared/erasure/worker.ts'
import { decide } from '../../shared/operations/operations.ts'
import type { OutsideEvent } from '../../shared/person/company-function.ts'
import { LEASE_MS } from '../../shared/platform/delays.ts'
import type { RequestKey } from '../../shared/requests/code.ts'
import { personRows, SMALL_MAP, toItem } from '../fixtures/companies/small-company.ts'
import { type FileStoreOptions, fileStore } from '../fixtures/memory/file-store.ts'
import type { Company } from '../fixtures/world/company.ts'
import type { Awaitable, World } from '../fixtures/world/world.ts'

const FILES: FunctionHolding = {
  function: 'arn:aws:lambda:ap-southeast-1:000000000000:function:files',
  action: 'erase',
  category: 'documents',
  scope: 'account',
}
const MAP: DataMap = {
  ...SMALL_MAP,
  holdings: { ...SMALL_MAP.holdings, files: FILES },
  categories: { ...SMALL_MAP.categories, documents: { vi: 'x', en: 'x' } },
}

const retry = (of: Company, request: RequestKey) =>
  decide(of.ledger, of.delays, request, { step: 'retry', by: 'someone', at: of.clock() })

const documents = (items: number) => ({
  state: 'completed_with_retention',
  outcome: { erased: expect.arrayContaining([{ category: 'documents', items }]) },
})
const failed = (items: number, why: string) => ({
  state: 'needs_operator',
  problem: { reason: 'residue', residue: [{ holding: 'files', items, why }] },
})

/** Since the worker took the request. */
async function millisecondsInto(request: RequestKey, of: Company | undefined): Promise<number> {
  const { lease } = (await of?.find(request)) ?? {}
  if (!of || !lease) throw new Error('nobody works on it')
  return of.clock().getTime() - (lease.until.getTime() - LEASE_MS)
}

/** What the engine promises functions, and of them, whatever is beneath it. */
export function companyFunctionsContract(name: string, build: () => Awaitable<World>): void {
  describe(`functions ${name}`, () => {
    let world: World
    beforeAll(async () => {
      world = await build()
      await world.open(MAP)
    })
    afterAll(() => world.close())

    /** Every request has somebody of its own, or it would wait for the one before. */
    let people = 0
    let user: string
    let named: { readonly facebookId: readonly string[] }
    async function somebodyElse(): Promise<void> {
      people += 1
      user = `f${people}x`
      const facebookId = String(7000 + people)
      named = { facebookId: [facebookId] }
      await world.putRows(personRows(user, facebookId, { orders: 2 }))
    }
    beforeEach(somebodyElse)

    /** A company whose function has five files of the person and three of another. */
    async function withFiles(options: FileStoreOptions = {}, map = MAP, count = 5) {
      const store = fileStore({ [user]: count, other: 3 }, options)
      const company = await world.open(map, { companyFunctions: store })
      const leftOf = (owner: string) => store.files.get(owner)?.length
      return { store, company, leftOf, isGone: () => leftOf(user) === 0 && leftOf('other') === 3 }
    }

    /** What the person's own partition still has. */
    const ownItems = async () =>
      (await world.all('App'))
        .flatMap(({ PK, SK }) => (PK?.S === `USER#${user}` ? [SK?.S ?? ''] : []))
        .toSorted()

    describe('a function’s holding', () => {
      it('is erased and counted with the tables, and nobody else loses anything', async () => {
        const { company, isGone } = await withFiles()
        const done = await company.settle(await company.receive(named))
        expect(done.outcome).toMatchObject({
          erased: [
            { category: 'orders', items: 6 },
            { category: 'profile', items: 3 },
            { category: 'meta', items: 1 },
            { category: 'documents', items: 5 },
          ],
          redacted: [{ category: 'messages', items: 2 }],
          retained: [{ category: 'invoices', items: 2 }],
        })
        expect(isGone()).toBe(true)
      })

      it('is told the request and the values it may know, and where it was', async () => {
        const { company, store } = await withFiles()
        const key = await company.receive(named)
        await company.settle(key)
        expect(new Set(store.events.map(({ request, version }) => `${version} ${request}`))).toEqual(
          new Set([`1 ${key}`]),
        )
        expect(store.events[0]).toEqual({
          version: 1,
          request: key,
          phase: 'plan',
          identities: { ...named, userId: [user], email: [`${user}@example.com`, `${user}@Example.com`] },
        })
        expect(store.events.map(({ phase, cursor }) => [phase, cursor])).toEqual([
          ['plan', undefined],
          ['plan', `${user}/2`],
          ['plan', `${user}/4`],
          ['erase', undefined],
          ['erase', undefined],
          ['erase', undefined],
          ['verify', undefined],
        ])
      })

      it('takes its turn in the order of the map: before what is last, after what is first', async () => {
        const stages: string[] = []
        const before = async ({ phase }: OutsideEvent) => {
          if (phase !== 'erase') return
          const mine = (await world.all('App')).filter(({ PK }) => PK?.S === `USER#${user}`)
          stages.push(mine.map(({ SK }) => SK?.S).join())
        }
        const { company } = await withFiles({ before, perCall: 9 })
        await company.settle(await company.receive(named))
        expect(stages).toEqual(['LINK'])
      })

      it('is not asked in platform scope, nor for a request that names nobody', async () => {
        const { company, store } = await withFiles()
        await company.settle(await company.receive({}))
        const done = await company.settle(await company.receive(named, { scope: 'platform' }))
        expect(done.outcome?.erased).toEqual([{ category: 'meta', items: 1 }])
        expect(store.events).toEqual([])
      })

      it('is looked through for a stranger, and never told to erase', async () => {
        const { company, store } = await withFiles()
        const done = await company.settle(await company.receive({ facebookId: ['99999'] }))
        expect(done).toMatchObject({ state: 'completed', outcome: { erased: [] } })
        expect(store.events.map(({ phase }) => phase)).toEqual(['plan', 'verify'])
      })

      it('alone is reason enough to erase, and to ask whether to', async () => {
        const { company, isGone } = await withFiles({}, { ...MAP, review: { above: 18 } })
        const request = await company.receive(named)
        expect(await company.settle(request)).toMatchObject({
          state: 'needs_review',
          problem: { reason: 'too_big', planned: { files: { items: 5 } } },
        })
        expect(isGone()).toBe(false)
        const { company: other, store } = await withFiles({}, MAP, 0)
        store.files.set('ghost', ['a.pdf'])
        expect(await other.settle(await other.receive({ userId: ['ghost'] }))).toMatchObject({
          state: 'completed',
          outcome: { erased: [{ category: 'documents', items: 1 }] },
        })
      })

      it.each(['plan', 'erase', 'verify'])(
        'goes on by its cursor, slice after slice, and is never asked so late in %s that Lambda would end the worker',
        async (slowly) => {
          let clock: Company | undefined
          const calledAt: number[] = []
          const { company, isGone } = await withFiles({
            perCall: 1,
            before: async ({ phase, request }) => {
              calledAt.push(await millisecondsInto(request, clock))
              if (phase === slowly) clock?.pass(60_000)
            },
            after: (_answer, { phase, cursor = '0' }) =>
              phase === 'verify' && Number(cursor) < 4
                ? { items: 0, done: false, cursor: String(Number(cursor) + 1) }
                : undefined,
          })
          clock = company
          expect(await company.settle(await company.receive(named))).toMatchObject(documents(5))
          expect(isGone()).toBe(true)
          expect(calledAt).toHaveLength(15)
          expect(Math.max(...calledAt)).toBeLessThanOrEqual(55_000)
        },
      )

      it('is never told to erase before the ledger says that it has begun', async () => {
        const begun: unknown[] = []
        let ledger: Company | undefined
        const { company } = await withFiles(
          {
            before: async ({ phase, request }) => {
              if (phase !== 'erase') return
              const row = await ledger?.find(request)
              begun.push([row?.firstDeleteAt !== undefined, row?.checkpoint?.holding])
            },
          },
          { ...MAP, holdings: { files: FILES, ...SMALL_MAP.holdings } },
        )
        ledger = company
        await company.settle(await company.receive(named))
        expect(begun).toEqual([
          [true, 'files'],
          [true, 'files'],
          [true, 'files'],
        ])
      })

      it('keeps its cursor sealed while it waits', async () => {
        let slow: Company | undefined
        const { company } = await withFiles({
          before: (_event, call) => {
            slow?.pass(60_000)
            if (call === 2) throw new Error('down')
          },
        })
        slow = company
        const request = await company.receive(named)
        await answerDoorbell(company, request)
        const row = await company.find(request)
        expect(row.checkpoint).toMatchObject({
          phase: 'plan',
          holding: 'files',
          planned: { files: { items: 2 } },
        })
        expect(row.checkpoint?.cursor).toMatch(/./)
        expect(JSON.stringify(row)).not.toContain(`${user}/2`)
        expect(await company.settle(request)).toMatchObject(documents(5))
      })
    })

    describe('a worker that dies at a function', () => {
      it('at any invocation, before or after its effect, changes neither the end nor a count', async () => {
        const { company: whole, store: clean } = await withFiles()
        await whole.settle(await whole.receive(named))
        const total = clean.events.length
        for (let at = 1; at <= total; at += 1) {
          for (const how of ['before', 'after'] as const) {
            await somebodyElse()
            const crash = (moment: typeof how) => (call: number) => {
              if (moment === how && call === at) throw new Error(`crashed ${how} the effect`)
            }
            const { company, isGone } = await withFiles({
              before: (_event, call) => crash('before')(call),
              after: (_answer, _event, call) => crash('after')(call),
            })
            const done = await company.settle(await company.receive(named))
            expect.soft(done, `${how} ${at}`).toMatchObject(documents(5))
            expect.soft(isGone(), `${how} ${at}`).toBe(true)
          }
        }
      })
    })

    describe('a function that fails', () => {
      it('while planning keeps no table from being erased, and the request from its end', async () => {
        let isDown = true
        const { company, store, leftOf } = await withFiles({
          before: () => {
            if (isDown) throw new Error(`cannot read the files of ${user}`)
          },
        })
        const request = await company.receive(named)
        expect(await company.settle(request)).toMatchObject(failed(0, 'function_failed'))
        // What nobody has counted is not erased.
        expect(store.events.map(({ phase }) => phase)).toEqual([
          'plan',
          'verify',
          'plan',
          'verify',
          'plan',
          'verify',
        ])
        expect(await ownItems()).toEqual([])
        expect(leftOf(user)).toBe(5)
        isDown = false
        await retry(company, request)
        expect(await company.settle(request)).toMatchObject({
          state: 'completed_with_retention',
          outcome: {
            erased: [
              { category: 'orders', items: 6 },
              { category: 'profile', items: 3 },
              { category: 'meta', items: 1 },
              { category: 'documents', items: 5 },
            ],
            redacted: [{ category: 'messages', items: 2 }],
            retained: [{ category: 'invoices', items: 2 }],
          },
        })
      })

      it.each(['plan', 'erase', 'verify'])(
        'at any call of %s, before or after its effect, is asked in the next round, and each item counts once',
        async (phase) => {
          for (const how of ['before', 'after'] as const) {
            for (const nth of [1, 2, 3]) {
              await somebodyElse()
              let calls = 0
              const fail = (moment: typeof how, asked: string) => {
                if (moment !== how || asked !== phase) return
                calls += 1
                if (calls === nth) throw new Error('down')
              }
              const { company, isGone } = await withFiles({
                before: (event) => fail('before', event.phase),
                after: (_answer, event) => fail('after', event.phase),
              })
              const done = await company.settle(await company.receive(named))
              expect.soft(done, `${how} ${nth}`).toMatchObject(documents(5))
              expect.soft(isGone(), `${how} ${nth}`).toBe(true)
            }
          }
        },
      )

      it('lets no plan pass the review after a pass that found nothing', async () => {
        let round = 0
        const { company, store } = await withFiles(
          {
            before: ({ phase }) => {
              if (phase === 'plan') round += 1
              if (round < 3) throw new Error('down')
            },
          },
          { ...MAP, review: { above: 2 } },
          0,
        )
        store.files.set('ghost', ['1.pdf', '2.pdf', '3.pdf'])
        expect(await company.settle(await company.receive({ userId: ['ghost'] }))).toMatchObject({
          state: 'needs_review',
          problem: { reasons: ['too_big'], planned: { files: { items: 3 } } },
        })
        expect(store.files.get('ghost')).toHaveLength(3)
      })

      it('for good never lets a request end that found nothing else', async () => {
        const { company, store } = await withFiles({
          before: () => {
            throw new Error('down')
          },
        })
        const stuck = await company.settle(await company.receive({ userId: ['ghost'] }))
        expect(stuck).toMatchObject(failed(0, 'function_failed'))
        expect(stuck.firstDeleteAt).toBeUndefined()
        expect(store.events.map(({ phase }) => phase)).not.toContain('erase')
      })

      it('is given some time between the rounds', async () => {
        let clock: Company | undefined
        const askedAt: number[] = []
        const { company } = await withFiles({
          before: () => {
            askedAt.push(clock?.clock().getTime() ?? 0)
            throw new Error('down')
          },
        })
        clock = company
        const request = await company.receive(named)
        await answerDoorbell(company, request)
        expect(await company.find(request)).toMatchObject({ state: 'waiting', attempts: 0 })
        expect((await company.settle(request)).state).toBe('needs_operator')
        const rounds = [...new Set(askedAt)]
        expect(rounds).toHaveLength(3)
      })

      it('keeps those from being erased that come after it in the map, and no others', async () => {
        let isDown = true
        const { orders } = SMALL_MAP.holdings
        if (!orders) throw new Error('the small map has orders')
        // It finds the files by the orders.
        const map = { ...MAP, holdings: { ...MAP.holdings, orders: { ...orders, after: ['files'] } } }
        const { company, isGone } = await withFiles(
          {
            before: ({ phase }) => {
              if (isDown && phase !== 'verify') throw new Error('down')
            },
          },
          map,
        )
        const request = await company.receive(named)
        expect(await company.settle(request)).toMatchObject({
          state: 'needs_operator',
          problem: {
            residue: [
              { holding: 'files', items: 5, why: 'not_done' },
              { holding: 'orders', items: 2 },
              { holding: 'lines', items: 4 },
            ],
          },
        })
        expect(await ownItems()).toEqual(['ORDER#0', 'ORDER#1'])
        isDown = false
        await retry(company, request)
        expect(await company.settle(request)).toMatchObject({
          state: 'completed_with_retention',
          outcome: {
            erased: expect.arrayContaining([
              { category: 'orders', items: 6 },
              { category: 'documents', items: 5 },
            ]),
          },
        })
        expect(isGone()).toBe(true)
      })

      it('does not let a plan pass the review by its amount', async () => {
        let isDown = true
        const { company, isGone } = await withFiles(
          {
            before: () => {
              if (isDown) throw new Error('down')
            },
          },
          // Of tables alone, it would be let go.
          { ...MAP, review: { above: 18 } },
        )
        const request = await company.receive(named)
        const decision = { step: 'approve', by: 'someone', at: company.clock() } as const
        const before = await ownItems()
        expect(await company.settle(request)).toMatchObject({
          state: 'needs_review',
          problem: {
            reasons: ['incomplete_plan'],
            residue: [{ holding: 'files', items: 0, why: 'function_failed' }],
          },
        })
        isDown = false
        await decide(company.ledger, company.delays, request, decision)
        expect(await company.settle(request)).toMatchObject({
          state: 'needs_review',
          problem: { reasons: ['too_big'], planned: { files: { items: 5 } } },
        })
        expect(await ownItems()).toEqual(before)
        await decide(company.ledger, company.delays, request, decision)
        expect(await company.settle(request)).toMatchObject(documents(5))
        expect(isGone()).toBe(true)
      })

      it('while verifying has left something: it is asked in three rounds, then a person is', async () => {
        let isDown = true
        const { company, store } = await withFiles({
          before: ({ phase }) => {
            if (isDown && phase === 'verify') throw new Error('down')
          },
        })
        const request = await company.receive(named)
        expect(await company.settle(request)).toMatchObject(failed(0, 'function_failed'))
        expect(store.events.filter(({ phase }) => phase === 'verify')).toHaveLength(3)
        isDown = false
        await retry(company, request)
        // What it could not confirm then is counted now, once.
        expect(await company.settle(request)).toMatchObject(documents(5))
      })

      it.each([
        ['nothing', null],
        ['a text', 'ok'],
        ['no number', { done: true }],
        ['a number below zero', { items: -1, done: true }],
        ['half an item', { items: 0.5, done: true }],
        ['a number as text', { items: '0', done: true }],
        ['no end', { items: 0 }],
        ['an end that is no boolean', { items: 0, done: 'true' }],
        ['a cursor that is no text', { items: 0, done: false, cursor: 7 }],
        ['a cursor longer than a page', { items: 0, done: true, cursor: 'x'.repeat(4097) }],
        ['no cursor, and it is not done', { items: 1, done: false }],
        ['what it keeps, without a number', { items: 0, done: true, retained: 'some' }],
      ])('by answering %s has not said that nothing is there', async (_what, answer) => {
        const { company } = await withFiles({
          before: ({ phase }) => (phase === 'verify' ? (answer ?? 0) : undefined),
        })
        expect(await company.settle(await company.receive(named))).toMatchObject(failed(0, 'function_failed'))
        await somebodyElse()
        const { company: planning } = await withFiles({ before: () => answer ?? 0 })
        expect(await planning.settle(await planning.receive(named))).toMatchObject(
          failed(0, 'function_failed'),
        )
      })

      it.each([
        ['plan', 'the same cursor again', () => 'same'],
        ['erase', 'the same cursor again', () => 'same'],
        ['verify', 'the same cursor again', () => 'same'],
        ['verify', 'another cursor for ever', (call: number) => `page ${call}`],
      ])('in %s by giving %s comes to an end all the same', async (failing, _what, cursorAt) => {
        const { company } = await withFiles({
          before: ({ phase }, call) =>
            phase === failing ? { items: 0, done: false, cursor: cursorAt(call) } : undefined,
        })
        expect((await company.settle(await company.receive(named))).state).toBe('needs_operator')
      })

      it('by erasing nothing and not being done comes to an end', async () => {
        const { company } = await withFiles({
          before: ({ phase }) => (phase === 'erase' ? { items: 0, done: false } : undefined),
        })
        expect(await company.settle(await company.receive(named))).toMatchObject(failed(5, 'not_done'))
      })
    })

    describe('what a function still has', () => {
      it('for ever goes round three times, then to a person', async () => {
        const { company, store } = await withFiles({
          before: ({ phase }) => (phase === 'erase' ? { items: 2, done: true } : undefined),
        })
        const request = await company.receive(named)
        expect(await company.settle(request)).toMatchObject(failed(5, 'not_done'))
        expect(store.events.filter(({ phase }) => phase === 'erase')).toHaveLength(3)
      })

      it('is erased in the next round, each item counted once', async () => {
        const { company, isGone } = await withFiles({
          // It says it is done after every call.
          after: (answer, { phase }) => (phase === 'erase' ? { ...answer, done: true } : undefined),
        })
        expect(await company.settle(await company.receive(named))).toMatchObject(documents(5))
        expect(isGone()).toBe(true)
      })

      it('is counted once, too, when a table keeps the request from its end', async () => {
        const note = { PK: `USER#${user}`, SK: 'NOTE#1' }
        await world.putRows({ App: [note] })
        const { company } = await withFiles({
          after: (answer, { phase }) => (phase === 'erase' ? { ...answer, done: true } : undefined),
        })
        const request = await company.receive(named)
        expect(await company.settle(request)).toMatchObject({ problem: { residue: [{ why: 'unclaimed' }] } })
        await world.remove('App', toItem(note))
        await retry(company, request)
        expect(await company.settle(request)).toMatchObject(documents(5))
      })

      it('is counted once when nobody could say at first that it was still there', async () => {
        let round = 1
        const { company, isGone } = await withFiles({
          before: ({ phase }) => {
            if (round > 1) return undefined
            if (phase === 'erase') return { items: 5, done: true }
            if (phase === 'plan') return undefined
            round += 1
            throw new Error('down')
          },
        })
        expect(await company.settle(await company.receive(named))).toMatchObject(documents(5))
        expect(isGone()).toBe(true)
      })

      it('is counted too when it came while the rest was erased', async () => {
        let isNew = true
        const { company, store, isGone } = await withFiles({
          before: ({ phase }) => {
            if (phase === 'verify' && isNew) store.files.set(user, ['new.pdf'])
            if (phase === 'verify') isNew = false
          },
        })
        expect(await company.settle(await company.receive(named))).toMatchObject({
          state: 'completed_with_retention',
        })
        expect(isGone()).toBe(true)
      })

      it('and keeps on purpose is for a person to look at: the map has no reason to tell', async () => {
        const { company } = await withFiles({
          after: (answer, { phase }) => (phase === 'verify' ? { ...answer, retained: 3 } : undefined),
        })
        expect(await company.settle(await company.receive(named))).toMatchObject(
          failed(3, 'kept_by_function'),
        )
      })

      it('has gone under the old map and is counted under the new one', async () => {
        let isDown = true
        const { company, store } = await withFiles({
          before: ({ phase }) => {
            if (isDown && phase === 'verify') throw new Error('down')
          },
        })
        const request = await company.receive(named)
        await company.settle(request)
        isDown = false
        const mended = await world.open({ ...MAP, maxIdentities: 50 }, { companyFunctions: store })
        await retry(mended, request)
        expect(await mended.settle(request)).toMatchObject(documents(5))
      })
    })
  })
}
