/** What an erasure does, wherever the tables are: rule by rule, to a small company. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DataMap, Holding } from '../../shared/data-map/data-map.ts'
import { mapHash } from '../../shared/data-map/map-hash.ts'
import { answerDoorbell } from '../../shared/erasure/worker.ts'
import { decide } from '../../shared/operations/operations.ts'
import type { Value } from '../../shared/records/records.ts'
import { type RequestKey, subjectHash } from '../../shared/requests/code.ts'
import { personRows, SMALL_MAP, SMALL_TABLES, toItem } from '../fixtures/companies/small-company.ts'
import { type Company, withRecords } from '../fixtures/world/company.ts'
import type { Awaitable, World } from '../fixtures/world/world.ts'

const FB = { facebookId: ['901'] }

const decision = (step: 'approve' | 'retry') => (of: Company, request: RequestKey) =>
  decide(of.ledger, of.delays, request, { step, by: 'someone', at: of.clock() })
const approve = decision('approve')
const retry = decision('retry')

const OUTCOME = {
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
      until: '2032-03-01T00:00:00.000Z',
      ends: [{ by: 'ttl' }],
    },
  ],
  backupsExpireAt: '2026-12-27T08:00:00.000Z',
}

/** What the engine promises a data map, whatever is beneath it. */
export function erasureContract(name: string, build: () => Awaitable<World>): void {
  describe(`an erasure ${name}`, () => {
    let world: World
    let company: Company
    beforeEach(async () => {
      world = await build()
      company = await world.open(SMALL_MAP)
    })
    afterEach(() => world.close())

    const all = () => world.snapshot(SMALL_TABLES)
    /** A worker whose first call of a kind comes too late: something is written just before it. */
    async function justBefore(call: 'erase' | 'changeIf', write: () => Awaitable<void>): Promise<Company> {
      let written: Promise<void> | undefined
      const late = async <T>(then: () => Promise<T>): Promise<T> => {
        written ??= Promise.resolve(write())
        await written
        return then()
      }
      return world.open(
        SMALL_MAP,
        withRecords((behind) =>
          call === 'erase'
            ? { erase: (...about) => late(() => behind.erase(...about)) }
            : { changeIf: (...about) => late(() => behind.changeIf(...about)) },
        ),
      )
    }

    describe('an erasure', () => {
      it('takes what is the person’s, redacts what is shared, keeps what must be kept, and touches nothing else', async () => {
        await world.putRows(personRows('u2', '902'))
        const others = await all()
        await world.putRows(personRows('u1', '901'))
        const done = await company.settle(await company.receive(FB))
        expect(done).toMatchObject({ state: 'completed_with_retention', outcome: OUTCOME })
        const left = (await all()).filter((item) => !others.includes(item))
        expect(left).toEqual([
          'Bills {"id":{"S":"u1-b1"},"issuedAt":{"S":"2021-03-01T00:00:00.000Z"},"ttl":{"N":"1930089600"},"userId":{"S":"u1"}}',
          'Bills {"id":{"S":"u1-b2"},"issuedAt":{"S":"2022-03-01T00:00:00.000Z"},"ttl":{"N":"1961712000"},"userId":{"S":"u1"}}',
          'Chat {"body":{"S":"-"},"id":{"S":"u1-m1"}}',
          'Chat {"body":{"S":"-"},"id":{"S":"u1-m2"}}',
        ])
        expect((await all()).filter((item) => others.includes(item))).toEqual(others)
      })

      it('ends as completed, nothing found, for a stranger', async () => {
        await world.putRows(personRows('u1', '901'))
        const before = await all()
        const done = await company.settle(await company.receive({ facebookId: ['999'] }))
        expect(done).toMatchObject({
          state: 'completed',
          outcome: { erased: [], redacted: [], retained: [] },
        })
        expect(done.firstDeleteAt).toBeUndefined()
        expect(await all()).toEqual(before)
      })

      it('ends as completed, nothing found, for an id longer than any key', async () => {
        const done = await company.settle(await company.receive({ facebookId: ['1'.repeat(9000)] }))
        expect(done).toMatchObject({ state: 'completed', outcome: { erased: [] } })
      })

      it('ends as completed, nothing found, when a request names nobody', async () => {
        const done = await company.settle(await company.receive({}))
        expect(done).toMatchObject({ state: 'completed', outcome: { erased: [] } })
      })

      it('unlinks and leaves the account in platform scope', async () => {
        await world.putRows(personRows('u1', '901'))
        const before = await all()
        const done = await company.settle(await company.receive(FB, { scope: 'platform' }))
        expect(done).toMatchObject({
          state: 'completed',
          outcome: { erased: [{ category: 'meta', items: 1 }] },
        })
        expect(before.filter((item) => !item.includes('FB#901'))).toEqual(await all())
      })

      it('never takes a prefix for more than it says', async () => {
        await world.putRows({ App: [{ PK: 'USER#u1', SK: 'ORDERING#1' }] }, personRows('u1', '901'))
        const stuck = await company.settle(await company.receive(FB))
        expect(stuck).toMatchObject({
          state: 'needs_operator',
          problem: {
            reason: 'residue',
            residue: [{ table: 'App', sortKey: 'ORDERING#', items: 1, why: 'unclaimed' }],
          },
        })
      })

      it('never takes a longer key for one it names whole', async () => {
        await world.putRows(
          { App: [{ PK: 'USER#u1', SK: 'PROFILE2' }] },
          personRows('u1', '901'),
          personRows('u10', '9010'),
        )
        const stuck = await company.settle(await company.receive(FB))
        expect(stuck.problem?.residue).toEqual([{ table: 'App', items: 1, why: 'unclaimed' }])
        expect((await all()).filter((item) => item.includes('u10') && !item.includes('u1"'))).toHaveLength(17)
      })

      it('works through thousands of items and more children than a page holds', async () => {
        await world.putRows(personRows('u1', '901', { orders: 700 }))
        const done = await company.settle(await company.receive(FB))
        expect(done.outcome?.erased[0]).toEqual({ category: 'orders', items: 2100 })
        expect((await all()).filter((item) => item.startsWith('Lines'))).toEqual([])
      })
    })

    describe('an item that no holding claims', () => {
      it('is named by table and leading literal, never by value, and stops completion until it is gone', async () => {
        await world.putRows(personRows('u1', '901'), {
          App: [
            { PK: 'USER#u1', SK: 'NOTE#likes tea' },
            { PK: 'USER#u1', SK: 'NOTE#likes milk' },
            { PK: 'USER#u1', SK: 'jane@example.com' },
          ],
        })
        const request = await company.receive(FB)
        const stuck = await company.settle(request)
        expect(stuck.state).toBe('needs_operator')
        expect(stuck.problem).toEqual({
          reason: 'residue',
          residue: [
            { table: 'App', sortKey: 'NOTE#', items: 2, why: 'unclaimed' },
            { table: 'App', items: 1, why: 'unclaimed' },
          ],
        })
        for (const SK of ['NOTE#likes tea', 'NOTE#likes milk', 'jane@example.com']) {
          await world.remove('App', toItem({ PK: 'USER#u1', SK }))
        }
        await retry(company, request)
        const done = await company.settle(request)
        const { backupsExpireAt: _later, ...counts } = done.outcome ?? {}
        const { backupsExpireAt: _then, ...expected } = OUTCOME
        expect(counts).toEqual(expected)
      })

      it('is no residue where the map says to leave it', async () => {
        const map: DataMap = {
          ...SMALL_MAP,
          holdings: {
            ...SMALL_MAP.holdings,
            notes: {
              table: 'app',
              find: { PK: 'USER#{userId}', SK: { beginsWith: 'NOTE#' } },
              action: { leave: 'not about the person' },
              category: 'profile',
              scope: 'account',
            },
          },
        }
        const other = await world.open(map)
        await world.putRows(personRows('u1', '901'), { App: [{ PK: 'USER#u1', SK: 'NOTE#1' }] })
        expect((await other.settle(await other.receive(FB))).state).toBe('completed_with_retention')
        expect((await all()).filter((item) => item.includes('NOTE#'))).toHaveLength(1)
      })
    })

    describe('what is not the person’s', () => {
      it('is left alone when another owner’s line hangs on the person’s order', async () => {
        await world.putRows(personRows('u1', '901'), { Lines: [{ orderNo: 'u1-0', line: 9, userId: 'u2' }] })
        const done = await company.settle(await company.receive(FB))
        expect(done.outcome?.erased[0]).toEqual({ category: 'orders', items: 9 })
        expect((await all()).filter((item) => item.startsWith('Lines'))).toHaveLength(1)
      })

      it('is left alone when it changes hands between the read and the write', async () => {
        await world.putRows(personRows('u1', '901'))
        const racing = await justBefore('changeIf', () =>
          world.putRows({
            Chat: ['u1-m1', 'u1-m2'].map((id) => ({ id, author: 'u2', body: 'words of u2' })),
          }),
        )
        const done = await racing.settle(await racing.receive(FB))
        expect(done.state).toBe('completed_with_retention')
        expect(done.outcome?.redacted).toEqual([])
        expect((await all()).filter((item) => item.includes('words of u2'))).toHaveLength(2)
      })

      it('never comes back by a redaction of an item that is gone', async () => {
        await world.putRows(personRows('u1', '901'))
        const gone = await company.records.changeIf(
          'Chat',
          { id: { S: 'nobody' } },
          {
            set: { body: { S: '-' } },
            remove: ['author'],
            conditions: [{ attribute: 'author', is: { S: 'u1' } }],
          },
        )
        expect(gone).toBe('gone')
        expect(await world.all('Chat')).toHaveLength(2)
      })
    })

    describe('a doubt', () => {
      it('waits for the operator when something is found, and touches nothing before the approval', async () => {
        await world.putRows(personRows('u1', '901'))
        const before = await all()
        const request = await company.receive(FB, { doubts: ['login_shaped'] })
        const seen = await company.settle(request)
        expect(seen).toMatchObject({
          state: 'needs_review',
          problem: { reason: 'login_shaped', planned: { lines: { items: 6 }, bills: { items: 2 } } },
        })
        expect(seen.firstDeleteAt).toBeUndefined()
        expect(await all()).toEqual(before)

        await approve(company, request)
        expect((await company.settle(request)).state).toBe('completed_with_retention')
        expect((await company.ledger.history(request)).map(({ step, by }) => `${step} ${by}`)).toEqual([
          'ask_review system',
          'approve someone',
          'complete_with_retention system',
        ])
      })

      it('ends by itself when nothing is found', async () => {
        const done = await company.settle(
          await company.receive({ facebookId: ['999'] }, { doubts: ['undated'] }),
        )
        expect(done.state).toBe('completed')
      })

      it('is raised by a plan larger than the map allows', async () => {
        const careful = await world.open({ ...SMALL_MAP, review: { above: 10 } })
        await world.putRows(personRows('u1', '901'))
        expect(await careful.settle(await careful.receive(FB))).toMatchObject({
          state: 'needs_review',
          problem: { reason: 'too_big' },
        })
      })

      it('is raised by every plan that finds anything, where the map says always', async () => {
        const careful = await world.open({ ...SMALL_MAP, review: 'always' })
        await world.putRows(personRows('u1', '901'))
        const before = await all()
        const request = await careful.receive(FB)
        expect(await careful.settle(request)).toMatchObject({
          state: 'needs_review',
          problem: { reason: 'every_plan' },
        })
        expect(await all()).toEqual(before)
        await approve(careful, request)
        expect((await careful.settle(request)).state).toBe('completed_with_retention')
        expect((await careful.settle(await careful.receive({ facebookId: ['999'] }))).state).toBe('completed')
      })

      it('is raised by a link that leads to a second person', async () => {
        await world.putRows(personRows('u1', '901'), {
          App: [{ PK: 'USER#u2', SK: 'LINK', FB: 'FB#901', userId: 'u2' }],
        })
        const before = await all()
        const request = await company.receive(FB)
        expect(await company.settle(request)).toMatchObject({
          state: 'needs_review',
          problem: { reason: 'second_person' },
        })
        expect(await all()).toEqual(before)
        await approve(company, request)
        expect((await company.settle(request)).outcome?.erased).toContainEqual({ category: 'meta', items: 2 })
      })

      it('is raised by more identities than the map allows', async () => {
        const careful = await world.open({ ...SMALL_MAP, maxIdentities: 2 })
        await world.putRows(personRows('u1', '901'))
        const request = await careful.receive(FB)
        expect(await careful.settle(request)).toMatchObject({
          state: 'needs_review',
          problem: { reason: 'too_many_identities' },
        })
        await approve(careful, request)
        expect((await careful.settle(request)).outcome).toMatchObject({ erased: OUTCOME.erased })
      })
    })

    describe('a learnt value that is no key', () => {
      it.each([' ', 'null', 'GUEST', '0'])(
        '%j finds nobody’s records, and its item stays until a person has looked',
        async (email) => {
          await world.putRows({
            App: [
              { PK: 'USER#u1', SK: 'LINK', FB: 'FB#901', userId: 'u1' },
              { PK: 'USER#u1', SK: 'PROFILE', email },
              { PK: `MAIL#${email}`, SK: 'NEWS' },
            ],
          })
          const request = await company.receive(FB)
          const residue = [{ table: 'App', holding: 'profile', items: 1, why: 'unusable_identity' }]
          for (let turn = 0; turn < 2; turn += 1) {
            expect((await company.settle(request)).problem).toEqual({ reason: 'residue', residue })
            await retry(company, request)
          }
          expect((await all()).filter((item) => item.includes('MAIL#'))).toHaveLength(1)
          await world.putRows({ App: [{ PK: 'USER#u1', SK: 'PROFILE', name: 'mended' }] })
          const done = await company.settle(request)
          expect(done.outcome?.erased).toEqual([
            { category: 'meta', items: 1 },
            { category: 'profile', items: 1 },
          ])
        },
      )

      it('teaches nothing where it is no value at all: the item goes, and nobody’s records stay', async () => {
        await world.putRows({
          App: [
            { PK: 'USER#u1', SK: 'LINK', FB: 'FB#901', userId: 'u1' },
            { PK: 'USER#u1', SK: 'PROFILE', email: '' },
            { PK: 'MAIL#', SK: 'NEWS' },
          ],
        })
        const done = await company.settle(await company.receive(FB))
        expect([done.state, done.problem]).toEqual(['completed', undefined])
        expect(done.outcome?.erased).toEqual([
          { category: 'profile', items: 1 },
          { category: 'meta', items: 1 },
        ])
        expect((await all()).filter((item) => item.includes('MAIL#'))).toHaveLength(1)
      })

      it('keeps the order that names it, and not the other orders', async () => {
        await world.putRows(personRows('u1', '901'), {
          App: [{ PK: 'USER#u1', SK: 'ORDER#9', no: 'unknown' }],
        })
        const stuck = await company.settle(await company.receive(FB))
        expect(stuck.problem?.residue).toEqual([
          { table: 'App', holding: 'orders', items: 1, why: 'unusable_identity' },
        ])
        expect((await all()).filter((item) => item.includes('ORDER#'))).toHaveLength(1)
      })

      it('is said even when something else is left as well', async () => {
        await world.putRows({
          App: [
            { PK: 'USER#u1', SK: 'LINK', FB: 'FB#901', userId: 'u1' },
            { PK: 'USER#u1', SK: 'PROFILE', email: 'guest' },
            { PK: 'USER#u1', SK: 'NOTE#1' },
          ],
        })
        const stuck = await company.settle(await company.receive(FB))
        expect(stuck.problem?.residue?.map(({ why }) => why)).toEqual(['unusable_identity', 'unclaimed'])
      })

      it('compares with the map’s own list in any case', async () => {
        const never = ['N/A']
        const map = {
          ...SMALL_MAP,
          identities: { ...SMALL_MAP.identities, email: { of: 'alias', never } },
        } as const
        const other = await world.open(map)
        await world.putRows(personRows('u1', '901'), {
          App: [
            { PK: 'USER#u1', SK: 'PROFILE', email: 'n/a' },
            { PK: 'MAIL#n/a', SK: 'NEWS' },
          ],
        })
        expect((await other.settle(await other.receive(FB))).problem?.residue).toMatchObject([
          { holding: 'profile', why: 'unusable_identity' },
        ])
        expect((await all()).filter((item) => item.includes('MAIL#n/a'))).toHaveLength(1)
      })
    })

    describe('what is written while an erasure runs', () => {
      it('is erased with all that a changed item newly leads to', async () => {
        await world.putRows(personRows('u1', '901'))
        const racing = await justBefore('erase', () =>
          world.putRows({
            App: [
              { PK: 'USER#u1', SK: 'PROFILE', email: 'moved@example.com', team: 't1' },
              { PK: 'MAIL#moved@example.com', SK: 'NEWS' },
            ],
          }),
        )
        const done = await racing.settle(await racing.receive(FB))
        expect(done.state).toBe('completed_with_retention')
        expect((await all()).filter((item) => item.includes('moved@') || item.includes('PROFILE'))).toEqual(
          [],
        )
      })

      it('never erases a second person who takes the link meanwhile, without a review', async () => {
        await world.putRows(personRows('u1', '901'))
        const racing = await justBefore('erase', () => world.putRows(personRows('u9', '901')))
        const request = await racing.receive(FB)
        expect(await racing.settle(request)).toMatchObject({
          state: 'needs_review',
          problem: { reason: 'second_person' },
        })
        expect((await all()).filter((item) => item.includes('words of u9'))).toHaveLength(2)
        await approve(racing, request)
        expect((await racing.settle(request)).outcome).toMatchObject({
          erased: [
            { category: 'orders', items: 18 },
            { category: 'profile', items: 6 },
            { category: 'meta', items: 2 },
          ],
          redacted: [{ category: 'messages', items: 4 }],
          retained: [{ category: 'invoices', items: 4 }],
        })
      })
    })

    describe('an item that does not say whose it is', () => {
      it('is left, with its parent, for a person to look at', async () => {
        await world.putRows(personRows('u1', '901'), { Lines: [{ orderNo: 'u1-0', line: 9 }] })
        const stuck = await company.settle(await company.receive(FB))
        expect(stuck.problem?.residue).toContainEqual({
          table: 'Lines',
          holding: 'lines',
          items: 1,
          why: 'owner_missing',
        })
        expect((await all()).filter((item) => item.includes('ORDER#'))).toHaveLength(1)
      })
    })

    describe('a child in the person’s own partition', () => {
      it('is residue when its parent is gone', async () => {
        const { lines, orders } = SMALL_MAP.holdings
        if (!lines || !orders) throw new Error('the small map has orders with lines')
        const map: DataMap = {
          ...SMALL_MAP,
          holdings: {
            ...SMALL_MAP.holdings,
            lines: { ...lines, table: 'app', find: { PK: 'USER#{userId}', SK: 'LINE#{orderNo}' }, owner: {} },
          },
        }
        const other = await world.open(map)
        await world.putRows(personRows('u1', '901'), {
          App: [
            { PK: 'USER#u1', SK: 'LINE#u1-0' },
            { PK: 'USER#u1', SK: 'LINE#of an order that is gone' },
          ],
        })
        expect((await other.settle(await other.receive(FB))).problem?.residue).toEqual([
          { table: 'App', holding: 'lines', items: 1, why: 'not_done' },
        ])
      })

      it('is of no holding when it does not say whose it is either', async () => {
        const { lines } = SMALL_MAP.holdings
        if (!lines) throw new Error('the small map has lines')
        const find = { PK: 'USER#{userId}', SK: 'LINE#{orderNo}' }
        const map = {
          ...SMALL_MAP,
          holdings: { ...SMALL_MAP.holdings, lines: { ...lines, table: 'app', find } },
        }
        const other = await world.open(map)
        await world.putRows(personRows('u1', '901'), { App: [{ PK: 'USER#u1', SK: 'LINE#gone' }] })
        expect((await other.settle(await other.receive(FB))).problem?.residue).toEqual([
          { table: 'App', sortKey: 'LINE#', items: 1, why: 'unclaimed' },
        ])
      })
    })

    describe('holdings that overlap', () => {
      const holdingsWith = (more: DataMap['holdings']): DataMap => ({
        ...SMALL_MAP,
        holdings: { ...more, ...SMALL_MAP.holdings },
      })

      it('leave to the first that finds an item what it keeps', async () => {
        const map = holdingsWith({
          kept: {
            table: 'app',
            find: { PK: 'USER#{userId}', SK: { beginsWith: 'INV#' } },
            action: {
              retain: {
                because: 'tax',
                until: { from: 'issuedAt', format: 'iso', for: 'P10Y' },
                ends: { by: 'owner', owner: 'accounting' },
              },
            },
            category: 'invoices',
            scope: 'account',
          },
          rest: {
            table: 'app',
            find: { PK: 'USER#{userId}' },
            action: 'erase',
            category: 'profile',
            scope: 'account',
          },
        })
        const other = await world.open(map)
        await world.putRows(personRows('u1', '901'), {
          App: [{ PK: 'USER#u1', SK: 'INV#1', issuedAt: '2024-02-29T00:00:00Z' }],
        })
        const done = await other.settle(await other.receive(FB))
        expect(done.outcome?.retained).toContainEqual({
          category: 'invoices',
          items: 3,
          reason: 'tax',
          until: '2034-02-28T00:00:00.000Z',
          ends: [{ by: 'owner', owner: 'accounting' }, { by: 'ttl' }],
        })
        expect((await all()).filter((item) => item.startsWith('App'))).toEqual([
          'App {"PK":{"S":"USER#u1"},"SK":{"S":"INV#1"},"issuedAt":{"S":"2024-02-29T00:00:00Z"}}',
        ])
      })

      const erased = (SK: string, more: object = {}) =>
        ({
          table: 'app',
          find: { PK: 'USER#{userId}', SK: { beginsWith: SK } },
          action: 'erase',
          category: 'meta',
          scope: 'account',
          ...more,
        }) as const
      const byAccounting = (SK: string) =>
        erased(SK, {
          action: {
            retain: {
              because: 'tax',
              until: { from: 'issuedAt', format: 'iso', for: 'P1Y' },
              ends: { by: 'owner', owner: 'accounting' },
            },
          },
        })

      it('leave to a holding of the account what it keeps, in platform scope too', async () => {
        const map = holdingsWith({
          consent: byAccounting('META#CONSENT#'),
          meta: erased('META#', { scope: 'platform' }),
        })
        const other = await world.open(map)
        await world.putRows(personRows('u1', '901'), {
          App: [
            { PK: 'USER#u1', SK: 'META#CONSENT#1', issuedAt: '2026-01-01' },
            { PK: 'USER#u1', SK: 'META#name' },
          ],
        })
        const done = await other.settle(await other.receive(FB, { scope: 'platform' }))
        expect(done.outcome?.erased).toEqual([{ category: 'meta', items: 2 }])
        expect((await all()).filter((item) => item.includes('META#CONSENT#'))).toHaveLength(1)
      })

      it('work the children of what another holding keeps', async () => {
        const map = holdingsWith({ paid: byAccounting('ORDER#0') })
        const other = await world.open(map)
        await world.putRows(personRows('u1', '901'), {
          App: [{ PK: 'USER#u1', SK: 'ORDER#0', no: 'u1-0', issuedAt: '2026-01-01' }],
        })
        const done = await other.settle(await other.receive(FB))
        expect(done.outcome?.erased).toContainEqual({ category: 'orders', items: 8 })
        expect(
          (await all()).filter((item) => item.startsWith('Lines') || item.includes('ORDER#')),
        ).toHaveLength(1)
      })

      it('never erase without the review that was due because a plan could not count', async () => {
        const { lines } = SMALL_MAP.holdings
        if (!lines) throw new Error('the small map has lines')
        const map: DataMap = {
          ...SMALL_MAP,
          holdings: {
            ...SMALL_MAP.holdings,
            lines: { ...lines, table: 'app', find: { PK: 'USER#{userId}', SK: 'LINE#{orderNo}' }, owner: {} },
            rest: erased('LINE#'),
          },
        }
        const other = await world.open(map)
        await world.putRows({ App: [{ PK: 'USER#u1', SK: 'LINE#gone' }] })
        const request = await other.receive({ userId: ['u1'] }, { doubts: ['login_shaped'] })
        expect((await other.settle(request)).state).toBe('needs_review')
        expect(await all()).toHaveLength(1)
      })

      it('do not take an item without an index’s sort key for one of that index', async () => {
        const map: DataMap = {
          ...holdingsWith({
            bySeen: {
              table: 'app',
              find: { index: 'byMail', mail: '{email}' },
              owner: { mail: '{email}' },
              action: 'erase',
              category: 'meta',
              scope: 'account',
            },
          }),
          tables: {
            ...SMALL_MAP.tables,
            app: {
              name: 'Mailing',
              key: { PK: 'S', SK: 'S' },
              indexes: { byFb: { key: { FB: 'S' } }, byMail: { key: { mail: 'S', seenAt: 'S' } } },
              backupsKeptFor: 'P1D',
            },
          },
        }
        const other = await world.open(map)
        const { App: _none, ...rows } = personRows('u1', '901')
        const mail = 'u1@example.com'
        await world.putRows(rows, {
          Mailing: [
            { PK: 'USER#u1', SK: 'LINK', FB: 'FB#901', userId: 'u1' },
            { PK: 'USER#u1', SK: 'PROFILE', email: mail },
            { PK: `MAIL#${mail}`, SK: 'NEWS', mail },
          ],
        })
        const done = await other.settle(await other.receive(FB))
        expect(done.outcome?.erased).toEqual([
          { category: 'profile', items: 2 },
          { category: 'meta', items: 1 },
        ])
        expect(await world.snapshot(['Mailing'])).toEqual([])
      })
    })

    /** Lines lead to parcels: three levels below the person. */
    function mapWithParcels(parcels: Partial<Holding>, lines: Partial<Holding>): DataMap {
      const { lines: usual } = SMALL_MAP.holdings
      if (!usual) throw new Error('the small map has lines')
      return {
        ...SMALL_MAP,
        identities: { ...SMALL_MAP.identities, parcelNo: { of: 'record' } },
        tables: {
          ...SMALL_MAP.tables,
          parcels: { name: 'Parcels', key: { parcel: 'S' }, backupsKeptFor: 'P1D' },
        },
        holdings: {
          parcels: {
            table: 'parcels',
            per: 'lines',
            find: { parcel: '{parcelNo}' },
            owner: { userId: '{userId}' },
            action: 'erase',
            category: 'orders',
            scope: 'account',
            ...parcels,
          },
          ...SMALL_MAP.holdings,
          lines: { ...usual, learns: { parcelNo: 'parcel' }, ...lines },
        },
      }
    }

    describe('children of children', () => {
      it('go before their grandparent even where the child between them stays', async () => {
        const map = mapWithParcels({}, { action: { leave: 'needed by the till' } })
        const other = await world.open(map)
        await world.putRows(personRows('u1', '901', { orders: 1 }), {
          Lines: [{ orderNo: 'u1-0', line: 1, userId: 'u1', parcel: 'p1' }],
          Parcels: [{ parcel: 'p1', userId: 'u1', address: 'home' }],
        })
        const done = await other.settle(await other.receive(FB))
        expect(done.outcome?.erased[0]).toEqual({ category: 'orders', items: 2 })
        expect(await world.snapshot(['Parcels'])).toEqual([])
        expect(await world.all('Lines')).toHaveLength(2)
      })
    })

    describe('what an item teaches from its depths', () => {
      const { orders, profile } = SMALL_MAP.holdings
      const deep: DataMap = {
        ...SMALL_MAP,
        holdings: {
          ...SMALL_MAP.holdings,
          ...(orders && { orders: { ...orders, learns: { orderNo: 'parts[*].ref.no' } } }),
          ...(profile && { profile: { ...profile, learns: { email: 'emails[*]' } } }),
        },
      }
      const part = (no: string): Value => ({ M: { ref: { M: { no: { S: no } } } } })

      it('is followed, out of lists, sets and maps', async () => {
        const other = await world.open(deep)
        const rows = personRows('u1', '901', { orders: 1 })
        await world.putRows(rows, {
          Lines: [
            { orderNo: 'u1-a', line: 1, userId: 'u1' },
            { orderNo: 'u1-b', line: 1, userId: 'u1' },
          ],
        })
        await world.put('App', {
          PK: { S: 'USER#u1' },
          SK: { S: 'ORDER#0' },
          no: { S: 'u1-0' },
          parts: { L: [part('u1-a'), part('u1-b')] },
        })
        await world.put('App', {
          PK: { S: 'USER#u1' },
          SK: { S: 'PROFILE' },
          emails: { SS: ['a@x.example', 'b@x.example'] },
        })
        const done = await other.settle(await other.receive(FB))
        expect(done.state).toMatch(/^completed/)
        expect((await world.all('Lines')).filter(({ orderNo }) => orderNo?.S?.match(/^u1-[ab]$/))).toEqual([])
      })

      it('stops for a person to look where the path ends at no text', async () => {
        const other = await world.open(deep)
        await world.putRows(personRows('u1', '901', { orders: 1 }))
        await world.put('App', { PK: { S: 'USER#u1' }, SK: { S: 'ORDER#0' }, parts: { L: [{ S: 'u1-a' }] } })
        const stopped = await other.settle(await other.receive(FB))
        expect(stopped.state).toBe('needs_operator')
        expect(stopped.problem?.residue).toEqual([
          expect.objectContaining({ holding: 'orders', why: 'unusable_identity', items: 1 }),
        ])
      })
    })

    describe('a grandchild that has to stay', () => {
      it('keeps its parents, and counts once when it goes', async () => {
        const map = mapWithParcels({ learns: { email: 'email' }, category: 'meta' }, {})
        const other = await world.open(map)
        const line = (n: number, parcel: string) => ({ orderNo: `u1-${n}`, line: 1, userId: 'u1', parcel })
        await world.putRows(personRows('u1', '901'), {
          Lines: [line(0, 'p0'), line(1, 'p1'), line(2, 'p2')],
          Parcels: [
            { parcel: 'p0', userId: 'u1', email: 'guest' },
            { parcel: 'p1', userId: 'u1' },
            { parcel: 'p2', userId: 'u1' },
          ],
        })
        const request = await other.receive(FB)
        expect((await other.settle(request)).state).toBe('needs_operator')
        expect((await all()).filter((item) => item.includes('ORDER#'))).toHaveLength(1)
        await world.putRows({ Parcels: [{ parcel: 'p0', userId: 'u1' }] })
        await retry(other, request)
        expect((await other.settle(request)).outcome?.erased).toEqual(
          expect.arrayContaining([
            { category: 'orders', items: 9 },
            { category: 'meta', items: 4 },
          ]),
        )
      })
    })

    describe('what a redaction has put in the place of a value', () => {
      it.each(['', 'anonymous', '-'])('%j is not learnt', async (constant) => {
        const { profile } = SMALL_MAP.holdings
        if (!profile) throw new Error('the small map has a profile')
        const map: DataMap = {
          ...SMALL_MAP,
          holdings: {
            ...SMALL_MAP.holdings,
            profile: { ...profile, action: { redact: { email: { constant } } } },
          },
        }
        const other = await world.open(map)
        await world.putRows(personRows('u1', '901'), {
          App: [{ PK: `MAIL#${constant}`, SK: 'of somebody else' }],
        })
        const request = await other.receive(FB)
        expect((await other.settle(request)).state).toBe('completed_with_retention')
        await world.putRows({ App: [{ PK: 'USER#u1', SK: 'LINK', FB: 'FB#901', userId: 'u1' }] })
        expect((await other.settle(await other.receive(FB))).state).toBe('completed_with_retention')
        expect((await all()).filter((item) => item.includes('of somebody else'))).toHaveLength(1)
      })

      const messagesWith = (author: 'remove' | { constant: string }): DataMap => ({
        ...SMALL_MAP,
        holdings: {
          ...SMALL_MAP.holdings,
          notes: {
            table: 'app',
            find: { PK: 'USER#{userId}', SK: { beginsWith: 'MSG#' } },
            owner: { author: '{userId}' },
            action: { redact: { author, body: 'remove' } },
            category: 'messages',
            scope: 'account',
          },
        },
      })

      it.each(['remove', { constant: 'deleted' }] as const)(
        'is no residue where the owner itself was redacted in the person’s own partition: %j',
        async (author) => {
          const other = await world.open(messagesWith(author))
          await world.putRows(personRows('u1', '901'), {
            App: [{ PK: 'USER#u1', SK: 'MSG#1', author: 'u1', body: 'words of u1' }],
          })
          const done = await other.settle(await other.receive(FB))
          expect(done.outcome?.redacted).toEqual([{ category: 'messages', items: 3 }])
        },
      )

      it('never passes for done where only the owner is missing', async () => {
        const other = await world.open(messagesWith('remove'))
        await world.putRows(personRows('u1', '901'), {
          App: [{ PK: 'USER#u1', SK: 'MSG#1', body: 'private words' }],
        })
        expect((await other.settle(await other.receive(FB))).problem?.residue).toEqual([
          { table: 'App', holding: 'notes', items: 1, why: 'owner_missing' },
        ])
      })
    })

    describe('keys that are numbers', () => {
      it('are the same in every spelling', async () => {
        const map: DataMap = {
          ...SMALL_MAP,
          identities: { ...SMALL_MAP.identities, seat: { of: 'alias' } },
          tables: {
            ...SMALL_MAP.tables,
            seats: {
              name: 'Seats',
              key: { id: 'S' },
              indexes: { bySeat: { key: { seat: 'N' } } },
              backupsKeptFor: 'P1D',
            },
          },
          holdings: {
            ...SMALL_MAP.holdings,
            ...(SMALL_MAP.holdings['profile'] && {
              profile: { ...SMALL_MAP.holdings['profile'], learns: { seat: 'seat' } },
            }),
            seats: {
              table: 'seats',
              find: { index: 'bySeat', seat: '{seat}' },
              owner: { seat: '{seat}' },
              action: 'erase',
              category: 'profile',
              scope: 'account',
            },
          },
        }
        const other = await world.open(map)
        const rows = (seat: string) => ({
          App: [
            { PK: 'USER#u1', SK: 'LINK', FB: 'FB#901', userId: 'u1' },
            { PK: 'USER#u1', SK: 'PROFILE', seat },
          ],
        })
        await world.putRows(rows('007'), {
          Seats: [
            { id: 'a', seat: 7 },
            { id: 'b', seat: 70 },
          ],
        })
        expect((await other.settle(await other.receive(FB))).state).toBe('completed')
        expect(await world.snapshot(['Seats'])).toEqual(['Seats {"id":{"S":"b"},"seat":{"N":"70"}}'])
        await world.putRows(rows('seven'))
        expect((await other.settle(await other.receive(FB))).problem?.residue).toMatchObject([
          { holding: 'profile', why: 'unusable_identity' },
        ])
      })
    })

    describe('what is kept', () => {
      it('is residue when its date cannot be read', async () => {
        await world.putRows(personRows('u1', '901'), {
          Bills: [{ id: 'b9', userId: 'u1', issuedAt: 'last spring' }],
        })
        const stuck = await company.settle(await company.receive(FB))
        expect(stuck).toMatchObject({
          state: 'needs_operator',
          problem: {
            reason: 'residue',
            residue: [{ table: 'Bills', holding: 'bills', items: 1, why: 'not_done' }],
          },
        })
      })

      it('is counted again, and told again, for a second request', async () => {
        await world.putRows(personRows('u1', '901'))
        await company.settle(await company.receive(FB))
        await world.putRows({ App: [{ PK: 'USER#u1', SK: 'LINK', FB: 'FB#901', userId: 'u1' }] })
        const again = await company.settle(await company.receive(FB))
        expect(again.outcome).toMatchObject({
          erased: [{ category: 'meta', items: 1 }],
          redacted: [],
          retained: [{ category: 'invoices', items: 2 }],
        })
      })
    })

    describe('several requests for one person', () => {
      it('never lets the second complete while the first is stuck half-way', async () => {
        await world.putRows(personRows('u1', '901'), { App: [{ PK: 'USER#u1', SK: 'NOTE#1' }] })
        const first = await company.receive(FB)
        expect((await company.settle(first)).state).toBe('needs_operator')
        company.pass(1000)
        const second = await company.receive(FB)
        for (let turn = 0; turn < 5; turn += 1) {
          await answerDoorbell(company, second)
          expect((await company.find(second)).state).toBe('waiting')
          company.pass(3600_000)
          await company.sweep()
        }
        expect((await company.find(second)).attempts).toBe(0)
        await world.remove('App', toItem({ PK: 'USER#u1', SK: 'NOTE#1' }))
        // By now the link is gone: the second knows the rest only because it copied what the first had found.
        await world.putRows({ Chat: [{ id: 'late', author: 'u1', body: 'late words' }] })
        await retry(company, first)
        expect((await company.settle(first)).state).toBe('completed_with_retention')
        await world.putRows({ Chat: [{ id: 'later', author: 'u1', body: 'later words' }] })
        const done = await company.settle(second)
        expect(done.outcome?.redacted).toEqual([{ category: 'messages', items: 1 }])
        expect((await all()).filter((item) => item.includes('words'))).toEqual([])
      })

      it('lets the earlier one take over from a later one that has deleted nothing', async () => {
        await world.putRows(personRows('u1', '901'))
        const later = await company.receive(FB)
        const earlier = await company.receive(FB, {
          receivedAt: new Date(company.clock().getTime() - 60_000),
        })
        const row = await company.find(later)
        await company.ledger.claim(subjectHash(await company.indexKey(), 'facebookId', '901'), later)
        expect((await company.settle(earlier)).state).toBe('completed_with_retention')
        expect((await company.find(later)).version).toBe(row.version + 1)
        expect((await company.settle(later)).state).toBe('completed')
      })
    })

    describe('a request that has begun and has to wait', () => {
      it('keeps what it has claimed, so that no other finds half of it gone and calls that complete', async () => {
        await world.putRows(personRows('u1', '901'), { App: [{ PK: 'USER#u1', SK: 'NOTE#1' }] })
        // Earlier, of an address that the person will turn out to have.
        const earlier = await company.receive({ email: ['other@example.com'] })
        await company.ledger.claim(
          subjectHash(await company.indexKey(), 'email', 'other@example.com'),
          earlier,
        )
        company.pass(1000)
        const begun = await company.receive(FB)
        expect((await company.settle(begun)).state).toBe('needs_operator')
        await world.putRows({ App: [{ PK: 'USER#u1', SK: 'PROFILE', email: 'other@example.com' }] })
        await retry(company, begun)
        await answerDoorbell(company, begun)
        expect((await company.find(begun)).state).toBe('waiting')

        company.pass(1000)
        const third = await company.receive(FB)
        await answerDoorbell(company, third)
        expect((await company.find(third)).state).toBe('waiting')
      })

      it('goes on when the other one came later, with all that the other one knew', async () => {
        await world.putRows(personRows('u1', '901'), { App: [{ PK: 'USER#u1', SK: 'NOTE#1' }] })
        const first = await company.receive(FB)
        expect((await company.settle(first)).state).toBe('needs_operator')
        company.pass(1000)
        const later = await company.receive({ email: ['other@example.com'] })
        await world.putRows({ App: [{ PK: 'MAIL#other@example.com', SK: 'NEWS' }] })
        const hash = subjectHash(await company.indexKey(), 'email', 'other@example.com')
        await company.ledger.claim(hash, later)
        const row = await company.find(later)
        await company.ledger.save({ ...row, version: row.version + 1, firstDeleteAt: company.clock() })

        await world.putRows({ App: [{ PK: 'USER#u1', SK: 'PROFILE', email: 'other@example.com' }] })
        await world.remove('App', toItem({ PK: 'USER#u1', SK: 'NOTE#1' }))
        await retry(company, first)
        expect((await company.settle(first)).state).toBe('completed_with_retention')
        expect((await company.settle(later)).state).toBe('completed')
      })
    })

    describe('a hold', () => {
      it('on any identity of the person stops a request before it touches anything', async () => {
        await world.putRows(personRows('u1', '901'))
        const before = await all()
        const hash = subjectHash(await company.indexKey(), 'email', 'u1@example.com')
        await company.ledger.hold([hash], 'identity', company.clock())
        expect((await company.settle(await company.receive(FB))).state).toBe('on_hold')
        expect(await all()).toEqual(before)
      })
    })

    describe('an identity that has left the map', () => {
      it('stops the request: nothing found would look like done', async () => {
        await world.putRows(personRows('u1', '901'))
        const request = await company.receive({ metaId: ['901'] })
        expect(await company.settle(request)).toMatchObject({
          state: 'needs_operator',
          problem: { reason: 'unknown_identity' },
        })
      })
    })

    describe('an approval', () => {
      it('is asked for with every reason that holds, and lets go what was shown', async () => {
        const careful = await world.open({ ...SMALL_MAP, review: { above: 10 } })
        await world.putRows(personRows('u1', '901'))
        const request = await careful.receive(FB, { doubts: ['login_shaped', 'stale'] })
        expect(await careful.settle(request)).toMatchObject({
          state: 'needs_review',
          problem: { reason: 'login_shaped', reasons: ['login_shaped', 'stale', 'too_big'] },
        })
        expect((await careful.ledger.history(request))[0]?.reason).toBe('login_shaped, stale, too_big')
        await approve(careful, request)
        const done = await careful.settle(request)
        expect(done).toMatchObject({ state: 'completed_with_retention', outcome: OUTCOME })
        expect(done.approval?.reasons).toEqual(['login_shaped', 'stale', 'too_big'])
      })

      it('is not one of a reason that came after it', async () => {
        const careful = await world.open({ ...SMALL_MAP, review: { above: 20 } })
        await world.putRows(personRows('u1', '901'))
        const request = await careful.receive(FB, { doubts: ['login_shaped'] })
        expect((await careful.settle(request)).problem?.reasons).toEqual(['login_shaped'])
        await world.putRows(personRows('u1', '901', { orders: 9 }))
        const before = await all()
        await approve(careful, request)
        expect(await careful.settle(request)).toMatchObject({
          state: 'needs_review',
          problem: { reason: 'too_big', reasons: ['login_shaped', 'too_big'] },
        })
        expect(await all()).toEqual(before)
        await approve(careful, request)
        expect((await careful.settle(request)).state).toBe('completed_with_retention')
      })

      it('of the version before, which showed one reason, is of that one', async () => {
        const careful = await world.open({ ...SMALL_MAP, review: { above: 10 } })
        await world.putRows(personRows('u1', '901'))
        const request = await careful.receive(FB, { doubts: ['login_shaped'] })
        const { problem, ...row } = await careful.settle(request)
        const { reasons: _later, ...old } = problem ?? { reason: 'login_shaped' }
        await careful.ledger.save({ ...row, problem: old, version: row.version + 1 })
        await approve(careful, request)
        expect(await careful.settle(request)).toMatchObject({
          state: 'needs_review',
          problem: { reason: 'too_big' },
          approval: { reasons: ['login_shaped'] },
        })
      })

      it('of one person is not one of a second who turns up before the work begins', async () => {
        await world.putRows(personRows('u1', '901'))
        const request = await company.receive(FB, { doubts: ['undated'] })
        expect((await company.settle(request)).state).toBe('needs_review')
        await world.putRows(personRows('u9', '901'))
        await approve(company, request)
        expect(await company.settle(request)).toMatchObject({
          state: 'needs_review',
          problem: { reason: 'second_person', persons: 2 },
        })
        expect((await all()).filter((item) => item.includes('words of'))).toHaveLength(4)
        await approve(company, request)
        expect((await company.settle(request)).state).toBe('completed_with_retention')
      })

      it('is of the plan that was shown: under another map it is asked for again', async () => {
        await world.putRows(personRows('u1', '901'))
        const { bills: _kept, ...fewer } = SMALL_MAP.holdings
        const small = await world.open({ ...SMALL_MAP, holdings: fewer })
        const request = await small.receive(FB, { doubts: ['undated'] })
        expect((await small.settle(request)).state).toBe('needs_review')
        await approve(company, request)
        expect((await company.settle(request)).state).toBe('needs_review')
        await approve(company, request)
        expect((await company.settle(request)).state).toBe('completed_with_retention')
      })
    })

    describe('another map between two slices', () => {
      it('has the request planned again, with what was done before still counted', async () => {
        await world.putRows(personRows('u1', '901'), { App: [{ PK: 'USER#u1', SK: 'NOTE#1' }] })
        const request = await company.receive(FB)
        expect((await company.settle(request)).state).toBe('needs_operator')
        const { profile } = SMALL_MAP.holdings
        if (!profile) throw new Error('the small map has a profile')
        const notes = { ...profile, find: { PK: 'USER#{userId}', SK: { beginsWith: 'NOTE#' } }, learns: {} }
        const map: DataMap = { ...SMALL_MAP, holdings: { ...SMALL_MAP.holdings, notes } }
        const mended = { ...company, map, mapHash: mapHash(map) }
        await retry(mended, request)
        await answerDoorbell(mended, request)
        const done = await company.find(request)
        expect(done.outcome?.erased).toEqual([
          { category: 'orders', items: 9 },
          { category: 'profile', items: 4 },
          { category: 'meta', items: 1 },
        ])
        expect(done.outcome?.retained).toMatchObject([{ category: 'invoices', items: 2 }])
      })
    })
  })
}
