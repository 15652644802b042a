/** Each part of a data map, by what it does to items, wherever the tables are. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DataMap, Identity, Table, TableHolding } from '../../shared/data-map/data-map.ts'
import { decide } from '../../shared/operations/operations.ts'
import type { Item, Records, Value } from '../../shared/records/records.ts'
import type { DeletionRequest } from '../../shared/requests/request.ts'
import { type Company, withRecords } from '../fixtures/world/company.ts'
import type { Awaitable, World } from '../fixtures/world/world.ts'

const TEXT = { vi: 'x', en: 'x' }
const PERSON: Readonly<Record<string, Identity>> = {
  userId: { of: 'person' },
  email: { of: 'alias', normalise: 'email' },
  storeId: { of: 'group' },
}
const BASIS = { action: 'erase', category: 'profile', scope: 'account' } as const

interface Parts {
  readonly identities?: DataMap['identities']
  readonly table?: Partial<Table>
  readonly more?: DataMap['tables']
  readonly records?: (behind: Records) => Partial<Records>
  readonly holdings: Readonly<
    Record<string, Omit<TableHolding, 'table' | 'category' | 'scope' | 'action'> & Partial<TableHolding>>
  >
}

const s = (S: string): Value => ({ S })
const n = (N: string): Value => ({ N })
const row = (PK: string, SK: string, more: Item = {}): Item => ({ PK: s(PK), SK: s(SK), ...more })
const keysOf = (items: readonly Item[]): readonly string[] =>
  items.map(({ PK, SK }) => [PK?.S ?? PK?.N, SK?.S ?? SK?.N].join(' ')).toSorted()

async function erase(
  company: Company,
  identities: Readonly<Record<string, readonly string[]>> = { userId: ['u1'] },
): Promise<DeletionRequest> {
  return company.settle(await company.receive(identities))
}

const erased = (items: number) => ({
  state: 'completed',
  outcome: { erased: [{ category: 'profile', items }], redacted: [] },
})

/** What the engine promises each part of a data map, whatever is beneath it. */
export function dataMapContract(name: string, build: () => Awaitable<World>): void {
  describe(`a data map ${name}`, () => {
    let world: World
    beforeEach(async () => {
      world = await build()
    })
    afterEach(() => world.close())

    let tables = 0

    /** A company with one table, and more of them if it needs. */
    async function companyOf({ identities = PERSON, table = {}, more = {}, holdings, records }: Parts) {
      tables += 1
      const name = `Table${tables}`
      const map: DataMap = {
        identities,
        tables: { app: { name, key: { PK: 'S', SK: 'S' }, backupsKeptFor: 'P1D', ...table }, ...more },
        holdings: Object.fromEntries(
          Object.entries(holdings).map(([key, holding]) => [key, { ...BASIS, table: 'app', ...holding }]),
        ),
        categories: { profile: TEXT },
        reasons: { tax: TEXT },
      }
      const company = await world.open(map, records && withRecords(records))
      return {
        company,
        put: (items: readonly Item[], into = name) => world.put(into, ...items),
        left: (of = name) => world.all(of),
      }
    }

    describe('keys', () => {
      it('may be numbers, in both places', async () => {
        const { company, put, left } = await companyOf({
          table: { key: { PK: 'N', SK: 'N' } },
          identities: { userId: { of: 'person' } },
          holdings: {
            all: { find: { PK: '{userId}', SK: { between: ['10', '20'] } } },
            rest: { find: { PK: '{userId}' }, action: { leave: 'x' } },
          },
        })
        const numbered = (PK: string, SK: string): Item => ({ PK: n(PK), SK: n(SK) })
        await put([
          numbered('7', '9.5'),
          numbered('7', '10'),
          numbered('7', '20'),
          numbered('7', '100'),
          numbered('77', '15'),
        ])
        expect(await erase(company, { userId: ['7'] })).toMatchObject(erased(2))
        expect(keysOf(await left())).toEqual(['7 100', '7 9.5', '77 15'])
      })

      it('may be bytes: of a text, or of an identity that is bytes itself', async () => {
        const { company, put, left } = await companyOf({
          identities: { userId: { of: 'person' }, cardId: { of: 'alias', binary: true } },
          table: { key: { PK: 'B', SK: 'S' } },
          more: { cards: { name: 'Cards', key: { id: 'B' }, backupsKeptFor: 'P1D' } },
          holdings: {
            cards: { table: 'cards', find: { id: '{cardId}' } },
            profile: { find: { PK: 'USER#{userId}' }, learns: { cardId: 'cards[*]' } },
          },
        })
        const bytes = (...all: number[]): Value => ({ B: Uint8Array.from(all) })
        const key = (text: string): Value => ({ B: Uint8Array.from(Buffer.from(text)) })
        await put([
          { PK: key('USER#u1'), SK: s('PROFILE'), cards: { L: [bytes(0, 255), bytes(1)] } },
          { PK: key('USER#u12'), SK: s('PROFILE') },
        ])
        await put([{ id: bytes(0, 255) }, { id: bytes(1) }, { id: bytes(2) }], 'Cards')
        expect(await erase(company)).toMatchObject(erased(3))
        expect(await left('Cards')).toEqual([{ id: bytes(2) }])
        expect(await left()).toEqual([{ PK: key('USER#u12'), SK: s('PROFILE') }])
      })

      it('may hold several identities, in every combination', async () => {
        const { company, put, left } = await companyOf({
          holdings: {
            seats: { find: { PK: 'TENANT#{storeId}#USER#{userId}' } },
            profile: { find: { PK: 'USER#{userId}' }, learns: { storeId: 'stores[*].id' } },
          },
        })
        const stores: Value = { L: [{ M: { id: s('s1') } }, { M: { id: s('s2') } }] }
        await put([
          row('USER#u1', 'PROFILE', { stores }),
          row('TENANT#s1#USER#u1', 'A'),
          row('TENANT#s2#USER#u1', 'A'),
          row('TENANT#s3#USER#u1', 'A'),
          row('TENANT#s1#USER#u2', 'A'),
        ])
        expect(await erase(company)).toMatchObject(erased(3))
        expect(keysOf(await left())).toEqual(['TENANT#s1#USER#u2 A', 'TENANT#s3#USER#u1 A'])
      })

      it('may be a range, whose ends have the same person in them', async () => {
        const { company, put, left } = await companyOf({
          table: { key: { PK: 'S', SK: 'S' }, indexes: { byDay: { key: { PK: 'S', day: 'S' } } } },
          holdings: {
            visits: { find: { PK: 'SHOP#{storeId}', SK: { between: ['{userId}#2020', '{userId}#2025'] } } },
            late: {
              find: { index: 'byDay', PK: 'USER#{userId}', day: { from: '2026' } },
              owner: { PK: 'USER#{userId}' },
            },
            profile: {
              find: { PK: 'USER#{userId}', SK: 'PROFILE' },
              learns: { storeId: 'store', userId: 'self' },
            },
            early: { find: { PK: 'USER#{userId}' }, action: { leave: 'x' } },
          },
        })
        await put([
          row('USER#u1', 'PROFILE', { store: s('s1') }),
          row('USER#u1', 'A', { day: s('2025') }),
          row('USER#u1', 'B', { day: s('2026') }),
          row('SHOP#s1', 'u1#2019'),
          row('SHOP#s1', 'u1#2021'),
          row('SHOP#s1', 'u15#2021'),
          row('SHOP#s1', 'u2#2021'),
        ])
        expect(await erase(company)).toMatchObject(erased(3))
        expect(keysOf(await left())).toEqual([
          'SHOP#s1 u1#2019',
          'SHOP#s1 u15#2021',
          'SHOP#s1 u2#2021',
          'USER#u1 A',
        ])
      })
    })

    describe('a scan', () => {
      it('finds by any attribute, over many pages, and touches nobody else', async () => {
        const { company, put, left } = await companyOf({
          table: { key: { PK: 'S' } },
          holdings: {
            logs: { find: { scan: 'no index leads there', by: '{userId}' }, owner: { by: '{userId}' } },
          },
        })
        const filler = s('x'.repeat(30_000))
        await put(
          Array.from({ length: 60 }, (_, at) => ({ PK: s(`l${at}`), by: s(at % 2 ? 'u1' : 'u2'), filler })),
        )
        await put([{ PK: s('other') }, { PK: s('longer'), by: s('u11') }])
        expect(await erase(company)).toMatchObject(erased(30))
        expect(await left()).toHaveLength(32)
      })

      it('finds what is the person’s, whether the id is stored as a text or as a number', async () => {
        const { company, put, left } = await companyOf({
          table: { key: { PK: 'S' } },
          holdings: {
            feedback: { find: { scan: 'no index leads there', by: '{userId}' }, owner: { by: '{userId}' } },
          },
        })
        const authors = [s('41'), n('41'), s('410'), n('410')]
        await put(authors.map((by, at) => ({ PK: s(String(at)), by })))
        expect(await erase(company, { userId: ['41'] })).toMatchObject(erased(2))
        expect(new Set((await left()).map(({ PK }) => PK?.S))).toEqual(new Set(['2', '3']))
      })
    })

    describe('what must not be touched', () => {
      it('unless: is another’s, or for the operator', async () => {
        const { company, put, left } = await companyOf({
          holdings: { roles: { find: { PK: 'USER#{userId}' }, unless: { role: 'owner', active: true } } },
        })
        await put([
          row('USER#u1', 'A', { role: s('owner'), active: { BOOL: true } }),
          row('USER#u1', 'B', { role: s('owner'), active: { BOOL: false } }),
          row('USER#u1', 'C', { role: s('staff') }),
          row('USER#u1', 'D'),
        ])
        const stuck = await erase(company)
        expect(stuck).toMatchObject({
          state: 'needs_operator',
          problem: { residue: [{ items: 1, why: 'unclaimed' }] },
        })
        expect(keysOf(await left())).toEqual(['USER#u1 A'])
      })

      it('unless: also when it becomes so after it was read', async () => {
        const { company, put, left } = await companyOf({
          records: (behind) => ({
            async eraseIf(table, key, conditions) {
              if (key['SK']?.S === 'A') await put([row('USER#u1', 'A', { role: s('owner') })])
              return behind.eraseIf(table, key, conditions)
            },
          }),
          holdings: {
            roles: { find: { PK: 'USER#{userId}' }, unless: { role: 'owner' } },
            kept: { find: { PK: 'USER#{userId}' }, action: { leave: 'the shop has no other owner' } },
          },
        })
        await put([row('USER#u1', 'A'), row('USER#u1', 'B')])
        expect((await erase(company)).state).toBe('completed')
        expect(keysOf(await left())).toEqual(['USER#u1 A'])
      })

      it('held: stops the request, and everything else goes', async () => {
        const { company, put, left } = await companyOf({
          table: { holdAttribute: 'legalHold' },
          holdings: { all: { find: { PK: 'USER#{userId}' } } },
        })
        await put([
          row('USER#u1', 'A', { legalHold: s('case 12') }),
          row('USER#u1', 'B', { legalHold: { BOOL: false } }),
          row('USER#u1', 'C'),
        ])
        const stuck = await erase(company)
        expect(stuck).toMatchObject({
          state: 'needs_operator',
          problem: { reason: 'residue', residue: [{ holding: 'all', items: 1, why: 'held' }] },
        })
        expect(keysOf(await left())).toEqual(['USER#u1 A'])
        await put([row('USER#u1', 'A')])
        await decide(company.ledger, company.delays, stuck.key, {
          step: 'retry',
          by: 'someone',
          at: company.clock(),
        })
        expect(await company.settle(stuck.key)).toMatchObject(erased(3))
      })

      it.each([
        ['stays by itself', { leave: 'the company keeps it' } as const],
        ['would be erased', 'erase' as const],
      ])('held: keeps what is found through it, if it %s', async (_what, action) => {
        const { company, put, left } = await companyOf({
          identities: { ...PERSON, orderNo: { of: 'record' } },
          table: { holdAttribute: 'legalHold' },
          holdings: {
            lines: { per: 'orders', find: { PK: 'ORDER#{orderNo}' }, owner: { userId: '{userId}' } },
            orders: { find: { PK: 'USER#{userId}' }, learns: { orderNo: 'no' }, action },
          },
        })
        await put([
          row('USER#u1', 'A', { no: s('1'), legalHold: s('case 12') }),
          row('USER#u1', 'B', { no: s('2') }),
          row('ORDER#1', 'line', { userId: s('u1') }),
          row('ORDER#2', 'line', { userId: s('u1') }),
        ])
        const stuck = await erase(company)
        expect(stuck.problem?.residue).toContainEqual(
          expect.objectContaining({ holding: 'lines', items: 1, why: 'held' }),
        )
        expect(stuck.problem?.residue?.filter(({ why }) => why !== 'held')).toEqual([])
        const kept =
          action === 'erase' ? ['ORDER#1 line', 'USER#u1 A'] : ['ORDER#1 line', 'USER#u1 A', 'USER#u1 B']
        expect(keysOf(await left())).toEqual(kept)
      })
    })

    describe('a number so large that JavaScript writes it with a power of ten', () => {
      it('is a constant like any other, and met once it is there', async () => {
        const { company, put, left } = await companyOf({
          holdings: {
            scores: {
              find: { PK: 'USER#{userId}' },
              action: { redact: { score: { constant: 1e21 }, rank: { constant: 1.5e-7 } } },
            },
          },
        })
        await put([row('USER#u1', 'A', { score: n('7'), rank: n('1') })])
        const done = await erase(company)
        expect(done).toMatchObject({ state: 'completed', outcome: { redacted: [{ items: 1 }] } })
        expect((await left())[0]).toMatchObject({ score: n('1000000000000000000000'), rank: n('0.00000015') })
      })

      it('is met by a condition, and by no other number', async () => {
        const { company, put, left } = await companyOf({
          holdings: {
            kept: { find: { PK: 'USER#{userId}', SK: 'A' }, unless: { score: 1e21 } },
            others: { find: { PK: 'USER#{userId}' }, action: { leave: 'why not' } },
          },
        })
        await put([row('USER#u1', 'A', { score: n('1e21') })])
        expect(await erase(company)).toMatchObject({ state: 'completed', outcome: { erased: [] } })
        expect(await left()).toHaveLength(1)
      })
    })

    describe('reviewWhen', () => {
      it('lets nothing go without a look, when an item is so', async () => {
        const { company, put, left } = await companyOf({
          holdings: { roles: { find: { PK: 'USER#{userId}' }, reviewWhen: { role: 'owner' } } },
        })
        await put([
          row('USER#u1', 'A'),
          row('USER#u1', 'B', { role: s('owner') }),
          row('USER#u2', 'A', { role: s('staff') }),
        ])
        expect(await erase(company)).toMatchObject({
          state: 'needs_review',
          problem: { reason: 'review_when' },
        })
        expect(await left()).toHaveLength(3)
        expect(await erase(company, { userId: ['u2'] })).toMatchObject(erased(1))
      })
    })

    describe('a redaction', () => {
      it('takes the person out of maps, lists and sets, and nobody else', async () => {
        const { company, put, left } = await companyOf({
          table: { indexes: { byPerson: { key: { person: 'S' } } } },
          holdings: {
            threads: {
              find: { index: 'byPerson', person: '{userId}' },
              owner: { person: '{userId}' },
              action: {
                redact: {
                  person: 'remove',
                  'meta.name': 'remove',
                  'members[userId={userId}].name': { constant: '-' },
                  'watchers[{userId}]': 'remove',
                  'notes[*].text': 'remove',
                  age: { constant: 0 },
                },
              },
            },
          },
        })
        const member = (userId: string, name: string): Value => ({ M: { userId: s(userId), name: s(name) } })
        const thread = {
          meta: { M: { name: s('An'), topic: s('tea') } },
          members: { L: [member('u1', 'An'), member('u2', 'Binh')] },
          watchers: { SS: ['u1', 'u2'] },
          notes: { L: [{ M: { text: s('x'), at: n('1') } }] },
          age: n('41'),
          title: s('stays'),
        }
        await put([
          row('T', '1', { person: s('u1'), ...thread }),
          row('T', '2', { person: s('u2'), ...thread }),
        ])
        const [, other] = (await left()).toSorted((a, b) => Number(a['SK']?.S) - Number(b['SK']?.S))
        const done = await erase(company)
        expect(done).toMatchObject({
          state: 'completed',
          outcome: { redacted: [{ category: 'profile', items: 1 }] },
        })
        const [mine, theirs] = (await left()).toSorted((a, b) => Number(a['SK']?.S) - Number(b['SK']?.S))
        expect(mine).toEqual(
          row('T', '1', {
            meta: { M: { topic: s('tea') } },
            members: { L: [member('u1', '-'), member('u2', 'Binh')] },
            watchers: { SS: ['u2'] },
            notes: { L: [{ M: { at: n('1') } }] },
            age: n('0'),
            title: s('stays'),
          }),
        )
        expect(theirs).toEqual(other)
      })

      it('never undoes what somebody else writes into the same list meanwhile', async () => {
        let isRaced = false
        const { company, put, left } = await companyOf({
          records: (behind) => ({
            async changeIf(...about) {
              if (!isRaced) {
                isRaced = true
                await put([row('USER#u1', 'A', { names: { L: [s('u1'), s('u2'), s('u3')] } })])
              }
              return behind.changeIf(...about)
            },
          }),
          holdings: {
            all: { find: { PK: 'USER#{userId}' }, action: { redact: { 'names[{userId}]': 'remove' } } },
          },
        })
        await put([row('USER#u1', 'A', { names: { L: [s('u1'), s('u2')] } })])
        expect((await erase(company)).state).toBe('completed')
        expect(isRaced).toBe(true)
        expect(await left()).toEqual([row('USER#u1', 'A', { names: { L: [s('u2'), s('u3')] } })])
      })
    })

    describe('what is retained', () => {
      const retain = {
        because: 'tax',
        until: { from: 'issuedAt', format: 'iso', for: 'P10Y' },
        ends: { by: 'ttl', attribute: 'ttl' },
      } as const

      it('keeps what the reason needs, and nothing else', async () => {
        const { company, put, left } = await companyOf({
          holdings: {
            bills: {
              find: { PK: 'USER#{userId}' },
              action: { retain: { ...retain, keep: ['total', 'lines'] } },
            },
          },
        })
        const bill = { issuedAt: s('2026-01-01'), total: n('5'), lines: { L: [s('tea')] } }
        const surplus = Object.fromEntries(Array.from({ length: 250 }, (_, at) => [`extra${at}`, s('x')]))
        await put([row('USER#u1', 'B', { ...bill, ...surplus, name: s('An') })])
        const done = await erase(company)
        expect(done).toMatchObject({
          state: 'completed_with_retention',
          outcome: { retained: [{ items: 1, reason: 'tax', ends: [{ by: 'ttl' }] }] },
        })
        expect(await left()).toEqual([row('USER#u1', 'B', { ...bill, ttl: n('2082758400') })])
      })

      it('is nobody’s any more, if what told whose it is was not needed', async () => {
        const { company, put, left } = await companyOf({
          table: { indexes: { byPerson: { key: { person: 'S' } } } },
          holdings: {
            bills: {
              find: { index: 'byPerson', person: '{userId}' },
              owner: { person: '{userId}' },
              action: { retain: { ...retain, keep: ['total'] } },
            },
          },
        })
        await put([
          row('B', '1', { person: s('u1'), issuedAt: s('2026-01-01'), total: n('5'), name: s('An') }),
        ])
        expect((await erase(company)).state).toBe('completed_with_retention')
        expect(await left()).toEqual([
          row('B', '1', { issuedAt: s('2026-01-01'), total: n('5'), ttl: n('2082758400') }),
        ])
      })
    })
  })
}
