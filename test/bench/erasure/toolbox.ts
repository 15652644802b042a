/** The library that comes closest: dynamodb-toolbox's DeletePartition. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { Entity } from 'dynamodb-toolbox/entity'
import { DynamoDBToolboxError } from 'dynamodb-toolbox/errors'
import { item } from 'dynamodb-toolbox/schema/item'
import { string } from 'dynamodb-toolbox/schema/string'
import { Table } from 'dynamodb-toolbox/table'
import { DeletePartitionCommand } from 'dynamodb-toolbox/table/actions/deletePartition'
import { ENTITY, EVENTS_TABLE, partitionOf } from './one-person-company.ts'

export async function deletePartition(client: DynamoDBClient, userId: string): Promise<undefined> {
  const table = new Table({
    name: EVENTS_TABLE,
    partitionKey: { name: 'pk', type: 'string' },
    sortKey: { name: 'sk', type: 'string' },
    entityAttributeSavedAs: ENTITY.attribute,
    documentClient: DynamoDBDocumentClient.from(client),
  })
  const event = new Entity({
    name: ENTITY.name,
    table,
    schema: item({ pk: string().key(), sk: string().key() }),
    timestamps: false,
  })
  const command = table
    .build(DeletePartitionCommand)
    .entities(event)
    .query({ partition: partitionOf(userId) })
  // Version 2.10.6 throws when there are more than 16 pages, having deleted those: it is called again.
  for (;;) {
    try {
      await command.send()
      return
    } catch (error) {
      if (!(error instanceof DynamoDBToolboxError && error.code === 'options.unknownOption')) throw error
    }
  }
}
