/** A worker that is killed at any of its calls, where a page has fewer items than the person. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { companyInTurns, PERSON } from '../../fixtures/world/in-turns.ts'

beforeEach(() => {
  for (const stream of ['log', 'info', 'error'] as const) vi.spyOn(console, stream).mockReturnValue()
})
afterEach(() => void vi.restoreAllMocks())

async function erasedWith(pageSize: number, diesAt: number) {
  const company = companyInTurns(async () => undefined, pageSize)
  const key = await company.receive(PERSON)
  await company.deliver(key, diesAt)
  const calls = company.made()
  await company.settleAll([key])
  const { state, problem, outcome } = await company.find(key)
  const { backupsExpireAt: _later, ...counts } = outcome ?? {}
  return { calls, end: { state, problem, counts } }
}

describe.each([1, 2, 3, 4])('where a page has %i items', (pageSize) => {
  it('ends alike, with the same counts, and takes no child for one whose parent has gone by itself', async () => {
    const whole = await erasedWith(pageSize, Number.POSITIVE_INFINITY)
    expect(whole.end.state).toBe('completed_with_retention')
    for (let diesAt = 1; diesAt < whole.calls; diesAt += 1) {
      const { end } = await erasedWith(pageSize, diesAt)
      expect.soft(end, `killed after call ${diesAt}`).toEqual(whole.end)
    }
  })
})
