/** One deployed table: what DescribeTable tells of it, and the settings that other calls tell. */
import {
  type AttributeValue,
  DescribeContinuousBackupsCommand,
  DescribeKinesisStreamingDestinationCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ScanCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb'
import { mapValues } from '../data-map/map-hash.ts'
import { defined } from '../platform/defined.ts'
import type { CallResult, Deployed, DeployedIndex, DeployedTable, SampledItem } from './deployed.ts'

/** Operations that a local engine may lack. Without the others nothing could be compared. */
const MAY_LACK = [
  'DescribeContinuousBackups',
  'DescribeKinesisStreamingDestination',
  'DescribeTimeToLive',
  'ListBackups',
]

/** A denied call must not look like a missing table, nor an operation that only AWS has like an unused feature. */
export async function resultOf<T>(operation: string, call: () => Promise<T>): Promise<CallResult<T>> {
  try {
    return { is: 'told', value: await call() }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if (error.name === 'UnknownOperationException' && MAY_LACK.includes(operation))
      return { is: 'unsupported', operation }
    if (error.name !== 'AccessDeniedException') throw error
    // The missing permission may be another than the operation's own, such as kms:Decrypt.
    const [, named] = /not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)/.exec(error.message) ?? []
    return { is: 'denied', permission: named ?? `dynamodb:${operation}` }
  }
}

export async function describeTable(
  client: DynamoDBClient,
  TableName: string,
): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName }))).Table
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined
    throw error
  }
}

type SettingName = 'kinesisStreams' | 'recoveryDays' | 'timeToLive' | 'sample'

/** The part that DescribeTable tells. */
export function fromDescription(table: TableDescription): Omit<DeployedTable, SettingName> {
  const { SSEDescription: encryption, Replicas: replicas = [], TableArn } = table
  const types = new Map(
    table.AttributeDefinitions?.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]),
  )
  const keyOf = (schema: TableDescription['KeySchema'] = []) =>
    schema.map(({ AttributeName: name = '', KeyType }) => ({
      name,
      type: types.get(name) ?? '',
      role: KeyType === 'RANGE' ? KeyType : ('HASH' as const),
    }))
  const indexes = [
    ...(table.GlobalSecondaryIndexes ?? []),
    // A local index is as active as its table.
    ...(table.LocalSecondaryIndexes ?? []).map((index) => ({ ...index, IndexStatus: 'ACTIVE' })),
  ].map(({ IndexName = '', KeySchema, IndexStatus = '', Projection }): [string, DeployedIndex] => [
    IndexName,
    {
      key: keyOf(KeySchema),
      status: IndexStatus,
      projection: Projection?.ProjectionType === 'ALL' ? 'ALL' : (Projection?.NonKeyAttributes ?? []),
    },
  ])
  const kmsKeyArn = encryption?.Status === 'DISABLED' ? undefined : encryption?.KMSMasterKeyArn
  return {
    status: table.TableStatus ?? '',
    key: keyOf(table.KeySchema),
    indexes: Object.fromEntries(indexes),
    ...(kmsKeyArn !== undefined && { kmsKeyArn }),
    replicas: replicas
      .flatMap(({ RegionName }) => RegionName ?? [])
      .filter((region) => region !== regionAndAccountOf(TableArn).region)
      .sort(),
    hasStream: table.StreamSpecification?.StreamEnabled === true,
    bytes: table.TableSizeBytes ?? 0,
    items: table.ItemCount ?? 0,
  }
}

/** One call for each: any of them may be denied. */
export async function settingsOf(
  client: DynamoDBClient,
  { TableName = '', TableStatus }: TableDescription,
  sample: number,
): Promise<Pick<DeployedTable, SettingName>> {
  const isReadable = TableStatus === 'ACTIVE' || TableStatus === 'UPDATING'
  const [kinesisStreams, recoveryDays, timeToLive, sampled] = await Promise.all([
    resultOf('DescribeKinesisStreamingDestination', () => kinesisStreamsOf(client, TableName)),
    resultOf('DescribeContinuousBackups', () => recoveryDaysOf(client, TableName)),
    resultOf('DescribeTimeToLive', () => timeToLiveOf(client, TableName)),
    resultOf('Scan', () => sampleOf(client, TableName, isReadable ? sample : 0)),
  ])
  return { kinesisStreams, recoveryDays, timeToLive, sample: sampled }
}

/** Kinesis streams that every change goes to. */
async function kinesisStreamsOf(client: DynamoDBClient, TableName: string): Promise<readonly string[]> {
  const { KinesisDataStreamDestinations: all = [] } = await client.send(
    new DescribeKinesisStreamingDestinationCommand({ TableName }),
  )
  return all
    .filter(({ DestinationStatus = '' }) => !['DISABLED', 'ENABLE_FAILED'].includes(DestinationStatus))
    .map(({ StreamArn = '' }) => StreamArn.split('/').at(-1) ?? '')
}

const DEFAULT_RECOVERY_DAYS = 35

async function recoveryDaysOf(client: DynamoDBClient, TableName: string): Promise<number> {
  const { ContinuousBackupsDescription: told } = await client.send(
    new DescribeContinuousBackupsCommand({ TableName }),
  )
  const { PointInTimeRecoveryStatus, RecoveryPeriodInDays } = told?.PointInTimeRecoveryDescription ?? {}
  return PointInTimeRecoveryStatus === 'ENABLED' ? (RecoveryPeriodInDays ?? DEFAULT_RECOVERY_DAYS) : 0
}

async function timeToLiveOf(client: DynamoDBClient, TableName: string): Promise<string | undefined> {
  const { TimeToLiveDescription: told } = await client.send(new DescribeTimeToLiveCommand({ TableName }))
  return told?.TimeToLiveStatus === 'ENABLED' || told?.TimeToLiveStatus === 'ENABLING'
    ? told.AttributeName
    : undefined
}

/** The sample comes from as many parts of the table: one alone would show only a few partitions. */
const SEGMENTS = 4

async function sampleOf(
  client: DynamoDBClient,
  TableName: string,
  size: number,
): Promise<readonly SampledItem[]> {
  const segments = Math.min(SEGMENTS, size)
  const pages = await Promise.all(
    Array.from({ length: segments }, (_, Segment) => {
      const Limit = Math.floor(size / segments) + (Segment < size % segments ? 1 : 0)
      return client.send(new ScanCommand({ TableName, Segment, TotalSegments: segments, Limit }))
    }),
  )
  return pages.flatMap(({ Items = [] }) => Items.map(sampled))
}

const sampled = (item: Readonly<Record<string, AttributeValue>>): SampledItem =>
  mapValues(item, ({ S, N, BOOL }) => S ?? N ?? BOOL?.toString())

/** `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME`. */
export function regionAndAccountOf(arn: string | undefined): Pick<Deployed, 'region' | 'account'> {
  const [, , , region, account] = arn?.split(':') ?? []
  return defined({ region, account })
}
