/** The ledger's table and the company's tables, as the wiring and the data map describe them. */
import { setTimeout as pause } from 'node:timers/promises'
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import type { DataMap, KeySchema, Table } from '../../../shared/data-map/data-map.ts'
import { retainOf, tableHoldings } from '../../../shared/data-map/holdings.ts'
import { LEDGER } from '../../wiring.ts'
import { StartError } from '../state/start-error.ts'

/** The ledger's name here. */
export const LEDGER_TABLE = 'DeletionRequests'

/** A table with a time-to-live attribute. */
export interface ExpiringTable {
  readonly name: string
  readonly key: KeySchema
  readonly attribute: string
}

/**
 * Creates the tables that do not exist yet.
 *
 * @throws {@link StartError} when a table exists with other keys.
 */
export async function createTables(client: DynamoDBClient, dataMap: DataMap): Promise<{ streamArn: string }> {
  const company = Object.values(dataMap.tables)
  if (company.some(({ name }) => name === LEDGER_TABLE)) {
    throw new StartError(`the data map has a table ${LEDGER_TABLE}, which is the ledger's name`)
  }
  const [ledger] = await Promise.all([
    createTable(client, ledgerParams()),
    ...company.map((table) => createTable(client, companyParams(table))),
  ])
  const streamArn = ledger.LatestStreamArn
  if (streamArn === undefined) throw new StartError(`the ledger's table ${LEDGER_TABLE} has no stream`)
  await Promise.all(expiringTables(dataMap).map((table) => enableTimeToLive(client, table)))
  return { streamArn }
}

export function expiringTables(map: DataMap): readonly ExpiringTable[] {
  const company = tableHoldings(map).flatMap(([, { table, action }]) => {
    const ends = retainOf(action)?.ends
    const found = map.tables[table]
    return found && ends?.by === 'ttl'
      ? [{ name: found.name, key: found.key, attribute: ends.attribute }]
      : []
  })
  const ledger = { name: LEDGER_TABLE, key: LEDGER.key, attribute: LEDGER.timeToLiveAttribute }
  return [...new Map([ledger, ...company].map((table) => [table.name, table])).values()]
}

const ledgerParams = (): CreateTableCommandInput => ({
  ...params(LEDGER_TABLE, LEDGER.key, [LEDGER.openIndex, LEDGER.receivedIndex]),
  StreamSpecification: { StreamEnabled: true, StreamViewType: LEDGER.streamViewType },
})

const companyParams = ({ name, key, indexes = {} }: Table): CreateTableCommandInput =>
  params(
    name,
    key,
    Object.entries(indexes).map(([index, { key: indexKey, projection }]) => ({
      name: index,
      key: indexKey,
      // Key attributes are always projected, and may not be named again.
      projection: projection?.filter((attribute) => !(attribute in key) && !(attribute in indexKey)) ?? 'ALL',
    })),
  )

interface Index {
  readonly name: string
  readonly key: KeySchema
  readonly projection: 'ALL' | 'KEYS_ONLY' | readonly string[]
}

function params(name: string, key: KeySchema, indexes: readonly Index[]): CreateTableCommandInput {
  const attributes = Object.assign({}, key, ...indexes.map((index) => index.key)) as KeySchema
  const GlobalSecondaryIndexes = indexes.map((index) => ({
    IndexName: index.name,
    KeySchema: keySchema(index.key),
    Projection: projection(index.projection),
  }))
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: Object.entries(attributes).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    KeySchema: keySchema(key),
    ...(indexes.length > 0 && { GlobalSecondaryIndexes }),
  }
}

const keySchema = (key: KeySchema) =>
  Object.keys(key).map(
    (AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' }) as const,
  )

const projection = (given: Index['projection']) =>
  typeof given === 'string'
    ? { ProjectionType: given }
    : given.length === 0
      ? ({ ProjectionType: 'KEYS_ONLY' } as const)
      : { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...given] }

async function createTable(
  client: DynamoDBClient,
  wanted: CreateTableCommandInput,
): Promise<TableDescription> {
  const there = await describe(client, wanted.TableName)
  if (there) {
    const keysOf = (schema: CreateTableCommandInput['KeySchema']) =>
      schema?.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`).join(', ')
    if (keysOf(there.KeySchema) === keysOf(wanted.KeySchema)) return addIndexes(client, there, wanted)
    throw new StartError(
      `the table ${wanted.TableName} has the keys ${keysOf(there.KeySchema)}, but the data map gives it ` +
        `${keysOf(wanted.KeySchema)}; use another --data-dir`,
    )
  }
  await client.send(new CreateTableCommand(wanted))
  return active(client, wanted.TableName)
}

/** For a data folder of an earlier version. */
async function addIndexes(
  client: DynamoDBClient,
  there: TableDescription,
  { TableName, AttributeDefinitions, GlobalSecondaryIndexes = [] }: CreateTableCommandInput,
): Promise<TableDescription> {
  const known = (there.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName)
  let table = there
  for (const index of GlobalSecondaryIndexes) {
    if (known.includes(index.IndexName)) continue
    const GlobalSecondaryIndexUpdates = [{ Create: index }]
    await client.send(
      new UpdateTableCommand({ TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates }),
    )
    table = await active(client, TableName)
  }
  return table
}

async function active(client: DynamoDBClient, name: string | undefined): Promise<TableDescription> {
  for (;;) {
    const made = await describe(client, name)
    const indexes = made?.GlobalSecondaryIndexes ?? []
    const isReady = indexes.every(({ IndexStatus = 'ACTIVE' }) => IndexStatus === 'ACTIVE')
    if (made?.TableStatus === 'ACTIVE' && isReady) return made
    await pause(20)
  }
}

async function describe(
  client: DynamoDBClient,
  name: string | undefined,
): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined
    throw error
  }
}

async function enableTimeToLive(client: DynamoDBClient, { name, attribute }: ExpiringTable): Promise<void> {
  const TimeToLiveSpecification = { Enabled: true, AttributeName: attribute }
  try {
    await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }))
  } catch (error) {
    // It is enabled already.
    if (!(error instanceof Error && error.name === 'ValidationException')) throw error
  }
}
