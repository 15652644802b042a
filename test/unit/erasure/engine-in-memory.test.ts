/** The law of the random companies, without an engine beneath: what a change of one line breaks is seen at once. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { randomCompany } from '../../fixtures/random/company.ts'
import { conditions, violations } from '../../fixtures/random/run.ts'
import { inMemory } from '../../fixtures/world/in-memory.ts'

it('an erasure in any company takes what the map says of one person, and touches nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(randomCompany(), conditions, async (company, harder) => {
      expect(await violations(inMemory(), company, harder)).toEqual([])
    }),
    { seed: 1, numRuns: 150, endOnFailure: true, includeErrorInReport: true },
  )
})
