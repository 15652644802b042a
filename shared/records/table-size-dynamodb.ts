/** How large a table is, as DynamoDB counts it every six hours or so. */
import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'

export const itemsIn =
  (client: DynamoDBClient) =>
  async (table: string): Promise<number> => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }))
    return Table?.ItemCount ?? 0
  }
