import { SendMessageCommand } from '@aws-sdk/client-sqs'
import type { SQSEvent } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Queue } from '../../infra/local/engines/queues.ts'
import { readQueue } from '../../infra/local/events/queue.ts'
import type { Running } from '../../infra/local/state/cleanup.ts'
import { startQueueEngine } from '../fixtures/world/engines.ts'

let engine: Awaited<ReturnType<typeof startQueueEngine>>
const readers: Running[] = []
let number = 0

beforeAll(async () => {
  engine = await startQueueEngine()
})
afterAll(async () => {
  await Promise.all(readers.map((reader) => reader.close()))
  await engine.close()
})

const send = (queue: Queue, body: string) =>
  engine.client.send(
    new SendMessageCommand({
      QueueUrl: queue.url,
      MessageBody: body,
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'doorbell' } },
    }),
  )

async function queueWithDeadLetters(maxReceiveCount: number) {
  const own = ++number
  const dead = await engine.createQueue(`dead-${own}`)
  const queue = await engine.createQueue(`queue-${own}`, {
    VisibilityTimeout: '1',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount }),
  })
  return { queue, dead }
}

function read(
  queue: Queue,
  invoke: (event: SQSEvent) => Promise<unknown>,
  batchSize = 1,
  maxConcurrency = 2,
) {
  const reader = readQueue({ client: engine.client, queue, batchSize, maxConcurrency, invoke, log: () => {} })
  readers.push(reader)
  return reader
}

describe.concurrent('readQueue', () => {
  it('hands a message over as Lambda would, and deletes it', async () => {
    const { queue, dead } = await queueWithDeadLetters(1)
    const events: SQSEvent[] = []
    const reader = read(queue, async (event) => events.push(event) && undefined)
    const { MessageId, MD5OfMessageBody } = await send(queue, '{"request":"abc"}')
    await expect.poll(() => events).toHaveLength(1)
    expect(events[0]?.Records).toEqual([
      {
        messageId: MessageId,
        receiptHandle: expect.any(String),
        body: '{"request":"abc"}',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: expect.any(String),
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        },
        messageAttributes: {
          kind: { dataType: 'String', stringValue: 'doorbell', stringListValues: [], binaryListValues: [] },
        },
        md5OfBody: MD5OfMessageBody,
        eventSource: 'aws:sqs',
        eventSourceARN: queue.arn,
        awsRegion: 'ap-southeast-1',
      },
    ])
    await reader.close()
    expect(await engine.bodies(queue, 2)).toEqual([])
    expect(await engine.bodies(dead, 0)).toEqual([])
  })

  it('deletes only what the function does not report as failed', async () => {
    const { queue } = await queueWithDeadLetters(9)
    await send(queue, 'good')
    await send(queue, 'bad')
    const bodies: string[] = []
    read(
      queue,
      async ({ Records }) => {
        bodies.push(...Records.map(({ body }) => body))
        const failed = Records.filter(({ body }) => body === 'bad')
        return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
      },
      10,
      1,
    )
    await expect.poll(() => bodies.filter((body) => body === 'bad').length).toBe(2)
    expect(bodies.filter((body) => body === 'good')).toHaveLength(1)
  })

  it.each([
    ['throws', () => Promise.reject(new Error('no'))],
    [
      'names a message that was not there',
      async () => ({ batchItemFailures: [{ itemIdentifier: 'other' }] }),
    ],
    ['answers what cannot be read', async () => 'text'],
  ])('leaves the message to the dead-letter queue when the function %s', async (_, invoke) => {
    const { queue, dead } = await queueWithDeadLetters(2)
    let invocations = 0
    read(queue, () => {
      invocations++
      return invoke()
    })
    await send(queue, 'doomed')
    await expect.poll(() => engine.bodies(dead, 0)).toEqual(['doomed'])
    expect(invocations).toBe(2)
  })

  it('never runs more at once than it may', async () => {
    const { queue } = await queueWithDeadLetters(9)
    await Promise.all(Array.from({ length: 8 }, (_, at) => send(queue, String(at))))
    let running = 0
    let most = 0
    let done = 0
    read(
      queue,
      async () => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setTimeout(resolve, 50))
        running--
        done++
      },
      1,
      3,
    )
    await expect.poll(() => done).toBe(8)
    expect(most).toBe(3)
  })

  it('waits for what runs when it is closed', async () => {
    const { queue } = await queueWithDeadLetters(9)
    let finished = false
    let begun = false
    const reader = read(queue, async () => {
      begun = true
      await new Promise((resolve) => setTimeout(resolve, 200))
      finished = true
    })
    await send(queue, 'slow')
    await expect.poll(() => begun).toBe(true)
    await reader.close()
    expect(finished).toBe(true)
    expect(await engine.bodies(queue, 2)).toEqual([])
  })
})
