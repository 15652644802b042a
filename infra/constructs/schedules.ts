/** Functions that run by the clock. */
import { Duration } from 'aws-cdk-lib'
import { PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam'
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations'
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler'
import { Construct } from 'constructs'
import { type FunctionName, SCHEDULES } from '../wiring.ts'
import type { Alarms } from './alarms/alarms.ts'
import { inThisAccount } from './functions/aws-services.ts'
import type { ServiceFunction } from './functions/service-function.ts'
import { deadLetters } from './queues.ts'

interface SchedulesProps {
  /** A schedule is left out if its function is not here. */
  readonly functions: Readonly<Partial<Record<FunctionName, ServiceFunction>>>
  readonly alarms: Alarms
  /** @default those of the wiring */
  readonly schedules?: typeof SCHEDULES
}

export class Schedules extends Construct {
  constructor(scope: Construct, id: string, { functions, alarms, schedules = SCHEDULES }: SchedulesProps) {
    super(scope, id)
    const dead = deadLetters(this)
    const entries = Object.entries(schedules).flatMap(([name, schedule]) => {
      const target = functions[schedule.function]
      return target ? [{ name, ...schedule, target }] : []
    })
    const role = new Role(this, 'Role', {
      assumedBy: inThisAccount('scheduler.amazonaws.com'),
      inlinePolicies: {
        Schedules: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['lambda:InvokeFunction'],
              resources: entries.map(({ target }) => target.functionArn),
            }),
            new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [dead.queueArn] }),
          ],
        }),
      },
    })
    for (const { name, target, everySeconds } of entries) {
      // The next run makes up for one that is late or fails, but the failure has to be seen.
      target.configureAsyncInvoke({
        retryAttempts: 0,
        maxEventAge: Duration.seconds(Math.min(everySeconds, LONGEST_WAIT_SECONDS)),
        onFailure: new SqsDestination(dead),
      })
      new CfnSchedule(this, name, {
        scheduleExpression: rate(everySeconds),
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: target.functionArn,
          roleArn: role.roleArn,
          deadLetterConfig: { arn: dead.queueArn },
          retryPolicy: { maximumRetryAttempts: 1, maximumEventAgeInSeconds: everySeconds },
        },
      })
    }
    alarms.onDeadLetters(
      'ScheduleDeadLetters',
      'A schedule could not start its function, or the function failed: requests that are due may stand still. See its log, then purge the queue.',
      dead,
    )
  }
}

/** Lambda keeps an event for no longer. */
const LONGEST_WAIT_SECONDS = 6 * 3600

function rate(seconds: number): string {
  const minutes = seconds / 60
  if (!Number.isInteger(minutes) || minutes < 1)
    throw new TypeError('a schedule runs every so many whole minutes')
  return `rate(${minutes} minute${minutes === 1 ? '' : 's'})`
}
