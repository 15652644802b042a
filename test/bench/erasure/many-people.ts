/** Many people at once through the whole local system: callback, ledger, stream, pipe, queue, eraser. */
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import pMap from 'p-map'
import { engineClient } from '../../../infra/local/engines/engines.ts'
import { LEDGER_TABLE } from '../../../infra/local/engines/tables.ts'
import type { Cleanup } from '../../../infra/local/state/cleanup.ts'
import { createSignedRequest } from '../../../shared/meta/signed-request.ts'
import { type ConfirmationCode, requestKeyOf } from '../../../shared/requests/code.ts'
import { npmStart } from '../start.ts'
import { quantile, rounded } from '../statistics.ts'
import { seedPerson } from './one-person-company.ts'

export interface ManyPeopleFigures {
  readonly people: number
  readonly itemsEach: number
  /** All answered within. */
  readonly answeredSeconds: number
  /** From the first POST until the last request was final. */
  readonly requestsPerSecond: number
  /** From the answer to the final state, all having come at once. */
  readonly p50Seconds: number
  readonly p99Seconds: number
}

const config = fileURLToPath(new URL('many-people.config.ts', import.meta.url))
const PEOPLE = 1000
const ITEMS_EACH = 20
const WARM_UP = 20
const POSTS_AT_ONCE = 16
const LOOK_EVERY_MS = 500
const WITHIN_MS = 180_000

export async function measureManyPeople(tidy: Cleanup): Promise<ManyPeopleFigures> {
  const system = await npmStart(tidy, ['--empty', '--config', config])
  const { dynamodb, callback, secret } = await addressesOf(system.url)
  const client = new DynamoDBClient(engineClient(dynamodb))
  const people = Array.from({ length: PEOPLE + WARM_UP }, (_, n) =>
    String(20_000_000_000_000_000n + BigInt(n)),
  )
  await pMap(people, (userId) => seedPerson(client, { userId, items: ITEMS_EACH }), { concurrency: 4 })

  const ask = async (userId: string): Promise<Asked> => {
    const signed = createSignedRequest({ user_id: userId, issued_at: Math.floor(Date.now() / 1000) }, secret)
    const response = await fetch(callback, {
      method: 'POST',
      body: new URLSearchParams({ signed_request: signed }),
    })
    if (!response.ok) throw new Error(`the callback answered ${response.status}`)
    const { confirmation_code: code } = (await response.json()) as { confirmation_code: ConfirmationCode }
    return { key: requestKeyOf(code), answeredAt: Date.now() }
  }
  const askAll = (all: readonly string[]): Promise<readonly Asked[]> =>
    pMap(all, ask, { concurrency: POSTS_AT_ONCE })

  await finished(client, await askAll(people.slice(0, WARM_UP)))
  const started = Date.now()
  const asked = await askAll(people.slice(WARM_UP))
  const answered = Date.now()
  const ended = await finished(client, asked)
  client.destroy()
  await system.close()

  const waits = asked.map(({ key, answeredAt }) => ((ended.get(key) ?? Number.NaN) - answeredAt) / 1000)
  return {
    people: PEOPLE,
    itemsEach: ITEMS_EACH,
    answeredSeconds: rounded((answered - started) / 1000, 1),
    requestsPerSecond: rounded((PEOPLE / (Math.max(...ended.values()) - started)) * 1000, 1),
    p50Seconds: rounded(quantile(waits, 0.5), 1),
    p99Seconds: rounded(quantile(waits, 0.99), 1),
  }
}

interface Asked {
  readonly key: string
  readonly answeredAt: number
}

async function addressesOf(
  url: string,
): Promise<{ readonly dynamodb: string; readonly callback: string; readonly secret: string }> {
  const response = await fetch(`${url}/_local`)
  const { dynamodb, apps } = (await response.json()) as {
    readonly dynamodb: string
    readonly apps: { readonly shop: { readonly callback: string; readonly secret: string } }
  }
  return { dynamodb, ...apps.shop }
}

/** When each of them became final, by the ledger's own account. */
async function finished(
  client: DynamoDBClient,
  asked: readonly Asked[],
): Promise<ReadonlyMap<string, number>> {
  const giveUpAt = Date.now() + WITHIN_MS
  for (;;) {
    const ended = await endedRows(client)
    const left = asked.filter(({ key }) => !ended.has(key)).length
    if (left === 0) return new Map(asked.map(({ key }) => [key, ended.get(key) ?? Number.NaN]))
    if (Date.now() > giveUpAt) throw new Error(`${left} of ${asked.length} requests did not come to an end`)
    await pause(LOOK_EVERY_MS)
  }
}

async function endedRows(client: DynamoDBClient): Promise<ReadonlyMap<string, number>> {
  const ended = new Map<string, number>()
  const pages = paginateScan(
    { client },
    {
      TableName: LEDGER_TABLE,
      ProjectionExpression: 'requestKey, #state, endedAt',
      FilterExpression: 'sk = :meta AND attribute_exists(endedAt)',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':meta': { S: 'META' } },
    },
  )
  for await (const { Items: rows = [] } of pages) {
    for (const { requestKey, state, endedAt } of rows) {
      if (state?.S !== 'completed') throw new Error(`a request ended as ${state?.S}`)
      ended.set(requestKey?.S ?? '', Date.parse(endedAt?.S ?? ''))
    }
  }
  return ended
}
