import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { violationsIn, weather } from '../fixtures/faults/fickle-run.ts'
import { seeded } from '../fixtures/random/seeded.ts'
import { type Database, openDatabase } from '../fixtures/world/engine.ts'

let database: Database
beforeAll(async () => {
  database = await openDatabase()
})
afterAll(() => database.close())

it('whatever DynamoDB does, an erasure ends, and nothing is called completed that is not', async () => {
  await fc.assert(
    fc.asyncProperty(weather, async (one) => {
      expect(await violationsIn(database, one)).toEqual([])
    }),
    seeded('faults', 100),
  )
})
