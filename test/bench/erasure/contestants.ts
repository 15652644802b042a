/** The contestants of a race, each in a process of its own, and one run of one of them. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb'
import type { Cleanup } from '../../../infra/local/state/cleanup.ts'
import type { Job, Ran, Setup } from './contestant-process.ts'
import {
  EVENTS_TABLE,
  onePersonMap,
  partitionOf,
  seedPerson,
  USER_ID,
  WARM_UP,
} from './one-person-company.ts'
import { type PreparedTables, prepareTables } from './prepared-tables.ts'

export interface Contestant {
  run(job: Omit<Job, 'endpoint'>): Promise<Ran>
  end(): Promise<void>
}

/** Tables with a person of so many items, and one to warm up with. */
export const preparePerson = (items: number, tidy: Cleanup): Promise<PreparedTables> =>
  prepareTables(
    onePersonMap('unlimited'),
    async (client) => {
      await seedPerson(client, WARM_UP)
      await seedPerson(client, { userId: USER_ID, items })
    },
    tidy,
  )

/** @param items How many the person of these tables has. */
export function startContestant(
  setup: Setup,
  {
    tables,
    items,
    tidy,
  }: { readonly tables: PreparedTables; readonly items: number; readonly tidy: Cleanup },
): Contestant {
  const program = fileURLToPath(new URL('contestant-process.ts', import.meta.url))
  const child = fork(program, [JSON.stringify(setup)], {
    execArgv: ['--expose-gc'],
    // What it logs costs what it costs on Lambda, and nobody waits for a reader.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  tidy.add(() => child.kill())
  return {
    async run(job) {
      const opened = await tables.open()
      try {
        const ran = await answerOf(child, { ...job, endpoint: opened.endpoint })
        await assertErased(opened.client, ran, { name: setup.name, items })
        return ran
      } finally {
        await opened.close()
      }
    },
    async end() {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}

function answerOf(child: ChildProcess, job: Job): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const ended = (code: unknown): void => reject(new Error(`a contestant's process ended: ${String(code)}`))
    child.once('exit', ended)
    child.once('message', (ran: Ran) => {
      child.off('exit', ended)
      resolve(ran)
    })
    child.send(job)
  })
}

/** Who leaves something behind, or counts wrong, is not fast but mistaken. */
async function assertErased(
  client: DynamoDBClient,
  { items: counted }: Ran,
  { name, items }: { readonly name: string; readonly items: number },
): Promise<void> {
  const { Count: left = 0 } = await client.send(
    new QueryCommand({
      TableName: EVENTS_TABLE,
      Limit: 1,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: partitionOf(USER_ID) } },
    }),
  )
  if (left > 0) throw new Error(`${name} left items behind`)
  if (counted !== undefined && counted !== items) {
    throw new Error(`${name} counted ${counted} items, where there were ${items}`)
  }
}
