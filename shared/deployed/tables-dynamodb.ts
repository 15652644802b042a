/** Reads what DynamoDB tells of the deployed tables. Changes nothing, and keeps no item. */
import {
  DynamoDBClient,
  ListBackupsCommand,
  paginateListTables,
  type TableDescription,
} from '@aws-sdk/client-dynamodb'
import pMap from 'p-map'
import type { DataMap } from '../data-map/data-map.ts'
import { type ClientOptions, clientOptions } from '../platform/client-options.ts'
import type { CallResult, Deployed, DeployedTable } from './deployed.ts'
import {
  describeTable,
  fromDescription,
  regionAndAccountOf,
  resultOf,
  settingsOf,
} from './table-settings-dynamodb.ts'

export const dynamoClient = (options: ClientOptions): DynamoDBClient =>
  // AWS allows only ten of some of these calls a second.
  new DynamoDBClient({ ...clientOptions(options), maxAttempts: 7, retryMode: 'adaptive' })

export interface ReadOptions {
  readonly now: Date
  /** Items to look at in each mapped table; 0: none. */
  readonly sample: number
  /** The name of our own ledger. @default every table that has its keys and its index */
  readonly ledger?: string
  readonly onProgress?: (done: number, of: number) => void
}

const CONCURRENCY = 4

export async function readDeployed(
  client: DynamoDBClient,
  map: Pick<DataMap, 'tables' | 'waived'>,
  { now, sample, ledger, onProgress = () => {} }: ReadOptions,
): Promise<Deployed> {
  const mapped = Object.values(map.tables).map(({ name }) => name)
  const listed = await resultOf('ListTables', () => allTables(client))
  const backups = await resultOf('ListBackups', () => allBackups(client))
  const all = listed.is === 'told' ? listed.value : []
  const strangers = all.filter((name) => !mapped.includes(name) && !(name in (map.waived ?? {})))
  // A ledger that is named need not be recognised.
  const possibleLedgers = ledger === undefined ? strangers : []
  let done = 0
  const each = async <T>(names: readonly string[], read: (result: Described, name: string) => Promise<T>) =>
    pMap(
      names,
      async (name) => {
        const result = await resultOf('DescribeTable', () => describeTable(client, name))
        const found = await read(result, name)
        done += 1
        onProgress(done, mapped.length + possibleLedgers.length)
        return found
      },
      { concurrency: CONCURRENCY },
    )

  const tables = await each(mapped, async (result, name) => ({
    name,
    where: result.is === 'told' ? regionAndAccountOf(result.value?.TableArn) : {},
    result: await withSettings(client, result, sample),
  }))
  const others = await each(possibleLedgers, async (result, name) => ({ name, result }))
  return {
    at: now,
    ...tables.find(({ where }) => where.region !== undefined)?.where,
    tables: new Map(tables.map(({ name, result }) => [name, result])),
    listed,
    backups,
    ledgers:
      ledger === undefined
        ? others.flatMap(({ name, result }) => (result.is === 'told' && isLedger(result.value) ? [name] : []))
        : strangers.filter((name) => name === ledger),
    unrecognised: others.flatMap(({ name, result }) => (result.is === 'denied' ? [name] : [])),
  }
}

type Described = CallResult<TableDescription | undefined>

async function withSettings(
  client: DynamoDBClient,
  result: Described,
  sample: number,
): Promise<CallResult<DeployedTable | undefined>> {
  if (result.is !== 'told') return result
  if (!result.value) return { is: 'told', value: undefined }
  const described = fromDescription(result.value)
  return { is: 'told', value: { ...described, ...(await settingsOf(client, result.value, sample)) } }
}

/** By the ledger's keys and index, which no other table has: they are in `infra/wiring.ts`. */
function isLedger(table: TableDescription | undefined): boolean {
  if (!table) return false
  const { key, indexes } = fromDescription(table)
  const names = (parts: DeployedTable['key'] = []) => parts.map(({ name }) => name).join()
  return names(key) === 'pk,sk' && names(indexes['open']?.key) === 'openShard,nextCheckAt'
}

async function allTables(client: DynamoDBClient): Promise<readonly string[]> {
  const pages = await Array.fromAsync(paginateListTables({ client }, {}))
  return pages.flatMap(({ TableNames = [] }) => TableNames)
}

/** Of the whole account: one call for each table would be more than AWS allows. */
async function allBackups(client: DynamoDBClient): Promise<ReadonlyMap<string, readonly Date[]>> {
  const made = new Map<string, Date[]>()
  let ExclusiveStartBackupArn: string | undefined
  do {
    const page = await client.send(new ListBackupsCommand({ BackupType: 'ALL', ExclusiveStartBackupArn }))
    for (const { TableName: table, BackupCreationDateTime: at } of page.BackupSummaries ?? []) {
      if (table !== undefined && at !== undefined) made.set(table, [...(made.get(table) ?? []), at])
    }
    ExclusiveStartBackupArn = page.LastEvaluatedBackupArn
  } while (ExclusiveStartBackupArn !== undefined)
  return made
}
