/** The retention clock: runs every hour, and makes one pass a day over each retention rule. */
import type { RetentionConfig } from '../shared/config/function-config.ts'
import { sealer } from '../shared/keys/seal.ts'
import { dynamoLedger } from '../shared/ledger/ledger-dynamodb.ts'
import { delays } from '../shared/platform/delays.ts'
import { log } from '../shared/platform/log.ts'
import { keyring, newestValueOf } from '../shared/platform/secrets-secretsmanager.ts'
import { type Env, readFunctionConfig, readSettings } from '../shared/platform/settings.ts'
import { pacesIn } from '../shared/records/pace.ts'
import { dynamoRecords, itemsIn } from '../shared/records/records-dynamodb.ts'
import { sweepRetention } from '../shared/retention/retention-sweep.ts'
import { dynamoDb, PATIENT_MS, secretsManager } from './clients.ts'
import { lambda } from './lambda.ts'
import { clock, time } from './time.ts'

/** Ends well before the timeout of the function. */
const BUDGET_MS = 240_000

export const handler = lambda(async (env: Env) => {
  const settings = readSettings(env, 'ledgerTable', 'indexSecret', 'sealSecret', 'tables', 'pauseScale')
  const { dataMap: map, locale, workers, timeZone, deadlines } = readFunctionConfig<RetentionConfig>(env)
  const client = dynamoDb(PATIENT_MS)
  const vault = secretsManager()
  const paceOf = pacesIn(map, settings.tables, workers)
  const sweep = {
    map,
    tables: settings.tables,
    records: dynamoRecords({ client, paceOf, random: Math.random, ...time }),
    ledger: dynamoLedger(client, settings.ledgerTable),
    sealer: sealer(keyring(vault, settings.sealSecret, clock)),
    indexKey: newestValueOf(keyring(vault, settings.indexSecret, clock)),
    delays: delays(settings.pauseScale, Math.random),
    clock,
    timeZone,
    locale,
    deadlines,
    itemsIn: itemsIn(client),
  }
  return async () => {
    const startedAt = Date.now()
    const opened = await sweepRetention({
      ...sweep,
      deadline: { passed: (aheadMs = 0) => Date.now() + aheadMs - startedAt > BUDGET_MS },
    })
    log.info('RETENTION_SWEPT', { opened })
  }
})
