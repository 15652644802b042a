/** Compares tables that an adopter passes in with the data map, as far as a construct knows its table. */
import { Stack, Token, TokenComparison } from 'aws-cdk-lib'
import { CfnGlobalTable, CfnTable } from 'aws-cdk-lib/aws-dynamodb'
import { type Finding, unknownName } from '../../shared/config/findings.ts'
import type { DataMap, Table } from '../../shared/data-map/data-map.ts'
import { keyFindings, mappedIndexFindings } from '../../shared/deployed/compare-keys.ts'
import type { DeployedIndex, DeployedKeyPart } from '../../shared/deployed/deployed.ts'
import type { PassedTable, PassedTables } from './props.ts'

export function* passedTableFindings(stack: Stack, passed: PassedTables, map: DataMap): Generator<Finding> {
  for (const [key, table] of Object.entries(passed)) {
    const stated = map.tables[key]
    if (stated) yield* oneTable(stack, { key, table, stated, waived: map.waived })
    else yield* unknownName(`tables.${key}`, 'table', { name: key, known: Object.keys(map.tables) })
  }
}

interface Passed {
  readonly key: string
  readonly table: PassedTable
  readonly stated: Table
  readonly waived: DataMap['waived']
}

function* oneTable(stack: Stack, { key, table, stated, waived }: Passed): Generator<Finding> {
  const place = `dataMap.tables.${key}`
  yield* whereFindings(stack, `tables.${key}`, table)
  const made = madeOf(table)
  const name = made?.name ?? table.tableName
  if (contradicts(name, stated.name)) {
    const problem = `is "${stated.name}", but the table that is passed in is "${name}"`
    yield { place: `${place}.name`, problem, remedy: `write '${name}'` }
  }
  const kmsKeyArn = table.encryptionKey?.keyArn
  if (kmsKeyArn !== undefined && stated.kmsKeyArn !== undefined && contradicts(kmsKeyArn, stated.kmsKeyArn)) {
    const problem = 'is not the key of the table that is passed in'
    yield { place: `${place}.kmsKeyArn`, problem, remedy: 'leave it out: the table knows its key' }
  }
  if (!made) return
  const { keySchema, attributeDefinitions = [], global = [], local = [] } = made
  const types = new Map(
    attributeDefinitions.map(({ attributeName, attributeType }) => [attributeName, attributeType]),
  )
  const parts = (schema: Made['keySchema']): readonly DeployedKeyPart[] =>
    schema.map(({ attributeName: name, keyType: role }) => ({ name, role, type: types.get(name) ?? '' }))
  yield* keyFindings(`${place}.key`, stated.key, parts(keySchema))
  const indexes = [...global, ...local].map(
    ({ indexName, keySchema, projection }): readonly [string, DeployedIndex] => [
      indexName,
      {
        key: parts(keySchema),
        status: 'ACTIVE',
        projection: projection.projectionType === 'ALL' ? 'ALL' : (projection.nonKeyAttributes ?? []),
      },
    ],
  )
  yield* mappedIndexFindings(place, stated, Object.fromEntries(indexes), waived)
}

/** The table's definition; undefined for a table that is only referred to. */
function madeOf({ node: { defaultChild } }: PassedTable): Made | undefined {
  if (!(defaultChild instanceof CfnTable || defaultChild instanceof CfnGlobalTable)) return undefined
  const { tableName: name, keySchema, attributeDefinitions } = defaultChild
  const { globalSecondaryIndexes: global, localSecondaryIndexes: local } = defaultChild
  // `resolve` returns any; for these fields it is what the template will have.
  return Stack.of(defaultChild).resolve({ name, keySchema, attributeDefinitions, global, local }) as Made
}

/** A table's definition, as the template will have it. */
interface Made {
  /** Absent if CloudFormation makes up the name; an object if the name is computed at deploy. */
  readonly name?: unknown
  readonly keySchema: readonly { readonly attributeName: string; readonly keyType: 'HASH' | 'RANGE' }[]
  readonly attributeDefinitions?: readonly CfnTable.AttributeDefinitionProperty[]
  readonly global?: readonly MadeIndex[]
  readonly local?: readonly MadeIndex[]
}

interface MadeIndex {
  readonly indexName: string
  readonly keySchema: Made['keySchema']
  readonly projection: { readonly projectionType?: string; readonly nonKeyAttributes?: readonly string[] }
}

function* whereFindings(stack: Stack, place: string, { env }: PassedTable): Generator<Finding> {
  for (const what of ['region', 'account'] as const) {
    if (Token.compareStrings(env[what], stack[what]) !== TokenComparison.DIFFERENT) continue
    const problem = `is a table of the ${what} ${env[what]}, the stack of ${stack[what]}`
    yield { place, problem, remedy: 'deploy once for each, with the tables that are there' }
  }
}

/** False for a name that is known only at deploy. */
const contradicts = (passed: unknown, stated: string): passed is string =>
  typeof passed === 'string' && !Token.isUnresolved(passed) && passed !== stated
