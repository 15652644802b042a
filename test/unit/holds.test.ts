import { describe, expect, it } from 'vitest'
import type { RequestKey } from '../../shared/requests/code.ts'
import { holdIdentity, holdRequest, releaseIdentity, releaseRequest } from '../../shared/requests/holds.ts'
import { sweep } from '../../shared/requests/sweep.ts'
import { heldCompany, PERSON } from '../fixtures/holding.ts'

const BY = { by: 'linh', reason: 'court order' }
const MINUTES = 60_000
const calm = () => heldCompany(async () => undefined)
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
    await sweep(company.sweeping)
    expect((await company.find(later)).state).toBe('on_hold')

    await releaseRequest(company.holder, first, BY)
    company.pass(10 * MINUTES)
    await sweep(company.sweeping)
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
        await sweep(company.sweeping)
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
      const company = heldCompany(async () => {
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
    await sweep(company.sweeping)
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
    await sweep(company.sweeping)
    expect((await company.find(key)).state).toBe('ready')
  })

  it('is not released where there is none', async () => {
    const company = calm()
    const released = releaseIdentity(company.holder, company.hashes, BY)
    await expect(released).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' })
  })
})
