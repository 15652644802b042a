/** Reads many items of the ledger by their keys, consistently. */
import { setTimeout as pause } from 'node:timers/promises'
import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Item } from './row-dynamodb.ts'

const BATCH = 100
const FIRST_PAUSE_MS = 25

export async function batchRead(
  client: DynamoDBClient,
  table: string,
  keys: readonly Item[],
  isEnough: (found: readonly Item[]) => boolean = () => false,
): Promise<readonly Item[]> {
  const found: Item[] = []
  for (let from = 0; from < keys.length && !isEnough(found); from += BATCH) {
    let left = keys.slice(from, from + BATCH)
    for (let round = 0; left.length > 0 && !isEnough(found); round += 1) {
      if (round > 0) await pause(FIRST_PAUSE_MS * 2 ** Math.min(round, 6))
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetItemCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: true } } }),
      )
      found.push(...(Responses?.[table] ?? []))
      left = UnprocessedKeys?.[table]?.Keys ?? []
    }
  }
  return found
}
