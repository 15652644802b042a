import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import config from '../../deletion.config.ts'
import { engineClient } from '../../infra/local/engines/engines.ts'
import { createTables, LEDGER_TABLE } from '../../infra/local/engines/tables.ts'
import { tableNames } from '../../infra/local/lambda/functions.ts'
import { seedSample } from '../../infra/local/sample/sample.ts'
import type { DataMap } from '../../shared/data-map/data-map.ts'
import { compareTables, unseen } from '../../shared/deployed/compare.ts'
import { sampleNotes } from '../../shared/deployed/table-sample.ts'
import { dynamoClient, type ReadOptions, readDeployed } from '../../shared/deployed/tables-dynamodb.ts'
import { watchCalls } from '../fixtures/faults/watch-calls.ts'
import { startTableEngine } from '../fixtures/world/engines.ts'

const { dataMap } = config

let engine: Awaited<ReturnType<typeof startTableEngine>>
const clients: DynamoDBClient[] = []
beforeAll(async () => {
  engine = await startTableEngine()
  await createTables(engine.client, dataMap)
  await seedSample(engine.client, tableNames(config))
})
afterAll(async () => {
  for (const client of clients) client.destroy()
  await engine.close()
})

/** What an operator has: a client of its own. */
function operatorsClient(): DynamoDBClient {
  const client = dynamoClient({ endpoint: engine.endpoint })
  clients.push(client)
  return client
}

const read = (options: Partial<ReadOptions> = {}, client = operatorsClient(), map: DataMap = dataMap) =>
  readDeployed(client, map, { now: new Date(), sample: 200, ...options })

/** A client that refuses these operations, as IAM does. */
function forbidding(...operations: readonly string[]): DynamoDBClient {
  const client = operatorsClient()
  client.middlewareStack.add(
    (next, context) => (args) => {
      const operation = String(context['commandName']).replace(/Command$/, '')
      if (!operations.includes(operation)) return next(args)
      const message = `User: arn:aws:sts::111122223333:assumed-role/Ops/linh is not authorized to perform: dynamodb:${operation} on resource: …`
      throw Object.assign(new Error(message), { name: 'AccessDeniedException' })
    },
    { step: 'initialize' },
  )
  return client
}

describe('the tables of npm start', () => {
  it('are as the map that made them says, and the ledger is recognised', async () => {
    const deployed = await read()
    expect(compareTables(dataMap, deployed)).toEqual([])
    expect(deployed.ledgers).toEqual([LEDGER_TABLE])
    expect([...deployed.tables.values()].map(({ is }) => is)).toEqual(Array(6).fill('told'))
  })

  it('leave unseen what the engine does not know', async () => {
    expect(unseen(await read())).toEqual([
      'DescribeContinuousBackups',
      'DescribeKinesisStreamingDestination',
      'ListBackups',
    ])
  })

  it('are asked by the same region and credentials as they were made with', async () => {
    const made = engineClient(engine.endpoint)
    const { region, credentials } = operatorsClient().config
    expect(await region()).toBe(made.region)
    expect(await credentials()).toMatchObject(made.credentials)
  })
})

describe('a difference that is really there', () => {
  const key = (name: string) => ({
    KeySchema: [{ AttributeName: name, KeyType: 'HASH' as const }],
    AttributeDefinitions: [{ AttributeName: name, AttributeType: 'S' as const }],
    BillingMode: 'PAY_PER_REQUEST' as const,
  })
  const drifting: DataMap = {
    ...dataMap,
    tables: {
      ...dataMap.tables,
      drift: {
        name: 'Drift',
        key: { id: 'S' },
        indexes: { byOld: { key: { old: 'S' } } },
        backupsKeptFor: 'P1D',
      },
    },
  }

  it('is found in key, index, stream and TTL', async () => {
    await engine.client.send(
      new CreateTableCommand({
        TableName: 'Drift',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'id', KeyType: 'HASH' },
          { AttributeName: 'at', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: ['id', 'at', 'seen'].map((AttributeName) => ({
          AttributeName,
          AttributeType: 'S',
        })),
        LocalSecondaryIndexes: [
          {
            IndexName: 'bySeen',
            KeySchema: [
              { AttributeName: 'id', KeyType: 'HASH' },
              { AttributeName: 'seen', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    )
    const found = compareTables(drifting, await read({}, operatorsClient(), drifting))
    await engine.client.send(new DeleteTableCommand({ TableName: 'Drift' }))
    expect(found.map(({ place }) => place)).toEqual([
      'dataMap.tables.drift.key',
      'dataMap.tables.drift.indexes.byOld',
      'dataMap.tables.drift.indexes',
      'dataMap.tables.drift.stream',
    ])
  })

  it('is found in a TTL that was switched off', async () => {
    const switchTo = (Enabled: boolean) =>
      engine.client.send(
        new UpdateTimeToLiveCommand({
          TableName: 'Bills',
          TimeToLiveSpecification: { Enabled, AttributeName: 'expiresAt' },
        }),
      )
    await switchTo(false)
    const found = compareTables(dataMap, await read())
    await switchTo(true)
    expect(found).toEqual([
      expect.objectContaining({ place: 'dataMap.holdings.bills.action.retain.ends.attribute' }),
    ])
  })

  it('is found in a table that is not there, and one that nobody mapped, on whatever page of the list', async () => {
    const strangers = Array.from({ length: 101 }, (_, at) => `Other${at}`)
    for (const TableName of strangers)
      await engine.client.send(new CreateTableCommand({ TableName, ...key('id') }))
    const progress: (readonly number[])[] = []
    const found = compareTables(
      drifting,
      await read({ onProgress: (...at) => progress.push(at) }, operatorsClient(), drifting),
    )
    for (const TableName of strangers) await engine.client.send(new DeleteTableCommand({ TableName }))
    expect(found.filter(({ place }) => place === 'dataMap.tables.drift.name')).toHaveLength(1)
    const named = found.flatMap(({ problem }) => /the table "(Other\d+)"/.exec(problem)?.[1] ?? [])
    expect(new Set(named)).toEqual(new Set(strangers))
    expect(progress.at(-1)).toEqual([109, 109])
  })

  it('is a ledger of another name than the one that is given', async () => {
    const { ledgers, ...deployed } = await read({ ledger: 'Shop' })
    expect(ledgers).toEqual([])
    expect(compareTables(dataMap, { ...deployed, ledgers }).map(({ problem }) => problem)).toEqual([
      `the table "${LEDGER_TABLE}" is there, and neither mapped nor waived`,
    ])
    expect((await read({ ledger: LEDGER_TABLE })).ledgers).toEqual([LEDGER_TABLE])
  })
})

describe('the permissions', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/check-live.md'), 'utf8')
  const [, snippet = ''] = /```json\n([\s\S]*?)```/.exec(guide) ?? []
  const { Statement } = JSON.parse(snippet) as { Statement: readonly { Action: readonly string[] }[] }
  const permitted = Statement.flatMap(({ Action }) => Action).toSorted()

  it('that the guide gives are those that are used: all of them reads', async () => {
    const client = operatorsClient()
    const calls = watchCalls(client)
    await read({}, client)
    const used = calls.map(({ command }) => `dynamodb:${command.replace(/Command$/, '')}`)
    expect([...new Set(used)].toSorted()).toEqual(permitted)
    expect(permitted.filter((action) => !/^dynamodb:(Describe|List|Scan)/.test(action))).toEqual([])
  })

  it.each([
    'DescribeTable',
    'ListTables',
    'DescribeTimeToLive',
    'Scan',
    'DescribeContinuousBackups',
    'ListBackups',
    'DescribeKinesisStreamingDestination',
  ])('are named where one is missing, and nothing is taken for absent: %s', async (operation) => {
    const found = compareTables(dataMap, await read({}, forbidding(operation)))
    expect(found.length).toBeGreaterThan(0)
    for (const { problem } of found) {
      expect(problem).toMatch(
        new RegExp(`dynamodb:${operation} is not permitted|"${LEDGER_TABLE}" is there, and neither`),
      )
    }
    expect(JSON.stringify(found)).not.toContain('linh')
  })

  it('may be of the table’s key', async () => {
    const client = operatorsClient()
    client.middlewareStack.add(
      (next, context) => (args) => {
        if (context['commandName'] !== 'ScanCommand') return next(args)
        const message = 'User: linh is not authorized to perform: kms:Decrypt on this resource'
        throw Object.assign(new Error(message), { name: 'AccessDeniedException' })
      },
      { step: 'initialize' },
    )
    const [first] = compareTables(dataMap, await read({}, client))
    expect(first?.problem).toContain('kms:Decrypt is not permitted')
  })

  it.each(['DescribeTable', 'ListTables', 'Scan'])(
    'are not all: where %s is not known, nothing can be said',
    async (operation) => {
      const client = operatorsClient()
      client.middlewareStack.add(
        (next, context) => (args) => {
          if (context['commandName'] !== `${operation}Command`) return next(args)
          throw Object.assign(new Error('what?'), { name: 'UnknownOperationException' })
        },
        { step: 'initialize' },
      )
      await expect(read({}, client)).rejects.toThrow('what?')
    },
  )

  it('pass on what is no matter of permission', async () => {
    const client = operatorsClient()
    watchCalls(client, ({ command }) => (command === 'DescribeTableCommand' ? 'before' : undefined))
    await expect(read({}, client)).rejects.toThrow('crashed before the call')
  })
})

describe('what only AWS tells', () => {
  type Answers = Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => object>>

  /** The engine, and AWS where it does not know. */
  function onAws(answers: Answers): DynamoDBClient {
    const client = operatorsClient()
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const answer = answers[String(context['commandName']).replace(/Command$/, '')]
        const output = answer?.(args.input as Readonly<Record<string, unknown>>)
        return output ? { output: { $metadata: {}, ...output }, response: {} } : next(args)
      },
      { step: 'initialize' },
    )
    return client
  }

  const problemsWith = async (answers: Answers): Promise<readonly string[]> => {
    const found = compareTables(dataMap, await read({ sample: 0 }, onAws(answers)))
    return found.map(({ place, problem }) => `${place}: ${problem}`)
  }
  const recovery = (description: object) => ({
    ContinuousBackupsDescription: { PointInTimeRecoveryDescription: description },
  })

  it.each([
    ['off', { PointInTimeRecoveryStatus: 'DISABLED', RecoveryPeriodInDays: 90 }, 0],
    [
      'on, for the longest time there was before it could be chosen',
      { PointInTimeRecoveryStatus: 'ENABLED' },
      0,
    ],
    ['on, for longer than is stated', { PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: 36 }, 6],
  ])('about recovery: %s', async (_what, description, findings) => {
    expect(await problemsWith({ DescribeContinuousBackups: () => recovery(description) })).toHaveLength(
      findings,
    )
  })

  it('about backups, page by page, of the tables of the map', async () => {
    const backup = (TableName: string, day: string) => ({
      TableName,
      BackupCreationDateTime: new Date(`${day}T00:00:00Z`),
    })
    const found = await problemsWith({
      ListBackups: ({ ExclusiveStartBackupArn: after }) =>
        after === undefined
          ? { BackupSummaries: [backup('Shop', '2020-01-02')], LastEvaluatedBackupArn: 'arn' }
          : { BackupSummaries: [backup('Gone', '2020-01-01'), backup('Chat', '2020-01-03')] },
    })
    expect(found).toEqual([
      expect.stringMatching(/^dataMap\.tables\.app\.backupsKeptFor: .* from 2020-01-02$/),
      expect.stringMatching(/^dataMap\.tables\.chat\.backupsKeptFor: .* from 2020-01-03$/),
    ])
  })

  it.each([
    ['ACTIVE', 1],
    ['ENABLING', 1],
    ['DISABLED', 0],
    ['ENABLE_FAILED', 0],
  ])('about a Kinesis stream that is %s', async (DestinationStatus, findings) => {
    const StreamArn = 'arn:aws:kinesis:ap-southeast-1:111122223333:stream/audit'
    const found = await problemsWith({
      DescribeKinesisStreamingDestination: ({ TableName }) => ({
        KinesisDataStreamDestinations: TableName === 'Shop' ? [{ StreamArn, DestinationStatus }] : [],
      }),
    })
    expect(found).toHaveLength(findings)
    expect(found.every((one) => one.includes('the Kinesis stream audit'))).toBe(true)
  })

  it.each([
    ['ENABLED', 0],
    ['ENABLING', 0],
    ['DISABLING', 1],
    ['DISABLED', 1],
  ])('about a TTL that is %s', async (TimeToLiveStatus, findings) => {
    const TimeToLiveDescription = { TimeToLiveStatus, AttributeName: 'expiresAt' }
    expect(await problemsWith({ DescribeTimeToLive: () => ({ TimeToLiveDescription }) })).toHaveLength(
      findings,
    )
  })

  it('about a table that is going, whose items are not asked for', async () => {
    const client = onAws({
      DescribeTable: ({ TableName }) => ({ Table: { TableName, TableStatus: 'DELETING' } }),
    })
    const calls = watchCalls(client)
    const found = compareTables(dataMap, await read({}, client))
    expect(found.filter(({ problem }) => problem.includes('is DELETING'))).toHaveLength(6)
    expect(calls.filter(({ command }) => command === 'ScanCommand')).toEqual([])
  })
})

describe('the sample', () => {
  it('names what nobody mapped, and no value', async () => {
    const item = {
      PK: { S: 'USER#u1001' },
      SK: { S: 'GIFT#an.tran@example.com' },
      wrapping: { S: 'Thanh An' },
      'linh@example.com': { S: 'x' },
    }
    await engine.client.send(new PutItemCommand({ TableName: 'Shop', Item: item }))
    const notes = sampleNotes(dataMap, await read({ sample: 10_000 }))
    const shop = notes.find(({ table }) => table === 'Shop')
    expect(shop).toMatchObject({ staying: expect.arrayContaining(['wrapping']), unshown: 1 })
    expect(shop?.keys).toContainEqual({ partition: 'USER#', sort: 'GIFT#' })
    expect(JSON.stringify(notes)).not.toMatch(/example\.com|Thanh|u1001/)
  })

  it.each([
    [0, 0],
    [1, 1],
    [6, 4],
    [200, 4],
  ])('looks at no more items than %d, in %d places of a table', async (sample, scans) => {
    const client = operatorsClient()
    const calls = watchCalls(client)
    const notes = sampleNotes(dataMap, await read({ sample }, client))
    expect(notes.every(({ items }) => items <= sample)).toBe(true)
    expect(notes.length > 0).toBe(sample > 0)
    expect(calls.filter(({ command }) => command === 'ScanCommand')).toHaveLength(scans * 6)
  })
})
