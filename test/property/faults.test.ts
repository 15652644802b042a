import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Database, openDatabase } from '../fixtures/engine.ts'
import { violationsIn, weather } from '../fixtures/fickle-run.ts'
import { seeded } from '../fixtures/seeded.ts'

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
}, 300_000)
