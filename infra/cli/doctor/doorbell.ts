/** What starts the eraser: the pipe, the queue with its event sources, and the dead-letter queues. */
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import { GetEventSourceMappingCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { DescribePipeCommand, PipesClient } from '@aws-sdk/client-pipes'
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { Finding } from '../../../shared/config/findings.ts'
import { clientOptions } from '../../../shared/platform/client-options.ts'
import { withClient } from '../console/aws.ts'
import { allOf, oneOf } from '../system/deployed-stack.ts'
import type { QueueName, System } from './check.ts'
import { ledgerStream } from './ledger.ts'

export async function pipeFindings(system: System): Promise<readonly Finding[]> {
  const stack = await system.stack()
  const name = oneOf(stack, 'pipe')
  const queue = nameOf(oneOf(stack, 'queue'))
  const client = new PipesClient(clientOptions(system.options))
  const [pipe, stream] = await Promise.all([
    withClient(client, () => client.send(new DescribePipeCommand({ Name: name }))),
    ledgerStream(system),
  ])
  const found: Finding[] = []
  if (pipe.CurrentState !== 'RUNNING')
    found.push({
      place: name,
      problem: `the pipe is ${pipe.CurrentState}, not RUNNING: nothing starts the eraser`,
      remedy:
        pipe.CurrentState === 'STOPPED'
          ? `aws pipes start-pipe --name ${name}`
          : `read why: aws pipes describe-pipe --name ${name}, StateReason; and its log`,
    })
  if (pipe.Source !== stream)
    found.push({
      place: name,
      problem:
        "the pipe does not read the ledger's current stream: it was turned off and on, or belongs to another table",
      remedy: 'a pipe cannot be given another source: deploy without it, then with it',
    })
  if (nameOf(pipe.Target ?? '') !== queue)
    found.push({
      place: name,
      problem: 'the pipe does not lead to the erasure queue',
      remedy: `its target was changed: aws pipes update-pipe --name ${name} with the ARN of ${queue}, or deploy again`,
    })
  return found
}

/** As old as this, a message has been tried once and is tried again. */
const OLDEST_SECONDS = 900

export async function queueFindings({ stack: read, options, now }: System): Promise<readonly Finding[]> {
  const stack = await read()
  const queue = nameOf(oneOf(stack, 'queue'))
  const sources = allOf(stack, 'eventSources')
  const lambda = new LambdaClient(clientOptions(options))
  const watch = new CloudWatchClient(clientOptions(options))
  const [age, states] = await Promise.all([
    withClient(watch, () => oldestSeconds(watch, queue, now())),
    withClient(lambda, () =>
      Promise.all(
        sources.map(async ({ physicalId: UUID }) => {
          const told = await lambda.send(new GetEventSourceMappingCommand({ UUID }))
          return { UUID, state: told.State, fn: nameOf(told.FunctionArn ?? '') }
        }),
      ),
    ),
  ])
  return [
    ...(sources.length === 0
      ? [{ place: queue, problem: 'it has no event source', remedy: 'deploy again' }]
      : []),
    ...states
      .filter(({ state }) => state !== 'Enabled' && state !== 'Updating')
      .map(({ UUID, state, fn }) => ({
        place: fn,
        problem: `its event source is ${state}, not Enabled`,
        remedy: `aws lambda update-event-source-mapping --uuid ${UUID} --enabled`,
      })),
    ...(age > OLDEST_SECONDS
      ? [
          {
            place: queue,
            problem: `a message has waited for ${Math.round(age / 60)} minutes`,
            remedy:
              'the eraser cannot keep up, or cannot run: see its log and its throttles (ErasureDeadLetters in docs/runbook.md)',
          },
        ]
      : []),
  ]
}

async function oldestSeconds(client: CloudWatchClient, queue: string, now: Date): Promise<number> {
  const { Datapoints = [] } = await client.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateAgeOfOldestMessage',
      Dimensions: [{ Name: 'QueueName', Value: queue }],
      StartTime: new Date(now.getTime() - 15 * 60_000),
      EndTime: now,
      Period: 300,
      Statistics: ['Maximum'],
    }),
  )
  const newest = Datapoints.toSorted((a, b) => Number(b.Timestamp) - Number(a.Timestamp))[0]
  return newest?.Maximum ?? 0
}

export async function deadLetterFindings({ deployment, options }: System): Promise<readonly Finding[]> {
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

/** The dead-letter queues of `npm start`. */
export async function localDeadLetters(endpoint: string): Promise<readonly QueueName[]> {
  const client = new SQSClient(clientOptions({ endpoint }))
  const { QueueUrls = [] } = await withClient(client, () => client.send(new ListQueuesCommand({})))
  return QueueUrls.map((url) => new URL(new URL(url).pathname, endpoint).href)
    .filter((url) => url.endsWith('-dead'))
    .map((url) => ({ name: nameOf(url), url }))
}

/** The last part of an ARN or address. */
export const nameOf = (address: string): string => address.split(/[:/|]/).at(-1) ?? ''
