/** DynamoDB's time to live, which the embedded engine lacks: items whose time has come are deleted. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  paginateScan,
} from '@aws-sdk/client-dynamodb'
import type { ExpiringTable } from './tables.ts'

const FIVE_YEARS_SECONDS = 5 * 365 * 24 * 3600

/** Deletes what is due now. */
export async function deleteExpired(
  client: DynamoDBClient,
  tables: readonly ExpiringTable[],
  now: Date,
): Promise<void> {
  for (const { name, key, attribute } of tables) {
    const due = dueCondition(attribute, now)
    const pages = paginateScan(
      { client },
      { TableName: name, FilterExpression: due.expression, ...due.names },
    )
    for await (const { Items: items = [] } of pages) {
      for (const item of items) {
        const Key = Object.fromEntries(
          Object.keys(key).flatMap((part): [string, AttributeValue][] =>
            item[part] ? [[part, item[part]]] : [],
          ),
        )
        await client
          .send(
            new DeleteItemCommand({
              TableName: name,
              Key,
              ConditionExpression: due.expression,
              ...due.names,
            }),
          )
          .catch((error: unknown) => {
            if (!(error instanceof ConditionalCheckFailedException)) throw error
          })
      }
    }
  }
}

/** Only numbers are times, and what is more than five years past is taken for a mistake: DynamoDB's own rules. */
const dueCondition = (attribute: string, now: Date) => {
  const seconds = Math.floor(now.getTime() / 1000)
  return {
    expression: '#ttl BETWEEN :oldest AND :now',
    names: {
      ExpressionAttributeNames: { '#ttl': attribute },
      ExpressionAttributeValues: {
        ':oldest': { N: String(seconds - FIVE_YEARS_SECONDS) },
        ':now': { N: String(seconds) },
      },
    },
  }
}
