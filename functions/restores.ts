/** Notes that a table was restored: an alarm stays on until a replay has gone over the table. */
import { dynamoLedger } from '../shared/ledger/ledger-dynamodb.ts'
import { log } from '../shared/platform/log.ts'
import { type Env, readSettings } from '../shared/platform/settings.ts'
import { type RestoreEvent, restoreIn } from '../shared/replay/restored.ts'
import { dynamoDb, PATIENT_MS } from './clients.ts'
import { lambda } from './lambda.ts'

export const handler = lambda(async (env: Env) => {
  const { ledgerTable, tables } = readSettings(env, 'ledgerTable', 'tables')
  const ledger = dynamoLedger(dynamoDb(PATIENT_MS), ledgerTable)
  return async (event: RestoreEvent) => {
    const restore = restoreIn(event, [...Object.values(tables), ledgerTable])
    if (!restore) return
    await ledger.noteRestore(restore)
    log.warn('TABLE_RESTORED', { source: restore.source, target: restore.target })
  }
})
