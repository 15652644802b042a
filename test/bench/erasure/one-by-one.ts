/** The simplest thing that works: one query, one delete after the other. */
import { DeleteItemCommand, type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb'
import { EVENTS_TABLE, partitionOf } from './one-person-company.ts'

/** As in the raw loop. */
const PAGE = 1000

export async function oneByOne(client: DynamoDBClient, userId: string): Promise<number> {
  let items = 0
  const pages = paginateQuery(
    { client },
    {
      TableName: EVENTS_TABLE,
      Limit: PAGE,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: partitionOf(userId) } },
      ProjectionExpression: 'pk, sk',
    },
  )
  for await (const { Items: keys = [] } of pages) {
    for (const Key of keys) {
      await client.send(new DeleteItemCommand({ TableName: EVENTS_TABLE, Key }))
      items += 1
    }
  }
  return items
}
