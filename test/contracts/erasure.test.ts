import { describe, expect, it } from 'vitest'
import { LEDGER_TABLE } from '../../infra/local/engines/tables.ts'
import { decide } from '../../shared/operations/operations.ts'
import { personRows, SMALL_MAP, toItem } from '../fixtures/companies/small-company.ts'
import type { Company } from '../fixtures/world/company.ts'
import { type EngineWorld, onEngine } from '../fixtures/world/on-engine.ts'
import { erasureContract } from './erasure.contract.ts'

erasureContract('in DynamoDB', onEngine)

const FB = { facebookId: ['901'] }

/** With all that one person has. */
async function withCompany(
  map: typeof SMALL_MAP,
  test: (company: Company, world: EngineWorld) => Promise<void>,
): Promise<void> {
  const world = await onEngine()
  const company = await world.open(map)
  try {
    await world.putRows(personRows('u1', '901'))
    await test(company, world)
  } finally {
    await world.close()
  }
}

describe('the ledger', () => {
  it('keeps nothing of the person once a request is final', () =>
    withCompany(SMALL_MAP, async (company, world) => {
      const done = await company.settle(await company.receive(FB))
      const rows = await world.all(LEDGER_TABLE)
      expect(new Set(rows.map(({ sk }) => sk?.S?.replace(/#.*/, '')))).toEqual(
        new Set(['COUNT', 'ERASED', 'LOG', 'META', 'SUBJECTS']),
      )
      expect(JSON.stringify(rows)).not.toMatch(/901|u1|example/i)
      expect(done.expiresAt).toEqual(new Date(Date.UTC(2028, 10, 22, 8)))
    }))

  it('has no claim of what waits for a person: it blocks nobody', () =>
    withCompany(SMALL_MAP, async (company, world) => {
      const request = await company.receive(FB, { doubts: ['login_shaped'] })
      expect((await company.settle(request)).state).toBe('needs_review')
      expect((await world.all(LEDGER_TABLE)).filter(({ sk }) => sk?.S === 'CLAIM')).toEqual([])
    }))

  it('takes a person of more groups than one write of it takes', async () => {
    // Nothing is looked up by them: 20,000 look-ups are another matter.
    const { profile, team: _team, ...others } = SMALL_MAP.holdings
    if (!profile) throw new Error('the small map has a profile')
    const learns = { ...profile.learns, teamId: 'teams[*]' }
    const map = { ...SMALL_MAP, holdings: { ...others, profile: { ...profile, learns } } }
    await withCompany(map, async (company, world) => {
      const teams = { SS: Array.from({ length: 20_000 }, (_, n) => `t${n}`) }
      await world.put('App', { ...toItem({ PK: 'USER#u1', SK: 'PROFILE' }), teams })
      const request = await company.receive(FB)
      expect((await company.settle(request)).state).toBe('completed_with_retention')
      expect(await company.ledger.identities(request)).toEqual([])
    })
  })
})

describe('a table that is missing', () => {
  it('is an error and never "nothing found": bounded tries, then the operator', () =>
    withCompany(SMALL_MAP, async (company, world) => {
      await world.drop('Bills')
      const before = await world.snapshot(['App', 'Lines', 'Chat'])
      const request = await company.receive(FB)
      const stuck = await company.settle(request)
      expect(stuck).toMatchObject({
        state: 'needs_operator',
        attempts: 8,
        problem: { reason: 'no_progress', error: 'ResourceNotFoundException' },
      })
      expect(await world.snapshot(['App', 'Lines', 'Chat'])).toEqual(before)
      await world.open(SMALL_MAP)
      await decide(company.ledger, company.delays, request, {
        step: 'retry',
        by: 'someone',
        at: company.clock(),
      })
      expect((await company.settle(request)).state).toBe('completed')
    }))
})
