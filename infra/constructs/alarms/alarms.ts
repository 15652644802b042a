/** Alarms, and the topic that tells people of them. */
import { ArnFormat, Aws, Duration, Stack } from 'aws-cdk-lib'
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { type IFilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { type AlarmName, describeAlarm } from './articles.ts'

export interface AlarmsProps {
  /** Gets every alarm by email, once its owner has confirmed. @default nobody is subscribed */
  readonly email?: string | undefined
  /** @default one of our own */
  readonly topic?: ITopic | undefined
}

export interface Line {
  readonly pattern: IFilterPattern
  readonly logs: readonly ILogGroup[]
}

export class Alarms extends Construct {
  readonly topic: ITopic

  constructor(scope: Construct, id: string, { email, topic }: AlarmsProps) {
    super(scope, id)
    this.topic = topic ?? this.ownTopic()
    if (email !== undefined) this.topic.addSubscription(new EmailSubscription(email))
  }

  private ownTopic(): ITopic {
    // Not encrypted with the AWS-managed key: CloudWatch may not use that one, and alarms would end in silence.
    const topic = new Topic(this, 'Topic', { displayName: 'Data deletion alarms', enforceSSL: true })
    // The policy that demands TLS replaces the default one, which would have let CloudWatch in.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': Stack.of(this).formatArn(ALL_ALARMS) },
        },
      }),
    )
    return topic
  }

  /**
   * Tells of a count above zero.
   *
   * One alarm for each metric: an expression over several needs FILL, and with that an alarm may stay as it is when
   * metrics come late.
   */
  onCount(id: AlarmName, description: string, metric: IMetric): void {
    this.onThreshold(id, {
      description,
      metric,
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
  }

  /** Tells of whatever else. */
  onThreshold(
    id: AlarmName,
    { description, ...props }: Omit<AlarmProps, 'alarmDescription'> & { readonly description: string },
  ): void {
    const alarm = new Alarm(this, id, { ...props, alarmDescription: describeAlarm(id, description) })
    alarm.addAlarmAction(new SnsAction(this.topic))
    alarm.addOkAction(new SnsAction(this.topic))
  }

  /** Tells of a dead-letter queue that is not empty. */
  onDeadLetters(id: AlarmName, description: string, queue: IQueue): void {
    const metric = queue.metricApproximateNumberOfMessagesVisible({ period: EVERY, statistic: 'Maximum' })
    this.onCount(id, description, metric)
  }

  /** Tells of a line like this in any of the logs. */
  onLine(id: AlarmName, description: string, line: Line): void {
    this.onCount(id, description, this.countLines(id, line))
  }

  /** How often such a line is in any of the logs. */
  countLines(id: AlarmName, { pattern, logs }: Line, period = EVERY): Metric {
    const namespace = Stack.of(this).stackName
    for (const [index, logGroup] of logs.entries()) {
      new MetricFilter(this, `${id}Line${index}`, {
        logGroup,
        filterPattern: pattern,
        metricNamespace: namespace,
        metricName: id,
        metricValue: '1',
      })
    }
    return new Metric({ namespace, metricName: id, statistic: 'Sum', period })
  }
}

/** How often an alarm looks, and over how long a time. */
export const EVERY = Duration.minutes(1)

const ALL_ALARMS = {
  service: 'cloudwatch',
  resource: 'alarm',
  resourceName: '*',
  arnFormat: ArnFormat.COLON_RESOURCE_NAME,
}
