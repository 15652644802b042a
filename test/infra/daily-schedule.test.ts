import { expect, it, vi } from 'vitest'
import { synthesize } from '../fixtures/deployed/stack.ts'

vi.mock('../../infra/wiring.ts', async (importOriginal) => ({
  ...(await importOriginal<typeof import('../../infra/wiring.ts')>()),
  SCHEDULES: { tidy: { function: 'sweep', everySeconds: 24 * 3600 } },
}))

it('a schedule that runs once a day lets Lambda wait for no longer than Lambda can', async () => {
  const stack = await synthesize()
  expect(stack.only('AWS::Lambda::EventInvokeConfig').Properties['MaximumEventAgeInSeconds']).toBe(6 * 3600)
  expect(stack.only('AWS::Scheduler::Schedule').Properties).toMatchObject({
    ScheduleExpression: 'rate(1440 minutes)',
    Target: { RetryPolicy: { MaximumEventAgeInSeconds: 24 * 3600 } },
  })
})
