/** EventBridge Pipes: from a DynamoDB stream through a filter and a template to a queue. */
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams'
import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { errorName } from '../../../shared/platform/errors.ts'
import type { Queue } from '../engines/queues.ts'
import type { Running } from '../state/cleanup.ts'
import { fillTemplate, matches, type Pattern } from './pipe-pattern.ts'
import { readStream, type StreamOptions } from './stream.ts'

export interface PipeOptions extends Omit<StreamOptions, 'batchSize' | 'take'> {
  readonly sqs: SQSClient
  readonly queue: Queue
  readonly deadLetters: Queue
  readonly pipe: {
    readonly filter: Pattern
    readonly inputTemplate: string
    readonly batchSize: number
    readonly maximumRetryAttempts: number
    readonly maximumRecordAgeSeconds: number
  }
  /** Before the first retry; it doubles with every further one. @default 200 */
  readonly retryPauseMs?: number
}

export function startPipe(options: PipeOptions): Running {
  const { streamArn, pipe } = options
  return readStream({
    ...options,
    batchSize: pipe.batchSize,
    async take(records, shardId) {
      const events = records
        .filter(changesSomething)
        .map((record) => ({ ...record, eventSourceARN: streamArn }))
      const passing = events.filter((event) => matches(pipe.filter, event))
      if (passing.length > 0) await deliver(passing, shardId, options)
    },
  })
}

/** DynamoDB does not report writes that change nothing; the engine does. */
export const changesSomething = ({ dynamodb: change }: StreamRecord): boolean =>
  change?.OldImage === undefined || !isDeepStrictEqual(canonical(change.OldImage), canonical(change.NewImage))

/** With the members of every set in one order. */
const canonical = (image: object | undefined): unknown =>
  image &&
  JSON.parse(
    JSON.stringify(image, (type, value: unknown) =>
      /^[SNB]S$/.test(type) && Array.isArray(value) ? value.map(String).toSorted() : value,
    ),
  )

async function deliver(events: readonly StreamRecord[], shardId: string, options: PipeOptions) {
  const { sqs, queue, pipe, retryPauseMs = 200, log } = options
  const youngest = Math.max(
    ...events.map(({ dynamodb }) => dynamodb?.ApproximateCreationDateTime?.getTime() ?? 0),
  )
  let left = events.map((event) => fillTemplate(pipe.inputTemplate, event))
  for (let attempt = 0; attempt <= pipe.maximumRetryAttempts; attempt++) {
    if (attempt > 0) await pause(retryPauseMs * 2 ** (attempt - 1))
    if (Date.now() - youngest > pipe.maximumRecordAgeSeconds * 1000) break
    try {
      left = await send(sqs, queue, left)
      if (left.length === 0) return
    } catch (error) {
      log(`pipe ${errorName(error)}; attempt ${attempt + 1}`)
    }
  }
  await bury(events, shardId, options)
}

/** Sends the messages, and returns those that the queue refused. */
async function send(sqs: SQSClient, queue: Queue, bodies: readonly string[]): Promise<string[]> {
  const { Failed: failed = [] } = await sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: queue.url,
      Entries: bodies.map((MessageBody, at) => ({ Id: String(at), MessageBody })),
    }),
  )
  return bodies.filter((_, at) => failed.some(({ Id }) => Id === String(at)))
}

/** As Pipes does for streams: names the records without their contents. */
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
    log(`pipe lost ${events.length} records: ${errorName(error)}`)
  }
}
