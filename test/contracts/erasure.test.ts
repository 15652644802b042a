import { DeleteTableCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { createTables, LEDGER_TABLE } from '../../infra/local/engines/tables.ts'
import { decide } from '../../shared/operations/operations.ts'
import { put, putItems } from '../fixtures/companies/put-items.ts'
import { personRows, SMALL_MAP, toItem } from '../fixtures/companies/small-company.ts'
import { scan } from '../fixtures/companies/tables.ts'
import { type Company, openCompany, openDatabase, snapshot } from '../fixtures/world/engine.ts'
import { premisesOnEngine } from '../fixtures/world/premises-on-engine.ts'
import { erasureContract } from './erasure.contract.ts'

erasureContract('in DynamoDB', premisesOnEngine)

const FB = { facebookId: ['901'] }

/** With all that one person has. */
async function withCompany(map: typeof SMALL_MAP, test: (company: Company) => Promise<void>): Promise<void> {
  const database = await openDatabase()
  const company = await openCompany(database, map)
  try {
    await put(company.client, personRows('u1', '901'))
    await test(company)
  } finally {
    await database.close()
  }
}

const ledgerRows = ({ client }: Company) => scan(client, LEDGER_TABLE)

describe('the ledger', () => {
  it('keeps nothing of the person once a request is final', () =>
    withCompany(SMALL_MAP, async (company) => {
      const done = await company.settle(await company.receive(FB))
      const rows = await ledgerRows(company)
      expect(new Set(rows.map(({ sk }) => sk?.S?.replace(/#.*/, '')))).toEqual(
        new Set(['COUNT', 'ERASED', 'LOG', 'META', 'SUBJECTS']),
      )
      expect(JSON.stringify(rows)).not.toMatch(/901|u1|example/i)
      expect(done.expiresAt).toEqual(new Date(Date.UTC(2028, 10, 22, 8)))
    }))

  it('has no claim of what waits for a person: it blocks nobody', () =>
    withCompany(SMALL_MAP, async (company) => {
      const request = await company.receive(FB, { doubts: ['login_shaped'] })
      expect((await company.settle(request)).state).toBe('needs_review')
      expect((await ledgerRows(company)).filter(({ sk }) => sk?.S === 'CLAIM')).toEqual([])
    }))

  it('takes a person of more groups than one write of it takes', async () => {
    // Nothing is looked up by them: 20,000 look-ups are another matter.
    const { profile, team: _team, ...others } = SMALL_MAP.holdings
    if (!profile) throw new Error('the small map has a profile')
    const learns = { ...profile.learns, teamId: 'teams[*]' }
    const map = { ...SMALL_MAP, holdings: { ...others, profile: { ...profile, learns } } }
    await withCompany(map, async (company) => {
      const teams = { SS: Array.from({ length: 20_000 }, (_, n) => `t${n}`) }
      await putItems(company.client, 'App', [{ ...toItem({ PK: 'USER#u1', SK: 'PROFILE' }), teams }])
      const request = await company.receive(FB)
      expect((await company.settle(request)).state).toBe('completed_with_retention')
      expect(await company.ledger.identities(request)).toEqual([])
    })
  })
})

describe('a table that is missing', () => {
  it('is an error and never "nothing found": bounded tries, then the operator', () =>
    withCompany(SMALL_MAP, async (company) => {
      await company.client.send(new DeleteTableCommand({ TableName: 'Bills' }))
      const before = await snapshot(company.client, ['App', 'Lines', 'Chat'])
      const request = await company.receive(FB)
      const stuck = await company.settle(request)
      expect(stuck).toMatchObject({
        state: 'needs_operator',
        attempts: 8,
        problem: { reason: 'no_progress', error: 'ResourceNotFoundException' },
      })
      expect(await snapshot(company.client, ['App', 'Lines', 'Chat'])).toEqual(before)
      await createTables(company.client, SMALL_MAP)
      await decide(company.ledger, company.delays, request, {
        step: 'retry',
        by: 'someone',
        at: company.clock(),
      })
      expect((await company.settle(request)).state).toBe('completed')
    }))
})
