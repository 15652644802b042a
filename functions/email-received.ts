/** Mail with a request: received when SES reports it, or else by a sweep every minute. */
import type { SESEvent } from 'aws-lambda'
import type { EmailIntakeConfig } from '../shared/config/function-config.ts'
import { s3Inbox } from '../shared/email/inbox-s3.ts'
import { type Reception, receivedIn, receiveMail } from '../shared/email/receive.ts'
import { sweepInbox as sweep } from '../shared/email/sweep-inbox.ts'
import { sealer } from '../shared/keys/seal.ts'
import { dynamoLedger } from '../shared/ledger/ledger-dynamodb.ts'
import { keyring, newestValueOf } from '../shared/platform/secrets-secretsmanager.ts'
import { type Env, readFunctionConfig, readSettings } from '../shared/platform/settings.ts'
import { dynamoDb, PATIENT_MS, s3, secretsManager } from './clients.ts'
import { lambda } from './lambda.ts'
import { measuring } from './measure.ts'
import { clock } from './time.ts'

function start(env: Env) {
  const settings = readSettings(
    env,
    'ledgerTable',
    'indexSecret',
    'sealSecret',
    'pauseScale',
    'inboxBucket',
    'metricNamespace',
  )
  const vault = secretsManager()
  const reception: Reception = {
    ledger: dynamoLedger(dynamoDb(PATIENT_MS), settings.ledgerTable),
    inbox: s3Inbox(s3(PATIENT_MS), settings.inboxBucket),
    sealer: sealer(keyring(vault, settings.sealSecret, clock)),
    indexKey: newestValueOf(keyring(vault, settings.indexSecret, clock)),
    config: readFunctionConfig<EmailIntakeConfig>(env),
    clock,
  }
  return { ...settings, reception }
}

export const handler = lambda(async (env: Env) => {
  const { reception } = start(env)
  return async (event: SESEvent) => {
    for (const received of receivedIn(event)) await receiveMail(reception, received)
  }
})

export const sweepInbox = lambda(async (env: Env) => {
  const { reception, metricNamespace, pauseScale } = start(env)
  const measure = measuring(metricNamespace, 'inbox-sweep')
  return () => sweep(reception, { measure, pauseScale })
})
