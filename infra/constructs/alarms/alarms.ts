/** Alarms, and the topic that they are published to. */
import { Aws, Duration, Stack } from 'aws-cdk-lib'
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  Metric,
  type MetricProps,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { type IFilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { FunctionName } from '../../wiring.ts'
import { type AlarmName, describeAlarm } from './articles.ts'

export interface Line {
  readonly pattern: IFilterPattern
  readonly logs: readonly ILogGroup[]
}

export class Alarms extends Construct {
  readonly topic: ITopic

  constructor(
    scope: Construct,
    id: string,
    {
      alarmEmail,
      alarmTopic,
    }: { readonly alarmEmail?: string | undefined; readonly alarmTopic?: ITopic | undefined },
  ) {
    super(scope, id)
    this.topic = alarmTopic ?? this.ownTopic()
    if (alarmEmail !== undefined) this.topic.addSubscription(new EmailSubscription(alarmEmail))
  }

  private ownTopic(): ITopic {
    // Not encrypted with the AWS-managed key: CloudWatch may not use it, and alarms would reach nobody.
    const topic = new Topic(this, 'Topic', { displayName: 'Data deletion alarms', enforceSSL: true })
    const { partition, region } = Stack.of(this)
    // The policy that demands TLS replaces the default one, which would have permitted CloudWatch.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudwatch:${region}:${Aws.ACCOUNT_ID}:alarm:*` },
        },
      }),
    )
    return topic
  }

  /**
   * Alarms on a count above zero.
   *
   * One alarm for each metric: an expression over several metrics needs FILL, and with FILL an alarm may keep its state
   * when metrics come late.
   */
  onCount(id: AlarmName, description: string, metric: IMetric): void {
    this.onThreshold(id, { description, metric, threshold: 0 })
  }

  /** Alarms above the threshold in one period, unless `props` state otherwise. */
  onThreshold(
    id: AlarmName,
    {
      description,
      ...props
    }: Omit<AlarmProps, 'evaluationPeriods'> & Partial<AlarmProps> & { readonly description: string },
  ): void {
    const alarm = new Alarm(this, id, {
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...props,
      alarmDescription: describeAlarm(id, description),
    })
    alarm.addAlarmAction(new SnsAction(this.topic))
    alarm.addOkAction(new SnsAction(this.topic))
  }

  /** Alarms on a dead-letter queue that is not empty. */
  onDeadLetters(id: AlarmName, description: string, queue: IQueue): void {
    const metric = queue.metricApproximateNumberOfMessagesVisible({ period: EVERY, statistic: 'Maximum' })
    this.onCount(id, description, metric)
  }

  /** Alarms on a line of this pattern in any of the logs. */
  onLine(id: AlarmName, description: string, line: Line): void {
    this.onCount(id, description, this.countLines(id, line))
  }

  /** Counts the lines of this pattern in all of the logs. */
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

/** The period of most alarms. */
export const EVERY = Duration.minutes(1)

/** A metric that a function of ours measures; a quarter of an hour is its usual period. */
export const ownMetric = (
  scope: Construct,
  service: FunctionName,
  props: Omit<MetricProps, 'namespace'>,
): Metric =>
  new Metric({
    namespace: Stack.of(scope).stackName,
    dimensionsMap: { service },
    period: Duration.minutes(15),
    ...props,
  })
