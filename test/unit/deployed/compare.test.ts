import { describe, expect, it } from 'vitest'
import sample from '../../../deletion.config.ts'
import { checkConfig } from '../../../shared/config/validate.ts'
import type { DataMap, Table } from '../../../shared/data-map/data-map.ts'
import { compareTables, unseen } from '../../../shared/deployed/compare.ts'
import type { DeployedTable } from '../../../shared/deployed/deployed.ts'
import { scanCosts } from '../../../shared/deployed/scan-cost.ts'
import {
  type Differences,
  deployedShop,
  KEY_ARN,
  SHOP_MAP,
  SHOP_TABLE,
  told,
  withTable,
} from '../../fixtures/deployed/deployed.ts'

const app = 'dataMap.tables.app'
const denied = (permission: string) => ({ is: 'denied', permission }) as const
const backups = (...dates: readonly string[]) =>
  told(new Map([['Shop', dates.map((date) => new Date(`${date}T00:00:00Z`))]]))
const [byFb] = SHOP_TABLE.GlobalSecondaryIndexes ?? []
const indexes = (...changes: readonly object[]) => ({
  table: { GlobalSecondaryIndexes: changes.map((change) => ({ ...byFb, ...change })) },
})
const hash = (...names: readonly string[]) =>
  names.map((AttributeName) => ({ AttributeName, KeyType: 'HASH' as const }))

type Row = readonly [
  what: string,
  differences: Differences,
  place: string,
  problem: string,
  remedy: string,
  stated?: Partial<Table>,
]

const whole = ([what, differences, place, problem, remedy, stated = {}]: Row) =>
  [what, differences, place, problem, remedy, stated] as const

const ROWS: readonly Row[] = [
  [
    'a table that is not there',
    { deployed: { tables: new Map([['Shop', told(undefined)]]), listed: told(['Counters']) } },
    `${app}.name`,
    'there is no table "Shop" in ap-southeast-1',
    'give the name it has in DynamoDB, or look in the account and region where it is',
  ],
  [
    'a table that is going',
    { table: { TableStatus: 'DELETING' } },
    app,
    '"Shop" is DELETING, not ACTIVE',
    'ACTIVE',
  ],
  [
    'a table that may not be described',
    { deployed: { tables: new Map([['Shop', denied('dynamodb:DescribeTable')]]) } },
    app,
    'dynamodb:DescribeTable is not permitted',
    'docs/check-live.md',
  ],
  [
    'a setting that may not be read',
    { settings: { recoveryDays: denied('dynamodb:DescribeContinuousBackups') } },
    app,
    'dynamodb:DescribeContinuousBackups is not permitted',
    'permit it',
  ],
  [
    'a table whose own key may not be used',
    { settings: { sample: denied('kms:Decrypt') } },
    app,
    'kms:Decrypt is not permitted',
    '--sample 0',
  ],
  [
    'a key of another name',
    { table: { KeySchema: hash('day') } },
    `${app}.key`,
    "is { PK: 'S', SK: 'N' }, but the deployed one is { day: 'S' }",
    'write',
  ],
  [
    'a key without its sort key',
    { table: { KeySchema: hash('PK') } },
    `${app}.key`,
    "the deployed one is { PK: 'S' }",
    "write { PK: 'S' }",
  ],
  [
    'a key in another order',
    {},
    `${app}.key`,
    "is { SK: 'N', PK: 'S' }, but the deployed one is { PK: 'S', SK: 'N' }",
    "write { PK: 'S', SK: 'N' }",
    { key: { SK: 'N', PK: 'S' } },
  ],
  [
    'an index that is not there',
    { table: { GlobalSecondaryIndexes: [] } },
    `${app}.indexes.byFb`,
    '"Shop" has no index "byFb"',
    'use one of: byDay',
  ],
  [
    'an index over another attribute',
    indexes({ KeySchema: hash('day') }),
    `${app}.indexes.byFb.key`,
    "is { FB: 'S' }, but the deployed one is { day: 'S' }",
    'write',
  ],
  [
    'an index that is being built',
    indexes({ IndexStatus: 'CREATING' }),
    `${app}.indexes.byFb`,
    'is CREATING, not ACTIVE',
    'check again',
  ],
  [
    'an index with a key of several attributes',
    indexes({ KeySchema: hash('FB', 'day') }),
    `${app}.indexes.byFb.key`,
    'has a key of several attributes: FB (HASH), day (HASH)',
    'not supported',
  ],
  [
    'an index that carries more than is stated',
    indexes({ Projection: { ProjectionType: 'ALL' } }),
    `${app}.indexes.byFb.projection`,
    'is the keys and userId, but the deployed index carries all attributes',
    'leave it out',
  ],
  [
    'an index that carries less than is stated',
    indexes({ Projection: { ProjectionType: 'KEYS_ONLY' } }),
    `${app}.indexes.byFb.projection`,
    'but the deployed index carries the keys only',
    'write []',
  ],
  [
    'an index that carries something, where all is stated',
    {},
    `${app}.indexes.byFb.projection`,
    'is all attributes, but the deployed index carries the keys and userId',
    "write ['userId']",
    { indexes: { byFb: { key: { FB: 'S' } }, byDay: { key: { day: 'S', SK: 'N' } } } },
  ],
  [
    'an index that nobody mapped',
    indexes({}, { IndexName: 'byName' }),
    `${app}.indexes`,
    '"Shop" has an index "byName" that is neither mapped nor waived',
    "describe it: byName: { key: { FB: 'S' } }, or waive it with the reason: waived: { 'Shop/byName': '…' }",
  ],
  [
    'an index that nobody mapped, with a key of several attributes',
    indexes({}, { IndexName: 'byName', KeySchema: hash('FB', 'day') }),
    `${app}.indexes`,
    'neither mapped nor waived',
    'keys of several attributes are not supported: waive it',
  ],
  [
    'a key of KMS that is not stated',
    { table: { SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: KEY_ARN } } },
    `${app}.kmsKeyArn`,
    `is encrypted with ${KEY_ARN}`,
    `kmsKeyArn: '${KEY_ARN}'`,
  ],
  [
    'a key that the table does not have',
    {},
    `${app}.kmsKeyArn`,
    'encrypted with a key that AWS owns',
    'leave it out',
    { kmsKeyArn: KEY_ARN },
  ],
  [
    'another key',
    { table: { SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: `${KEY_ARN}0` } } },
    `${app}.kmsKeyArn`,
    `which is ${KEY_ARN}0`,
    `write '${KEY_ARN}0'`,
    { kmsKeyArn: KEY_ARN },
  ],
  [
    'a replica that is not stated',
    { table: { Replicas: [{ RegionName: 'eu-west-1' }, { RegionName: 'ap-southeast-1' }] } },
    `${app}.replicas`,
    'the table is also in eu-west-1, which is not stated',
    "write ['eu-west-1']",
  ],
  [
    'a replica that is not there',
    {},
    `${app}.replicas`,
    'the table is not in eu-west-1',
    'leave it out',
    { replicas: ['eu-west-1'] },
  ],
  [
    'a stream that is not stated',
    { table: { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } } },
    `${app}.stream`,
    'the table feeds a stream, which is not stated',
    'say who reads it',
  ],
  [
    'a Kinesis stream that is not stated',
    { settings: { kinesisStreams: told(['audit']) } },
    `${app}.stream`,
    'the table feeds the Kinesis stream audit',
    'say who reads it',
  ],
  [
    'a stream that is not there',
    { table: { StreamSpecification: { StreamEnabled: false } } },
    `${app}.stream`,
    'the table has no stream',
    'leave it out',
    { stream: 'the search index' },
  ],
  [
    'a recovery period longer than what people are told',
    {},
    `${app}.backupsKeptFor`,
    'is P30D, but the table can be restored from any point of the last 35 days',
    "write 'P35D' or more",
    { backupsKeptFor: 'P30D' },
  ],
  [
    'backups older than what people are told',
    { deployed: { backups: backups('2026-10-19', '2026-11-23', '2025-01-02') } },
    `${app}.backupsKeptFor`,
    'the table has 2 backups older than that, from 2025-01-02',
    'delete what is older',
  ],
  [
    'a retained holding in a table without TTL',
    { settings: { timeToLive: told(undefined) } },
    'dataMap.holdings.bills.action.retain.ends.attribute',
    'has no TTL enabled',
    'enable TTL on the attribute "expiresAt"',
  ],
  [
    'a retained holding with another attribute than the TTL',
    { settings: { timeToLive: told('ttl') } },
    'dataMap.holdings.bills.action.retain.ends.attribute',
    'the TTL attribute of "Shop" is "ttl", not "expiresAt"',
    'name "ttl"',
  ],
  [
    'a table that nobody mapped',
    { deployed: { listed: told(['Shop', 'shop-archive']) } },
    'dataMap.tables',
    'the table "shop-archive" is there, and neither mapped nor waived',
    "waived: { 'shop-archive': '…' }",
  ],
  [
    'a table that nobody mapped, nor may describe',
    { deployed: { listed: told(['Shop', 'Audit']), unrecognised: ['Audit'] } },
    'dataMap.tables',
    'the table "Audit" is there',
    'then give --ledger',
  ],
  [
    'an account whose backups may not be listed',
    { deployed: { backups: denied('dynamodb:ListBackups') } },
    'dataMap.tables',
    "the account's list of backups could not be looked at: dynamodb:ListBackups is not permitted",
    'permit it',
  ],
  [
    'an account whose tables may not be listed',
    { deployed: { listed: denied('dynamodb:ListTables') } },
    'dataMap.tables',
    "the account's list of tables could not be looked at: dynamodb:ListTables is not permitted",
    'permit it',
  ],
]

describe('a data map compared with the deployed tables', () => {
  it('has no finding where both say the same', () => {
    expect(compareTables(SHOP_MAP, deployedShop())).toEqual([])
  })

  it.each(ROWS.map(whole))('names %s', (_what, differences, place, problem, remedy, stated) => {
    const findings = compareTables(withTable(stated), deployedShop(differences))
    expect(findings).toEqual([
      {
        place,
        problem: expect.stringContaining(problem) as string,
        remedy: expect.stringContaining(remedy) as string,
      },
    ])
  })

  it.each<readonly [string, Differences, Partial<Table>]>([
    ['a stated key', { table: { SSEDescription: { KMSMasterKeyArn: KEY_ARN } } }, { kmsKeyArn: KEY_ARN }],
    [
      'encryption that was given up',
      { table: { SSEDescription: { Status: 'DISABLED', KMSMasterKeyArn: KEY_ARN } } },
      {},
    ],
    [
      'stated replicas, in any order',
      { table: { Replicas: [{ RegionName: 'eu-west-1' }, { RegionName: 'us-east-1' }] } },
      { replicas: ['us-east-1', 'eu-west-1'] },
    ],
    [
      'a stated stream',
      { table: { StreamSpecification: { StreamEnabled: true } } },
      { stream: 'the search index' },
    ],
    [
      'a stated Kinesis stream',
      { settings: { kinesisStreams: told(['audit']) } },
      { stream: 'the auditors' },
    ],
    [
      'backups that are kept for nobody knows how long',
      { deployed: { backups: backups('1970-01-01') } },
      { backupsKeptFor: 'unknown' },
    ],
    [
      'a table that cannot be restored',
      { settings: { recoveryDays: told(0) }, deployed: { backups: told(new Map()) } },
      { backupsKeptFor: 'P1D' },
    ],
    [
      'an index that carries keys only, however that is stated',
      indexes({ Projection: { ProjectionType: 'KEYS_ONLY' } }),
      {
        indexes: {
          byFb: { key: { FB: 'S' }, projection: ['PK', 'FB'] },
          byDay: { key: { day: 'S', SK: 'N' } },
        },
      },
    ],
  ])('takes %s', (_what, differences, stated) => {
    expect(compareTables(withTable(stated), deployedShop(differences))).toEqual([])
  })

  it('offers the table that was probably meant, of those that nothing is said of', () => {
    const tables = new Map([['Shop', told(undefined)]])
    const deployed = deployedShop({ deployed: { tables, listed: told(['Shap', 'Shops']) } })
    const [first] = compareTables({ ...SHOP_MAP, waived: { Shap: 'x' } }, deployed)
    expect(first?.remedy).toContain('did you mean "Shops"?')
  })

  it('lets an index be waived, in words that the ordinary check takes, and not also be mapped', () => {
    const deployed = deployedShop(indexes({}, { IndexName: 'byName' }))
    const waiving = (index: string): DataMap => ({
      ...SHOP_MAP,
      waived: { Counters: 'x', [`Shop/${index}`]: 'x' },
    })
    expect(compareTables(waiving('byName'), deployed)).toEqual([])
    expect(compareTables({ ...waiving('byFb') }, deployedShop()).map(({ place }) => place)).toEqual([
      'dataMap.waived.Shop/byFb',
    ])
    const waived = { ...sample.dataMap.waived, 'Shop/byName': 'a name finds nobody' }
    expect(checkConfig({ ...sample, dataMap: { ...sample.dataMap, waived } }).findings).toEqual([])
  })

  it('takes what an engine does not know for unseen, not for well', () => {
    const unsupported = (operation: string) => ({ is: 'unsupported', operation }) as const
    const settings: Partial<DeployedTable> = {
      recoveryDays: unsupported('DescribeContinuousBackups'),
    }
    const deployed = deployedShop({ settings, deployed: { backups: unsupported('ListBackups') } })
    expect(compareTables(SHOP_MAP, deployed)).toEqual([])
    expect(unseen(deployed)).toEqual(['DescribeContinuousBackups', 'ListBackups'])
  })
})

describe('what a scan costs', () => {
  const scanning: DataMap = withTable(
    {},
    {
      ...SHOP_MAP,
      holdings: {
        logs: {
          table: 'app',
          find: { scan: 'nothing else finds them', author: '{userId}' },
          owner: { author: '{userId}' },
          action: 'erase',
          category: 'bills',
          scope: 'account',
        },
      },
    },
  )
  const deployed = deployedShop({ table: { TableSizeBytes: 4_096_000_001, ItemCount: 9 } })

  it('is told of plan, erase and verify, and of nothing that is found by key', () => {
    expect(scanCosts(scanning, deployed)).toEqual([
      {
        holding: 'logs',
        table: 'Shop',
        items: 9,
        bytes: 4_096_000_001,
        readUnits: 3_000_003,
        dollars: expect.closeTo(0.375) as number,
        seconds: 3001,
      },
    ])
    expect(scanCosts(SHOP_MAP, deployed)).toEqual([])
  })

  it('takes as long as the pace of the table lets it', () => {
    const paced = (maxReadUnitsPerSecond: number | 'unlimited') =>
      scanCosts(withTable({ maxReadUnitsPerSecond }, scanning), deployed)[0]?.seconds
    expect([paced(100), paced('unlimited')]).toEqual([30_001, undefined])
  })
})
