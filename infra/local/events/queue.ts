/** Lambda's event source mapping: reads a queue, invokes a function, and deletes the messages that succeeded. */
import { setTimeout as pause } from 'node:timers/promises'
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { mapValues } from '../../../shared/data-map/map-hash.ts'
import { defined } from '../../../shared/platform/defined.ts'
import { errorName } from '../../../shared/platform/errors.ts'
import { REGION } from '../engines/engines.ts'
import type { Queue } from '../engines/queues.ts'
import type { Log } from '../lambda/lambda.ts'
import { type Running, runUntilClosed } from '../state/cleanup.ts'

interface QueueReaderOptions {
  readonly client: SQSClient
  readonly queue: Queue
  readonly batchSize: number
  readonly maxConcurrency: number
  readonly invoke: (event: SQSEvent) => Promise<unknown>
  readonly log: Log
}

/** A message that is not deleted returns when its visibility timeout ends, and finally moves to the dead-letter queue. */
export const readQueue = (options: QueueReaderOptions): Running =>
  runUntilClosed((closing) =>
    Promise.all(Array.from({ length: options.maxConcurrency }, () => readUntil(closing, options))),
  )

async function readUntil(closing: AbortSignal, options: QueueReaderOptions): Promise<void> {
  const { client, queue, batchSize, log } = options
  while (!closing.aborted) {
    try {
      const { Messages: messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queue.url,
          MaxNumberOfMessages: batchSize,
          WaitTimeSeconds: 20,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
        { abortSignal: closing },
      )
      if (messages.length > 0) await work(messages, options)
    } catch (error) {
      if (closing.aborted) return
      log(`queue ${errorName(error)}; reading again`)
      await pause(200)
    }
  }
}

async function work(
  messages: readonly Message[],
  { client, queue, invoke }: QueueReaderOptions,
): Promise<void> {
  const result = await invoke({ Records: messages.map((message) => recordOf(message, queue.arn)) }).catch(
    () => 'failed',
  )
  const done = succeeded(messages, result)
  if (done.length === 0) return
  await client.send(
    new DeleteMessageBatchCommand({
      QueueUrl: queue.url,
      Entries: done.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle })),
    }),
  )
}

/** As Lambda reads `ReportBatchItemFailures`: an unreadable answer fails the whole batch. */
function succeeded(messages: readonly Message[], result: unknown): readonly Message[] {
  if (result === null || result === undefined) return messages
  if (typeof result !== 'object') return []
  const { batchItemFailures } = result as Partial<SQSBatchResponse>
  if (batchItemFailures === null || batchItemFailures === undefined) return messages
  if (!Array.isArray(batchItemFailures)) return []
  const failed = batchItemFailures.map((failure) => failure?.itemIdentifier)
  const known = failed.every((id) => messages.some(({ MessageId }) => MessageId === id))
  return known ? messages.filter(({ MessageId }) => !failed.includes(MessageId ?? '')) : []
}

const recordOf = (message: Message, arn: string): SQSRecord => ({
  messageId: message.MessageId ?? '',
  receiptHandle: message.ReceiptHandle ?? '',
  body: message.Body ?? '',
  attributes: { ...message.Attributes } as unknown as SQSRecord['attributes'],
  messageAttributes: mapValues(message.MessageAttributes ?? {}, (value) => ({
    dataType: value.DataType ?? 'String',
    ...defined({
      stringValue: value.StringValue,
      binaryValue: value.BinaryValue && Buffer.from(value.BinaryValue).toString('base64'),
    }),
    stringListValues: [],
    binaryListValues: [],
  })),
  md5OfBody: message.MD5OfBody ?? '',
  eventSource: 'aws:sqs',
  eventSourceARN: arn,
  awsRegion: REGION,
})
