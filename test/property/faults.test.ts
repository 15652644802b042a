import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { violationsIn, weather } from '../fixtures/faults/fickle-run.ts'
import { seeded } from '../fixtures/random/random.ts'
import { type EngineWorld, onEngine } from '../fixtures/world/on-engine.ts'

let world: EngineWorld
beforeAll(async () => {
  world = await onEngine()
})
afterAll(() => world.close())

it('whatever DynamoDB does, an erasure ends, and nothing is called completed that is not', async () => {
  await fc.assert(
    fc.asyncProperty(weather, async (one) => {
      expect(await violationsIn(world, one)).toEqual([])
    }),
    seeded('faults', 100),
  )
})
