/** EventBridge Pipes: a DynamoDB stream, a filter, a template, a queue; what cannot be sent, a dead-letter queue. */
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type {
  AttributeValue,
  DynamoDBStreamsClient,
  _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams'
import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { Queue } from '../engines/sqs.ts'
import type { Log } from '../lambda/lambda.ts'
import { fillTemplate, matches, type Pattern } from './pipe-pattern.ts'
import { type Checkpoints, readStream, type StreamReader } from './stream.ts'

export interface PipeOptions {
  readonly streams: DynamoDBStreamsClient
  readonly sqs: SQSClient
  readonly streamArn: string
  readonly queue: Queue
  readonly deadLetters: Queue
  readonly pipe: {
    readonly filter: Pattern
    readonly inputTemplate: string
    readonly batchSize: number
    readonly maximumRetryAttempts: number
    readonly maximumRecordAgeSeconds: number
  }
  /** Before the first retry; doubled for each further one. @default 200 */
  readonly retryPauseMs?: number
  readonly checkpoints: Checkpoints
  readonly log: Log
}

export function startPipe(options: PipeOptions): StreamReader {
  const { streams: client, streamArn, pipe, checkpoints, log } = options
  return readStream({
    client,
    streamArn,
    batchSize: pipe.batchSize,
    checkpoints,
    log,
    async take(records, shardId) {
      const events = records
        .filter(changesSomething)
        .map((record) => ({ ...record, eventSourceARN: streamArn }))
      const passing = events.filter((event) => matches(pipe.filter, event))
      if (passing.length > 0) await deliver(passing, shardId, options)
    },
  })
}

/** The engine reports writes that change nothing; DynamoDB does not. */
export const changesSomething = ({ dynamodb: change }: StreamRecord): boolean =>
  change?.OldImage === undefined || !isDeepStrictEqual(canonical(change.OldImage), canonical(change.NewImage))

/** Sets have no order. */
const canonical = (item: Readonly<Record<string, AttributeValue>> | undefined): unknown =>
  item &&
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      value.M
        ? { M: canonical(value.M) }
        : value.L
          ? { L: value.L.map((one) => canonical({ one })) }
          : Object.fromEntries(
              Object.entries(value).map(([type, inner]: [string, unknown]) => [
                type,
                type.length === 2 && Array.isArray(inner)
                  ? inner.map((one) => Buffer.from(one as string).toString('hex')).toSorted()
                  : inner,
              ]),
            ),
    ]),
  )

async function deliver(
  events: readonly StreamRecord[],
  shardId: string,
  options: PipeOptions,
): Promise<void> {
  const { sqs, queue, pipe, retryPauseMs = 200, log } = options
  const youngest = Math.max(
    ...events.map(({ dynamodb }) => dynamodb?.ApproximateCreationDateTime?.getTime() ?? 0),
  )
  const bodies = events.map((event) => fillTemplate(pipe.inputTemplate, event))
  let left = bodies
  for (let attempt = 0; attempt <= pipe.maximumRetryAttempts; attempt++) {
    if (attempt > 0) await pause(retryPauseMs * 2 ** (attempt - 1))
    if (Date.now() - youngest > pipe.maximumRecordAgeSeconds * 1000) break
    try {
      left = await send(sqs, queue, left)
      if (left.length === 0) return
    } catch (error) {
      log(`pipe ${error instanceof Error ? error.name : 'failed'}; attempt ${attempt + 1}`)
    }
  }
  await bury(events, shardId, options)
}

/** Sends the messages; answers with those that were not taken. */
async function send(sqs: SQSClient, queue: Queue, bodies: readonly string[]): Promise<string[]> {
  const { Failed: failed = [] } = await sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: queue.url,
      Entries: bodies.map((MessageBody, at) => ({ Id: String(at), MessageBody })),
    }),
  )
  return bodies.filter((_, at) => failed.some(({ Id }) => Id === String(at)))
}

/** As Pipes does for streams: where the records are, not what they say. */
async function bury(events: readonly StreamRecord[], shardId: string, options: PipeOptions): Promise<void> {
  const { sqs, deadLetters, streamArn, log } = options
  const numbers = events.flatMap(({ dynamodb }) => dynamodb?.SequenceNumber ?? [])
  const body = {
    context: { condition: 'RetryAttemptsExhausted' },
    DynamoDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: numbers.at(0),
      endSequenceNumber: numbers.at(-1),
      batchSize: events.length,
      streamArn,
    },
  }
  try {
    await sqs.send(new SendMessageCommand({ QueueUrl: deadLetters.url, MessageBody: JSON.stringify(body) }))
    log(`pipe gave ${events.length} records up; see the dead-letter queue`)
  } catch (error) {
    log(`pipe lost ${events.length} records: ${error instanceof Error ? error.name : 'failed'}`)
  }
}
