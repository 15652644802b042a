/** Pages that take longer than a slice: somebody is asked, after tries that are counted. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { DEEP_MAP, deepItems } from '../../fixtures/companies/deep-company.ts'
import { inMemory } from '../../fixtures/world/in-memory.ts'

beforeEach(() => void vi.spyOn(console, 'error').mockReturnValue())
afterEach(() => void vi.restoreAllMocks())

it('a page that always takes longer than a slice ends with the operator', async () => {
  const world = inMemory()
  Object.assign(world.conditions, { pageSize: 2, callMs: 20_000 })
  const company = world.open(DEEP_MAP)
  for (const [table, item] of deepItems('u1', 1)) world.put(table, item)
  const { state, problem } = await company.settle(await company.receive({ userId: ['u1'] }))
  expect({ state, problem }).toMatchObject({ state: 'needs_operator', problem: { reason: 'no_progress' } })
})
