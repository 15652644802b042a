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
import type { Answer, Deployed, DeployedTable } from './deployed.ts'
import { ask, describeTable, fromDescription, placeOf, settingsOf } from './table-settings-dynamodb.ts'

export const dynamoClient = (options: ClientOptions): DynamoDBClient =>
  // AWS takes no more than ten of some of these calls a second.
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
  const listed = await ask('ListTables', () => allTables(client))
  const backups = await ask('ListBackups', () => allBackups(client))
  const all = listed.is === 'told' ? listed.value : []
  const strangers = all.filter((name) => !mapped.includes(name) && !(name in (map.waived ?? {})))
  const looked = ledger === undefined ? strangers : []
  let done = 0
  const each = async <T>(names: readonly string[], read: (answer: Described, name: string) => Promise<T>) =>
    pMap(
      names,
      async (name) => {
        const answer = await ask('DescribeTable', () => describeTable(client, name))
        const found = await read(answer, name)
        done += 1
        onProgress(done, mapped.length + looked.length)
        return found
      },
      { concurrency: CONCURRENCY },
    )

  const tables = await each(mapped, async (answer, name) => ({
    name,
    ...(answer.is === 'told' && placeOf(answer.value?.TableArn)),
    answer: await withSettings(client, answer, sample),
  }))
  const others = await each(looked, async (answer, name) => ({ name, answer }))
  const found = tables.find(({ region }) => region !== undefined)
  return {
    at: now,
    ...(found?.region !== undefined && { region: found.region }),
    ...(found?.account !== undefined && { account: found.account }),
    tables: new Map(tables.map(({ name, answer }) => [name, answer])),
    listed,
    backups,
    ledgers:
      ledger === undefined
        ? others.flatMap(({ name, answer }) => (answer.is === 'told' && isLedger(answer.value) ? [name] : []))
        : strangers.filter((name) => name === ledger),
    unrecognised: others.flatMap(({ name, answer }) => (answer.is === 'denied' ? [name] : [])),
  }
}

type Described = Answer<TableDescription | undefined>

async function withSettings(
  client: DynamoDBClient,
  answer: Described,
  sample: number,
): Promise<Answer<DeployedTable | undefined>> {
  if (answer.is !== 'told') return answer
  if (!answer.value) return { is: 'told', value: undefined }
  const described = fromDescription(answer.value)
  return { is: 'told', value: { ...described, ...(await settingsOf(client, answer.value, sample)) } }
}

/** The ledger's own keys and index, which no other table has: `infra/wiring.ts` says them. */
function isLedger(table: TableDescription | undefined): boolean {
  if (!table) return false
  const { key, indexes } = fromDescription(table)
  const names = (parts: DeployedTable['key'] = []) => parts.map(({ name }) => name).join()
  return names(key) === 'pk,sk' && names(indexes['open']?.key) === 'openShard,nextCheckAt'
}

async function allTables(client: DynamoDBClient): Promise<readonly string[]> {
  const names: string[] = []
  for await (const { TableNames = [] } of paginateListTables({ client }, {})) names.push(...TableNames)
  return names
}

/** Of the whole account: to ask table by table is more than AWS takes of this call. */
async function allBackups(client: DynamoDBClient): Promise<ReadonlyMap<string, readonly Date[]>> {
  const made: { readonly table: string; readonly at: Date }[] = []
  let after: string | undefined
  do {
    const page = await client.send(
      new ListBackupsCommand({
        BackupType: 'ALL',
        ...(after !== undefined && { ExclusiveStartBackupArn: after }),
      }),
    )
    for (const { TableName: table, BackupCreationDateTime: at } of page.BackupSummaries ?? []) {
      if (table !== undefined && at !== undefined) made.push({ table, at })
    }
    after = page.LastEvaluatedBackupArn
  } while (after !== undefined)
  const byTable = [...Map.groupBy(made, ({ table }) => table)]
  return new Map(byTable.map(([table, backups]) => [table, backups.map(({ at }) => at)]))
}
