/** Alarms on the functions: what they log, when they fall silent, and how near a deadline is. */
import { Duration, Stack } from 'aws-cdk-lib'
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { FilterPattern } from 'aws-cdk-lib/aws-logs'
import { warningDaysOf } from '../../../shared/config/deadlines.ts'
import type { DeletionConfig } from '../../../shared/config/define.ts'
import type { ServiceFunction, ServiceFunctions } from '../functions/service-function.ts'
import type { Alarms } from './alarms.ts'
import type { AlarmName } from './articles.ts'

const DAY_SECONDS = 24 * 60 * 60

export function addServiceAlarms(
  alarms: Alarms,
  functions: ServiceFunctions,
  { deadlines }: Pick<DeletionConfig, 'deadlines'>,
): void {
  onLoggedCode(alarms, functions)
  onForgeries(alarms, functions['meta-callback'])
  onSilence(alarms, functions)
  onDeadlines(alarms, warningDaysOf(deadlines))
}

/** A code may be anywhere in the line: Lambda puts words of its own before our JSON. */
function onLoggedCode(alarms: Alarms, { erase, sweep, complaint }: ServiceFunctions): void {
  const on = (
    id: AlarmName,
    code: string,
    { in: logging, description }: { readonly in: readonly ServiceFunction[]; readonly description: string },
  ) =>
    alarms.onLine(id, description, {
      pattern: FilterPattern.allTerms(code),
      logs: logging.map(({ logGroup }) => logGroup),
    })
  on('NeedsOperator', 'REQUEST_NEEDS_OPERATOR', {
    in: [erase, sweep],
    description:
      'A request could not be finished and waits for an operator: its key is in the log, beside REQUEST_NEEDS_OPERATOR. This alarm ends by itself, the request does not.',
  })
  on('NothingFoundInARow', 'NOTHING_FOUND_IN_A_ROW', {
    in: [erase],
    description:
      'Ten requests of one app in a row or more found nothing: is its identity the right kind of id, and do the holdings look in the right tables? The app is in the log of the eraser, beside NOTHING_FOUND_IN_A_ROW.',
  })
  on('ComplaintReceived', 'COMPLAINT_RECEIVED', {
    in: [complaint],
    description:
      'Somebody complains about a request: its key is in the log, beside COMPLAINT_RECEIVED. This alarm ends by itself, the complaint stays open until it is answered.',
  })
}

function onForgeries(alarms: Alarms, { logGroup }: ServiceFunction): void {
  alarms.onThreshold('CallbackForgeries', {
    description: 'Many calls in five minutes bore a signature that no app secret explains.',
    metric: alarms.countLines(
      'CallbackForgeries',
      { pattern: FilterPattern.allTerms('SIGNED_REQUEST_FORGED'), logs: [logGroup] },
      Duration.minutes(5),
    ),
    threshold: 10,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  })
}

/** A schedule that has stopped causes no error. */
function onSilence(alarms: Alarms, { sweep, retention }: ServiceFunctions): void {
  const on = (id: AlarmName, description: string, fn: ServiceFunction, period: Duration) =>
    alarms.onThreshold(id, {
      description,
      metric: fn.metricInvocations({ period, statistic: 'Sum' }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 3,
      // A function that does not run has no metrics either.
      treatMissingData: TreatMissingData.BREACHING,
    })
  on('SweepSilent', 'The sweep has not run for a quarter of an hour.', sweep, Duration.minutes(5))
  if (!retention) return
  on('RetentionSilent', 'The retention clock has not run for three hours.', retention, Duration.hours(1))
}

function onDeadlines(alarms: Alarms, warningDays: number): void {
  const metric = new Metric({
    namespace: Stack.of(alarms).stackName,
    metricName: 'secondsToDue',
    dimensionsMap: { service: 'sweep' },
    statistic: 'Minimum',
    period: Duration.minutes(15),
  })
  const on = (id: AlarmName, threshold: number, description: string) =>
    alarms.onThreshold(id, {
      description,
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      // Without an open request there is no such time.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
  on(
    'DeadlineNear',
    warningDays * DAY_SECONDS,
    `An accepted request is due in less than ${warningDays} days, and is not done.`,
  )
  on('RequestOverdue', 0, 'An accepted request is past the day on which it was due.')
}
