/** The schedules: enabled, with functions of this stack as their targets, and run recently. */
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import type { Finding } from '../../../shared/config/findings.ts'
import { clientOptions } from '../../../shared/platform/client-options.ts'
import { withClient } from '../console/aws.ts'
import { allOf } from '../system/deployed-stack.ts'
import type { System } from './check.ts'
import { nameOf } from './doorbell.ts'

export async function scheduleFindings({ stack: read, options, now }: System): Promise<readonly Finding[]> {
  const stack = await read()
  const names = allOf(stack, 'schedules').map(({ physicalId }) => nameOf(physicalId))
  const functions = stack.resources
    .filter(({ type }) => type === 'AWS::Lambda::Function')
    .map(({ physicalId }) => physicalId)
  const scheduler = new SchedulerClient(clientOptions(options))
  const watch = new CloudWatchClient(clientOptions(options))
  if (names.length === 0)
    return [{ place: 'schedules', problem: 'the stack has none', remedy: 'deploy it again' }]
  const look = async (Name: string): Promise<readonly Finding[]> => {
    const told = await scheduler.send(new GetScheduleCommand({ Name }))
    const fn = nameOf(told.Target?.Arn ?? '')
    if (told.State !== 'ENABLED')
      return [
        {
          place: Name,
          problem: `the schedule is ${told.State}: nothing that is due is done`,
          remedy: 'switch it on again: EventBridge > Schedules > Enable; a deploy alone does not see it',
        },
      ]
    if (!functions.includes(fn))
      return [
        {
          place: Name,
          problem: 'the schedule starts no function of this stack',
          remedy: 'its target was changed: give it back in EventBridge > Schedules, or deploy again',
        },
      ]
    const windowMs = 3 * Math.max(periodMs(told.ScheduleExpression ?? ''), 5 * 60_000)
    const since = new Date(now().getTime() - windowMs)
    if (told.CreationDate && told.CreationDate > since) return []
    const [runs, errors] = await Promise.all(
      (['Invocations', 'Errors'] as const).map((metric) => sumOf(watch, { metric, fn, since, until: now() })),
    )
    return [...lately(fn, { runs: runs ?? 0, errors: errors ?? 0, minutes: windowMs / 60_000 })]
  }
  return withClient(scheduler, () =>
    withClient(watch, async () => (await Promise.all(names.map(look))).flat()),
  )
}

function* lately(
  place: string,
  { runs, errors, minutes }: { readonly runs: number; readonly errors: number; readonly minutes: number },
): Generator<Finding> {
  if (runs === 0)
    yield {
      place,
      problem: `has not run for ${minutes} minutes`,
      remedy:
        'see the dead-letter queue of the schedules and the concurrency of the account (SweepSilent in docs/runbook.md)',
    }
  else if (errors >= runs)
    yield {
      place,
      problem: `has failed at every run of the last ${minutes} minutes`,
      remedy: 'its log says why (ScheduleDeadLetters in docs/runbook.md)',
    }
}

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }
const DAY_MS = 86_400_000

function periodMs(expression: string): number {
  const { count, unit = '' } = /^rate\((?<count>\d+) (?<unit>[a-z]+?)s?\)$/.exec(expression)?.groups ?? {}
  return Number(count ?? 1) * (UNITS[unit] ?? DAY_MS)
}

interface Asked {
  readonly metric: 'Invocations' | 'Errors'
  readonly fn: string
  readonly since: Date
  readonly until: Date
}

async function sumOf(client: CloudWatchClient, { metric, fn, since, until }: Asked): Promise<number> {
  const { Datapoints = [] } = await client.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/Lambda',
      MetricName: metric,
      Dimensions: [{ Name: 'FunctionName', Value: fn }],
      StartTime: since,
      EndTime: until,
      Period: 300,
      Statistics: ['Sum'],
    }),
  )
  return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0)
}
