import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LEDGER_TABLE } from '../../infra/local/engines/tables.ts'
import { answerDoorbell } from '../../shared/erasure/worker.ts'
import { personRows, SMALL_MAP } from '../fixtures/companies/small-company.ts'
import type { Company } from '../fixtures/world/company.ts'
import { type EngineWorld, onEngine } from '../fixtures/world/on-engine.ts'
import { evidenceContract } from './evidence.contract.ts'

evidenceContract('in DynamoDB', onEngine)

let world: EngineWorld
let company: Company
beforeEach(async () => {
  world = await onEngine()
  company = await world.open(SMALL_MAP)
  vi.spyOn(console, 'warn').mockReturnValue()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await world.close()
})

const erase = async (facebookId: string) =>
  company.settle(await company.receive({ facebookId: [facebookId] }))

describe('the hashes of whom it was about', () => {
  it('stay until the backups have aged out', async () => {
    await world.putRows(personRows('u1', '901'))
    await erase('901')
    const [kept] = (await world.all(LEDGER_TABLE)).filter(({ sk }) => sk?.S?.startsWith('SUBJECTS#'))
    expect(kept?.['expiresAt']?.N).toBe(String(Date.UTC(2026, 11, 27, 8) / 1000))
  })

  it('stay as long as the request’s record, where nobody knows how long backups live', async () => {
    const { app, ...others } = SMALL_MAP.tables
    if (!app) throw new Error('the small map has an App')
    const tables = { app: { ...app, backupsKeptFor: 'unknown' }, ...others }
    const unsure = await world.open({ ...SMALL_MAP, tables })
    await world.putRows(personRows('u1', '901'))
    const done = await unsure.settle(await unsure.receive({ facebookId: ['901'] }))
    expect(done.outcome?.backupsExpireAt).toBeUndefined()
    const [kept] = (await world.all(LEDGER_TABLE)).filter(({ sk }) => sk?.S?.startsWith('SUBJECTS#'))
    expect(kept?.['expiresAt']?.N).toBe(String((done.expiresAt?.getTime() ?? 0) / 1000))
  })
})

describe('nothing found', () => {
  it.each([
    ['table', { tables: { bills: 'Missing' } }],
    ['index', { index: 'byNobody' }],
    ['key', { key: 'nobodyId' }],
  ])(
    'is no answer where a %s is missing, even if nobody was to be looked for there',
    async (_what, wrong) => {
      const { bills } = SMALL_MAP.tables
      const { bills: holding } = SMALL_MAP.holdings
      if (!bills || !holding) throw new Error('the small map has Bills')
      const {
        index = 'byUser',
        key = 'userId',
        tables = {},
      } = wrong as Record<string, string> & { tables?: object }
      const map = {
        ...SMALL_MAP,
        tables: { ...SMALL_MAP.tables, bills: { ...bills, indexes: { [index]: { key: { [key]: 'S' } } } } },
        holdings: { ...SMALL_MAP.holdings, bills: { ...holding, find: { index, [key]: '{userId}' } } },
      } as Company['map']
      const request = await company.receive({ facebookId: ['999'] })
      vi.spyOn(console, 'error').mockReturnValue()
      await answerDoorbell({ ...company, map, tables: { ...company.tables, ...tables } }, request)
      expect(await company.find(request)).toMatchObject({
        state: 'waiting',
        problem: { reason: 'no_progress' },
      })
    },
  )
})
