/** DynamoDB's time to live, which the embedded engine lacks: deletes the items that have expired. */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  paginateScan,
} from '@aws-sdk/client-dynamodb'
import type { ExpiringTable } from './tables.ts'

const FIVE_YEARS_SECONDS = 5 * 365 * 24 * 3600

export async function deleteExpired(
  client: DynamoDBClient,
  tables: readonly ExpiringTable[],
  now: Date,
): Promise<void> {
  for (const { name, key, attribute } of tables) {
    const { condition, ...named } = dueCondition(attribute, now)
    const due = { TableName: name, ...named }
    const pages = paginateScan({ client }, { ...due, FilterExpression: condition })
    for await (const { Items: items = [] } of pages) {
      for (const item of items) {
        const Key = Object.fromEntries(Object.entries(item).filter(([part]) => part in key))
        await client
          .send(new DeleteItemCommand({ ...due, Key, ConditionExpression: condition }))
          .catch((error: unknown) => {
            if (!(error instanceof ConditionalCheckFailedException)) throw error
          })
      }
    }
  }
}

/** DynamoDB's own rules: only a number is a time, and one more than five years past is taken for a mistake. */
function dueCondition(attribute: string, now: Date) {
  const seconds = Math.floor(now.getTime() / 1000)
  return {
    condition: '#ttl BETWEEN :oldest AND :now',
    ExpressionAttributeNames: { '#ttl': attribute },
    ExpressionAttributeValues: {
      ':oldest': { N: String(seconds - FIVE_YEARS_SECONDS) },
      ':now': { N: String(seconds) },
    },
  }
}
