/** What a worker writes to the ledger about its slice, whoever else writes there, and whatever fails. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DataMap } from '../../../shared/data-map/data-map.ts'
import type { EraserDeps } from '../../../shared/erasure/eraser-deps.ts'
import { answerDoorbell } from '../../../shared/erasure/worker.ts'
import type { Journal } from '../../../shared/ledger/erasures.ts'
import type { Ledger, Subjects } from '../../../shared/ledger/ledger.ts'
import { delays } from '../../../shared/platform/delays.ts'
import { ServiceError } from '../../../shared/platform/errors.ts'
import type { Item, Records } from '../../../shared/records/records.ts'
import { codeFrom, type RequestKey, requestKeyOf, subjectHash } from '../../../shared/requests/code.ts'
import type { DeletionRequest } from '../../../shared/requests/request.ts'
import { change } from '../../../shared/requests/request.ts'
import { hold, take } from '../../../shared/requests/steps.ts'
import { personRows, SMALL_MAP, toItem } from '../../fixtures/companies/small-company.ts'
import { fileStore } from '../../fixtures/memory/file-store.ts'
import { memoryJournal } from '../../fixtures/memory/journal-in-memory.ts'
import { INDEX_KEY } from '../../fixtures/world/company.ts'
import { inMemory } from '../../fixtures/world/in-memory.ts'

const said: string[] = []
beforeEach(() => {
  said.length = 0
  for (const stream of ['log', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, stream).mockImplementation((line) => void said.push(String(line)))
  }
})
afterEach(() => void vi.restoreAllMocks())

const FB = { facebookId: ['901'] }
const lost = () => new ServiceError('LEDGER_CONFLICT', 'somebody else wrote first')
const failing = () => Promise.reject(new TypeError('down'))

interface Around {
  readonly map?: DataMap
  readonly ledger?: (behind: Ledger) => Partial<Ledger>
  readonly records?: (behind: Records) => Partial<Records>
  readonly worker?: Partial<EraserDeps>
}

/** Of the only request. */
async function rowOf(ledger: Ledger): Promise<DeletionRequest> {
  const [open] = (await ledger.openRows(1)).rows
  const row = open && (await ledger.find(open.key))
  if (!row) throw new Error('there is no open request')
  return row
}

/** A company with all that one person has. */
function companyOf({ map = SMALL_MAP, ledger, records, worker }: Around = {}) {
  const { ledger: there, put, all, putRows, open } = inMemory()
  const company = open(map, (usual) => ({
    ledger: { ...there, ...ledger?.(there) },
    records: { ...usual.records, ...records?.(usual.records) },
    ...worker,
  }))
  putRows(personRows('u1', '901'))
  return { ...company, there, put, all, putRows }
}

const ORDERS_ONLY: DataMap = {
  ...SMALL_MAP,
  holdings: {
    orders: {
      table: 'app',
      find: { PK: 'USER#{userId}', SK: { beginsWith: 'ORDER#' } },
      action: 'erase',
      category: 'orders',
      scope: 'account',
    },
    rest: {
      table: 'app',
      find: { PK: 'USER#{userId}' },
      action: { leave: 'not about the person' },
      category: 'orders',
      scope: 'account',
    },
  },
}
const U1 = { userId: ['u1'] }
const order = (no: string): Item => toItem({ PK: 'USER#u1', SK: `ORDER#${no}`, no })

describe('a doorbell', () => {
  it('of no row, and of a row that is not ready, is answered by nothing', async () => {
    const company = companyOf()
    await answerDoorbell(company, requestKeyOf(codeFrom(new Uint8Array(15))))
    const key = await company.receive(FB)
    const { version } = await company.settle(key)
    await answerDoorbell(company, key)
    expect((await company.find(key)).version).toBe(version)
  })

  it('is answered once by two: who loses the row writes nothing', async () => {
    let isTaken = false
    const company = companyOf({
      ledger: (behind) => ({
        async save(row, ...more) {
          if (!isTaken) {
            isTaken = true
            const ready = await behind.find(row.key)
            if (ready) await behind.save(take(ready, 'another', row.updatedAt))
          }
          return behind.save(row, ...more)
        },
      }),
    })
    const key = await company.receive(FB)
    const { version } = await company.find(key)
    await answerDoorbell(company, key)
    expect(await company.find(key)).toMatchObject({
      state: 'erasing',
      version: version + 1,
      lease: { id: 'another' },
    })
    expect(company.all('Lines')).toHaveLength(6)
  })

  it('is answered all the same where the SDK repeats the write that takes the row, and loses to itself', async () => {
    let isFirst = true
    const company = companyOf({
      ledger: (behind) => ({
        async save(...about) {
          await behind.save(...about)
          if (!isFirst) return
          isFirst = false
          throw lost()
        },
      }),
    })
    const key = await company.receive(FB)
    await answerDoorbell(company, key)
    expect((await company.find(key)).state).toBe('completed_with_retention')
  })

  it('of a row that is deleted while it is worked on ends', async () => {
    let isGone = false
    const company = companyOf({
      ledger: (behind) => ({ find: async (key) => (isGone ? undefined : behind.find(key)) }),
      records: () => ({
        page() {
          isGone = true
          return failing()
        },
        count() {
          isGone = true
          return failing()
        },
      }),
    })
    const key = await company.receive(FB)
    await answerDoorbell(company, key)
    expect((await company.there.find(key))?.state).toBe('erasing')
  })

  it('while all erasing is paused waits for its end, and is no try', async () => {
    const company = companyOf()
    await company.ledger.setPaused(true, { by: 'someone', at: company.clock() })
    const key = await company.receive(FB)
    await answerDoorbell(company, key)
    expect(await company.find(key)).toMatchObject({
      state: 'waiting',
      attempts: 0,
      problem: { reason: 'paused' },
    })
    expect(company.all('Lines')).toHaveLength(6)
  })
})

describe('a worker that is killed', () => {
  /** After so many of its deletes have had their effect: it says nothing to anybody any more. */
  function dying(diesAfter: number, map?: DataMap) {
    let deletes = 0
    const isDead = () => deletes >= diesAfter
    const dies = async <T>(done: Promise<T>): Promise<T> => {
      const result = await done
      deletes += 1
      if (isDead()) throw new Error('killed')
      return result
    }
    const company = companyOf({
      ...(map && { map }),
      ledger: (behind) => ({
        find: async (key) => (isDead() ? Promise.reject(new Error('killed')) : behind.find(key)),
      }),
      records: (behind) => ({
        page: (query, after) => behind.page({ ...query, limit: 2 }, after),
        erase: (...about) => dies(behind.erase(...about)),
        eraseIf: (...about) => dies(behind.eraseIf(...about)),
      }),
    })
    const alive = () => {
      deletes = Number.NEGATIVE_INFINITY
    }
    const deliver = async (key: RequestKey) => answerDoorbell(company, key).catch(() => undefined)
    return { ...company, deliver, alive, hasDied: isDead, deletes: () => deletes }
  }

  it('at any of its deletes changes neither the end nor a count, and nobody is asked', async () => {
    const whole = dying(Number.POSITIVE_INFINITY)
    const { outcome } = await whole.settle(await whole.receive(FB))
    for (let diesAfter = 1; diesAfter <= whole.deletes(); diesAfter += 1) {
      const company = dying(diesAfter)
      const key = await company.receive(FB)
      await company.deliver(key)
      expect(company.hasDied()).toBe(true)
      company.alive()
      const done = await company.settle(key)
      expect([diesAfter, done.problem, done.state]).toEqual([
        diesAfter,
        undefined,
        'completed_with_retention',
      ])
      expect({ ...done.outcome, backupsExpireAt: '' }).toEqual({ ...outcome, backupsExpireAt: '' })
    }
  })

  it('has not tried in vain if it came further, and has if it did not', async () => {
    const company = dying(1, ORDERS_ONLY)
    const key = await company.receive(U1)
    const ready = async (attempts: number) => {
      const row = await company.there.find(key)
      if (row) await company.there.save({ ...row, state: 'ready', attempts, version: row.version + 1 })
    }
    await ready(5)
    await company.deliver(key)
    const first = await company.there.find(key)
    expect(first).toMatchObject({
      state: 'erasing',
      attempts: 0,
      checkpoint: { holding: 'orders', page: { orders: 2 } },
    })
    company.alive()
    // Its page is read again and has others in it by now: the same place.
    await ready(5)
    company.put('App', order('0'))
    company.put('App', order('1'))
    await answerDoorbell({ ...company, records: { ...company.records, erase: failing } }, key)
    expect(await company.there.find(key)).toMatchObject({ state: 'waiting', attempts: 6 })
  })
})

describe('a slice that fails', () => {
  it('says so by the kind of the error, and is a try without progress', async () => {
    const company = companyOf({ records: () => ({ page: failing, count: failing }) })
    const key = await company.receive(FB)
    for (const attempts of [1, 2]) {
      await answerDoorbell(company, key)
      const row = await company.find(key)
      expect(row).toMatchObject({
        state: 'waiting',
        attempts,
        problem: { reason: 'no_progress', error: 'TypeError' },
      })
      await company.there.save({ ...row, state: 'ready', version: row.version + 1 })
    }
    const line = { level: 'error', event: 'SLICE_FAILED', request: key, error: 'TypeError' }
    expect(said.map((one) => JSON.parse(one) as unknown)).toEqual([line, line])
  })

  it('after it has come further is the first try', async () => {
    const company = companyOf({ map: ORDERS_ONLY, records: () => ({ erase: failing }) })
    const key = await company.receive(U1)
    const row = await company.find(key)
    await company.there.save({ ...row, attempts: 5, version: row.version + 1 })
    await answerDoorbell(company, key)
    expect(await company.find(key)).toMatchObject({
      state: 'waiting',
      attempts: 1,
      checkpoint: { phase: 'erase' },
    })
  })

  it('by somebody else’s write says nothing, and is no try', async () => {
    const company = companyOf({
      map: ORDERS_ONLY,
      records: () => ({ erase: () => Promise.reject(lost()) }),
    })
    const key = await company.receive(U1)
    await answerDoorbell(company, key)
    const row = await company.find(key)
    expect(row).toMatchObject({ state: 'waiting', attempts: 0 })
    expect(row.problem).toBeUndefined()
    expect(said).toEqual([])
  })

  it('leaves the row to whom it belongs by now', async () => {
    let stolen: DeletionRequest | undefined
    const company = companyOf({
      map: ORDERS_ONLY,
      ledger: (behind) => ({
        async isHeld() {
          const row = await rowOf(behind)
          stolen = change(row, row.updatedAt, { lease: { id: 'another', until: row.updatedAt } })
          await behind.save(stolen)
          return failing()
        },
      }),
    })
    const key = await company.receive(U1)
    await answerDoorbell(company, key)
    expect(await company.find(key)).toEqual(stolen)
  })
})

describe('a row that is held while its worker writes', () => {
  /** Held just before the save that lets the first page go, by this many writes. */
  const heldBy = (writes: number) => {
    let isHeld = false
    return companyOf({
      map: ORDERS_ONLY,
      ledger: (behind) => ({
        async save(next, ...more) {
          if (next.firstDeleteAt && !isHeld) {
            isHeld = true
            const row = await rowOf(behind)
            let held = hold(row, next.updatedAt, { lease: row.lease })
            await behind.save(held)
            for (let more = 1; more < writes; more += 1) {
              held = change(held, next.updatedAt, {})
              await behind.save(held)
            }
          }
          return behind.save(next, ...more)
        },
      }),
    })
  }

  it('keeps where the worker has come to, and is told that nothing is written any more', async () => {
    const company = heldBy(1)
    const key = await company.receive(U1)
    await answerDoorbell(company, key)
    const row = await company.find(key)
    expect(row).toMatchObject({
      state: 'on_hold',
      checkpoint: { phase: 'erase', planned: { orders: { items: 3 } } },
    })
    expect(row.lease).toBeUndefined()
    expect(row.checkpoint?.page).toBeUndefined()
    expect(company.all('App').filter(({ SK }) => SK?.S?.startsWith('ORDER#'))).toHaveLength(3)
  })

  it('keeps its own checkpoint where somebody has written more than the hold', async () => {
    const company = heldBy(2)
    const key = await company.receive(U1)
    await answerDoorbell(company, key)
    const row = await company.find(key)
    expect(row.state).toBe('on_hold')
    expect(row.checkpoint).toBeUndefined()
    expect(row.lease).toBeUndefined()
  })

  it('is left alone by a worker whose lease it does not have', async () => {
    let held: DeletionRequest | undefined
    const company = companyOf({
      map: ORDERS_ONLY,
      ledger: (behind) => ({
        async isHeld() {
          const row = await rowOf(behind)
          held = hold(row, row.updatedAt, { lease: { id: 'another', until: row.updatedAt } })
          await behind.save(held)
          return failing()
        },
      }),
    })
    await answerDoorbell(company, await company.receive(U1))
    expect(held && (await company.find(held.key))).toEqual(held)
  })
})

describe('a row that is taken away while a page is read', () => {
  const PAGES = 20
  /** Each page takes three seconds; after the second somebody writes to the row. */
  async function pagesRead(write: (row: DeletionRequest) => DeletionRequest, looks: 'see' | 'fail' = 'see') {
    let read = 0
    const company = companyOf({
      map: ORDERS_ONLY,
      ledger: (behind) => ({
        find: async (key) => (looks === 'fail' && read > 2 && read < PAGES ? failing() : behind.find(key)),
      }),
      records: (behind) => ({
        async page(query, after) {
          const page = await behind.page({ ...query, limit: 1 }, after)
          read += 1
          company.pass(3000)
          if (read === 2) await company.there.save(write(await rowOf(company.there)))
          return page
        },
      }),
    })
    for (let no = 3; no < PAGES; no += 1) company.put('App', order(String(no).padStart(2, '0')))
    const key = await company.receive(U1)
    await answerDoorbell(company, key)
    return { read, row: await company.there.find(key) }
  }

  it('is seen within seconds: whoever holds it need not wait for all pages', async () => {
    const { read, row } = await pagesRead((held) => hold(held, held.updatedAt, { lease: held.lease }))
    expect(read).toBeLessThan(7)
    expect(row).toMatchObject({ state: 'on_hold' })
    expect(row?.lease).toBeUndefined()
  })

  it('is seen within seconds where another worker has it', async () => {
    const until = new Date('2030-01-01')
    const { read, row } = await pagesRead((held) =>
      change(held, held.updatedAt, { lease: { id: 'another', until } }),
    )
    expect(read).toBeLessThan(7)
    expect(row?.lease?.id).toBe('another')
  })

  it('is no matter where the row is still its own', async () => {
    const { read } = await pagesRead((row) => change(row, row.updatedAt, {}))
    expect(read).toBeGreaterThan(PAGES)
  })

  it('is not told from a look that fails', async () => {
    const { read } = await pagesRead((row) => change(row, row.updatedAt, {}), 'fail')
    expect(read).toBeGreaterThan(PAGES)
  })
})

describe('what the ledger is told of', () => {
  it('a hold, and by which subject', async () => {
    const company = companyOf()
    const hash = subjectHash(INDEX_KEY, 'email', 'u1@example.com')
    await company.ledger.hold([hash], 'identity', company.clock())
    const key = await company.receive(FB)
    expect(await company.settle(key)).toMatchObject({ state: 'on_hold', heldBy: hash })
    expect(await company.ledger.history(key)).toEqual([{ at: company.clock(), by: 'system', step: 'hold' }])
  })

  it('a hold that is over by then: it waits, and that is no try', async () => {
    const company = companyOf({ ledger: () => ({ isHeld: async () => true, holdsOn: async () => [] }) })
    const key = await company.receive(FB)
    const row = await company.find(key)
    await company.there.save({ ...row, attempts: 3, version: row.version + 1 })
    await answerDoorbell(company, key)
    expect(await company.find(key)).toMatchObject({ state: 'waiting', attempts: 3 })
  })

  it('each end, by its own step', async () => {
    const company = companyOf()
    const stepsOf = async (key: RequestKey) => (await company.ledger.history(key)).map(({ step }) => step)
    const unlinked = await company.receive(FB, { scope: 'platform' })
    expect((await company.settle(unlinked)).state).toBe('completed')
    expect(await stepsOf(unlinked)).toEqual(['complete'])
    company.putRows(personRows('u1', '901'))
    const erased = await company.receive(FB)
    expect((await company.settle(erased)).state).toBe('completed_with_retention')
    expect(await stepsOf(erased)).toEqual(['complete_with_retention'])
    const hash = subjectHash(INDEX_KEY, 'userId', 'u1')
    expect((await company.ledger.erasersOf([hash])).get(hash)).toEqual([unlinked, erased])
  })

  it.each([
    ['that the backups live', 'P1D', '2026-11-23T08:00:00.000Z'],
    ['of the record, where nobody knows how long backups live', 'unknown', '2028-11-22T08:00:00.000Z'],
  ] as const)('the subjects of whom something was erased, for the time %s', async (_what, kept, until) => {
    const told: (Subjects | undefined)[] = []
    const { app } = ORDERS_ONLY.tables
    if (!app) throw new Error('the map has an App')
    const company = companyOf({
      map: { ...ORDERS_ONLY, tables: { ...ORDERS_ONLY.tables, app: { ...app, backupsKeptFor: kept } } },
      ledger: (behind) => ({
        async finish(row, entry, subjects) {
          told.push(subjects)
          return behind.finish(row, entry, subjects)
        },
      }),
    })
    await company.settle(await company.receive(U1))
    await company.settle(await company.receive({ userId: ['nobody'] }))
    expect(told).toEqual([
      { hashes: [subjectHash(INDEX_KEY, 'userId', 'u1')], until: new Date(until) },
      undefined,
    ])
  })

  it('a request of no app counts for none', async () => {
    const measure = vi.fn<EraserDeps['measure']>()
    const company = companyOf({ worker: { measure } })
    const key = await company.receive({ facebookId: ['999'] })
    const { app: _app, ...row } = await company.find(key)
    await company.there.save({ ...row, version: row.version + 1 })
    await company.settle(key)
    expect(measure).toHaveBeenCalledWith('nothingFound', 1, { app: 'none', channel: 'meta' })
  })
})

describe('a request that waits', () => {
  const waits = delays(1, () => 1)

  it('for a function that is down waits longer after each round', async () => {
    const map: DataMap = {
      ...SMALL_MAP,
      holdings: {
        files: { function: 'arn', action: 'erase', category: 'orders', scope: 'account' },
        ...SMALL_MAP.holdings,
      },
    }
    const companyFunctions = fileStore({}, { before: failing })
    const company = companyOf({ map, worker: { companyFunctions, delays: waits } })
    const key = await company.receive(FB)
    const pausesMs: number[] = []
    for (let turn = 0; turn < 20; turn += 1) {
      const row = await company.find(key)
      if (row.state === 'needs_operator') break
      if (row.state === 'waiting') {
        pausesMs.push(Number(row.nextCheckAt) - Number(row.updatedAt))
        await company.there.save({ ...row, state: 'ready', version: row.version + 1 })
      }
      await answerDoorbell(company, key)
    }
    expect(pausesMs).toEqual([waits.beforeRetry(3), waits.beforeRetry(6)])
  })

  it('for another of the same person is planned anew, unless it has begun', async () => {
    const company = companyOf({ map: ORDERS_ONLY })
    const first = await company.receive(U1)
    await company.ledger.claim(subjectHash(INDEX_KEY, 'userId', 'u1'), first)
    const row = await company.find(first)
    await company.there.save({ ...row, version: row.version + 1, firstDeleteAt: company.clock() })
    company.pass(1000)
    const checkpoint = {
      mapHash: company.mapHash,
      phase: 'plan',
      round: 1,
      pass: 1,
      planned: { orders: { items: 2 } },
      done: { erased: [], redacted: [], retained: [] },
    } as const
    for (const [begun, kept] of [
      [false, undefined],
      [true, 'plan'],
    ] as const) {
      const second = await company.receive(U1)
      const there = await company.find(second)
      const firstDeleteAt = begun ? { firstDeleteAt: company.clock() } : {}
      await company.there.save({ ...there, version: there.version + 1, checkpoint, ...firstDeleteAt })
      await answerDoorbell(company, second)
      const waiting = await company.find(second)
      expect(waiting).toMatchObject({ state: 'waiting', attempts: 0 })
      expect(waiting.checkpoint?.phase).toBe(kept)
    }
  })
})

const FILES: DataMap = {
  ...SMALL_MAP,
  holdings: {
    ...SMALL_MAP.holdings,
    files: { function: 'arn', action: 'erase', category: 'orders', scope: 'account' },
  },
}

describe('after one slice', () => {
  const afterOne = async (around: Around, named: Readonly<Record<string, readonly string[]>> = FB) => {
    const company = companyOf(around)
    const key = await company.receive(named)
    await answerDoorbell(company, key)
    return { company, row: await company.find(key) }
  }

  it('what has not gone has another round at once', async () => {
    const { row } = await afterOne(
      {
        map: ORDERS_ONLY,
        records: () => ({ erase: async () => [] }),
      },
      U1,
    )
    expect(row).toMatchObject({
      state: 'ready',
      checkpoint: { round: 2, pass: 2, phase: 'resolve', planned: {} },
    })
  })

  it('what no holding claims has none: nobody could take it', async () => {
    const company = companyOf()
    company.put('App', toItem({ PK: 'USER#u1', SK: 'NOTE#1' }))
    const key = await company.receive(FB)
    await answerDoorbell(company, key)
    expect(await company.find(key)).toMatchObject({
      state: 'needs_operator',
      problem: { residue: [{ why: 'unclaimed' }] },
    })
  })

  it('what a function has not erased waits, where it was down', async () => {
    const companyFunctions = fileStore(
      { u1: 5 },
      { before: ({ phase }) => (phase === 'erase' ? failing() : undefined) },
    )
    const { row } = await afterOne({ map: FILES, worker: { companyFunctions } })
    expect(row).toMatchObject({ state: 'waiting', checkpoint: { round: 2 } })
  })

  it('what a function has not erased has another round at once, where it has answered', async () => {
    const companyFunctions = fileStore(
      { u1: 5 },
      { before: ({ phase }) => (phase === 'erase' ? { items: 2, done: true } : undefined) },
    )
    const { row } = await afterOne({ map: FILES, worker: { companyFunctions } })
    expect(row).toMatchObject({ state: 'ready', checkpoint: { round: 2 } })
  })

  it('a hold that came while it erased keeps it from its end', async () => {
    let isHeld = false
    const { row, company } = await afterOne(
      {
        map: ORDERS_ONLY,
        ledger: (behind) => ({ isHeld: async (hashes) => isHeld || behind.isHeld(hashes) }),
        records: (behind) => ({
          async erase(...about) {
            isHeld = true
            return behind.erase(...about)
          },
        }),
      },
      U1,
    )
    expect(company.all('App').filter(({ SK }) => SK?.S?.startsWith('ORDER#'))).toEqual([])
    expect(row.state).not.toBe('completed')
  })

  it('a table that is not there is an error, also where nobody was to be looked for', async () => {
    const company = companyOf()
    const key = await company.receive({ facebookId: ['999'] })
    const tables = { ...company.tables, lines: 'Missing' }
    await answerDoorbell({ ...company, tables }, key)
    expect(await company.find(key)).toMatchObject({ state: 'waiting', problem: { reason: 'no_progress' } })
  })
})

describe('the journal', () => {
  it('is told once whom an erasure is about, however many slices it takes, and what the request was', async () => {
    const writes = vi.fn<Journal['write']>(async () => undefined)
    const company = companyOf({
      map: ORDERS_ONLY,
      records: (behind) => ({
        page: (query, after) => behind.page({ ...query, limit: 1 }, after),
        async erase(table, keys, deadline) {
          const left = await behind.erase(table, keys, deadline)
          company.pass(80_000)
          return left
        },
      }),
      worker: { journal: { ...memoryJournal(), write: writes } },
    })
    const key = await company.receive(U1)
    const repeats = requestKeyOf(codeFrom(new Uint8Array(15)))
    const row = await company.find(key)
    await company.there.save({ ...row, version: row.version + 1, repeats })
    expect((await company.settle(key)).state).toBe('completed')
    expect(writes).toHaveBeenCalledOnce()
    expect(writes.mock.calls[0]?.[0]).toMatchObject({ key, app: 'shop', repeats })
    expect(writes.mock.calls[0]?.[0]).not.toHaveProperty('keeps')
  })

  it('is told what is kept, and of no app where there is none', async () => {
    const writes = vi.fn<Journal['write']>(async () => undefined)
    const company = companyOf({ worker: { journal: { ...memoryJournal(), write: writes } } })
    const key = await company.receive(FB)
    const { app: _app, ...row } = await company.find(key)
    const keeps = { profile: { because: 'tax', until: '2030-01-31' } }
    await company.there.save({ ...row, version: row.version + 1, keeps })
    await company.settle(key)
    expect(writes.mock.calls[0]?.[0]).toMatchObject({ key, keeps })
    expect(writes.mock.calls[0]?.[0]).not.toHaveProperty('app')
    expect(writes.mock.calls[0]?.[0]).not.toHaveProperty('repeats')
  })
})
