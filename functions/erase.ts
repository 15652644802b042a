/** The eraser: one message of the erasure queue names one request that may be ready. */
import { randomUUID } from 'node:crypto'
import type { SQSEvent } from 'aws-lambda'
import type { EraseConfig } from '../shared/config/function-config.ts'
import type { DataMap } from '../shared/data-map/data-map.ts'
import { isFunctionHolding } from '../shared/data-map/holdings.ts'
import { lambdaCompanyFunctions } from '../shared/erasure/company-functions/company-functions-lambda.ts'
import type { EraserDeps } from '../shared/erasure/eraser-deps.ts'
import { answerDoorbell } from '../shared/erasure/worker.ts'
import { sealer } from '../shared/keys/seal.ts'
import { s3Journal } from '../shared/ledger/journal-s3.ts'
import { dynamoLedger } from '../shared/ledger/ledger-dynamodb.ts'
import type { Settle } from '../shared/person/work.ts'
import { delays } from '../shared/platform/delays.ts'
import { log } from '../shared/platform/log.ts'
import { keyring, newestValueOf } from '../shared/platform/secrets-secretsmanager.ts'
import { type Env, readFunctionConfig, readSettings } from '../shared/platform/settings.ts'
import { duration } from '../shared/platform/time.ts'
import { pacesIn } from '../shared/records/pace.ts'
import { dynamoRecords } from '../shared/records/records-dynamodb.ts'
import { isRequestKey, type RequestKey } from '../shared/requests/code.ts'
import { dynamoDb, FUNCTION_MS, lambdaClient, PATIENT_MS, s3, secretsManager } from './clients.ts'
import { lambda } from './lambda.ts'
import { measuring } from './measure.ts'
import { clock, time } from './time.ts'

export const eraser =
  (answer: (key: RequestKey) => Promise<void>) =>
  async (event: SQSEvent): Promise<void> => {
    for (const { body } of event.Records) {
      const key = keyIn(body)
      if (key) await answer(key)
      else log.error('MESSAGE_UNREADABLE', { bytes: body.length })
    }
  }

function keyIn(body: string): RequestKey | undefined {
  try {
    const message: unknown = JSON.parse(body)
    const named = typeof message === 'object' && message !== null && 'request' in message && message.request
    return typeof named === 'string' && isRequestKey(named) ? named : undefined
  } catch {
    return undefined
  }
}

export const handler = lambda(async (env: Env) => {
  const { tables, ...settings } = readSettings(
    env,
    'ledgerTable',
    'indexSecret',
    'sealSecret',
    'tables',
    'pauseScale',
    'metricNamespace',
    'journalBucket',
  )
  const { dataMap, mapHash, keepRequests, journalDays, workers, ...dueRules } =
    readFunctionConfig<EraseConfig>(env)
  const client = dynamoDb(PATIENT_MS)
  const vault = secretsManager()
  const paceOf = pacesIn(dataMap, tables, workers)
  const deps: EraserDeps = {
    map: dataMap,
    mapHash,
    tables,
    records: dynamoRecords({ client, paceOf, random: Math.random, ...time }),
    ledger: dynamoLedger(client, settings.ledgerTable),
    journal: s3Journal(s3(PATIENT_MS), settings.journalBucket),
    journalDays,
    ...(Object.values(dataMap.holdings).some(isFunctionHolding) && {
      companyFunctions: lambdaCompanyFunctions(lambdaClient(FUNCTION_MS)),
    }),
    sealer: sealer(keyring(vault, settings.sealSecret, clock)),
    indexKey: newestValueOf(keyring(vault, settings.indexSecret, clock)),
    delays: delays(settings.pauseScale, Math.random),
    clock,
    newLeaseId: randomUUID,
    keepRequests: duration(keepRequests),
    dueRules,
    settling: settling(dataMap, settings.pauseScale),
    measure: measuring(settings.metricNamespace, 'erase'),
  }
  return eraser((key) => answerDoorbell(deps, key))
})

const INDEX_SETTLE_SECONDS = 5

function settling({ indexSettleSeconds = INDEX_SETTLE_SECONDS }: DataMap, scale: number): Settle {
  const milliseconds = indexSettleSeconds * 1000 * scale
  return { milliseconds, wait: () => time.sleep(milliseconds) }
}
