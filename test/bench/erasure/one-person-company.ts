/** A company with one table that holds one person's records, and the request about them. */
import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb'
import type { DataMap, Pace } from '../../../shared/data-map/data-map.ts'

export const EVENTS_TABLE = 'Events'
/** Also what dynamodb-toolbox knows its own items by. */
export const ENTITY = { attribute: '_et', name: 'Event' } as const
/** Erased before a clock runs. */
export const WARM_UP = { userId: 'warm', items: 400 } as const
/** Who is erased while it does. */
export const USER_ID = 'u1'

export const partitionOf = (userId: string): string => `USER#${userId}`

const text = { vi: 'sự kiện', en: 'events' }

/** @param pace What may be written to the table and read from it in a second. */
export const onePersonMap = (pace: Pace): DataMap => ({
  identities: { userId: { of: 'person' } },
  tables: {
    events: {
      name: EVENTS_TABLE,
      key: { pk: 'S', sk: 'S' },
      indexes: { byDevice: { key: { device: 'S', sk: 'S' } } },
      backupsKeptFor: 'P35D',
      maxWriteUnitsPerSecond: pace,
      maxReadUnitsPerSecond: 'unlimited',
    },
  },
  holdings: {
    events: {
      table: 'events',
      find: { pk: 'USER#{userId}' },
      action: 'erase',
      category: 'events',
      scope: 'account',
    },
  },
  categories: { events: text },
  reasons: {},
  review: 'never',
})

const BATCH = 25
const LANES = 4

/** Writes one person's items: 0.5 KB each, and each in the index. */
export async function seedPerson(
  client: DynamoDBClient,
  { userId, items }: { readonly userId: string; readonly items: number },
): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < items) {
      const first = next
      next += BATCH
      const batch = Array.from({ length: Math.min(BATCH, items - first) }, (_, n) => put(userId, first + n))
      await write(client, batch)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}

async function write(client: DynamoDBClient, batch: readonly WriteRequest[]): Promise<void> {
  let pending = [...batch]
  while (pending.length > 0) {
    const { UnprocessedItems: left } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [EVENTS_TABLE]: pending } }),
    )
    pending = left?.[EVENTS_TABLE] ?? []
  }
}

const put = (userId: string, n: number): WriteRequest => ({
  PutRequest: {
    Item: {
      pk: { S: partitionOf(userId) },
      sk: { S: `EVENT#${String(n).padStart(8, '0')}` },
      device: { S: `device-${userId}-${n % DEVICES}` },
      [ENTITY.attribute]: { S: ENTITY.name },
      body: { S: BODY },
    },
  },
})

const DEVICES = 7
/** With the other attributes and their names, 512 bytes. */
const BODY = 'x'.repeat(441)
