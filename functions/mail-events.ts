/** Takes the reports of SES about our mails, which an EventBridge rule delivers. */
import type { EventBridgeEvent } from 'aws-lambda'
import { owedMailsIn } from '../shared/ledger/mails-dynamodb.ts'
import { requestsIn } from '../shared/ledger/requests-dynamodb.ts'
import { reportIn, takeReport } from '../shared/notify/report.ts'
import { type Env, readSettings } from '../shared/platform/settings.ts'
import { dynamoDb, PATIENT_MS } from './clients.ts'
import { lambda } from './lambda.ts'

export const handler = lambda(async (env: Env) => {
  const { ledgerTable } = readSettings(env, 'ledgerTable')
  const client = dynamoDb(PATIENT_MS)
  const ledger = { ...requestsIn(client, ledgerTable), ...owedMailsIn(client, ledgerTable) }
  return async ({ detail }: EventBridgeEvent<string, unknown>) => {
    const report = reportIn(detail)
    if (report) await takeReport(ledger, report, new Date())
  }
})
