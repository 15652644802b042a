/** The ledger's table and the company's tables, as the wiring and the data map describe them. */
import { setTimeout as pause } from 'node:timers/promises'
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  type Projection,
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
  await Promise.all([
    createTable(client, ledgerParams()),
    ...company.map((table) => createTable(client, companyParams(table))),
  ])
  const streamArn = (await describe(client, LEDGER_TABLE))?.LatestStreamArn
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

function projection(given: Index['projection']): Projection {
  if (typeof given === 'string') return { ProjectionType: given }
  if (given.length === 0) return { ProjectionType: 'KEYS_ONLY' }
  return { ProjectionType: 'INCLUDE', NonKeyAttributes: [...given] }
}

async function createTable(client: DynamoDBClient, wanted: CreateTableCommandInput): Promise<void> {
  const existing = await describe(client, wanted.TableName)
  if (!existing) await client.send(new CreateTableCommand(wanted))
  else if (keysOf(existing) === keysOf(wanted)) await addIndexes(client, existing, wanted)
  else
    throw new StartError(
      `the table ${wanted.TableName} has the keys ${keysOf(existing)}, but the data map gives it ` +
        `${keysOf(wanted)}; use another --data-dir`,
    )
  await untilActive(client, wanted.TableName)
}

const keysOf = ({ KeySchema }: Pick<TableDescription, 'KeySchema'>): string | undefined =>
  KeySchema?.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`).join(', ')

/** For a data folder of an earlier version. */
async function addIndexes(
  client: DynamoDBClient,
  existing: TableDescription,
  { TableName, AttributeDefinitions, GlobalSecondaryIndexes = [] }: CreateTableCommandInput,
): Promise<void> {
  const known = (existing.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName)
  for (const index of GlobalSecondaryIndexes.filter(({ IndexName }) => !known.includes(IndexName))) {
    const GlobalSecondaryIndexUpdates = [{ Create: index }]
    await client.send(
      new UpdateTableCommand({ TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates }),
    )
    await untilActive(client, TableName)
  }
}

async function untilActive(client: DynamoDBClient, name: string | undefined): Promise<void> {
  for (;;) {
    const { TableStatus, GlobalSecondaryIndexes = [] } = (await describe(client, name)) ?? {}
    const isReady = GlobalSecondaryIndexes.every(({ IndexStatus = 'ACTIVE' }) => IndexStatus === 'ACTIVE')
    if (TableStatus === 'ACTIVE' && isReady) return
    await pause(20)
  }
}

async function describe(client: DynamoDBClient, TableName: string | undefined) {
  try {
    return (await client.send(new DescribeTableCommand({ TableName }))).Table
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
