/** The schedules: enabled, with functions of this stack as their targets, and run recently. */
import { GetScheduleCommand, type GetScheduleCommandOutput, SchedulerClient } from '@aws-sdk/client-scheduler'
import { subMinutes } from 'date-fns/subMinutes'
import { clientOptions } from '../../../shared/platform/client-options.ts'
import { allOf, nameOf } from '../system/deployed-stack.ts'
import { datapoints } from './doorbell.ts'
import type { Found, System } from './system.ts'

export async function scheduleFindings(system: System): Promise<readonly Found[]> {
  const stack = await system.stack()
  const names = allOf(stack, 'schedules').map(({ physicalId }) => nameOf(physicalId))
  const functions = stack.resources
    .filter(({ type }) => type === 'AWS::Lambda::Function')
    .map(({ physicalId }) => physicalId)
  if (names.length === 0)
    return [{ place: 'schedules', problem: 'the stack has none', remedy: 'deploy again' }]
  const client = new SchedulerClient(clientOptions(system.options))
  return Promise.all(
    names.map(async (Name) =>
      scheduleFinding(system, functions, await client.send(new GetScheduleCommand({ Name }))),
    ),
  )
}

async function scheduleFinding(
  system: System,
  functions: readonly string[],
  { Name: place = '', State, Target, ScheduleExpression = '', CreationDate }: GetScheduleCommandOutput,
): Promise<Found> {
  const fn = nameOf(Target?.Arn ?? '')
  if (State !== 'ENABLED')
    return {
      place,
      problem: `the schedule is ${State}: due work is not done`,
      remedy: 'switch it on again: EventBridge > Schedules > Enable; a deploy does not notice',
    }
  if (!functions.includes(fn))
    return {
      place,
      problem: 'the schedule starts no function of this stack',
      remedy: 'its target was changed: correct it in EventBridge > Schedules, or deploy again',
    }
  const minutes = 3 * Math.max(periodMinutes(ScheduleExpression), 5)
  if (CreationDate && CreationDate > subMinutes(system.now(), minutes)) return undefined
  const sumOf = async (metric: 'Invocations' | 'Errors'): Promise<number> => {
    const points = await datapoints(system, ['Lambda', 'FunctionName', fn], metric, minutes)
    return points.reduce((sum, { Sum = 0 }) => sum + Sum, 0)
  }
  const [runs, errors] = await Promise.all([sumOf('Invocations'), sumOf('Errors')])
  if (runs === 0)
    return {
      place: fn,
      problem: `has not run for ${minutes} minutes`,
      remedy:
        'see the dead-letter queue of the schedules, and the concurrency limit of the account (SweepSilent in docs/runbook.md)',
    }
  if (errors < runs) return undefined
  return {
    place: fn,
    problem: `has failed at every run of the last ${minutes} minutes`,
    remedy: 'its log says why (ScheduleDeadLetters in docs/runbook.md)',
  }
}

const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60 }
const DAY = 1440

function periodMinutes(expression: string): number {
  const { count = 1, unit = '' } = /^rate\((?<count>\d+) (?<unit>[a-z]+?)s?\)$/.exec(expression)?.groups ?? {}
  return Number(count) * (MINUTES[unit] ?? DAY)
}
