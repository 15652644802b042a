import { describe, expect, it } from 'vitest'
import { holdIdentity, holdRequest } from '../../../shared/operations/holds.ts'
import { releaseIdentity, releaseRequest } from '../../../shared/operations/releases.ts'
import type { RequestKey } from '../../../shared/requests/code.ts'
import { companyInTurns, PERSON } from '../../fixtures/world/in-turns.ts'

const BY = { by: 'linh', reason: 'court order' }
const MINUTES = 60_000
const calm = () => companyInTurns(async () => undefined)
const byFacebook = { facebookId: PERSON.facebookId }

describe('a hold on a request', () => {
  it('stops it with its reason, and its release lets it go on to the end', async () => {
    const company = calm()
    const key = await company.receive(byFacebook)
    expect(await holdRequest(company.holder, key, BY)).toEqual({
      requests: [{ key, gone: { atLeast: 0, atMost: 0 } }],
      isStill: true,
      subjects: 1,
    })
    expect(await company.find(key)).toMatchObject({ state: 'on_hold', heldFrom: 'ready' })
    await company.deliver(key, 1000)
    expect(company.writes).toEqual([])
    expect(await releaseRequest(company.holder, key, { by: 'linh' })).toMatchObject({
      request: { state: 'ready' },
      by: [],
      others: [],
    })
    expect(await company.ledger.history(key)).toMatchObject([
      { step: 'hold', by: 'linh', reason: 'court order' },
      { step: 'release', by: 'linh' },
    ])
    expect((await company.settle(key)).state).toBe('completed_with_retention')
  })

  it('holds against what comes later, and that goes on by itself when it is released', async () => {
    const company = calm()
    const first = await company.receive(byFacebook)
    await holdRequest(company.holder, first, BY)
    const later = await company.receive(byFacebook)
    await company.deliver(later, 1000)
    const stopped = await company.find(later)
    expect(stopped).toMatchObject({ state: 'on_hold', heldFrom: 'erasing' })
    expect(stopped).not.toHaveProperty('lease')
    await expect(releaseRequest(company.holder, later, BY)).rejects.toMatchObject({
      code: 'ILLEGAL_TRANSITION',
      message: `it is held by others: release ${first.slice(0, 12)}`,
    })
    company.pass(10 * MINUTES)
    await company.sweep()
    expect((await company.find(later)).state).toBe('on_hold')

    await releaseRequest(company.holder, first, BY)
    company.pass(10 * MINUTES)
    await company.sweep()
    expect((await company.find(later)).state).toBe('ready')
    expect((await company.settle(later)).state).toBe('completed_with_retention')
  })

  it('waits until its worker has stopped, and says how much is gone', async () => {
    const company = calm()
    const key = await company.receive(byFacebook)
    // Dies amid its work: nobody gives the lease back.
    for (let calls = 40; (await company.find(key)).firstDeleteAt === undefined; calls += 1) {
      const { state } = await company.find(key)
      if (state === 'ready') await company.deliver(key, calls)
      else {
        company.pass(4 * MINUTES)
        await company.sweep()
      }
    }
    expect((await company.find(key)).state).toBe('erasing')
    const {
      requests: [request],
      isStill,
    } = await holdRequest(company.holder, key, BY)
    expect(isStill).toBe(false)
    expect(request).toMatchObject({ key, until: expect.any(Date) })
    expect(request?.gone.atMost).toBeGreaterThan(0)
    await expect(releaseRequest(company.holder, key, BY)).rejects.toThrow(/may still be at work until/)
    company.pass(3 * MINUTES)
    expect((await holdRequest(company.holder, key, BY)).isStill).toBe(true)
    await releaseRequest(company.holder, key, BY)
    expect((await company.settle(key)).state).toBe('completed_with_retention')
  })

  it('at any call of its worker, costs no count: after its release it ends as if it had never been held', async () => {
    const whole = calm()
    const { outcome } = await whole.settle(await whole.receive(byFacebook))
    const counts = { erased: outcome?.erased, redacted: outcome?.redacted, retained: outcome?.retained }
    for (let at = 1; at <= 200; at += 1) {
      let calls = 0
      let held: Promise<unknown> | undefined
      let writes: number | undefined
      let key: RequestKey | undefined
      const company = companyInTurns(async () => {
        calls += 1
        // It may have ended before.
        if (calls !== at || !key) return
        held = holdRequest(company.holder, key, BY).then(
          ({ isStill }) => {
            if (isStill) writes = company.writes.length
          },
          () => undefined,
        )
      })
      key = await company.receive(byFacebook)
      await company.deliver(key, 9999)
      await held
      expect(company.writes).toHaveLength(writes ?? company.writes.length)
      const { state } = await company.find(key)
      if (state === 'on_hold') await releaseRequest(company.holder, key, BY)
      expect((await company.settle(key)).outcome).toMatchObject(counts)
    }
  })

  it('is refused for one that has ended, and a release for one that is not held', async () => {
    const company = calm()
    const key = await company.receive(byFacebook)
    await expect(releaseRequest(company.holder, key, BY)).rejects.toThrow(/the request is ready/)
    await company.settle(key)
    await expect(holdRequest(company.holder, key, BY)).rejects.toThrow(/--identity/)
    await expect(releaseRequest(company.holder, key, BY)).rejects.toThrow(/release --identity/)
    expect(await company.ledger.isHeld(company.hashes)).toBe(false)
  })

  it('gives back the day on which it would have begun, or lapsed', async () => {
    const company = calm()
    const key = await company.receive(byFacebook)
    const row = await company.find(key)
    const startsAt = new Date('2026-12-01T00:00:00.000Z')
    await company.ledger.save({ ...row, version: 2, state: 'scheduled', nextCheckAt: startsAt })
    await holdRequest(company.holder, key, BY)
    const { request } = await releaseRequest(company.holder, key, BY)
    expect(request).toMatchObject({ state: 'scheduled', nextCheckAt: startsAt })
    expect(request).not.toHaveProperty('resumeAt')
  })
})

describe('a hold by identity', () => {
  it('set by email, holds what Meta asks for', async () => {
    const company = calm()
    const [, , byEmail = ''] = company.hashes
    expect(await holdIdentity(company.holder, [byEmail], BY)).toMatchObject({ requests: [], subjects: 1 })
    const key = await company.receive(byFacebook)
    await company.deliver(key, 1000)
    expect(await company.find(key)).toMatchObject({ state: 'on_hold', heldBy: byEmail })
    expect(company.writes).toEqual([])
    expect(await releaseIdentity(company.holder, [byEmail], BY)).toEqual({ by: [], others: [] })
    company.pass(10 * MINUTES)
    await company.sweep()
    expect((await company.settle(key)).state).toBe('completed_with_retention')
  })

  it('stands beside one of a request: each ends by its own name', async () => {
    const company = calm()
    const key = await company.receive(byFacebook)
    await holdRequest(company.holder, key, BY)
    await holdIdentity(company.holder, company.hashes, BY)
    expect(await releaseRequest(company.holder, key, BY)).toMatchObject({
      request: { state: 'on_hold' },
      by: ['identity'],
    })
    await releaseIdentity(company.holder, company.hashes, BY)
    company.pass(10 * MINUTES)
    await company.sweep()
    expect((await company.find(key)).state).toBe('ready')
  })

  it('is not released where there is none', async () => {
    const company = calm()
    const released = releaseIdentity(company.holder, company.hashes, BY)
    await expect(released).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' })
  })
})

describe('several requests of one person', () => {
  const [CLAIMED = ''] = calm().hashes

  /** The first is held; the second has claimed the person as well. */
  async function two() {
    const company = calm()
    const first = await company.receive(byFacebook)
    const second = await company.receive(byFacebook)
    await company.ledger.claim(CLAIMED, second)
    const held = await holdRequest(company.holder, first, BY)
    return { ...company, first, second, held }
  }

  it('are stopped together, the named one first, and go on together', async () => {
    const { first, second, held, holder, find, ledger, hashes } = await two()
    expect(held.requests.map(({ key }) => key)).toEqual([first, second])
    expect(held.isStill).toBe(true)
    expect(await find(first)).not.toHaveProperty('heldBy')
    expect(await find(second)).toMatchObject({ state: 'on_hold', heldBy: expect.any(String) })
    await expect(releaseIdentity(holder, hashes, BY)).rejects.toMatchObject({
      code: 'ILLEGAL_TRANSITION',
      message: `no hold by identity stands here; it is held by others: release ${first.slice(0, 12)}`,
    })
    const released = await releaseRequest(holder, first, { by: 'minh', reason: 'settled' })
    expect(released).toMatchObject({ request: { key: first, state: 'ready' }, by: [], others: [second] })
    expect((await find(second)).state).toBe('ready')
    for (const key of [first, second]) {
      expect((await ledger.history(key)).at(-1)).toMatchObject({
        step: 'release',
        by: 'minh',
        reason: 'settled',
      })
    }
  })

  it('are each held by its own name, once somebody has said so', async () => {
    const { first, second, holder, find, ledger, pass, sweep } = await two()
    await holdRequest(holder, second, { by: 'minh' })
    expect((await find(second)).heldBy).toBeUndefined()
    expect((await ledger.history(second)).map(({ step, by, reason }) => [step, by, reason])).toEqual([
      ['hold', 'linh', 'court order'],
      ['hold', 'minh', undefined],
    ])
    // The other one stands: this one is stopped by it now.
    const released = await releaseRequest(holder, first, BY)
    expect(released).toMatchObject({
      request: { state: 'on_hold', heldBy: expect.any(String) },
      by: [second],
    })
    expect((await find(second)).state).toBe('on_hold')
    // It has claimed nothing: the sweep finds it.
    expect(await releaseRequest(holder, second, BY)).toMatchObject({ others: [] })
    pass(10 * MINUTES)
    await sweep()
    expect((await find(first)).state).toBe('ready')
  })

  it('are let go by the sweep where a release has missed them', async () => {
    const { second, first, holder, find, ledger, pass, sweep } = await two()
    const row = await find(second)
    await ledger.save({ ...row, version: row.version + 1, lease: { id: 'x', until: new Date('2027-01-01') } })
    expect(await releaseRequest(holder, first, BY)).toMatchObject({ others: [] })
    expect((await find(second)).state).toBe('on_hold')
    const { version } = await find(second)
    pass(10 * MINUTES)
    await sweep()
    // Its worker may still be at work.
    expect(await find(second)).toMatchObject({ state: 'on_hold', version: version + 1 })
    pass(60 * 24 * 60 * MINUTES)
    await sweep()
    expect((await find(second)).state).toBe('ready')
    expect((await ledger.history(second)).at(-1)).toMatchObject({ step: 'release', by: 'system' })
  })
})

describe('a hold that meets somebody else', () => {
  it('names a hold by identity as such', async () => {
    const company = calm()
    await holdIdentity(company.holder, company.hashes, BY)
    const key = await company.receive(byFacebook)
    await company.deliver(key, 1000)
    await expect(releaseRequest(company.holder, key, BY)).rejects.toThrow(
      'it is held by others: release --identity',
    )
  })

  it('of a request that has ended is released by identity', async () => {
    const company = calm()
    const key = await company.receive(byFacebook)
    await company.settle(key)
    await company.ledger.hold(company.hashes, key, company.clock())
    expect(await releaseIdentity(company.holder, company.hashes, BY)).toEqual({ by: [], others: [] })
    await expect(releaseIdentity(company.holder, company.hashes, BY)).rejects.toThrow('nobody holds it')
  })

  it('is refused for a request that ends meanwhile, and given up for one that changes all the time', async () => {
    const company = calm()
    const key = await company.receive(byFacebook)
    const row = await company.find(key)
    let looks = 0
    const find = async () => {
      looks += 1
      return looks > 1 ? { ...row, state: 'completed' as const } : row
    }
    await expect(
      holdRequest({ ...company.holder, ledger: { ...company.ledger, find } }, key, BY),
    ).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION', message: 'the request ended meanwhile' })
    const stale = { ...company.ledger, find: async () => ({ ...row, version: row.version + 7 }) }
    await expect(holdRequest({ ...company.holder, ledger: stale }, key, BY)).rejects.toMatchObject({
      code: 'LEDGER_CONFLICT',
    })
  })

  it('waits no longer than forty seconds for a worker that does not answer', async () => {
    const company = calm()
    const key = await company.receive(byFacebook)
    const row = await company.find(key)
    const until = new Date(company.clock().getTime() + 60 * MINUTES)
    await company.ledger.save({ ...row, version: 2, state: 'erasing', lease: { id: 'x', until } })
    let slept = 0
    const sleep = async (milliseconds: number) => {
      slept += milliseconds
      company.pass(milliseconds)
    }
    const held = await holdRequest({ ...company.holder, sleep }, key, BY)
    expect(slept).toBe(40_000)
    expect(held).toMatchObject({
      isStill: false,
      requests: [{ key, until, gone: { atLeast: 0, atMost: 0 } }],
    })
  })
})
