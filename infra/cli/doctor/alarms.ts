/** The alarms: who subscribes to the topic, and the state of each alarm. */
import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch'
import { paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns'
import type { Finding } from '../../../shared/config/findings.ts'
import { clientOptions } from '../../../shared/platform/client-options.ts'
import { allOf, topicOf } from '../system/deployed-stack.ts'
import type { Found, System, Trouble } from './system.ts'

export async function subscriberFindings({ stack, options }: System): Promise<Found> {
  const place = topicOf(await stack())
  const client = new SNSClient(clientOptions(options))
  const pages = await Array.fromAsync(paginateListSubscriptionsByTopic({ client }, { TopicArn: place }))
  const states = pages.flatMap((page) => page.Subscriptions ?? []).map((one) => one.SubscriptionArn ?? '')
  if (states.some((state) => state.startsWith('arn:'))) return undefined
  return states.includes('PendingConfirmation')
    ? {
        place,
        problem: 'no subscription to the alarms has been confirmed yet',
        remedy:
          'open the link in the mail "AWS Notification - Subscription Confirmation"; after three days it expires: subscribe again',
      }
    : {
        place,
        problem: 'the alarms have no subscriber',
        remedy: `deploy with -c alarmEmail=…, or: aws sns subscribe --topic-arn ${place} --protocol email --notification-endpoint …`,
      }
}

/** DescribeAlarms takes no more names, and the stack has fewer. */
const MOST_NAMES = 100

export async function alarmFindings({ stack: read, options }: System): Promise<readonly Finding[]> {
  const stack = await read()
  const topic = topicOf(stack)
  const names = allOf(stack, 'alarms').map(({ physicalId }) => physicalId)
  const { MetricAlarms: alarms = [] } = await new CloudWatchClient(clientOptions(options)).send(
    new DescribeAlarmsCommand({ AlarmNames: names, MaxRecords: MOST_NAMES }),
  )
  return names.flatMap((place) => {
    const alarm = alarms.find(({ AlarmName }) => AlarmName === place)
    return [...troublesOf(place, alarm, topic)].map((trouble) => ({ place, ...trouble }))
  })
}

function* troublesOf(name: string, alarm: MetricAlarm | undefined, topic: string): Generator<Trouble> {
  if (!alarm) {
    const remedy = 'CloudFormation does not notice: deploy without it, then with it'
    yield { problem: 'the alarm was deleted by hand', remedy }
    return
  }
  if (!alarm.ActionsEnabled)
    yield {
      problem: 'its actions are switched off: it notifies no subscriber',
      remedy: `aws cloudwatch enable-alarm-actions --alarm-names ${name}`,
    }
  if (!alarm.AlarmActions?.includes(topic))
    yield { problem: 'it does not publish to the topic of the alarms', remedy: 'deploy again' }
  if (alarm.StateValue === 'ALARM') yield { problem: 'is in alarm now', remedy: alarm.AlarmDescription ?? '' }
}
