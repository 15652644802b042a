import { setTimeout as pause } from 'node:timers/promises'
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteTableCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { DeleteQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import config from '../../deletion.config.ts'
import { ACCOUNT } from '../../infra/local/engines/engines.ts'
import { createQueues } from '../../infra/local/engines/queues.ts'
import { createTables, LEDGER_TABLE } from '../../infra/local/engines/tables.ts'
import { PEOPLE } from '../../infra/local/sample/people.ts'
import {
  difference,
  type Item,
  mentioning,
  personWith,
  scan,
  snapshot,
} from '../fixtures/companies/tables.ts'
import { type Call, type EngineProxy, startEngineProxy } from '../fixtures/faults/engine-proxy.ts'
import { findEraseWorker } from '../fixtures/system/erase-worker.ts'
import {
  COMPLETED,
  type SampleSystem,
  type Shown,
  seconds,
  sign,
  startSample,
  total,
  until,
} from '../fixtures/system/sample-system.ts'
import { startTableEngine } from '../fixtures/world/engines.ts'

const STRANGER = '888888888888'

let engine: Awaited<ReturnType<typeof startTableEngine>>
let proxy: EngineProxy
let system: SampleSystem
const worker = findEraseWorker()
beforeAll(async () => {
  engine = await startTableEngine()
  proxy = await startEngineProxy(engine.endpoint)
  system = await startSample({ env: { DYNAMODB_ENDPOINT: proxy.endpoint } })
})
afterEach(() => proxy.watch(undefined))
afterAll(async () => {
  worker.forget()
  await system.close()
  await proxy.close()
  await engine.close()
})

const facebookId = (number: number): string => PEOPLE[number - 1]?.facebookId ?? ''
const look = () => snapshot(engine.client)
const queueUrl = (name: string): string => `${system.endpoints.sqs}/${ACCOUNT}/${name}`
const logged = (...texts: readonly string[]): number =>
  system.lines.filter((line) => texts.every((text) => line.includes(text))).length

async function rowOf(key: string): Promise<Item> {
  const row = (await scan(engine.client, LEDGER_TABLE)).find(
    ({ pk, sk }) => pk?.S === `REQ#${key}` && sk?.S === 'META',
  )
  if (!row) throw new Error('the request is not in the ledger')
  return row
}

/** Lets a row in this state fall due at once: leases and long pauses are nothing a test waits for. */
async function fallDue(key: string, ...states: readonly string[]): Promise<void> {
  const row = await rowOf(key)
  const soon = new Date(Date.now() + 300).toISOString()
  if (!states.includes(row['state']?.S ?? '') || (row['nextCheckAt']?.S ?? '') <= soon) return
  await engine.client
    .send(
      new UpdateItemCommand({
        TableName: LEDGER_TABLE,
        Key: { pk: { S: `REQ#${key}` }, sk: { S: 'META' } },
        UpdateExpression: 'SET nextCheckAt = :now',
        ConditionExpression: 'version = :seen',
        ExpressionAttributeValues: {
          ':now': { S: new Date().toISOString() },
          ':seen': row['version'] as AttributeValue,
        },
      }),
    )
    .catch((error: unknown) => {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
    })
}

/** Until it is in one of these states, with time running fast for rows in those. */
const fastUntil = (key: string, states: readonly string[], fast: readonly string[]): Promise<Shown> =>
  until(
    async () => {
      await fallDue(key, ...fast)
      return system.show(key)
    },
    ({ state }) => states.includes(state),
  )

describe('a write to the ledger', () => {
  it('that changes nothing wakes nobody', async () => {
    // A row that the eraser cannot read says in the log that the eraser was there.
    const key = 'ab'.repeat(32)
    const put = (more: Item = {}) =>
      engine.client.send(
        new PutItemCommand({
          TableName: LEDGER_TABLE,
          Item: {
            pk: { S: `REQ#${key}` },
            sk: { S: 'META' },
            requestKey: { S: key },
            state: { S: 'ready' },
            tags: { SS: ['b', 'a'] },
            inner: { M: { x: { L: [{ N: '1' }, { NULL: true }] }, y: { B: Buffer.from('bytes') } } },
            ...more,
          },
        }),
      )
    const woken = () => logged('erase {', '"TypeError"')
    const start = woken()
    await put()
    await until(woken, (count) => count === start + 1)
    for (let n = 0; n < 5; n += 1) await put()
    await put({ tags: { SS: ['a', 'b'] } })
    // The stream is in order: when this one has come through, those before it have, too.
    await put({ note: { S: 'changed' } })
    await until(woken, (count) => count > start + 1)
    await pause(1000)
    expect(woken()).toBe(start + 2)
    await engine.client.send(
      new UpdateItemCommand({
        TableName: LEDGER_TABLE,
        Key: { pk: { S: `REQ#${key}` }, sk: { S: 'META' } },
        UpdateExpression: 'SET #state = :gone',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':gone': { S: 'gone' } },
      }),
    )
  })
})

describe('a request that is ready is never forgotten', () => {
  it('when its message is lost', async () => {
    const stolen: string[] = []
    const stopping = new AbortController()
    // Received and never deleted: gone for twelve minutes.
    const thieves = Array.from({ length: 5 }, async () => {
      while (!stopping.signal.aborted) {
        const received = await system.sqs
          .send(new ReceiveMessageCommand({ QueueUrl: queueUrl('erase'), WaitTimeSeconds: 2 }), {
            abortSignal: stopping.signal,
          })
          .catch(() => undefined)
        stolen.push(...(received?.Messages ?? []).map(({ Body = '' }) => Body))
      }
    })
    const codes: string[] = []
    while (stolen.length === 0) codes.push(await system.ask('shop', `${STRANGER}${codes.length}`))
    stopping.abort()
    await Promise.all(thieves)
    for (const code of codes) expect((await system.reached(code)).found).toBe(false)
  })

  it('when its stream record is lost', async () => {
    const gaveUp = logged('pipe gave 1 records up')
    await system.sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl('erase') }))
    const code = await system.ask('shop', facebookId(1))
    await until(
      () => logged('pipe gave 1 records up'),
      (count) => count > gaveUp,
    )
    expect((await system.status(code)).state).toBe('in_progress')
    await createQueues(system.endpoints.sqs)
    expect(await system.reached(code)).toMatchObject({ state: 'completed_with_retention', found: true })
    // What the pipe gave up says where the record is, not what is in it.
    const { Messages = [] } = await system.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl('pipe-dead'), MaxNumberOfMessages: 10 }),
    )
    expect(Messages.length).toBeGreaterThan(0)
    for (const { Body = '' } of Messages) {
      expect(Object.keys(JSON.parse(Body) as object).toSorted()).toEqual([
        'DynamoDBStreamBatchInfo',
        'context',
      ])
    }
  })

  it('when nobody can take it: after six wake-ups it goes to the operator', async () => {
    const isTake = ({ operation, table, names, moment }: Call) =>
      moment === 'before' && operation === 'PutItem' && table === LEDGER_TABLE && names['state'] === 'erasing'
    let tries = 0
    proxy.watch((call) => {
      if (!isTake(call)) return
      tries += 1
      throw new Error('cut off')
    })
    const { key } = await system.show(await system.ask('shop', facebookId(2)))
    const before = await look()
    expect((await fastUntil(key, ['needs_operator'], ['ready'])).problem).toEqual({ reason: 'not_taken' })
    expect(tries).toBeGreaterThan(0)
    expect(logged('REQUEST_NEEDS_OPERATOR', key)).toBe(1)
    expect(difference(before, await look())).toEqual({ gone: [], changed: [], added: [] })
    proxy.watch(undefined)
    expect((await system.operate('retry', key)).status).toBe(200)
    await fastUntil(key, COMPLETED, ['ready', 'waiting'])
  })
})

const inLedger = ({ table }: Call) => table === LEDGER_TABLE
const putsRow = (call: Call) => inLedger(call) && call.operation === 'PutItem' && call.names['sk'] === 'META'
const takes = (call: Call) =>
  putsRow(call) && call.names['leaseId'] !== undefined && call.names['checkpoint'] === undefined
const permits = (call: Call) => putsRow(call) && call.names['firstDeleteAt'] !== undefined
const seals = ({ names, parts }: Call) => [names, ...parts].some(({ sk }) => sk?.startsWith('IDS#'))
const ends = ({ parts }: Call) => parts.some(({ state }) => state?.startsWith('completed'))
const isOn = (operation: string, table: string) => (call: Call) =>
  call.operation === operation && call.table === table

/** The nth call like this, before it is made or once it is done. */
const STEPS: readonly (readonly [string, Call['moment'], (call: Call) => boolean, number])[] = [
  ['as it takes the row', 'before', takes, 1],
  ['when it has taken the row', 'after', takes, 1],
  ['amid finding who it is', 'before', isOn('Query', 'Shop'), 4],
  ['when it has sealed what it learnt', 'after', seals, 1],
  [
    'amid its claims',
    'before',
    (call) => inLedger(call) && call.operation === 'PutItem' && call.names['sk'] === 'CLAIM',
    2,
  ],
  ['amid counting', 'after', isOn('BatchGetItem', 'Chat'), 1],
  ['before the first delete is permitted', 'before', permits, 1],
  ['after the first delete is permitted', 'after', permits, 1],
  ['amid the lines of an order', 'after', isOn('DeleteItem', 'OrderLines'), 2],
  ['when the first batch is deleted', 'after', isOn('BatchWriteItem', 'Shop'), 1],
  ['before a later batch is deleted', 'before', isOn('BatchWriteItem', 'Shop'), 4],
  ['amid a conversation', 'after', isOn('UpdateItem', 'Chat'), 2],
  ['amid the bills', 'before', isOn('UpdateItem', 'Bills'), 1],
  ['before the link goes', 'before', isOn('DeleteItem', 'Shop'), 1],
  ['when the link is gone', 'after', isOn('DeleteItem', 'Shop'), 1],
  [
    'amid giving its claims back',
    'after',
    (call) => inLedger(call) && call.operation === 'DeleteItem' && call.names['sk'] === 'CLAIM',
    1,
  ],
  ['before it writes the end', 'before', ends, 1],
  ['when it has written the end', 'after', ends, 1],
]

describe('an intake', () => {
  const isNew = (call: Call) => putsRow(call) && call.names['version'] === '1'

  it('answers 5xx when nothing could be recorded', async () => {
    const rows = async () => (await scan(engine.client, LEDGER_TABLE)).length
    const before = await rows()
    proxy.watch((call) => {
      if (isNew(call) && call.moment === 'before') throw new Error('cut off')
    })
    const signed = sign(
      { user_id: `${STRANGER}00`, issued_at: seconds() },
      system.appSecrets['shop']?.[0] ?? '',
    )
    const response = await system.post('shop', signed)
    expect(response.status).toBe(500)
    expect(Object.keys((await response.json()) as object)).toEqual(['error', 'message'])
    expect(await rows()).toBe(before)
    proxy.watch(undefined)
    expect((await system.post('shop', signed)).status).toBe(200)
  })

  it('answers with the code when the ledger did not say that it was recorded', async () => {
    let lost = 0
    proxy.watch((call) => {
      if (!isNew(call) || call.moment === 'before' || lost > 0) return
      lost += 1
      throw new Error('cut off')
    })
    const issuedAt = seconds()
    const code = await system.ask('shop', `${STRANGER}01`, issuedAt)
    expect(lost).toBe(1)
    expect(await system.ask('shop', `${STRANGER}01`, issuedAt)).toBe(code)
    expect((await system.reached(code)).found).toBe(false)
  })
})

describe('an item that is written during an erasure', () => {
  it('is erased and counted, though its kind was done already', async () => {
    const person = PEOPLE[32]
    const own = { PK: { S: `USER#${person?.userId}` } }
    const late: readonly (readonly [string, Item])[] = [
      ['Shop', { ...own, SK: { S: 'VIEW#2026-11-22T00:00:00.000Z#late' }, ip: { S: '192.0.2.1' } }],
      ['Shop', { ...own, SK: { S: 'ORDER#DH-late' }, no: { S: 'DH-late' } }],
      ['OrderLines', { orderNo: { S: 'DH-late' }, line: { N: '1' }, userId: { S: person?.userId ?? '' } }],
      ['Subscriptions', { email: { S: person?.email ?? '' }, topic: { S: 'late' } }],
    ]
    const before = await look()
    let written = false
    proxy.watch(async (call) => {
      // The links are the last to go.
      if (written || call.moment === 'after' || !isOn('DeleteItem', 'Shop')(call)) return
      written = true
      for (const [table, item] of late) {
        await engine.client.send(new PutItemCommand({ TableName: table, Item: { ...item } }))
      }
    })
    const status = await system.reached(await system.ask('shop', person?.facebookId ?? ''))
    expect(written).toBe(true)
    const { gone, changed, added } = difference(before, await look())
    const bills = changed.filter((row) => row.before.table === 'Bills')
    expect(added).toEqual([])
    expect(bills.length).toBeGreaterThan(0)
    expect([status.erased, status.redacted, status.retained].map(total)).toEqual([
      gone.length + late.length,
      changed.length - bills.length,
      bills.length,
    ])
  })
})

describe('a worker that is killed', () => {
  it.each(STEPS.map((step, n) => [step[0], step, n] as const))(
    '%s loses nothing and counts nothing twice',
    async (_when, [, moment, isStep, nth], n) => {
      // Everybody from 6 on has something of every kind.
      const id = facebookId(6 + n)
      const before = await look()
      const person = personWith(before, id)
      const bills = mentioning(before, person.values).filter(({ table }) => table === 'Bills')
      await worker.warm(system)
      let seen = 0
      let killed: Promise<void> | undefined
      proxy.watch(async (call) => {
        if (call.moment !== moment || !isStep(call)) return
        seen += 1
        if (seen !== nth) return
        killed = worker.kill()
        await killed
        if (moment === 'before') throw new Error('nobody is there any more')
      })
      const code = await system.ask('shop', id)
      await until(
        () => killed !== undefined,
        (known) => known,
      )
      await killed
      const { key } = await system.show(code)
      const shown = await fastUntil(key, [...COMPLETED, 'needs_operator'], ['ready', 'erasing', 'waiting'])
      expect(shown.state).toBe('completed_with_retention')

      const status = await system.status(code)
      const after = await look()
      const { gone, changed, added } = difference(before, after)
      const isBill = ({ table }: { table: string }) => table === 'Bills'
      expect(added).toEqual([])
      expect({
        erased: total(status.erased),
        redacted: total(status.redacted),
        retained: total(status.retained),
      }).toEqual({
        erased: gone.length,
        redacted: changed.filter((row) => !isBill(row.before)).length,
        retained: bills.length,
      })
      expect(changed.filter((row) => isBill(row.before)).length).toBe(bills.length)
      expect(mentioning(after, person.values).every(isBill)).toBe(true)
      const left = (await scan(engine.client, LEDGER_TABLE)).filter(
        ({ pk, sk, owner }) => (pk?.S === `REQ#${key}` && sk?.S?.startsWith('IDS#')) || owner?.S === key,
      )
      expect(left).toEqual([])
    },
    60_000,
  )
})

describe('an eraser that always fails', () => {
  it('goes to the operator within eight tries, and goes on once the cause is gone', async () => {
    const before = await look()
    const subscriptions = await scan(engine.client, 'Subscriptions')
    await engine.client.send(new DeleteTableCommand({ TableName: 'Subscriptions' }))
    const code = await system.ask('shop', facebookId(32))
    const { key } = await system.show(code)
    const shown = await fastUntil(key, ['needs_operator'], ['waiting', 'ready'])
    expect(shown.problem).toEqual({ reason: 'no_progress', error: 'ResourceNotFoundException' })
    const tries = () => logged('SLICE_FAILED', key)
    expect(tries()).toBeGreaterThan(1)
    expect(tries()).toBeLessThanOrEqual(8)
    const tried = tries()
    await pause(3000)
    expect(tries()).toBe(tried)
    expect((await system.status(code)).state).toBe('in_progress')

    await createTables(engine.client, config.dataMap)
    for (const item of subscriptions) {
      await engine.client.send(new PutItemCommand({ TableName: 'Subscriptions', Item: { ...item } }))
    }
    expect(difference(before, await look())).toEqual({ gone: [], changed: [], added: [] })
    expect((await system.operate('retry', code)).status).toBe(200)
    await fastUntil(key, COMPLETED, ['waiting', 'ready'])
    const status = await system.status(code)
    expect(total(status.erased)).toBe(difference(before, await look()).gone.length)
  })
})
