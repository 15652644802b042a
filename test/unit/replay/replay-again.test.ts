/** After a restore, tables in memory are looked through, and who is back is erased again. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DataMap } from '../../../shared/data-map/data-map.ts'
import { openIdentities } from '../../../shared/erasure/sealed-identities.ts'
import type { BegunErasure } from '../../../shared/ledger/erasures.ts'
import { later } from '../../../shared/platform/time.ts'
import { lookForErased } from '../../../shared/replay/look.ts'
import { openAgain } from '../../../shared/replay/open.ts'
import type { Replay } from '../../../shared/replay/replay.ts'
import { learnFromJournal } from '../../../shared/replay/replay-journal.ts'
import { codeFrom, type RequestKey, requestKeyOf, subjectHash } from '../../../shared/requests/code.ts'
import type { DeletionRequest } from '../../../shared/requests/request.ts'
import { aRequest, NOW } from '../../fixtures/companies/request.ts'
import { personRows, SMALL_MAP, toItem } from '../../fixtures/companies/small-company.ts'
import { memoryJournal } from '../../fixtures/memory/journal-in-memory.ts'
import { memoryLedger } from '../../fixtures/memory/ledger-in-memory.ts'
import { INDEX_KEY } from '../../fixtures/world/company.ts'
import { inMemory } from '../../fixtures/world/in-memory.ts'

beforeEach(() => {
  for (const stream of ['log', 'info', 'warn'] as const) vi.spyOn(console, stream).mockReturnValue()
})
afterEach(() => void vi.restoreAllMocks())

const HOUR = 3600_000
const keyOf = (n: number): RequestKey => requestKeyOf(codeFrom(new Uint8Array(15).fill(n)))
const replayOf = (tables: readonly string[], since: Date): Replay => ({
  name: `of ${tables.join()}`,
  tables,
  since,
})

/** Three people, and the copy that a restore makes a table again. */
function companyOf(map: DataMap = SMALL_MAP) {
  const world = inMemory()
  const journal = memoryJournal()
  const worker = world.open(map, { journal })
  const fill = (user: string, facebookId: string, orders = 2) =>
    world.putRows(personRows(user, facebookId, { orders }))
  for (const n of [1, 2, 3]) fill(`u${n}`, `90${n}`)
  const names = Object.values(worker.tables)
  const taken = Object.fromEntries(names.map((name) => [name, structuredClone(world.all(name))]))
  const state = () => world.snapshot(names)
  async function erase(facebookId: string, more: Parameters<typeof worker.receive>[1] = {}) {
    worker.pass(HOUR)
    const key = await worker.receive({ facebookId: [facebookId] }, more)
    await worker.settle(key)
    return key
  }
  function restore(...keys: readonly string[]): void {
    for (const key of keys) {
      const name = worker.tables[key] ?? ''
      world.put(name, ...(taken[name] ?? []))
    }
  }
  /** Looks through whole tables, page by page. */
  async function look(replay: Replay, { isKept = true } = {}) {
    const pages: Awaited<ReturnType<typeof lookForErased>>[] = []
    for (const table of replay.tables) {
      let after: string | undefined
      do {
        const page = await lookForErased(worker, replay, { table, isKept, now: worker.clock(), after })
        pages.push(page)
        after = page.next
      } while (after !== undefined)
    }
    const unique = (all: readonly RequestKey[]) => [...new Set(all)].toSorted()
    return {
      pages,
      items: pages.reduce((sum, { items }) => sum + items, 0),
      found: unique(pages.flatMap(({ found }) => found)),
      underWay: unique(pages.flatMap((page) => page.underWay)),
    }
  }
  const open = (replay: Replay, keys: readonly RequestKey[]) =>
    openAgain(worker, replay, { keys, by: 'linh', now: worker.clock() })
  const put = (table: string, row: Parameters<typeof toItem>[0]) => world.put(table, toItem(row))
  return { ...worker, journal, put, erase, restore, look, open, state, fill }
}

/** One who was erased before the copy would have been taken, and two since. */
async function withErased() {
  const company = companyOf()
  const before = await company.erase('901')
  company.pass(HOUR)
  const since = company.clock()
  const account = await company.erase('902')
  const platform = await company.erase('903', { scope: 'platform' })
  return { company, since, before, account, platform, after: company.state() }
}
const ALL = Object.keys(SMALL_MAP.tables)

describe('a replay', () => {
  it.each([
    ['every table', ALL, ['account', 'platform']],
    ['the table that the link is in', ['app'], ['account', 'platform']],
    ['a table of children', ['lines'], ['account']],
    ['a table that was redacted', ['chat'], ['account']],
    ['a table of what is kept', ['bills'], ['account']],
  ] as const)('of %s erases again who was erased since, and nobody else', async (_what, tables, expected) => {
    const { company, since, after, ...requests } = await withErased()
    company.restore(...tables)
    const replay = replayOf(tables, since)
    const { found, underWay, items } = await company.look(replay)
    expect(found).toEqual(expected.map((one) => requests[one]).toSorted())
    expect(underWay).toEqual([])
    expect(items).toBeGreaterThan(0)
    const { requests: opened, opened: created } = await company.open(replay, found)
    expect(created).toBe(found.length)
    for (const key of opened) await company.settle(key)
    // Who was erased before has come back with the copy, and stays.
    const others = (all: readonly string[]) => all.filter((item) => !/u1|901/.test(item))
    expect(others(company.state())).toEqual(others(after))
    expect((await company.look(replay)).found).toEqual([])
  })

  it('erases again what stands under an address in whatever spellings the copy has', async () => {
    const { company, since, account } = await withErased()
    const state = company.state()
    for (const address of ['u2@Example.com', 'U2@example.com', ' u2@example.com']) {
      company.put('App', { PK: `MAIL#${address}`, SK: 'NEWS' })
    }
    const replay = replayOf(['app'], since)
    const { found } = await company.look(replay)
    expect(found).toEqual([account])
    for (const key of (await company.open(replay, found)).requests) await company.settle(key)
    expect(company.state()).toEqual(state)
  })

  it('only counts where nothing is to be kept', async () => {
    const { company, since, account } = await withErased()
    company.restore(...ALL)
    const replay = replayOf(ALL, since)
    await company.look(replay, { isKept: false })
    expect(await company.ledger.foundAgain(replay.name, account)).toEqual([])
    await company.look(replay)
    const kept = await company.ledger.foundAgain(replay.name, account)
    expect(kept.length).toBeGreaterThan(0)
    expect(kept.join()).not.toContain('userId')
  })

  it('leaves what is open to go on by itself', async () => {
    const company = companyOf()
    const since = company.clock()
    await company.erase('902')
    company.restore(...ALL)
    company.pass(HOUR)
    const open = await company.receive({ facebookId: ['902'] })
    await company.ledger.noteErased([subjectHash(INDEX_KEY, 'userId', 'u2')], { request: open, until: NOW })
    const { found, underWay } = await company.look(replayOf(['lines'], since))
    expect({ found, underWay }).toEqual({ found: [], underWay: [open] })
  })

  it('takes the one that erased most, then the first', async () => {
    const company = companyOf()
    const since = company.clock()
    const unlinked = await company.erase('902', { scope: 'platform' })
    company.restore('app')
    const first = await company.erase('902')
    company.restore(...ALL)
    const second = await company.erase('902')
    company.restore(...ALL)
    expect((await company.look(replayOf(ALL, since))).found).toEqual([first])
    expect(new Set([unlinked, first, second]).size).toBe(3)
  })

  it('finds nobody by a request that did not end, or that has erased nothing', async () => {
    const company = companyOf()
    const since = company.clock()
    const hash = subjectHash(INDEX_KEY, 'userId', 'u2')
    const key = await company.erase('902')
    company.restore(...ALL)
    const row = await company.find(key)
    const { firstDeleteAt: _never, ...unbegun } = row
    const { endedAt: _open, ...unended } = row
    const others: readonly DeletionRequest[] = [
      { ...row, state: 'refused' },
      unended,
      { ...row, endedAt: later(since, -1) },
      unbegun,
    ]
    for (const other of others) {
      const ledger = { ...company.ledger, find: async () => other }
      const looked = await lookForErased({ ...company, ledger }, replayOf(['lines'], since), {
        table: 'lines',
        isKept: false,
        now: company.clock(),
      })
      expect(looked).toMatchObject({ items: 12, found: [], underWay: [] })
    }
    const ledger = { ...company.ledger, find: async () => ({ ...row, endedAt: since }) }
    const looked = await lookForErased({ ...company, ledger }, replayOf(['lines'], since), {
      table: 'lines',
      isKept: false,
      now: company.clock(),
    })
    expect(looked.found).toEqual([key])
    expect((await company.ledger.erasersOf([hash])).get(hash)).toEqual([key])
  })

  it('of a ledger that has forgotten a request knows by the journal that it began', async () => {
    const company = companyOf()
    const since = company.clock()
    const key = await company.erase('902')
    const { identity: _gone, ...row } = await company.find(key)
    company.restore('lines')
    const begun: BegunErasure = { ...row, startedAt: since, until: later(since, HOUR) }
    const { firstDeleteAt: _notYet, ...unbegun } = await company.find(key)
    const asked: DeletionRequest = { ...unbegun, state: 'awaiting_confirmation' }
    const look = async (find: DeletionRequest | undefined, of: BegunErasure | undefined) => {
      const ledger = { ...company.ledger, find: async () => find, begun: async () => of }
      const about = { table: 'lines', isKept: false, now: company.clock() }
      return (await lookForErased({ ...company, ledger }, replayOf(['lines'], since), about)).found
    }
    expect(await look(undefined, begun)).toEqual([key])
    expect(await look(asked, begun)).toEqual([key])
    expect(await look(undefined, { ...begun, startedAt: later(since, -1) })).toEqual([])
    expect(await look(undefined, undefined)).toEqual([])
  })

  it('goes on where a page ended, by a cursor that names nobody', async () => {
    const company = companyOf()
    for (let n = 0; n < 600; n += 1) company.put('Lines', { orderNo: `x${n}`, line: 1, userId: 'u9' })
    const since = company.clock()
    const key = await company.erase('902')
    company.restore('lines')
    const { pages, found, items } = await company.look(replayOf(['lines'], since))
    expect(pages.map((page) => [page.items, page.next !== undefined])).toEqual([
      [500, true],
      [112, false],
    ])
    expect(items).toBe(612)
    expect(found).toEqual([key])
    expect(pages[0]?.next).not.toContain('orderNo')
  })
})

describe('a request that is opened again', () => {
  async function found(tables: readonly string[] = ALL, orders = 2) {
    const company = companyOf()
    company.fill('u4', '904', orders)
    const since = company.clock()
    const copy = [...Array(orders).keys()].map((n) => ({ orderNo: `u4-${n}`, line: 1, userId: 'u4' }))
    const key = await company.erase('904')
    for (const row of copy) company.put('Lines', row)
    const replay = replayOf(tables, since)
    await company.look(replay)
    return { company, key, replay, since }
  }

  it('is an ordinary one: of its scope and app, with its dates, and says whom it repeats and by whom it was opened', async () => {
    const { company, key, replay } = await found()
    const original = await company.find(key)
    const confirmed = [{ holding: 'paper', by: 'an', at: NOW.toISOString() }]
    await company.ledger.save({ ...original, version: original.version + 1, confirmed })
    const { requests, opened } = await company.open(replay, [key])
    expect({ requests: requests.length, opened }).toEqual({ requests: 1, opened: 1 })
    const again = await company.find(requests[0] ?? key)
    expect(again).toMatchObject({
      state: 'ready',
      channel: 'operator',
      app: 'shop',
      scope: 'account',
      receivedAt: original.receivedAt,
      dueAt: original.dueAt,
      repeats: key,
      doubts: [],
      confirmed,
      alone: ['lines'],
      opened: { by: 'linh', reason: `replay of ${replay.name}` },
    })
    expect(again).not.toHaveProperty('keeps')
    expect(await openIdentities(company, again)).toEqual({ userId: ['u4'], orderNo: ['u4-0', 'u4-1'] })
    expect(await company.ledger.foundAgain(replay.name, key)).toEqual([])
  })

  it('is the same one as long as it is open, and another once it has ended', async () => {
    const { company, key, replay } = await found()
    const first = await company.open(replay, [key])
    await company.look(replay)
    expect(await company.open(replay, [key])).toEqual({ requests: first.requests, opened: 0 })
    for (const request of first.requests) expect((await company.settle(request)).state).toMatch(/^completed/)
    company.put('Lines', { orderNo: 'u4-0', line: 1, userId: 'u4' })
    await company.look(replay)
    const second = await company.open(replay, [key])
    expect(second.opened).toBe(1)
    expect(second.requests).not.toEqual(first.requests)
    expect((await company.find(second.requests[0] ?? key)).repeats).toBe(key)
  })

  it('is refused after twenty of one replay', async () => {
    const { company, key, replay } = await found()
    const open = async () => ({ request: { state: 'completed' } as DeletionRequest, created: false })
    const ledger = { ...company.ledger, open }
    await expect(
      openAgain({ ...company, ledger }, replay, { keys: [key], by: 'linh', now: NOW }),
    ).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' })
  })

  it('has its own key and channel where the ledger has lost it, and all that the journal knows', async () => {
    const { company, key, replay } = await found()
    const { identity: _gone, ...row } = await company.find(key)
    const keeps = { profile: { because: 'tax', until: '2030-01-31' } }
    const begun: BegunErasure = { ...row, startedAt: NOW, until: NOW, repeats: keyOf(7), keeps }
    const opened: DeletionRequest[] = []
    const ledger = {
      ...company.ledger,
      find: async () => undefined,
      begun: async () => begun,
      open: async (request: DeletionRequest) => {
        opened.push(request)
        return { request, created: true }
      },
    }
    await openAgain({ ...company, ledger }, replay, { keys: [key], by: 'linh', now: NOW })
    expect(opened).toMatchObject([{ key, channel: 'meta', keeps }])
    expect(opened[0]).not.toHaveProperty('repeats')
    // Of what is known, its row says whom it repeats in turn.
    await openAgain(
      { ...company, ledger: { ...ledger, find: async () => ({ ...row, identity: '', repeats: keyOf(7) }) } },
      replay,
      { keys: [key], by: 'linh', now: NOW },
    )
    expect(opened[1]).toMatchObject({ repeats: keyOf(7), channel: 'operator' })
  })

  it('is an error of which nothing is known at all', async () => {
    const { company, replay } = await found()
    await expect(company.open(replay, [keyOf(9)])).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('is several, where it names more records than a row has room for, each with the person', async () => {
    const { company, key, replay } = await found(['lines'], 301)
    const { requests, opened } = await company.open(replay, [key])
    expect(opened).toBe(2)
    const named = await Promise.all(
      requests.map(async (request) => openIdentities(company, await company.find(request))),
    )
    expect(named.map(({ userId, orderNo }) => [userId, orderNo?.length])).toEqual([
      [['u4'], 300],
      [['u4'], 1],
    ])
    for (const request of requests) expect((await company.settle(request)).state).toMatch(/^completed/)
    expect((await company.look(replay)).found).toEqual([])
  })

  it('names no records where the items that have them are back themselves', async () => {
    const company = companyOf()
    const since = company.clock()
    const key = await company.erase('902')
    company.restore('app')
    const replay = replayOf(['app'], since)
    await company.look(replay)
    const { requests } = await company.open(replay, [key])
    const again = await company.find(requests[0] ?? key)
    expect(Object.keys(await openIdentities(company, again)).toSorted()).toEqual([
      'email',
      'facebookId',
      'teamId',
      'userId',
    ])
    expect(again).not.toHaveProperty('alone')
  })
})

describe('what a restored ledger learns from the journal', () => {
  const since = NOW
  const now = later(NOW, 10 * HOUR)
  const begun = (n: number, more: Partial<BegunErasure> = {}): BegunErasure => ({
    key: keyOf(n),
    channel: 'meta',
    app: 'shop',
    scope: 'account',
    receivedAt: NOW,
    dueAt: later(NOW, 24 * HOUR),
    startedAt: later(NOW, HOUR),
    until: later(NOW, 100 * HOUR),
    ...more,
  })

  it('is who was erased, and which requests it has lost', async () => {
    const ledger = memoryLedger()
    const journal = memoryJournal()
    const row = (n: number, more: Partial<DeletionRequest> = {}) =>
      ledger.open(aRequest({ key: keyOf(n), ...more }))
    await journal.write({ ...begun(1), hashes: ['a', 'b'] })
    await journal.write({ ...begun(1), hashes: ['a', 'b', 'c'] })
    await journal.write({ ...begun(2, { startedAt: later(NOW, -1) }), hashes: ['d'] })
    await journal.write({ ...begun(3, { repeats: keyOf(1) }), hashes: ['e'] })
    await journal.write({ ...begun(4, { until: now }), hashes: ['f'] })
    await row(5)
    await journal.write({ ...begun(5), hashes: ['g'] })
    await row(6, { firstDeleteAt: NOW })
    await journal.write({ ...begun(6), hashes: ['h'] })
    await journal.write({ ...begun(7, { startedAt: since }), hashes: ['i'] })
    expect(await learnFromJournal({ ledger, journal }, { since, now })).toEqual({
      entries: 8,
      forgotten: [keyOf(1), keyOf(7)],
    })
    const erasers = await ledger.erasersOf([...'abcdefghi'])
    expect(
      [...erasers].map(([hash, [by]]) => `${hash} ${[1, 2, 3, 4, 5, 6, 7].find((n) => keyOf(n) === by)}`),
    ).toEqual(['a 1', 'b 1', 'c 1', 'd 2', 'e 3', 'g 5', 'h 6', 'i 7'])
    const known = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7].map(async (n) => (await ledger.begun(keyOf(n))) !== undefined),
    )
    expect(known).toEqual([true, true, true, false, true, false, true])
  })

  it('comes page by page, and writes nothing that is known', async () => {
    const ledger = memoryLedger()
    const journal = memoryJournal()
    for (let n = 0; n < 21; n += 1) await journal.write({ ...begun(n), hashes: [`h${n}`] })
    const noted: (readonly string[])[] = []
    const spying = {
      ...ledger,
      noteErased: async (hashes: readonly string[], by: Parameters<typeof ledger.noteErased>[1]) => {
        noted.push(hashes)
        return ledger.noteErased(hashes, by)
      },
    }
    const { next, entries } = await learnFromJournal({ ledger: spying, journal }, { since, now })
    expect([entries, noted.flat().length]).toEqual([20, 20])
    await learnFromJournal({ ledger: spying, journal }, { since, now })
    expect(noted.flat()).toHaveLength(20)
    const last = await learnFromJournal({ ledger: spying, journal }, { since, now, after: next })
    expect(last).toEqual({ entries: 1, forgotten: [keyOf(20)] })
  })
})
