/** The alarms: the topic's subscribers, and the state of each alarm. */
import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch'
import { paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns'
import type { Finding } from '../../../shared/config/findings.ts'
import { clientOptions } from '../../../shared/platform/client-options.ts'
import { withClient } from '../console/aws.ts'
import { allOf, topicOf } from '../system/deployed-stack.ts'
import type { Found, System } from './system.ts'

export async function subscriberFindings({ stack, options }: System): Promise<Found> {
  const place = topicOf(await stack())
  const states = await withClient(new SNSClient(clientOptions(options)), async (client) => {
    const pages = await Array.fromAsync(paginateListSubscriptionsByTopic({ client }, { TopicArn: place }))
    return pages.flatMap(({ Subscriptions = [] }) => Subscriptions.map((one) => one.SubscriptionArn ?? ''))
  })
  if (states.some((state) => state.startsWith('arn:'))) return undefined
  return states.includes('PendingConfirmation')
    ? {
        place,
        problem: 'no subscription to the alarms has been confirmed yet',
        remedy:
          'open the link in the mail "AWS Notification - Subscription Confirmation"; it is valid for three days, then subscribe again',
      }
    : {
        place,
        problem: 'the alarms have no subscriber',
        remedy: `deploy with -c alarmEmail=…, or: aws sns subscribe --topic-arn ${place} --protocol email --notification-endpoint …`,
      }
}

/** DescribeAlarms takes no more. */
const MOST_NAMES = 100

export async function alarmFindings({ stack: read, options }: System): Promise<readonly Finding[]> {
  const stack = await read()
  const topic = topicOf(stack)
  const names = allOf(stack, 'alarms').map(({ physicalId }) => physicalId)
  const alarms = await withClient(new CloudWatchClient(clientOptions(options)), async (client) => {
    const told: MetricAlarm[] = []
    for (let at = 0; at < names.length; at += MOST_NAMES) {
      const { MetricAlarms = [] } = await client.send(
        new DescribeAlarmsCommand({ AlarmNames: names.slice(at, at + MOST_NAMES), MaxRecords: MOST_NAMES }),
      )
      told.push(...MetricAlarms)
    }
    return told
  })
  const there = new Set(alarms.map(({ AlarmName }) => AlarmName))
  return [
    ...names
      .filter((name) => !there.has(name))
      .map((place) => ({
        place,
        problem: 'the alarm was deleted by hand',
        remedy: 'CloudFormation does not see that: deploy without it, then with it',
      })),
    ...alarms.flatMap((alarm) => [...findingsOn(alarm, topic)]),
  ]
}

function* findingsOn(
  {
    AlarmName: place = '',
    ActionsEnabled,
    AlarmActions = [],
    StateValue,
    AlarmDescription = '',
  }: MetricAlarm,
  topic: string,
): Generator<Finding> {
  if (!ActionsEnabled)
    yield {
      place,
      problem: 'its actions are switched off: it notifies no subscriber',
      remedy: `aws cloudwatch enable-alarm-actions --alarm-names ${place}`,
    }
  if (!AlarmActions.includes(topic))
    yield { place, problem: 'it does not publish to the topic of alarms', remedy: 'deploy again' }
  if (StateValue === 'ALARM') yield { place, problem: 'is in alarm now', remedy: AlarmDescription }
}
