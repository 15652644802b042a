import { Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { expect, it } from 'vitest'
import { Alarms } from '../../infra/constructs/alarms/alarms.ts'
import { ServiceFunction } from '../../infra/constructs/functions/service-function.ts'
import { Schedules } from '../../infra/constructs/schedules.ts'
import { bundles, validatedApp, withoutEmail } from '../fixtures/deployed/stack.ts'

it('a schedule that runs once a day lets Lambda wait for no longer than Lambda can', async () => {
  const stack = new Stack(validatedApp(), 'Test')
  const functions = {
    sweep: new ServiceFunction(stack, 'Sweep', {
      name: 'sweep',
      config: withoutEmail,
      bundles: await bundles(),
    }),
  }
  const alarms = new Alarms(stack, 'Alarms', {})
  const schedules = { tidy: { function: 'sweep', everySeconds: 24 * 3600 } } as const
  const built = new Schedules(stack, 'Schedules', { functions, alarms, schedules })
  const template = Template.fromStack(Stack.of(built))
  const propertiesOf = (type: string) =>
    Object.values(template.findResources(type)).map(({ Properties }) => Properties as unknown)
  expect(propertiesOf('AWS::Lambda::EventInvokeConfig')).toEqual([
    expect.objectContaining({ MaximumEventAgeInSeconds: 6 * 3600 }),
  ])
  expect(propertiesOf('AWS::Scheduler::Schedule')).toMatchObject([
    {
      ScheduleExpression: 'rate(1440 minutes)',
      Target: { RetryPolicy: { MaximumEventAgeInSeconds: 24 * 3600 } },
    },
  ])
})
