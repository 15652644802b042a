/** What runs by the clock. */
import { Duration } from 'aws-cdk-lib'
import { PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam'
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler'
import { Construct } from 'constructs'
import { type FunctionName, SCHEDULES } from '../wiring.ts'
import type { Alarms } from './alarms.ts'
import { deadLetters } from './dead-letters.ts'
import type { ServiceFunction } from './service-function.ts'
import { inThisAccount } from './service-principal.ts'

export interface SchedulesProps {
  readonly functions: Readonly<Record<FunctionName, ServiceFunction>>
  readonly alarms: Alarms
}

export class Schedules extends Construct {
  constructor(scope: Construct, id: string, { functions, alarms }: SchedulesProps) {
    super(scope, id)
    const dead = deadLetters(this)
    const entries = Object.entries(SCHEDULES).map(([name, schedule]) => ({
      name,
      ...schedule,
      target: functions[schedule.function],
    }))
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
      // A run that is late or fails is made good by the next one.
      target.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.seconds(everySeconds) })
      new CfnSchedule(this, name, {
        scheduleExpression: rate(everySeconds),
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: target.functionArn,
          roleArn: role.roleArn,
          deadLetterConfig: { arn: dead.queueArn },
          retryPolicy: { maximumRetryAttempts: 1, maximumEventAgeInSeconds: Math.max(60, everySeconds) },
        },
      })
    }
    alarms.onDeadLetters(
      'ScheduleDeadLetters',
      'A schedule could not start its function: due requests stand still until it can.',
      dead,
    )
  }
}

function rate(seconds: number): string {
  const minutes = seconds / 60
  if (!Number.isInteger(minutes) || minutes < 1)
    throw new TypeError('a schedule runs every so many whole minutes')
  return `rate(${minutes} minute${minutes === 1 ? '' : 's'})`
}
