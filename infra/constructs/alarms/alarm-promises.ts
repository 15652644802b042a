/** Alarms on what no part of the system can tell of itself: silence, time that runs out, a secret that is wrong. */
import { Duration, Stack } from 'aws-cdk-lib'
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { FilterPattern } from 'aws-cdk-lib/aws-logs'
import { warningDaysOf } from '../../../shared/config/deadlines.ts'
import type { DeletionConfig } from '../../../shared/config/define.ts'
import type { ServiceFunction } from '../functions/service-function.ts'
import type { Alarms } from './alarms.ts'

const DAY_SECONDS = 24 * 60 * 60

export function alarmOnPromises(
  alarms: Alarms,
  {
    sweep,
    callback,
    retention,
    deadlines,
  }: {
    readonly sweep: ServiceFunction
    readonly callback: ServiceFunction
    readonly retention?: ServiceFunction | undefined
    readonly deadlines: DeletionConfig['deadlines']
  },
): void {
  const onSilence = (
    id: 'SweepSilent' | 'RetentionSilent',
    fn: ServiceFunction,
    { period, description }: { readonly period: Duration; readonly description: string },
  ): void =>
    alarms.onThreshold(id, {
      description,
      metric: fn.metricInvocations({ period, statistic: 'Sum' }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 3,
      // Who does not run has no metrics either.
      treatMissingData: TreatMissingData.BREACHING,
    })
  onSilence('SweepSilent', sweep, {
    period: Duration.minutes(5),
    description: 'The sweep has not run for a quarter of an hour.',
  })
  if (retention) {
    onSilence('RetentionSilent', retention, {
      period: Duration.hours(1),
      description: 'The retention clock has not run for three hours.',
    })
  }
  const warningDays = warningDaysOf(deadlines)
  const toDue = new Metric({
    namespace: Stack.of(alarms).stackName,
    metricName: 'secondsToDue',
    dimensionsMap: { service: 'sweep' },
    statistic: 'Minimum',
    period: Duration.minutes(15),
  })
  const onDue = (id: 'DeadlineNear' | 'RequestOverdue', threshold: number, description: string): void =>
    alarms.onThreshold(id, {
      description,
      metric: toDue,
      threshold,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      // Without an open request there is no such time.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
  onDue(
    'DeadlineNear',
    warningDays * DAY_SECONDS,
    `An accepted request is due in less than ${warningDays} days, and is not done.`,
  )
  onDue('RequestOverdue', 0, 'An accepted request is past the day on which it was due.')
  alarms.onThreshold('CallbackForgeries', {
    description: 'Many calls in five minutes bore a signature that no app secret explains.',
    metric: alarms.countLines(
      'CallbackForgeries',
      { pattern: FilterPattern.allTerms('SIGNED_REQUEST_FORGED'), logs: [callback.logGroup] },
      Duration.minutes(5),
    ),
    threshold: 10,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  })
}
