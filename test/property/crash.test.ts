import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerDoorbell } from '../../shared/erasure/worker.ts'
import { LEASE_MS } from '../../shared/platform/delays.ts'
import { later } from '../../shared/platform/time.ts'
import { personRows, SMALL_MAP, SMALL_TABLES } from '../fixtures/companies/small-company.ts'
import { type Crash, watchCalls } from '../fixtures/faults/watch-calls.ts'
import type { Company } from '../fixtures/world/company.ts'
import { type EngineWorld, onEngine } from '../fixtures/world/on-engine.ts'

let world: EngineWorld
let company: Company
beforeAll(async () => {
  world = await onEngine()
  company = await world.open(SMALL_MAP)
})
afterAll(() => world.close())

const OUTCOME = {
  erased: [
    { category: 'orders', items: 6 },
    { category: 'profile', items: 3 },
    { category: 'meta', items: 1 },
  ],
  redacted: [{ category: 'messages', items: 2 }],
  retained: [{ category: 'invoices', items: 2, reason: 'tax', until: '2032-03-01T00:00:00.000Z' }],
}

let people = 0
async function newPerson(): Promise<{ user: string; facebookId: string }> {
  people += 1
  const person = { user: `p${people}x`, facebookId: String(5000 + people) }
  await world.putRows(personRows(person.user, person.facebookId, { orders: 2 }))
  return person
}

const leftOf = async (user: string) =>
  (await world.snapshot(SMALL_TABLES)).filter((item) => item.includes(user) && !/^(Bills|Chat) /.test(item))

/** A worker that dies at one call: it never writes again, whatever it would have liked to. */
function dyingCompany(at: number, how: Crash): Promise<Company> {
  const client = world.newClient()
  let dead = false
  watchCalls(client, ({ number }) => {
    if (dead) return 'before'
    if (number !== at) return undefined
    dead = true
    return how
  })
  return world.openThrough(client, SMALL_MAP)
}

describe('a worker that is killed', () => {
  it('at any call to DynamoDB, before or after its effect, changes neither the end nor a count', async () => {
    const clean = world.newClient()
    const calls = watchCalls(clean)
    const whole = await world.openThrough(clean, SMALL_MAP)
    const first = await newPerson()
    const request = await company.receive({ facebookId: [first.facebookId] })
    await answerDoorbell(whole, request)
    const total = calls.length
    expect((await company.find(request)).outcome).toMatchObject(OUTCOME)
    expect(total).toBeGreaterThan(40)

    for (let at = 1; at <= total; at += 1) {
      for (const how of ['before', 'after'] as const) {
        const { user, facebookId } = await newPerson()
        const key = await company.receive({ facebookId: [facebookId] })
        const dying = await dyingCompany(at, how)
        await answerDoorbell(dying, key).catch(() => undefined)
        const done = await company.settle(key)
        expect.soft(done.state, `${how} call ${at}`).toBe('completed_with_retention')
        expect.soft(done.outcome, `${how} call ${at}`).toMatchObject(OUTCOME)
        expect.soft(await leftOf(user), `${how} call ${at}`).toEqual([])
      }
    }
  })

  it('every time ends with the operator within bounded tries', async () => {
    const { facebookId } = await newPerson()
    const key = await company.receive({ facebookId: [facebookId] })
    let rings = 0
    for (; rings < 40 && (await company.find(key)).state !== 'needs_operator'; rings += 1) {
      const dying = await dyingCompany(12, 'before')
      await answerDoorbell(dying, key).catch(() => undefined)
      company.pass(3600_000)
      await company.sweep()
    }
    expect(await company.find(key)).toMatchObject({
      state: 'needs_operator',
      problem: { reason: 'no_progress' },
    })
    expect(rings).toBeLessThan(40)
  })
})

describe('two workers at once', () => {
  it('with one lease stolen from the other erase once and count once', async () => {
    const { user, facebookId } = await newPerson()
    const key = await company.receive({ facebookId: [facebookId] })
    const slowClient = world.newClient()
    let release = () => {}
    const stolen = new Promise<void>((resolve) => {
      release = resolve
    })
    let paused = false
    slowClient.middlewareStack.add(
      (next, context) => async (args) => {
        // Asleep just before its first delete, while the lease runs out.
        if (context['commandName'] === 'DeleteItemCommand' && !paused) {
          paused = true
          await stolen
        }
        return next(args)
      },
      { step: 'initialize' },
    )
    const slow = await world.openThrough(slowClient, SMALL_MAP)
    const sleeping = answerDoorbell(slow, key)
    await expect.poll(() => paused).toBe(true)
    company.pass(later(new Date(0), LEASE_MS + 1000).getTime())
    await company.sweep()
    expect((await company.find(key)).state).toBe('waiting')
    const done = await company.settle(key)
    release()
    await sleeping
    expect(done).toMatchObject({ state: 'completed_with_retention', outcome: OUTCOME })
    expect(await company.find(key)).toEqual(done)
    expect(await leftOf(user)).toEqual([])
  })

  it('lets one of two take a ready row', async () => {
    const { facebookId } = await newPerson()
    const key = await company.receive({ facebookId: [facebookId] })
    await Promise.all([
      answerDoorbell(company, key),
      answerDoorbell(company, key),
      answerDoorbell(company, key),
    ])
    const done = await company.find(key)
    expect(done).toMatchObject({ state: 'completed_with_retention', outcome: OUTCOME })
    expect(await company.ledger.history(key)).toHaveLength(1)
  })
})
