import { CreateTableCommand, DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Queue } from '../../infra/local/engines/queues.ts'
import { type PipeOptions, startPipe } from '../../infra/local/events/pipe.ts'
import type { Checkpoints } from '../../infra/local/events/stream.ts'
import type { Running } from '../../infra/local/state/cleanup.ts'
import { PIPE } from '../../infra/wiring.ts'
import { startQueueEngine, startTableEngine } from '../fixtures/world/engines.ts'

let tables: Awaited<ReturnType<typeof startTableEngine>>
let queues: Awaited<ReturnType<typeof startQueueEngine>>
const pipes: Running[] = []
let number = 0

beforeAll(async () => {
  ;[tables, queues] = await Promise.all([startTableEngine(), startQueueEngine()])
})
afterAll(async () => {
  await Promise.all(pipes.map((pipe) => pipe.close()))
  await Promise.all([tables.close(), queues.close()])
})

async function setUp() {
  const own = ++number
  const [{ TableDescription: table }, queue, deadLetters] = await Promise.all([
    tables.client.send(
      new CreateTableCommand({
        TableName: `Ledger${own}`,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    ),
    queues.createQueue(`queue-${own}`),
    queues.createQueue(`dead-${own}`),
  ])
  return { table: `Ledger${own}`, streamArn: table?.LatestStreamArn ?? '', queue, deadLetters }
}

function checkpoints(): Checkpoints {
  const kept = new Map<string, string>()
  return { get: (shard) => kept.get(shard), set: (shard, number) => void kept.set(shard, number) }
}

function start(
  given: { streamArn: string; queue: Queue; deadLetters: Queue },
  options: Partial<PipeOptions> = {},
): Running {
  const pipe = startPipe({
    streams: tables.streams,
    sqs: queues.client,
    pipe: PIPE,
    retryPauseMs: 1,
    checkpoints: checkpoints(),
    log: () => {},
    ...given,
    ...options,
  })
  pipes.push(pipe)
  return pipe
}

const put = (table: string, key: string, state: string, more: object = {}) =>
  tables.client.send(
    new PutItemCommand({
      TableName: table,
      Item: {
        pk: { S: `REQ#${key}` },
        sk: { S: 'META' },
        requestKey: { S: key },
        state: { S: state },
        seal: { S: 'sealed' },
        marks: { SS: ['a', 'b'] },
        ...more,
      },
    }),
  )

describe.concurrent('startPipe', () => {
  it('sends the request key of a row that is ready, also of one written before it started', async () => {
    const given = await setUp()
    await put(given.table, 'before', 'ready')
    start(given)
    await put(given.table, 'after', 'ready')
    await put(given.table, 'other', 'erasing')
    expect(await queues.bodies(given.queue)).toEqual(['{"request":"before"}', '{"request":"after"}'])
  })

  it('drops a write that changes nothing', async () => {
    const given = await setUp()
    start(given)
    await put(given.table, 'one', 'ready')
    await put(given.table, 'one', 'ready')
    await put(given.table, 'one', 'ready', { marks: { SS: ['b', 'a'] } })
    expect(await queues.bodies(given.queue)).toEqual(['{"request":"one"}'])
    await put(given.table, 'one', 'ready', { wakeups: { N: '1' } })
    expect(await queues.bodies(given.queue)).toEqual(['{"request":"one"}'])
  })

  it('drops a deletion', async () => {
    const given = await setUp()
    await put(given.table, 'gone', 'erasing')
    await tables.client.send(
      new DeleteItemCommand({ TableName: given.table, Key: { pk: { S: 'REQ#gone' }, sk: { S: 'META' } } }),
    )
    start(given)
    expect(await queues.bodies(given.queue)).toEqual([])
  })

  it('goes on from its checkpoint', async () => {
    const given = await setUp()
    const kept = checkpoints()
    const pipe = start(given, { checkpoints: kept })
    await put(given.table, 'first', 'ready')
    expect(await queues.bodies(given.queue)).toEqual(['{"request":"first"}'])
    await pipe.close()
    await put(given.table, 'second', 'ready')
    start(given, { checkpoints: kept })
    expect(await queues.bodies(given.queue)).toEqual(['{"request":"second"}'])
  })

  it('gives up after bounded retries, tells the dead-letter queue where, and goes on', async () => {
    const given = await setUp()
    const lines: string[] = []
    const missing = { ...given.queue, url: `${given.queue.url}-missing` }
    start({ ...given, queue: missing }, { log: (line) => lines.push(line) })
    await put(given.table, 'lost', 'ready')
    await expect.poll(() => lines.filter((line) => line.includes('attempt'))).toHaveLength(6)
    const [letter = ''] = await queues.bodies(given.deadLetters)
    expect(JSON.parse(letter)).toMatchObject({
      DynamoDBStreamBatchInfo: { streamArn: given.streamArn, batchSize: 1, startSequenceNumber: '1' },
    })
    expect(letter).not.toContain('lost')
    await put(given.table, 'next', 'ready')
    expect(await queues.bodies(given.deadLetters)).toHaveLength(1)
  })
})
