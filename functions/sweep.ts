/** The sweep, every minute. */
import type { SweepLiterals } from '../shared/config/literals.ts'
import { log } from '../shared/platform/log.ts'
import { pauses } from '../shared/platform/pauses.ts'
import { type Env, readLiterals, readSettings } from '../shared/platform/settings.ts'
import { duration } from '../shared/platform/time.ts'
import { dynamoLedger } from '../shared/requests/ledger-dynamodb.ts'
import { sweep } from '../shared/requests/sweep.ts'
import { dynamoDb, PATIENT_MS } from './clients.ts'
import { lambda } from './lambda.ts'

export const handler = lambda(async (env: Env) => {
  const { ledgerTable, pauseScale } = readSettings(env, 'ledgerTable', 'pauseScale')
  const work = {
    ledger: dynamoLedger(dynamoDb(PATIENT_MS), ledgerTable),
    pauses: pauses(pauseScale, Math.random),
    clock: () => new Date(),
    keepRequests: duration(readLiterals<SweepLiterals>(env).keepRequests),
  }
  return async () => {
    const moved = await sweep(work)
    if (moved > 0) log.info('SWEPT', { moved })
  }
})
