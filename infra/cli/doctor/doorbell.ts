/** What starts the eraser: the pipe, the queue with its event sources, and the dead-letter queues. */
import { CloudWatchClient, type Datapoint, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import { GetEventSourceMappingCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { DescribePipeCommand, PipesClient } from '@aws-sdk/client-pipes'
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { subMinutes } from 'date-fns/subMinutes'
import { clientOptions } from '../../../shared/platform/client-options.ts'
import { withClient } from '../console/aws.ts'
import { allOf, nameOf, oneOf } from '../system/deployed-stack.ts'
import { ledgerStream } from './ledger.ts'
import type { Found, System } from './system.ts'

export async function pipeFindings(system: System): Promise<readonly Found[]> {
  const stack = await system.stack()
  const place = oneOf(stack, 'pipe')
  const queue = nameOf(oneOf(stack, 'queue'))
  const [pipe, stream] = await Promise.all([
    withClient(new PipesClient(clientOptions(system.options)), (client) =>
      client.send(new DescribePipeCommand({ Name: place })),
    ),
    ledgerStream(system),
  ])
  return [
    pipe.CurrentState === 'RUNNING'
      ? undefined
      : {
          place,
          problem: `the pipe is ${pipe.CurrentState}, not RUNNING: nothing starts the eraser`,
          remedy:
            pipe.CurrentState === 'STOPPED'
              ? `aws pipes start-pipe --name ${place}`
              : `read why: aws pipes describe-pipe --name ${place}, StateReason; and its log`,
        },
    pipe.Source === stream
      ? undefined
      : {
          place,
          problem:
            "the pipe does not read the ledger's current stream: it was turned off and on, or belongs to another table",
          remedy: 'a pipe cannot be given another source: deploy without it, then with it',
        },
    nameOf(pipe.Target ?? '') === queue
      ? undefined
      : {
          place,
          problem: 'the pipe does not lead to the erasure queue',
          remedy: `its target was changed: aws pipes update-pipe --name ${place} with the ARN of ${queue}, or deploy again`,
        },
  ]
}

/** As old as this, a message has been tried once and is tried again. */
const OLDEST_SECONDS = 900

export async function queueFindings(system: System): Promise<readonly Found[]> {
  const stack = await system.stack()
  const queue = nameOf(oneOf(stack, 'queue'))
  const sources = allOf(stack, 'eventSources')
  const [age, states] = await Promise.all([
    oldestSeconds(system, queue),
    withClient(new LambdaClient(clientOptions(system.options)), (client) =>
      Promise.all(
        sources.map(({ physicalId: UUID }) => client.send(new GetEventSourceMappingCommand({ UUID }))),
      ),
    ),
  ])
  return [
    sources.length === 0
      ? { place: queue, problem: 'it has no event source', remedy: 'deploy again' }
      : undefined,
    ...states
      .filter(({ State }) => State !== 'Enabled' && State !== 'Updating')
      .map(({ UUID, State, FunctionArn = '' }) => ({
        place: nameOf(FunctionArn),
        problem: `its event source is ${State}, not Enabled`,
        remedy: `aws lambda update-event-source-mapping --uuid ${UUID} --enabled`,
      })),
    age > OLDEST_SECONDS
      ? {
          place: queue,
          problem: `a message has waited for ${Math.round(age / 60)} minutes`,
          remedy:
            'the eraser cannot keep up, or cannot run: see its log and its throttles (ErasureDeadLetters in docs/runbook.md)',
        }
      : undefined,
  ]
}

async function oldestSeconds(system: System, queue: string): Promise<number> {
  const metric = 'ApproximateAgeOfOldestMessage'
  const points = await datapoints(system, { of: ['SQS', 'QueueName', queue], metric, minutes: 15 })
  return points.toSorted((a, b) => Number(b.Timestamp) - Number(a.Timestamp))[0]?.Maximum ?? 0
}

interface Measured {
  readonly of: readonly [service: string, dimension: string, name: string]
  readonly metric: string
  readonly minutes: number
}

/** Of the last minutes, for every five. */
export async function datapoints(
  { options, now }: System,
  { of: [service, Name, Value], metric, minutes }: Measured,
): Promise<readonly Datapoint[]> {
  const asked = new GetMetricStatisticsCommand({
    Namespace: `AWS/${service}`,
    MetricName: metric,
    Dimensions: [{ Name, Value }],
    StartTime: subMinutes(now(), minutes),
    EndTime: now(),
    Period: 300,
    Statistics: ['Maximum', 'Sum'],
  })
  const client = new CloudWatchClient(clientOptions(options))
  return (await withClient(client, () => client.send(asked))).Datapoints ?? []
}

export async function deadLetterFindings({ deployment, options }: System): Promise<readonly Found[]> {
  const { deadLetters, queuesEndpoint: endpoint } = await deployment()
  const queues = await deadLetters()
  const client = new SQSClient(clientOptions(endpoint === undefined ? options : { endpoint }))
  const counts = await withClient(client, () =>
    Promise.all(
      queues.map(async ({ name, url }) => {
        const { Attributes } = await client.send(
          new GetQueueAttributesCommand({
            QueueUrl: url,
            AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
          }),
        )
        const count = Object.values(Attributes ?? {}).reduce((sum, one) => sum + Number(one), 0)
        return { name, url, count }
      }),
    ),
  )
  return counts
    .filter(({ count }) => count > 0)
    .map(({ name, url, count }) => ({
      place: name,
      problem: `${count === 1 ? 'a message lies' : `${count} messages lie`} in this dead-letter queue`,
      remedy: `see the log of what could not run (${articleOf(name)} in docs/runbook.md), then empty it: aws sqs purge-queue --queue-url ${url}`,
    }))
}

const ARTICLES: readonly (readonly [RegExp, string])[] = [
  [/pipe|doorbell/i, 'DoorbellDeadLetters'],
  [/schedule/i, 'ScheduleDeadLetters'],
  [/notice/i, 'NoticeDeadLetters'],
]

const articleOf = (name: string): string =>
  ARTICLES.find(([queue]) => queue.test(name))?.[1] ?? 'ErasureDeadLetters'
