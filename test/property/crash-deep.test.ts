import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LEDGER_TABLE } from '../../infra/local/engines/tables.ts'
import type { DataMap } from '../../shared/data-map/data-map.ts'
import { answerDoorbell } from '../../shared/erasure/worker.ts'
import { LEASE_MS, SLICE_BUDGET_MS } from '../../shared/platform/delays.ts'
import { subjectHash } from '../../shared/requests/code.ts'
import { hold } from '../../shared/requests/steps.ts'
import {
  DEEP_MAP,
  DEEP_OUTCOME,
  DEEP_TABLES,
  deepItems,
  deepRest,
} from '../fixtures/companies/deep-company.ts'
import { type Crash, watchCalls } from '../fixtures/faults/watch-calls.ts'
import { chance } from '../fixtures/random/random.ts'
import type { Company } from '../fixtures/world/company.ts'
import { type EngineWorld, onEngine } from '../fixtures/world/on-engine.ts'

let world: EngineWorld
let company: Company
beforeAll(async () => {
  world = await onEngine()
  company = await world.open(DEEP_MAP)
})
afterAll(() => world.close())

/** The same holdings, under another hash. */
const OTHER_MAP: DataMap = { ...DEEP_MAP, maxIdentities: 999 }

let people = 0
async function newPerson(): Promise<string> {
  people += 1
  const user = `d${people}x`
  for (const [table, item] of deepItems(user, people)) await world.put(table, item)
  return user
}

const leftOf = async (user: string): Promise<readonly string[]> =>
  (await world.snapshot(DEEP_TABLES)).filter((row) => row.includes(user))

/** A worker that dies at one call, and makes none after it. */
function dying(at: number, how: Crash, map: DataMap = DEEP_MAP): Promise<Company> {
  const client = world.newClient()
  let isDead = false
  watchCalls(client, ({ number }) => {
    if (isDead) return 'before'
    if (number !== at) return undefined
    isDead = true
    return how
  })
  return world.openThrough(client, map)
}

async function callsOfOne(): Promise<number> {
  const client = world.newClient()
  const calls = watchCalls(client)
  const whole = await world.openThrough(client, DEEP_MAP)
  const user = await newPerson()
  const key = await company.receive({ userId: [user] })
  await answerDoorbell(whole, key)
  const done = await company.find(key)
  expect(done).toMatchObject({ state: 'completed_with_retention', outcome: DEEP_OUTCOME })
  expect(await leftOf(user)).toEqual(deepRest(user))
  return calls.length
}

describe('children of children, places in maps and lists, and what is kept in part', () => {
  it('end alike, with the same counts, wherever the worker is killed', async () => {
    const total = await callsOfOne()
    expect(total).toBeGreaterThan(40)
    // Each call one way or the other; the sample person's calls are killed both ways.
    const first = chance('killed before the odd calls, or after them').below(2)
    for (let at = 1; at <= total; at += 1) {
      const how = (at + first) % 2 === 0 ? 'before' : 'after'
      const user = await newPerson()
      const key = await company.receive({ userId: [user] })
      await answerDoorbell(await dying(at, how), key).catch(() => undefined)
      const done = await company.settle(key)
      expect
        .soft(done, `${how} call ${at}`)
        .toMatchObject({ state: 'completed_with_retention', outcome: DEEP_OUTCOME })
      expect.soft(await leftOf(user), `${how} call ${at}`).toEqual(deepRest(user))
    }
  })

  it('end alike, with the same counts, wherever a slice ends and another map takes over', async () => {
    const total = await callsOfOne()
    const wrong: string[] = []
    for (let at = 1; at <= total; at += 1) {
      const user = await newPerson()
      const key = await company.receive({ userId: [user] })
      const client = world.newClient()
      let pass = (): void => undefined
      watchCalls(client, ({ number }) => {
        if (number === at) pass()
        return undefined
      })
      const before = await world.openThrough(client, OTHER_MAP)
      pass = () => before.pass(SLICE_BUDGET_MS + 1000)
      await answerDoorbell(before, key)
      const done = await company.settle(key)
      expect(await leftOf(user), `out of time at call ${at}`).toEqual(deepRest(user))
      const [is, should] = [done.outcome?.erased, DEEP_OUTCOME.erased].map((counts) => JSON.stringify(counts))
      if (is !== should) wrong.push(`out of time at call ${at}: ${is}`)
    }
    expect(wrong).toEqual([])
  })

  it('end alike, and never count too much, wherever a worker is killed and another map takes over', async () => {
    const total = await callsOfOne()
    for (let at = 1; at <= total; at += 2) {
      const user = await newPerson()
      const key = await company.receive({ userId: [user] })
      await answerDoorbell(await dying(at, 'after', OTHER_MAP), key).catch(() => undefined)
      const done = await company.settle(key)
      expect.soft(done.state, `call ${at}`).toBe('completed_with_retention')
      for (const { category, items } of done.outcome?.erased ?? []) {
        const all = DEEP_OUTCOME.erased.find((one) => one.category === category)
        expect.soft(items, `call ${at}`).toBeLessThanOrEqual(all?.items ?? 0)
      }
      expect.soft(await leftOf(user), `call ${at}`).toEqual(deepRest(user))
    }
  })

  it('end alike, with the same counts, wherever a worker sleeps until another has taken its lease', async () => {
    const total = await callsOfOne()
    for (let at = 3; at <= total; at += 3) {
      const user = await newPerson()
      const key = await company.receive({ userId: [user] })
      const client = world.newClient()
      let wake = (): void => undefined
      const woken = new Promise<void>((resolve) => {
        wake = resolve
      })
      let calls = 0
      let isAsleep = false
      client.middlewareStack.add(
        (next) => async (args) => {
          calls += 1
          if (calls >= at) {
            isAsleep = true
            await woken
          }
          return next(args)
        },
        { step: 'initialize' },
      )
      const slow = await world.openThrough(client, DEEP_MAP)
      const sleeping = answerDoorbell(slow, key).catch(() => undefined)
      await expect.poll(() => isAsleep, { interval: 2 }).toBe(true)
      company.pass(LEASE_MS + 1000)
      await company.sweep()
      const done = await company.settle(key)
      wake()
      await sleeping
      const label = `asleep from call ${at}`
      expect.soft(done, label).toMatchObject({ state: 'completed_with_retention', outcome: DEEP_OUTCOME })
      expect.soft(await company.find(key), label).toEqual(done)
      expect.soft(await leftOf(user), label).toEqual(deepRest(user))
    }
  })
})

describe('a hold between the plan and the first delete', () => {
  const untouched = async (user: string) => {
    const rows = await leftOf(user)
    expect(rows).toHaveLength(deepItems(user, people).length)
    expect(rows.filter((row) => row.includes('"ttl"'))).toEqual([])
  }

  it('on the request itself stops it before it touches anything', async () => {
    const user = await newPerson()
    const key = await company.receive({ userId: [user] })
    const { ledger } = company
    let isHeld = false
    const save: typeof ledger.save = async (request, entry) => {
      if (request.firstDeleteAt && !isHeld) {
        isHeld = true
        await ledger.save(hold(await company.find(key), company.clock()))
      }
      return ledger.save(request, entry)
    }
    await answerDoorbell({ ...company, ledger: { ...ledger, save } }, key)
    expect(isHeld).toBe(true)
    expect((await company.find(key)).state).toBe('on_hold')
    await untouched(user)
  })

  it('on one of the person’s identities stops the slice that would have deleted', async () => {
    const user = await newPerson()
    const key = await company.receive({ userId: [user] })
    const client = world.newClient()
    let pass = (): void => undefined
    // Out of time with the first reading after the plan has begun.
    watchCalls(client, ({ input }) => {
      if (JSON.stringify(input).includes('DeepParcels')) pass()
      return undefined
    })
    const slow = await world.openThrough(client, DEEP_MAP)
    pass = () => slow.pass(SLICE_BUDGET_MS + 1000)
    await answerDoorbell(slow, key)
    expect(await company.find(key)).toMatchObject({ state: 'ready', checkpoint: { phase: 'plan' } })
    const hash = subjectHash(await company.indexKey(), 'email', `${user}@example.com`)
    await world.put(LEDGER_TABLE, { pk: { S: `ID#${hash}` }, sk: { S: 'HOLD' } })
    expect((await company.settle(key)).state).toBe('on_hold')
    await untouched(user)
  })
})
