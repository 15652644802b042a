/** The table of requests: the source of truth, and the stream that starts an erasure. */
import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, Billing, ProjectionType, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { Construct } from 'constructs'
import { LEDGER } from '../wiring.ts'
import type { ServiceFunction } from './functions/service-function.ts'

export class Ledger extends Construct {
  readonly table: TableV2

  constructor(scope: Construct, id: string) {
    super(scope, id)
    const { key, openIndex, receivedIndex, timeToLiveAttribute } = LEDGER
    this.table = new TableV2(this, 'Table', {
      ...keysOf(key),
      globalSecondaryIndexes: [
        {
          indexName: openIndex.name,
          ...keysOf(openIndex.key),
          projectionType: ProjectionType[openIndex.projection],
        },
        {
          indexName: receivedIndex.name,
          ...keysOf(receivedIndex.key),
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: [...receivedIndex.projection],
        },
      ],
      billing: Billing.onDemand(),
      // Never to be changed: another view type makes another stream, and records written between the two are lost.
      dynamoStream: StreamViewType[LEDGER.streamViewType],
      timeToLiveAttribute,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // The ledger is the evidence that people were erased: deleting it takes two deliberate steps by hand.
      deletionProtection: true,
      // Also after a first deploy that failed: CloudFormation cannot delete a protected table, even an empty one.
      removalPolicy: RemovalPolicy.RETAIN,
    })
  }

  /** Tells a function the ledger's name, and permits the actions of its entry. */
  grantTo(fn: ServiceFunction): void {
    const { ledger, ledgerIndexes = [] } = fn.entry
    fn.set('ledgerTable', this.table.tableName)
    const { tableArn } = this.table
    fn.allow(
      ledger.map((action) => `dynamodb:${action}`),
      [tableArn],
    )
    for (const index of ledgerIndexes) {
      fn.allow(['dynamodb:Query'], [`${tableArn}/index/${LEDGER[index].name}`])
    }
  }
}

const TYPES = { S: AttributeType.STRING, N: AttributeType.NUMBER, B: AttributeType.BINARY } as const

/** @param key The partition key, then the sort key. */
function keysOf(key: Readonly<Record<string, keyof typeof TYPES>>) {
  const [partitionKey, sortKey] = Object.entries(key).map(([name, type]) => ({ name, type: TYPES[type] }))
  if (!partitionKey || !sortKey) throw new TypeError('the ledger and its index have two keys each')
  return { partitionKey, sortKey }
}
