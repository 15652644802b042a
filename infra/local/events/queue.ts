/** Lambda's event source mapping: reads a queue, invokes a function, deletes what was done. */
import { setTimeout as pause } from 'node:timers/promises'
import {
  DeleteMessageBatchCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { SQSBatchResponse, SQSEvent, SQSMessageAttribute, SQSRecord } from 'aws-lambda'
import { REGION } from '../engines/engines.ts'
import type { Queue } from '../engines/sqs.ts'
import type { Log } from '../lambda/lambda.ts'

export interface QueueReaderOptions {
  readonly client: SQSClient
  readonly queue: Queue
  readonly batchSize: number
  readonly maxConcurrency: number
  readonly invoke: (event: SQSEvent) => Promise<unknown>
  readonly log: Log
}

export interface QueueReader {
  /** Receives no more, and waits for the running invocations. */
  close(): Promise<void>
}

/** What is not deleted comes back by itself when its visibility timeout ends, in the end on the dead-letter queue. */
export function readQueue(options: QueueReaderOptions): QueueReader {
  const closing = new AbortController()
  const readers = Array.from({ length: options.maxConcurrency }, () => readUntil(closing.signal, options))
  return {
    async close() {
      closing.abort()
      await Promise.all(readers)
    },
  }
}

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
      log(`queue ${error instanceof Error ? error.name : 'failed'}; reading again`)
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

/** As Lambda reads `ReportBatchItemFailures`: an answer it cannot read fails the whole batch. */
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
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, attributeOf(value)]),
  ),
  md5OfBody: message.MD5OfBody ?? '',
  eventSource: 'aws:sqs',
  eventSourceARN: arn,
  awsRegion: REGION,
})

const attributeOf = ({ DataType, StringValue, BinaryValue }: MessageAttributeValue): SQSMessageAttribute => ({
  dataType: DataType ?? 'String',
  ...(StringValue !== undefined && { stringValue: StringValue }),
  ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
  stringListValues: [],
  binaryListValues: [],
})
