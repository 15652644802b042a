/** The company's own tables, named or passed in: permissions only, the tables are never created or changed. */
import { Annotations, Stack } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { type TableAccess, tableAccess, type Write } from '../../shared/config/access.ts'
import { type DataMap, regionOf } from '../../shared/data-map/data-map.ts'
import type { ServiceFunction } from './functions/service-function.ts'
import { passedTableFindings } from './passed-tables.ts'
import type { PassedTables } from './props.ts'
import { demandRegionOf } from './same-region.ts'

/** What a caller of DynamoDB does with a table's customer-managed key. */
const KMS_READ = ['Decrypt', 'DescribeKey'] as const
const KMS_WRITE = [
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
] as const

/** A function's whole environment may have 4 KB: this leaves room for the ledger's name and two secrets' ARNs. */
const MOST_BYTES_OF_NAMES = 3500

interface CompanyTablesProps {
  readonly dataMap: DataMap
  readonly passed: PassedTables
}

export class CompanyTables extends Construct {
  private readonly passed: PassedTables
  private readonly tables: readonly TableAccess[]
  private readonly names: string

  constructor(scope: Construct, id: string, { dataMap, passed }: CompanyTablesProps) {
    super(scope, id)
    this.passed = passed
    this.tables = tableAccess(dataMap)
    this.demandRegions()
    this.names = JSON.stringify(
      Object.fromEntries(this.tables.map(({ key, name }) => [key, passed[key]?.tableName ?? name])),
    )
    this.refuseTooMany()
    // Only at synth, because a table may get more indexes until then.
    this.node.addValidation({
      validate: () =>
        [...passedTableFindings(Stack.of(this), passed, dataMap)].map(
          ({ place, problem, remedy }) => `${place} ${problem}: ${remedy}`,
        ),
    })
  }

  /** Tells a function the tables' names, and lets it do to them what its entry states. */
  grantTo(fn: ServiceFunction): void {
    fn.set('tables', this.names)
    const { companyTables = 'names' } = fn.entry
    if (companyTables === 'find' || companyTables === 'erase') this.allowFind(fn)
    if (companyTables === 'due') this.allowFindDue(fn)
    if (companyTables === 'scan') this.allowScan(fn)
    if (companyTables === 'erase') this.allowWrite(fn)
  }

  private allowFind(fn: ServiceFunction): void {
    for (const table of this.tables) {
      const arn = this.arnOf(table)
      const indexes = table.queriedIndexes.map((index) => `${arn}/index/${index}`)
      const queried = [...(table.reads.includes('Query') ? [arn] : []), ...indexes]
      if (queried.length > 0) fn.allow(['dynamodb:Query'], queried)
      if (table.reads.includes('Scan')) fn.allow(['dynamodb:Scan'], [arn])
      if (table.reads.includes('BatchGetItem')) fn.allow(['dynamodb:BatchGetItem'], [arn])
      this.allowKey(fn, table, KMS_READ)
    }
  }

  private allowFindDue(fn: ServiceFunction): void {
    for (const table of this.tables.filter(({ ruledIndexes }) => ruledIndexes.length > 0)) {
      const arn = this.arnOf(table)
      fn.allow(
        ['dynamodb:Query'],
        table.ruledIndexes.map((index) => `${arn}/index/${index}`),
      )
      fn.allow(['dynamodb:DescribeTable'], [arn])
      this.allowKey(fn, table, KMS_READ)
    }
  }

  private allowScan(fn: ServiceFunction): void {
    for (const table of this.tables) {
      fn.allow(['dynamodb:Scan'], [this.arnOf(table)])
      this.allowKey(fn, table, KMS_READ)
    }
  }

  private allowWrite(fn: ServiceFunction): void {
    for (const table of this.tables) {
      for (const write of table.writes) {
        fn.allow([`dynamodb:${write.action}`], [this.arnOf(table)], onlyNaming(write))
      }
      if (table.writes.length > 0) this.allowKey(fn, table, KMS_WRITE)
    }
  }

  private demandRegions(): void {
    const keys = new Map(
      this.tables.flatMap(({ name, kmsKeyArn }) =>
        kmsKeyArn === undefined ? [] : [[regionOf(kmsKeyArn), { name, kmsKeyArn }]],
      ),
    )
    for (const { name, kmsKeyArn } of keys.values()) {
      demandRegionOf(this, `The key of table ${name}`, kmsKeyArn)
    }
  }

  private refuseTooMany(): void {
    const bytes = Buffer.byteLength(this.names)
    if (bytes <= MOST_BYTES_OF_NAMES) return
    Annotations.of(this).addError(
      `The names of ${this.tables.length} tables take ${bytes} bytes as a setting, and Lambda has room for ${MOST_BYTES_OF_NAMES} there: give them shorter keys in dataMap.tables`,
    )
  }

  private allowKey(fn: ServiceFunction, table: TableAccess, actions: readonly string[]): void {
    const kmsKeyArn = this.passed[table.key]?.encryptionKey?.keyArn ?? table.kmsKeyArn
    if (kmsKeyArn === undefined) return
    fn.allow(
      actions.map((action) => `kms:${action}`),
      [kmsKeyArn],
      { StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(this).region}.amazonaws.com` } },
    )
  }

  private arnOf({ key, name }: TableAccess): string {
    const passed = this.passed[key]
    if (passed) return passed.tableArn
    return Stack.of(this).formatArn({ service: 'dynamodb', resource: 'table', resourceName: name })
  }
}

/** Without it, BatchWriteItem could put items, and UpdateItem could change attributes that the map does not name. */
const onlyNaming = ({ attributes }: Write) =>
  attributes && { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': attributes } }
