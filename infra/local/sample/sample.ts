/** Fills the local tables with the sample company, and says who its people are. */

import { type DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import pMap from 'p-map'
import type { DeletionConfig } from '../../../shared/config/define.ts'
import type { Person } from '../http/local-routes.ts'
import { type SampleItem, type SampleTable, sampleItems } from './items.ts'
import { PEOPLE } from './people.ts'

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

/** Transactions, because the engine on a disk commits a batch item by item. */
const TRANSACTION_SIZE = 100
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
  const transactions = Array.from({ length: Math.ceil(writes.length / TRANSACTION_SIZE) }, (_, at) =>
    writes.slice(at * TRANSACTION_SIZE, (at + 1) * TRANSACTION_SIZE),
  )
  const write = (some: readonly Write[]) =>
    client.send(
      new TransactWriteItemsCommand({
        TransactItems: some.map(({ table, item }) => ({ Put: { TableName: table, Item: item } })),
      }),
    )
  await pMap(transactions, write, { concurrency: WRITERS })
  return { items: writes.length }
}

export interface Sample {
  seed(client: DynamoDBClient, tables: Readonly<Record<string, string>>): Promise<unknown>
  readonly people: readonly Person[]
}

/** Undefined when the configuration is no longer the sample company's. */
export function sampleFor({ apps, dataMap }: DeletionConfig): Sample | undefined {
  const fits = Object.entries(SAMPLE_TABLE_NAMES).every(([key, name]) => dataMap.tables[key]?.name === name)
  return fits
    ? { seed: seedSample, people: samplePeople().filter(({ app }) => Object.hasOwn(apps, app)) }
    : undefined
}
