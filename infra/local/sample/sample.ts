/** The sample company: seeds the local tables, and lists its people. */
import { type DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import pMap from 'p-map'
import type { DeletionConfig } from '../../../shared/config/define.ts'
import type { Person } from '../http/local-routes.ts'
import { sampleItems } from './items.ts'
import { PEOPLE } from './people.ts'

export interface Sample {
  seed(client: DynamoDBClient, tables: Readonly<Record<string, string>>): Promise<unknown>
  readonly people: readonly Person[]
}

export const samplePeople = (): readonly Person[] =>
  PEOPLE.map(({ facebookId, instagramId, email }) =>
    facebookId
      ? { app: 'shop', userId: facebookId, email }
      : { app: 'insta', userId: instagramId ?? '', email },
  )

/** Works in a shop, has ordered and has written messages: there is something to erase, to redact and to keep. */
export const DEMO_PERSON: Person = {
  app: 'shop',
  userId: '10223000000000101',
  email: 'an.tran01@example.com',
}

/** As in `deletion.config.ts`. */
export const SAMPLE_TABLE_NAMES: Readonly<Record<keyof ReturnType<typeof sampleItems>, string>> = {
  app: 'Shop',
  lines: 'OrderLines',
  chat: 'Chat',
  bills: 'Bills',
  invitations: 'Invitations',
  subscriptions: 'Subscriptions',
}

/** Transactions are faster than batches, which the engine commits to disk item by item. */
const TRANSACTION_SIZE = 100
const WRITERS = 4

/** Writes every item of the sample. Writing it twice changes nothing. */
export const seedSample: Sample['seed'] = async (client, tables) => {
  const puts = Object.entries(sampleItems()).flatMap(([table, items]) =>
    items.map((Item) => ({ Put: { TableName: tables[table] ?? table, Item } })),
  )
  const transactions = Array.from({ length: Math.ceil(puts.length / TRANSACTION_SIZE) }, (_, at) =>
    puts.slice(at * TRANSACTION_SIZE, (at + 1) * TRANSACTION_SIZE),
  )
  const write = (TransactItems: typeof puts) => client.send(new TransactWriteItemsCommand({ TransactItems }))
  await pMap(transactions, write, { concurrency: WRITERS })
}

/** Undefined when the configuration is no longer the sample company's. */
export function sampleFor({ apps, dataMap }: DeletionConfig): Sample | undefined {
  const fits = Object.entries(SAMPLE_TABLE_NAMES).every(([key, name]) => dataMap.tables[key]?.name === name)
  return fits
    ? { seed: seedSample, people: samplePeople().filter(({ app }) => Object.hasOwn(apps, app)) }
    : undefined
}
