/** The company's own tables. They are named here, never created or changed: only permissions come of them. */
import { Annotations, Stack, Token } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { type TableAccess, tableAccess, type Write } from '../../shared/config/access.ts'
import { type DataMap, regionOf } from '../../shared/config/data-map.ts'
import type { ServiceFunction } from './service-function.ts'

/** What a caller of DynamoDB needs of a table's own key. */
const KMS_READ = ['Decrypt', 'DescribeKey'] as const
const KMS_WRITE = [
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
] as const

export class CompanyTables extends Construct {
  private readonly tables: readonly TableAccess[]
  private readonly names: string

  constructor(scope: Construct, id: string, { dataMap }: { readonly dataMap: DataMap }) {
    super(scope, id)
    this.tables = tableAccess(dataMap)
    this.refuseOtherRegions()
    this.names = JSON.stringify(
      Object.fromEntries(Object.entries(dataMap.tables).map(([key, { name }]) => [key, name])),
    )
  }

  /** Lets a function find a person's items. */
  grantRead(fn: ServiceFunction): void {
    fn.set('tables', this.names)
    for (const table of this.tables) {
      const arn = this.arnOf(table)
      const indexes = table.queriedIndexes.map((index) => `${arn}/index/${index}`)
      const queried = [...(table.reads.includes('Query') ? [arn] : []), ...indexes]
      if (queried.length > 0) allow(fn, ['dynamodb:Query'], queried)
      if (table.reads.includes('BatchGetItem')) allow(fn, ['dynamodb:BatchGetItem'], [arn])
      this.allowKey(fn, table, KMS_READ)
    }
  }

  /** Lets a function do what the holdings say, and no more. */
  grantErase(fn: ServiceFunction): void {
    this.grantRead(fn)
    for (const table of this.tables) {
      for (const write of table.writes) {
        allow(fn, [`dynamodb:${write.action}`], [this.arnOf(table)], onlyNaming(write))
      }
      if (table.writes.length > 0) this.allowKey(fn, table, KMS_WRITE)
    }
  }

  private refuseOtherRegions(): void {
    const { region } = Stack.of(this)
    for (const { name, kmsKeyArn } of Token.isUnresolved(region) ? [] : this.tables) {
      if (kmsKeyArn === undefined || regionOf(kmsKeyArn) === region) continue
      Annotations.of(this).addError(
        `The key of table ${name} is of ${regionOf(kmsKeyArn)}, the stack of ${region}: deploy it where the tables are`,
      )
    }
  }

  private allowKey(fn: ServiceFunction, { kmsKeyArn }: TableAccess, actions: readonly string[]): void {
    if (kmsKeyArn === undefined) return
    allow(
      fn,
      actions.map((action) => `kms:${action}`),
      [kmsKeyArn],
      { StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(this).region}.amazonaws.com` } },
    )
  }

  private arnOf({ name }: TableAccess): string {
    return Stack.of(this).formatArn({ service: 'dynamodb', resource: 'table', resourceName: name })
  }
}

/** BatchWriteItem could put items, and UpdateItem change any attribute: not beyond what the map names. */
const onlyNaming = ({ attributes }: Write) =>
  attributes && { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': attributes } }

const allow = (
  fn: ServiceFunction,
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Record<string, unknown>,
): void =>
  fn.addToRolePolicy(
    new PolicyStatement({
      actions: [...actions],
      resources: [...resources],
      ...(conditions && { conditions }),
    }),
  )
