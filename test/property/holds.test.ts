import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ServiceError } from '../../shared/platform/errors.ts'
import { holdIdentity, holdRequest, releaseIdentity, releaseRequest } from '../../shared/requests/holds.ts'
import { sweep } from '../../shared/requests/sweep.ts'
import { heldCompany, PERSON } from '../fixtures/holding.ts'
import { seeded } from '../fixtures/seeded.ts'

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
})

it('nothing of a person is written to once their hold has returned, and all of it goes on after its release', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), plan, async (scheduler, all) => {
      const company = heldCompany(() => scheduler.schedule(Promise.resolve()), all.pageSize)
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
          await sweep(company.sweeping)
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
      // Whatever rings later, too.
      await scheduler.waitFor(company.settleAll(keys))
      expect(company.writes.length).toBe(writesBefore)

      await scheduler.waitFor(
        all.by === 'request'
          ? releaseRequest(company.holder, target, BY)
          : releaseIdentity(company.holder, company.hashes, BY),
      )
      await scheduler.waitFor(company.settleAll(keys))
      const rows = await Promise.all(keys.map((key) => company.find(key)))
      expect(rows.filter(({ state }) => state === 'on_hold')).toEqual([])
    }),
    seeded('holds', 100),
  )
}, 60_000)
