/** Alarms on the functions: what they log, when they fall silent, and how near a deadline is. */
import { Duration } from 'aws-cdk-lib'
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { FilterPattern } from 'aws-cdk-lib/aws-logs'
import { warningDaysOf } from '../../../shared/config/deadlines.ts'
import type { DeletionConfig } from '../../../shared/config/define.ts'
import type { ServiceFunction, ServiceFunctions } from '../functions/service-function.ts'
import { type Alarms, type Line, ownMetric } from './alarms.ts'
import type { AlarmName } from './articles.ts'

const DAY_SECONDS = 24 * 60 * 60

export function addServiceAlarms(
  alarms: Alarms,
  functions: ServiceFunctions,
  { deadlines }: DeletionConfig,
): void {
  onLoggedCode(alarms, functions)
  onForgeries(alarms, functions['meta-callback'])
  onSilence(alarms, functions)
  if (functions['inbox-sweep']) onWaitingMail(alarms)
  onDeadlines(alarms, warningDaysOf(deadlines))
}

/** A code may be anywhere in the line: Lambda puts words of its own before our JSON. */
function onLoggedCode(alarms: Alarms, { erase, sweep, complaint, notify }: ServiceFunctions): void {
  const line = (code: string, ...logging: ServiceFunction[]): Line => ({
    pattern: FilterPattern.allTerms(code),
    logs: logging.map(({ logGroup }) => logGroup),
  })
  alarms.onLine(
    'NeedsOperator',
    'A request could not be finished and waits for an operator: its key is in the log, beside REQUEST_NEEDS_OPERATOR. This alarm ends by itself, the request does not.',
    line('REQUEST_NEEDS_OPERATOR', erase, sweep),
  )
  alarms.onLine(
    'NothingFoundInARow',
    'Ten requests of one app in a row or more found nothing: is its identity the right kind of id, and do the holdings look in the right tables? The app is in the log of the eraser, beside NOTHING_FOUND_IN_A_ROW.',
    line('NOTHING_FOUND_IN_A_ROW', erase),
  )
  alarms.onLine(
    'ComplaintReceived',
    'Somebody complains about a request: its key is in the log, beside COMPLAINT_RECEIVED. This alarm ends by itself, the complaint stays open until it is answered.',
    line('COMPLAINT_RECEIVED', complaint),
  )
  if (!notify) return
  alarms.onLine(
    'MailNotSent',
    'A mail to somebody who asked for deletion could not be sent, and is not tried again: the key of the request is in the log, beside MAIL_NOT_SENT. See whether SES still lets this account send.',
    line('MAIL_NOT_SENT', notify, sweep),
  )
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

/** Also when no function measures it. */
function onWaitingMail(alarms: Alarms): void {
  const period = Duration.minutes(5)
  alarms.onThreshold('OldestMail', {
    description:
      'Mail that asks for deletion has waited for more than an hour, or nobody looks any more: see the logs of email-received and inbox-sweep. After three days it is lost.',
    metric: ownMetric(alarms, 'inbox-sweep', {
      metricName: 'oldestMailSeconds',
      statistic: 'Maximum',
      period,
    }),
    threshold: 3600,
    evaluationPeriods: 3,
    treatMissingData: TreatMissingData.BREACHING,
  })
}

/** Without an open request there is no time to the next deadline, and no alarm. */
function onDeadlines(alarms: Alarms, warningDays: number): void {
  const metric = ownMetric(alarms, 'sweep', { metricName: 'secondsToDue', statistic: 'Minimum' })
  const comparisonOperator = ComparisonOperator.LESS_THAN_THRESHOLD
  const on = (id: AlarmName, threshold: number, description: string) =>
    alarms.onThreshold(id, { description, metric, threshold, comparisonOperator })
  on(
    'DeadlineNear',
    warningDays * DAY_SECONDS,
    `An accepted request is due in less than ${warningDays} days, and is not done.`,
  )
  on('RequestOverdue', 0, 'An accepted request is past the day on which it was due.')
}
