import fc from 'fast-check'
import { expect, it } from 'vitest'
import { extendRequest, refuseRequest, withdrawRequest } from '../../shared/operations/endings.ts'
import { holdIdentity, holdRequest } from '../../shared/operations/holds.ts'
import { decide } from '../../shared/operations/operations.ts'
import { releaseIdentity, releaseRequest } from '../../shared/operations/releases.ts'
import { ServiceError } from '../../shared/platform/errors.ts'
import type { RequestKey } from '../../shared/requests/code.ts'
import { seeded } from '../fixtures/random/random.ts'
import { companyInTurns, PERSON } from '../fixtures/world/in-turns.ts'

const BY = { by: 'linh' }
const MAX_ASKED = 20

/** What goes on at once: deliveries that live for so many calls, and an operator who holds, and maybe lets go. */
const plan = fc.record({
  deliveries: fc.array(fc.record({ of: fc.nat(2), diesAt: fc.oneof(fc.constant(9999), fc.nat(150)) }), {
    minLength: 2,
    maxLength: 6,
  }),
  before: fc.nat(400),
  by: fc.constantFrom<'request' | 'identity'>('request', 'identity'),
  held: fc.nat(2),
  pageSize: fc.constantFrom(1, 2, 50),
  sweeps: fc.nat(3),
  /** What other operators do meanwhile, with other requests of the person. */
  meanwhile: fc.array(
    fc.record({
      step: fc.constantFrom('approve', 'retry', 'refuse', 'withdraw', 'extend', 'hold', 'release'),
      of: fc.nat(1),
    }),
    { maxLength: 5 },
  ),
})

type Company = ReturnType<typeof companyInTurns>

/** @returns Whether it was done: else it was refused. */
async function decideOn(
  { holder, ledger, delays, clock }: Company,
  step: string,
  key: RequestKey,
): Promise<boolean> {
  const ender = { ...holder, keepRequests: { months: 24 } }
  const steps: Readonly<Record<string, () => Promise<unknown>>> = {
    approve: () => decide(ledger, delays, key, { ...BY, step: 'approve', at: clock() }),
    retry: () => decide(ledger, delays, key, { ...BY, step: 'retry', at: clock() }),
    refuse: () => refuseRequest(ender, key, { ...BY, reason: 'legal_claim' }),
    withdraw: () => withdrawRequest(ender, key, BY),
    extend: () => extendRequest(ender, key, { ...BY, reason: 'complex', extensions: ['P20D'] }),
    hold: () => holdRequest(holder, key, BY),
    release: () => releaseRequest(holder, key, BY),
  }
  try {
    await steps[step]?.()
    return true
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'ILLEGAL_TRANSITION') return false
    throw error
  }
}

it('nothing of a person is written to once their hold has returned, and all of it goes on after its release', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), plan, async (scheduler, all) => {
      const company = companyInTurns(() => scheduler.schedule(Promise.resolve()), all.pageSize)
      const keys = [
        await company.receive({ facebookId: PERSON.facebookId }),
        await company.receive({ facebookId: PERSON.facebookId }),
        await company.receive({ facebookId: PERSON.facebookId }),
      ] as const
      const target = keys[all.held] ?? keys[0]
      const going = { on: true }
      let isReturned = false
      let writesBefore = 0

      const hold = async (): Promise<boolean> => {
        for (let asked = 0; asked < MAX_ASKED; asked += 1) {
          try {
            const { isStill } = await (all.by === 'request'
              ? holdRequest(company.holder, target, BY)
              : holdIdentity(company.holder, company.hashes, BY))
            if (isStill) return true
          } catch (error) {
            // It may have ended before.
            if (error instanceof ServiceError && error.code === 'ILLEGAL_TRANSITION') return false
            throw error
          }
        }
        throw new Error('the hold never came to a stop')
      }
      const operator = async (): Promise<void> => {
        while (company.made() < all.before && going.on) await scheduler.schedule(Promise.resolve())
        isReturned = await hold()
        writesBefore = company.writes.length
      }
      const sweeper = async (): Promise<void> => {
        for (let n = 0; n < all.sweeps; n += 1) {
          await scheduler.schedule(Promise.resolve())
          await company.sweep()
        }
      }
      const delivered = Promise.all(
        all.deliveries.map(({ of, diesAt }) => company.deliver(keys[of] ?? target, diesAt)),
      ).then(() => {
        going.on = false
      })
      const everybody = Promise.all([operator(), sweeper(), delivered])
      await scheduler.waitFor(everybody)
      if (!isReturned) return
      const others = keys.filter((key) => key !== target)
      for (const { step, of } of all.meanwhile) {
        const key = others[of] ?? target
        const before = await company.find(key)
        const isDone = await scheduler.waitFor(decideOn(company, step, key))
        const after = await company.find(key)
        expect(isDone ? {} : after).toEqual(isDone ? {} : before)
        await scheduler.waitFor(company.deliver(key, 9999))
      }
      // Whatever rings later, too.
      await scheduler.waitFor(company.settleAll(keys))
      expect(company.writes.length).toBe(writesBefore)

      await scheduler.waitFor(
        all.by === 'request'
          ? releaseRequest(company.holder, target, BY)
          : releaseIdentity(company.holder, company.hashes, BY),
      )
      for (const key of others) await scheduler.waitFor(decideOn(company, 'release', key))
      await scheduler.waitFor(company.settleAll(keys))
      const rows = await Promise.all(keys.map((key) => company.find(key)))
      expect(rows.filter(({ state }) => state === 'on_hold')).toEqual([])
    }),
    seeded('holds', 80),
  )
})
