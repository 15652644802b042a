/** The warm status page beside the least that could answer, and what the time of an answer gives away about a code. */
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import config from '../../deletion.config.ts'
import type { HttpResult } from '../../functions/http.ts'
import { statusPages } from '../../functions/status.ts'
import { LEDGER_TABLE } from '../../infra/local/engines/tables.ts'
import { functionConfig } from '../../infra/wiring.ts'
import { dynamoLedger } from '../../shared/ledger/ledger-dynamodb.ts'
import { requestKeyOf } from '../../shared/requests/code.ts'
import { anEvent, aRequest, CODE, UNKNOWN_CODE } from '../fixtures/companies/status.ts'
import type { Stage } from './stage.ts'
import { median, quantile, rounded } from './statistics.ts'

export interface PageFigures {
  readonly wholeMs: number
  readonly bareMs: number
  /** Median over pairs of rounds. */
  readonly p50Ratio: number
  /** Of a code that leads nowhere, and of what is no code. */
  readonly unknownMs: number
  readonly misshapenMs: number
  readonly bytes: { readonly home: number; readonly status: number }
}

const ROUNDS = 60
const CALLS = 40

export async function measurePages({ client }: Stage): Promise<PageFigures> {
  const ledger = dynamoLedger(client, LEDGER_TABLE)
  const nextCheckAt = new Date('2999-01-01T00:00:00Z')
  await ledger.open(aRequest('ready', { version: 1, nextCheckAt }))
  const whole = statusPages({
    ledger,
    config: functionConfig('status', config),
    publicUrl: 'https://deletion.example.com',
    clock: () => new Date(),
  })
  const page = (path: string) => () => whole(anEvent(path))
  const contestants = {
    whole: page(`/status/${CODE}`),
    bare: bareHandler(client),
    unknown: page(`/status/${UNKNOWN_CODE}`),
    misshapen: page('/status/hello'),
  }
  const names = Object.keys(contestants) as (keyof typeof contestants)[]
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
    keyof typeof contestants,
    number[]
  >
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const taken = await timesOf(contestants[name])
      // The first round warms up.
      if (round > 0) times[name].push(median(taken))
    }
  }
  const p50 = (name: keyof typeof contestants): number => rounded(quantile(times[name], 0.5))
  return {
    wholeMs: p50('whole'),
    bareMs: p50('bare'),
    p50Ratio: rounded(median(times.whole.map((ms, at) => ms / (times.bare[at] ?? Number.NaN))), 2),
    unknownMs: p50('unknown'),
    misshapenMs: p50('misshapen'),
    bytes: {
      home: bytesOf(await page('/')()),
      status: bytesOf(await contestants.whole()),
    },
  }
}

/** Reads the row and says its state. */
const bareHandler = (client: DynamoDBClient) => async (): Promise<HttpResult> => {
  const { Item } = await client.send(
    new GetItemCommand({
      TableName: LEDGER_TABLE,
      Key: { pk: { S: `REQ#${requestKeyOf(CODE)}` }, sk: { S: 'META' } },
      ConsistentRead: true,
    }),
  )
  return { statusCode: 200, body: `<!doctype html><title>Status</title><p>${Item?.['state']?.S}</p>` }
}

async function timesOf(handler: () => Promise<HttpResult>): Promise<readonly number[]> {
  const taken: number[] = []
  for (let call = 0; call < CALLS; call += 1) {
    const started = performance.now()
    await handler()
    taken.push(performance.now() - started)
  }
  return taken
}

const bytesOf = ({ body = '' }: HttpResult): number => Buffer.byteLength(body)
