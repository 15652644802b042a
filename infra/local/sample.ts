/** Fills the local tables with the sample company, and says who its people are. */
import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb'
import pMap from 'p-map'
import { type SampleItem, type SampleTable, sampleItems } from './sample-items.ts'
import { PEOPLE } from './sample-people.ts'

/** How to write to the company about a person: what Meta would send, and what the person would. */
export interface SampleSubject {
  readonly app: string
  readonly userId: string
  readonly email: string
}

export const samplePeople = (): readonly SampleSubject[] =>
  PEOPLE.map(({ facebookId, instagramId, email }) =>
    facebookId
      ? { app: 'shop', userId: facebookId, email }
      : { app: 'insta', userId: instagramId ?? '', email },
  )

/** Works in a shop, ordered, wrote messages: has something to erase, to redact and to keep. */
export const DEMO_PERSON: SampleSubject = {
  app: 'shop',
  userId: '10223000000000101',
  email: 'an.tran01@example.com',
}

/** As in `deletion.config.ts`. */
export const SAMPLE_TABLE_NAMES: Readonly<Record<SampleTable, string>> = {
  app: 'Shop',
  lines: 'OrderLines',
  chat: 'Chat',
  bills: 'Bills',
  invitations: 'Invitations',
  subscriptions: 'Subscriptions',
}

const BATCH_SIZE = 25
const WRITERS = 4

interface Write {
  readonly table: string
  readonly item: SampleItem
}

/** Writes every item of the sample; writing it twice changes nothing. */
export async function seedSample(
  client: DynamoDBClient,
  names: Readonly<Record<string, string>> = SAMPLE_TABLE_NAMES,
): Promise<{ readonly items: number }> {
  const writes = Object.entries(sampleItems()).flatMap(([table, items]) =>
    items.map((item): Write => ({ table: names[table] ?? table, item })),
  )
  const batches = Array.from({ length: Math.ceil(writes.length / BATCH_SIZE) }, (_, at) =>
    writes.slice(at * BATCH_SIZE, (at + 1) * BATCH_SIZE),
  )
  await pMap(batches, (batch) => writeAll(client, byTable(batch)), { concurrency: WRITERS })
  return { items: writes.length }
}

const byTable = (batch: readonly Write[]): Record<string, WriteRequest[]> =>
  Object.fromEntries(
    Object.entries(Object.groupBy(batch, ({ table }) => table)).map(([table, of = []]) => [
      table,
      of.map(({ item }) => ({ PutRequest: { Item: item } })),
    ]),
  )

async function writeAll(client: DynamoDBClient, requests: Record<string, WriteRequest[]>): Promise<void> {
  let left = requests
  while (Object.keys(left).length > 0) {
    const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: left }))
    left = UnprocessedItems ?? {}
  }
}
