import { BatchWriteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTables } from '../../infra/local/tables.ts'
import { dynamoRecords } from '../../shared/erasure/records-dynamodb.ts'
import { clientOf, type Database, openDatabase, scan } from '../fixtures/engine.ts'
import { SMALL_MAP } from '../fixtures/small-company.ts'
import { recordsContract } from './records.contract.ts'

let database: Database
let client: DynamoDBClient
beforeAll(async () => {
  database = await openDatabase()
  client = clientOf(database)
  await createTables(client, SMALL_MAP)
})
afterAll(() => database.close())

recordsContract('DynamoDB', async () => ({
  records: dynamoRecords(client, () => 0),
  async put(items) {
    for (const item of items) await client.send(new PutItemCommand({ TableName: 'App', Item: { ...item } }))
  },
}))

/** The embedded engine never hands anything back; AWS does. */
function handingBack(command: string, times: number): DynamoDBClient {
  const moody = clientOf(database)
  let left = times
  moody.middlewareStack.add(
    (next, context) => async (args) => {
      const { RequestItems } = args.input as { RequestItems?: Record<string, unknown> }
      if (context['commandName'] !== command || !RequestItems || left <= 0) return next(args)
      left -= 1
      const [table = '', given] = Object.entries(RequestItems)[0] ?? []
      const half = (all: unknown[]) => Math.ceil(all.length / 2)
      const keep = (all: unknown): unknown[] => (Array.isArray(all) ? all.slice(0, half(all)) : [])
      const rest = (all: unknown): unknown[] => (Array.isArray(all) ? all.slice(half(all)) : [])
      if (command === 'BatchWriteItemCommand') {
        const result = await next({ ...args, input: { RequestItems: { [table]: keep(given) } } })
        return {
          ...result,
          output: { ...result.output, UnprocessedItems: { [table]: rest(given) } } as never,
        }
      }
      const read = given as { Keys: unknown[] }
      const result = await next({
        ...args,
        input: { RequestItems: { [table]: { ...read, Keys: keep(read.Keys) } } },
      })
      const UnprocessedKeys = { [table]: { ...read, Keys: rest(read.Keys) } }
      return { ...result, output: { ...result.output, UnprocessedKeys } as never }
    },
    { step: 'initialize' },
  )
  return moody
}

const rows = Array.from({ length: 60 }, (_, n) => ({ PK: { S: 'moody' }, SK: { S: String(n) } }))
const fill = async () => {
  for (let from = 0; from < rows.length; from += 25) {
    const App = rows.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }))
    await client.send(new BatchWriteItemCommand({ RequestItems: { App } }))
  }
}

describe('what DynamoDB hands back unprocessed', () => {
  it('is erased in the end', async () => {
    await fill()
    await dynamoRecords(handingBack('BatchWriteItemCommand', 7), () => 0).erase('App', rows)
    expect((await scan(client, 'App')).filter(({ PK }) => PK?.S === 'moody')).toEqual([])
  })

  it('is read in the end', async () => {
    await fill()
    const read = await dynamoRecords(handingBack('BatchGetItemCommand', 4), () => 0).read('App', rows, [
      'PK',
      'SK',
    ])
    expect(read).toHaveLength(rows.length)
  })

  it('for ever is an error, not a loop and never silence', async () => {
    await fill()
    const stubborn = dynamoRecords(handingBack('BatchWriteItemCommand', 1e9), () => -1)
    await expect(stubborn.erase('App', rows.slice(0, 1).concat(rows.slice(1, 3)))).resolves.toBeUndefined()
    const never = clientOf(database)
    never.middlewareStack.add(
      (_next) => async (args) => {
        const { RequestItems } = args.input as { RequestItems?: unknown }
        return { response: {}, output: { $metadata: {}, UnprocessedItems: RequestItems } as never }
      },
      { step: 'initialize' },
    )
    await expect(dynamoRecords(never, () => -1).erase('App', rows)).rejects.toMatchObject({
      code: 'RECORDS_UNREADABLE',
    })
  }, 60_000)
})
