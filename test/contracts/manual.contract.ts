/** What a person is asked to do by hand, wherever the tables are. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DataMap, ManualHolding } from '../../shared/data-map/data-map.ts'
import { confirm, decide, show } from '../../shared/operations/operations.ts'
import { type RequestKey, subjectHash } from '../../shared/requests/code.ts'
import { hold } from '../../shared/requests/steps.ts'
import { personRows, SMALL_MAP } from '../fixtures/companies/small-company.ts'
import type { Company } from '../fixtures/world/company.ts'
import type { Awaitable, World } from '../fixtures/world/world.ts'

const PAPER: ManualHolding = {
  manual: { vi: 'Hủy hợp đồng giấy.', en: 'Shred the paper contract.' },
  category: 'contracts',
  scope: 'account',
}
const MAP: DataMap = {
  ...SMALL_MAP,
  holdings: {
    paper: PAPER,
    ...SMALL_MAP.holdings,
    tapes: { ...PAPER, manual: { vi: 'Xóa băng.', en: 'Wipe the tapes.' }, last: true },
  },
  categories: { ...SMALL_MAP.categories, contracts: { vi: 'x', en: 'x' } },
}

const FB = { facebookId: ['901'] }

export function manualContract(name: string, build: () => Awaitable<World>): void {
  describe(`tasks by hand ${name}`, () => {
    let world: World
    let company: Company
    beforeEach(async () => {
      world = await build()
      company = await world.open(MAP)
      await world.putRows(personRows('u1', '901'))
    })
    afterEach(() => world.close())

    const done = (request: string, holding: string, by = 'linh') =>
      confirm(company.ledger, company.delays, request, { holding, by, at: company.clock() })
    const stepsOf = async (request: RequestKey) =>
      (await company.ledger.history(request)).map(({ step, by, reason }) =>
        [step, by, reason].join(' ').trim(),
      )

    describe('a task done by hand', () => {
      it('is asked for when all else is gone, and the request ends when the last one is confirmed', async () => {
        const request = await company.receive(FB)
        const waiting = await company.settle(request)
        expect(waiting).toMatchObject({
          state: 'needs_operator',
          problem: { reason: 'manual', tasks: ['paper', 'tapes'] },
        })
        expect(await world.all('Lines')).toEqual([])
        expect((await show(company.ledger, request, MAP.holdings)).tasks).toEqual([
          { holding: 'paper', text: PAPER.manual },
          { holding: 'tapes', text: { vi: 'Xóa băng.', en: 'Wipe the tapes.' } },
        ])

        expect(await done(request, 'paper')).toMatchObject({ open: ['tapes'] })
        expect(await company.find(request)).toMatchObject({
          state: 'needs_operator',
          problem: { reason: 'manual', tasks: ['tapes'] },
        })
        expect(await done(request.slice(0, 12), 'tapes', 'minh')).toMatchObject({ open: [] })
        const at = company.clock().toISOString()
        const end = await company.settle(request)
        expect(end).toMatchObject({
          state: 'completed_with_retention',
          confirmed: [
            { holding: 'paper', by: 'linh', at },
            { holding: 'tapes', by: 'minh', at },
          ],
        })
        expect(await stepsOf(request)).toEqual([
          'ask_operator system manual',
          'done linh paper',
          'all_done minh tapes',
          'complete_with_retention system',
        ])
      })

      it('is not counted: the counts are of items that programs found', async () => {
        const request = await company.receive(FB)
        await company.settle(request)
        await done(request, 'paper')
        await done(request, 'tapes')
        expect((await company.settle(request)).outcome?.erased).toEqual([
          { category: 'orders', items: 9 },
          { category: 'profile', items: 3 },
          { category: 'meta', items: 1 },
        ])
      })

      it('lets the request look at everything once more: what came back meanwhile is erased', async () => {
        const request = await company.receive(FB)
        await company.settle(request)
        await world.putRows({ App: [{ PK: 'USER#u1', SK: 'ORDER#9', no: 'u1-9' }] })
        await done(request, 'paper')
        await done(request, 'tapes')
        expect((await company.settle(request)).outcome?.erased[0]).toEqual({ category: 'orders', items: 10 })
      })

      it('is asked for again after a retry that nobody confirmed', async () => {
        const request = await company.receive(FB)
        await company.settle(request)
        await done(request, 'tapes')
        await decide(company.ledger, company.delays, request, {
          step: 'retry',
          by: 'minh',
          at: company.clock(),
        })
        expect(await company.settle(request)).toMatchObject({
          state: 'needs_operator',
          problem: { reason: 'manual', tasks: ['paper'] },
        })
      })

      it('comes after what a person has to mend', async () => {
        await world.putRows({ App: [{ PK: 'USER#u1', SK: 'NOTE#1' }] })
        const request = await company.receive(FB)
        expect(await company.settle(request)).toMatchObject({ problem: { reason: 'residue' } })
        await expect(done(request, 'paper')).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' })
        await world.remove('App', { PK: { S: 'USER#u1' }, SK: { S: 'NOTE#1' } })
        await decide(company.ledger, company.delays, request, {
          step: 'retry',
          by: 'minh',
          at: company.clock(),
        })
        expect(await company.settle(request)).toMatchObject({ problem: { reason: 'manual' } })
      })

      it('keeps the person’s subjects claimed until it is done', async () => {
        const request = await company.receive(FB)
        await company.settle(request)
        const hash = subjectHash(await company.indexKey(), 'userId', 'u1')
        expect(await company.ledger.ownersOf([hash])).toEqual([request])
      })
    })

    describe('nobody is asked', () => {
      it('for a stranger', async () => {
        const end = await company.settle(await company.receive({ facebookId: ['999'] }))
        expect(end).toMatchObject({ state: 'completed', outcome: { erased: [] } })
      })

      it('in a scope that does not have the holding', async () => {
        const end = await company.settle(await company.receive(FB, { scope: 'platform' }))
        expect(end.state).toBe('completed')
      })
    })

    describe('somebody is asked', () => {
      it('for somebody of whom something was found, though nothing leads to a person', async () => {
        await world.putRows({ App: [{ PK: 'MAIL#x@example.com', SK: 'NEWS' }] })
        const waiting = await company.settle(await company.receive({ email: ['x@example.com'] }))
        expect(waiting).toMatchObject({ state: 'needs_operator', problem: { reason: 'manual' } })
      })

      it.each([
        ['erased', ['news']],
        ['redacted', ['notes']],
        ['kept', ['bills']],
        ['erased and redacted', ['news', 'notes']],
        ['erased and kept', ['news', 'bills']],
        ['redacted and kept', ['notes', 'bills']],
      ] as const)('for somebody of whom something was %s', async (_what, found) => {
        const byMail = { table: 'app', category: 'messages', scope: 'account' } as const
        const until = { from: 'issuedAt', format: 'iso', for: 'P10Y' } as const
        const retain = { because: 'tax', until, ends: { by: 'owner', owner: 'accounting' } } as const
        const mailed = await world.open({
          ...MAP,
          holdings: {
            paper: PAPER,
            news: { ...byMail, find: { PK: 'MAIL#{email}', SK: 'news' }, action: 'erase' },
            notes: {
              ...byMail,
              find: { PK: 'MAIL#{email}', SK: 'notes' },
              action: { redact: { body: 'remove' } },
            },
            bills: { ...byMail, find: { PK: 'MAIL#{email}', SK: 'bills' }, action: { retain } },
          },
        })
        const item = { PK: 'MAIL#x@example.com', body: 'x', issuedAt: '2026-01-01' }
        await world.putRows({ App: found.map((SK) => ({ ...item, SK })) })
        const waiting = await mailed.settle(await mailed.receive({ email: ['x@example.com'] }))
        expect(waiting).toMatchObject({ problem: { reason: 'manual', tasks: ['paper'] } })
      })

      it('for a person of whom the tables have nothing, when the request names the person', async () => {
        const waiting = await company.settle(await company.receive({ userId: ['gone-long-ago'] }))
        expect(waiting).toMatchObject({ state: 'needs_operator', problem: { reason: 'manual' } })
        expect(waiting.firstDeleteAt).toBeUndefined()
      })
    })

    describe('a confirmation is refused', () => {
      it('while the request is held', async () => {
        const request = await company.receive(FB)
        await company.ledger.save(hold(await company.settle(request), company.clock()))
        await expect(done(request, 'paper')).rejects.toMatchObject({
          code: 'ILLEGAL_TRANSITION',
          message: 'the request is on_hold and waits for no task',
        })
      })

      it('for a holding that is no open task, naming those that are, and not what was given', async () => {
        const request = await company.receive(FB)
        await company.settle(request)
        const refusal = { code: 'BAD_REQUEST', message: expect.stringMatching(/open is paper, tapes$/) }
        for (const holding of ['profile', 'somebody@example.com', 'toString']) {
          await expect(done(request, holding)).rejects.toMatchObject(refusal)
        }
        await expect(done(request, 'somebody@example.com')).rejects.not.toThrow('somebody')
        await done(request, 'paper')
        await expect(done(request, 'paper')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
      })

      it('for a request that does not wait for it', async () => {
        const request = await company.receive(FB)
        const refusal = { code: 'ILLEGAL_TRANSITION' }
        await expect(done(request, 'paper')).rejects.toMatchObject({
          ...refusal,
          message: expect.stringContaining('is ready and waits for no task'),
        })
        await company.settle(request)
        await done(request, 'paper')
        await done(request, 'tapes')
        await expect(done(request, 'tapes')).rejects.toMatchObject(refusal)
        await company.settle(request)
        await expect(done(request, 'tapes')).rejects.toMatchObject(refusal)
      })
    })
  })
}
