import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { randomCompany } from '../fixtures/random/company.ts'
import { seeded } from '../fixtures/random/random.ts'
import { conditions, violations } from '../fixtures/random/run.ts'
import { inMemory } from '../fixtures/world/in-memory.ts'
import { type EngineWorld, onEngine } from '../fixtures/world/on-engine.ts'

let world: EngineWorld
beforeAll(async () => {
  world = await onEngine()
})
afterAll(() => world.close())

it('an erasure in any company takes what the map says of one person, and touches nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(randomCompany(), conditions, async (company, harder) => {
      expect(await violations(inMemory(), company, harder)).toEqual([])
    }),
    seeded('random company', 260),
  )
})

it('in DynamoDB, it does so, too', async () => {
  await fc.assert(
    fc.asyncProperty(randomCompany(), conditions, async (company, harder) => {
      expect(await violations(world, company, harder)).toEqual([])
    }),
    seeded('random company in DynamoDB', 40),
  )
})
