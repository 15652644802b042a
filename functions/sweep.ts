/** The sweep, every minute. */
import type { SweepConfig } from '../shared/config/function-config.ts'
import { dynamoLedger } from '../shared/ledger/ledger-dynamodb.ts'
import { measureOpen } from '../shared/operations/listings.ts'
import { sweep } from '../shared/operations/sweep.ts'
import { delays } from '../shared/platform/delays.ts'
import { log } from '../shared/platform/log.ts'
import { type Env, readFunctionConfig, readSettings } from '../shared/platform/settings.ts'
import { duration } from '../shared/platform/time.ts'
import { dynamoDb, PATIENT_MS } from './clients.ts'
import { lambda } from './lambda.ts'
import { measuring } from './measure.ts'
import { clock } from './time.ts'

/** Measuring reads the index of all open rows. Three times in a period of the alarms on it are enough. */
const MEASURE_EVERY_MS = 5 * 60_000

export const handler = lambda(async (env: Env) => {
  const { ledgerTable, pauseScale, metricNamespace } = readSettings(
    env,
    'ledgerTable',
    'pauseScale',
    'metricNamespace',
  )
  const work = {
    ledger: dynamoLedger(dynamoDb(PATIENT_MS), ledgerTable),
    delays: delays(pauseScale, Math.random),
    clock,
    keepRequests: duration(readFunctionConfig<SweepConfig>(env).keepRequests),
  }
  const measure = measuring(metricNamespace, 'sweep')
  let measureAt = 0
  return async () => {
    const moved = await sweep(work)
    if (moved > 0) log.info('SWEPT', { moved })
    const at = work.clock()
    if (at.getTime() < measureAt) return
    measureAt = at.getTime() + MEASURE_EVERY_MS
    await measureOpen(work.ledger, measure, at)
    measure('restoresToReplay', (await work.ledger.restores()).length, {})
  }
})
