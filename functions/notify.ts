/** Sends the mails that requests owe: the ledger's stream rings once for each that is due. */
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import type { NotifyConfig } from '../shared/config/function-config.ts'
import { sealer } from '../shared/keys/seal.ts'
import { tokens } from '../shared/keys/tokens.ts'
import { dynamoLedger } from '../shared/ledger/ledger-dynamodb.ts'
import { sesMailer } from '../shared/notify/mailer-ses.ts'
import { sendOwedMail } from '../shared/notify/notify.ts'
import { delays } from '../shared/platform/delays.ts'
import { errorName } from '../shared/platform/errors.ts'
import { log } from '../shared/platform/log.ts'
import { keyring } from '../shared/platform/secrets-secretsmanager.ts'
import { type Env, readFunctionConfig, readSettings } from '../shared/platform/settings.ts'
import { isRequestKey } from '../shared/requests/code.ts'
import type { OwedMail } from '../shared/requests/owed-mail.ts'
import { dynamoDb, PATIENT_MS, secretsManager, ses } from './clients.ts'
import { lambda } from './lambda.ts'
import { clock } from './time.ts'

type Ring = Pick<OwedMail, 'request' | 'version'>

/** A mail that fails is tried again with those after it, as streams do; the sweep rings for it as well. */
export const owedMails =
  (send: (mail: Ring) => Promise<void>) =>
  async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    for (const record of Records) {
      const mail = mailIn(record)
      try {
        if (mail) await send(mail)
      } catch (error) {
        log.error('NOTICE_NOT_TAKEN', { error: errorName(error), ...(mail && { request: mail.request }) })
        return { batchItemFailures: [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? '' }] }
      }
    }
    return { batchItemFailures: [] }
  }

function mailIn({ dynamodb }: DynamoDBRecord): Ring | undefined {
  const request = dynamodb?.NewImage?.['requestKey']?.S
  const version = Number(dynamodb?.NewImage?.['version']?.N)
  return request !== undefined && isRequestKey(request) && Number.isInteger(version)
    ? { request, version }
    : undefined
}

export const handler = lambda(async (env: Env) => {
  const settings = readSettings(
    env,
    'ledgerTable',
    'publicUrl',
    'sealSecret',
    'tokenSecret',
    'pauseScale',
    'configurationSet',
  )
  const vault = secretsManager()
  const notifier = {
    ledger: dynamoLedger(dynamoDb(PATIENT_MS), settings.ledgerTable),
    mailer: sesMailer(ses(PATIENT_MS), { configurationSet: settings.configurationSet }),
    sealer: sealer(keyring(vault, settings.sealSecret, clock)),
    tokens: tokens(keyring(vault, settings.tokenSecret, clock)),
    config: readFunctionConfig<NotifyConfig>(env),
    publicUrl: settings.publicUrl,
    delays: delays(settings.pauseScale, Math.random),
    clock,
  }
  return owedMails((mail) => sendOwedMail(notifier, mail))
})
