import { expect, it } from 'vitest'
import { measureOpen } from '../../../shared/operations/listings.ts'
import type { Measure } from '../../../shared/platform/measure.ts'
import { type ConfirmationCode, requestKeyOf } from '../../../shared/requests/code.ts'
import type { DeletionRequest } from '../../../shared/requests/request.ts'
import { aRequest } from '../../fixtures/companies/request.ts'
import { memoryLedger } from '../../fixtures/memory/ledger-in-memory.ts'

const at = new Date('2026-11-20T00:00:00.000Z')
const day = (date: string) => new Date(`2026-11-${date}T00:00:00.000Z`)

async function measured(...requests: readonly DeletionRequest[]) {
  const told: [name: string, value: number, dimensions: object][] = []
  const measure: Measure = (...one) => told.push(one)
  const ledger = memoryLedger()
  for (const [n, request] of requests.entries()) {
    await ledger.open({ ...request, key: requestKeyOf(`${n}` as ConfirmationCode), version: 1 })
  }
  await measureOpen(ledger, measure, at)
  return told
}

it('measures the longest wait and the next deadline of what is accepted and not done, naming nobody', async () => {
  const told = await measured(
    aRequest({ state: 'ready', receivedAt: day('19'), dueAt: day('21') }),
    aRequest({ state: 'needs_operator', receivedAt: day('10'), dueAt: day('30') }),
    aRequest({ state: 'awaiting_confirmation', receivedAt: day('01'), dueAt: day('02') }),
    aRequest({ state: 'completed', receivedAt: day('01'), dueAt: day('02') }),
  )
  expect(told).toEqual([
    ['openRequests', 2, {}],
    ['oldestOpenSeconds', 864_000, {}],
    ['secondsToDue', 86_400, {}],
  ])
})

it('tells of a deadline that has passed by a number below zero, and of none when nothing is open', async () => {
  expect(
    await measured(aRequest({ state: 'ready', receivedAt: day('01'), dueAt: day('19') })),
  ).toContainEqual(['secondsToDue', -86_400, {}])
  expect(await measured()).toEqual([['openRequests', 0, {}]])
})
