/** What starts the eraser: the pipe and the queue with its event sources; and the dead-letter queues. */
import { CloudWatchClient, type Datapoint, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import { GetEventSourceMappingCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { DescribePipeCommand, type DescribePipeCommandOutput, PipesClient } from '@aws-sdk/client-pipes'
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { subMinutes } from 'date-fns/subMinutes'
import type { Finding } from '../../../shared/config/findings.ts'
import { clientOptions } from '../../../shared/platform/client-options.ts'
import { allOf, nameOf, oneOf } from '../system/deployed-stack.ts'
import { ledgerStream } from './ledger.ts'
import type { Found, System, Trouble } from './system.ts'

export async function pipeFindings(system: System): Promise<readonly Finding[]> {
  const stack = await system.stack()
  const place = oneOf(stack, 'pipe')
  const queue = nameOf(oneOf(stack, 'queue'))
  const [pipe, stream] = await Promise.all([
    new PipesClient(clientOptions(system.options)).send(new DescribePipeCommand({ Name: place })),
    ledgerStream(system),
  ])
  return [...troublesOf(place, pipe, { stream, queue })].map((trouble) => ({ place, ...trouble }))
}

function* troublesOf(
  name: string,
  { CurrentState, Source, Target = '' }: DescribePipeCommandOutput,
  { stream, queue }: { readonly stream: string | undefined; readonly queue: string },
): Generator<Trouble> {
  if (CurrentState !== 'RUNNING')
    yield {
      problem: `the pipe is ${CurrentState}, not RUNNING: nothing starts the eraser`,
      remedy:
        CurrentState === 'STOPPED'
          ? `aws pipes start-pipe --name ${name}`
          : `read why: aws pipes describe-pipe --name ${name}, StateReason; and its log`,
    }
  if (Source !== stream)
    yield {
      problem:
        "the pipe does not read the ledger's current stream: the stream was turned off and on, or belongs to another table",
      remedy: 'the source of a pipe cannot be changed: deploy without it, then with it',
    }
  if (nameOf(Target) !== queue)
    yield {
      problem: 'the pipe does not lead to the erasure queue',
      remedy: `its target was changed: aws pipes update-pipe --name ${name} with the ARN of ${queue}, or deploy again`,
    }
}

/** A message of this age has been tried once, and is tried again. */
const OLDEST_SECONDS = 900

export async function queueFindings(system: System): Promise<readonly Found[]> {
  const stack = await system.stack()
  const queue = nameOf(oneOf(stack, 'queue'))
  const sources = allOf(stack, 'eventSources')
  const lambda = new LambdaClient(clientOptions(system.options))
  const states = await Promise.all(
    sources.map(({ physicalId: UUID }) => lambda.send(new GetEventSourceMappingCommand({ UUID }))),
  )
  const age = await oldestSeconds(system, queue)
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
            'the eraser is too slow, or does not run: see its log and its throttles (ErasureDeadLetters in docs/runbook.md)',
        }
      : undefined,
  ]
}

async function oldestSeconds(system: System, queue: string): Promise<number> {
  const of = ['SQS', 'QueueName', queue] as const
  const points = await datapoints(system, of, 'ApproximateAgeOfOldestMessage', 15)
  return points.toSorted((a, b) => Number(b.Timestamp) - Number(a.Timestamp))[0]?.Maximum ?? 0
}

/** A metric in the last minutes, in periods of five. */
export async function datapoints(
  { options, now }: System,
  [service, Name, Value]: readonly [service: string, dimension: string, name: string],
  metric: string,
  minutes: number,
): Promise<readonly Datapoint[]> {
  const command = new GetMetricStatisticsCommand({
    Namespace: `AWS/${service}`,
    MetricName: metric,
    Dimensions: [{ Name, Value }],
    StartTime: subMinutes(now(), minutes),
    EndTime: now(),
    Period: 300,
    Statistics: ['Maximum', 'Sum'],
  })
  return (await new CloudWatchClient(clientOptions(options)).send(command)).Datapoints ?? []
}

export async function deadLetterFindings({ deployment, options }: System): Promise<readonly Found[]> {
  const { deadLetters, queuesEndpoint: endpoint } = await deployment()
  const client = new SQSClient(clientOptions({ ...options, endpoint }))
  return Promise.all(
    (await deadLetters()).map(async ({ name, url }) => {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({
          QueueUrl: url,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      )
      const count = Object.values(Attributes).reduce((sum, one) => sum + Number(one), 0)
      if (count === 0) return undefined
      return {
        place: name,
        problem: `${count === 1 ? 'a message lies' : `${count} messages lie`} in this dead-letter queue`,
        remedy: `see the log of the function that failed (${articleOf(name)} in docs/runbook.md), then empty the queue: aws sqs purge-queue --queue-url ${url}`,
      }
    }),
  )
}

const ARTICLES: readonly (readonly [RegExp, string])[] = [
  [/pipe|doorbell/i, 'DoorbellDeadLetters'],
  [/schedule/i, 'ScheduleDeadLetters'],
  [/notice/i, 'NoticeDeadLetters'],
]

const articleOf = (name: string): string =>
  ARTICLES.find(([queue]) => queue.test(name))?.[1] ?? 'ErasureDeadLetters'
