import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { randomCompany } from '../fixtures/random/company.ts'
import { conditions, type Stage, violations } from '../fixtures/random/run.ts'
import { seeded } from '../fixtures/random/seeded.ts'
import { type Database, openDatabase } from '../fixtures/world/engine.ts'
import { stageOn } from '../fixtures/world/stage-on-engine.ts'

let database: Database
let stage: Stage
beforeAll(async () => {
  database = await openDatabase()
  stage = stageOn(database)
})
afterAll(() => database.close())

it('an erasure in any company takes what the map says of one person, and touches nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(randomCompany(), conditions, async (company, harder) => {
      expect(await violations(stage, company, harder)).toEqual([])
    }),
    seeded('random company', 300),
  )
})
