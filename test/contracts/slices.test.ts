/** An erasure that is too large for one slice: each takes up where the one before it stopped. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DataMap, TableHolding } from '../../shared/data-map/data-map.ts'
import { answerDoorbell } from '../../shared/erasure/worker.ts'
import { later } from '../../shared/platform/time.ts'
import { dynamoRecords } from '../../shared/records/records-dynamodb.ts'
import type { Checkpoint } from '../../shared/requests/checkpoint.ts'
import type { RequestKey } from '../../shared/requests/code.ts'
import { isFinal } from '../../shared/requests/lifecycle.ts'
import type { DeletionRequest } from '../../shared/requests/request.ts'
import { personRows, SMALL_MAP, SMALL_TABLES } from '../fixtures/companies/small-company.ts'
import type { Company } from '../fixtures/world/company.ts'
import { type EngineWorld, onEngine } from '../fixtures/world/on-engine.ts'

let world: EngineWorld
beforeEach(async () => {
  world = await onEngine()
})
afterEach(() => world.close())

/** Whatever follows a first page takes so long to read that a slice gets through two of them. */
function slow(company: Company): Company {
  let now = company.clock()
  const records: Company['records'] = {
    ...company.records,
    async page(query, after) {
      const page = await company.records.page(query, after)
      now = later(now, after ? 30_000 : 100)
      return page
    },
  }
  return { ...company, records, clock: () => now }
}

interface Run {
  readonly done: DeletionRequest
  readonly checkpoints: readonly Checkpoint[]
}

async function runInSlices(company: Company, key: RequestKey): Promise<Run> {
  const checkpoints: Checkpoint[] = []
  const worker = slow(company)
  for (let slice = 0; slice < 300; slice += 1) {
    const request = await company.find(key)
    if (isFinal(request.state)) return { done: request, checkpoints }
    expect(request).toMatchObject({ state: 'ready' })
    if (request.checkpoint) checkpoints.push(request.checkpoint)
    await answerDoorbell(worker, key)
  }
  throw new Error('it took too many slices')
}

const outcomeOf = ({ outcome }: DeletionRequest) => ({ ...outcome, backupsExpireAt: undefined })

describe('slices that are always out of time', () => {
  it('erase, redact and keep the same as one that has all the time', async () => {
    const company = await world.open(SMALL_MAP)
    await world.putRows(personRows('u1', '901', { orders: 120 }))
    const whole = await company.settle(await company.receive({ facebookId: ['901'] }))
    await world.putRows(personRows('u2', '902', { orders: 120 }))
    const { done, checkpoints } = await runInSlices(company, await company.receive({ facebookId: ['902'] }))
    expect(outcomeOf(done)).toEqual(outcomeOf(whole))
    expect(checkpoints.map(({ phase }) => phase)).toEqual(expect.arrayContaining(['plan', 'erase']))
    const left = (await world.snapshot(SMALL_TABLES)).filter((item) => item.includes('u2'))
    expect(left.filter((item) => !/^(Bills|Chat) /.test(item))).toEqual([])
  })

  it('go on within one holding, whose items stay, page by page, and none is counted twice', async () => {
    const chat: TableHolding = {
      table: 'app',
      find: { PK: 'USER#{userId}', SK: { beginsWith: 'CHAT#' } },
      action: { redact: { words: 'remove' } },
      category: 'messages',
      scope: 'account',
    }
    const map: DataMap = { ...SMALL_MAP, holdings: { ...SMALL_MAP.holdings, own: chat } }
    const company = await world.open(map)
    const chats = Array.from({ length: 5500 }, (_, n) => ({
      PK: 'USER#u1',
      SK: `CHAT#${String(n).padStart(5, '0')}`,
      words: 'x',
    }))
    await world.putRows(personRows('u1', '901'))
    await world.putRows({ App: chats })
    const { done, checkpoints } = await runInSlices(company, await company.receive({ facebookId: ['901'] }))
    expect(done.outcome?.redacted).toContainEqual({ category: 'messages', items: 5502 })
    const inOwn = checkpoints.filter(
      ({ phase, holding, cursor }) => phase === 'erase' && holding === 'own' && cursor,
    )
    expect(inOwn.length).toBeGreaterThan(0)
    // As large as the map allows, whatever the person has, and nobody is in it.
    for (const checkpoint of checkpoints) {
      expect(JSON.stringify(checkpoint).length).toBeLessThan(2500)
      expect(JSON.stringify(checkpoint)).not.toMatch(/USER#|FB#|CHAT#/)
    }
  })

  it('follow what is learnt over many pages', async () => {
    const teaching: TableHolding = {
      table: 'app',
      find: { PK: 'USER#{userId}', SK: { beginsWith: 'SEEN#' } },
      learns: { email: 'email' },
      action: 'erase',
      category: 'profile',
      scope: 'account',
    }
    const map: DataMap = { ...SMALL_MAP, holdings: { ...SMALL_MAP.holdings, seen: teaching } }
    const company = await world.open(map)
    const seen = Array.from({ length: 4300 }, (_, n) => ({
      PK: 'USER#u1',
      SK: `SEEN#${String(n).padStart(5, '0')}`,
      ...(n % 1600 === 0 && { email: `old${n}@example.com` }),
    }))
    const mails = [0, 1600, 3200].map((n) => ({ PK: `MAIL#old${n}@example.com`, SK: 'NEWS', topic: 'x' }))
    await world.putRows(personRows('u1', '901'))
    await world.putRows({ App: [...seen, ...mails] })
    const { done } = await runInSlices(company, await company.receive({ facebookId: ['901'] }))
    expect(done.outcome?.erased).toContainEqual({ category: 'profile', items: 3 + 4300 + 3 })
    expect((await world.snapshot(['App'])).filter((item) => item.includes('old'))).toEqual([])
  })
})

describe('a table that may hardly be read', () => {
  it('is worked in slices that end in time, to the end', async () => {
    const own: TableHolding = {
      table: 'app',
      find: { PK: 'USER#{userId}', SK: { beginsWith: 'NOTE#' } },
      action: 'erase',
      category: 'messages',
      scope: 'account',
    }
    const company = await world.open({
      ...SMALL_MAP,
      holdings: { ...SMALL_MAP.holdings, own },
    })
    const notes = Array.from({ length: 1200 }, (_, n) => ({
      PK: 'USER#u1',
      SK: `NOTE#${n}`,
      words: 'x'.repeat(1000),
    }))
    await world.putRows(personRows('u1', '901'))
    for (let from = 0; from < notes.length; from += 500) {
      await world.putRows({ App: notes.slice(from, from + 500) })
    }
    let nowMs = company.clock().getTime()
    const records = dynamoRecords({
      client: world.client,
      paceOf: () => ({ read: 2, write: 300 }),
      random: () => 0,
      nowMs: () => nowMs,
      sleep: async (milliseconds) => {
        nowMs += milliseconds
      },
    })
    const worker: Company = { ...company, records, clock: () => new Date(nowMs) }
    const key = await company.receive({ facebookId: ['901'] })
    const took: number[] = []
    for (let slice = 0; slice < 100; slice += 1) {
      const request = await company.find(key)
      if (request.state !== 'ready') break
      const start = nowMs
      await answerDoorbell(worker, key)
      took.push(nowMs - start)
    }
    expect(await company.find(key)).toMatchObject({
      state: 'completed_with_retention',
      outcome: { erased: expect.arrayContaining([{ category: 'messages', items: 1200 }]) },
    })
    // Lambda ends a worker after 120 s.
    expect(Math.max(...took)).toBeLessThan(100_000)
  })
})
