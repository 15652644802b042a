/** Starts the embedded engines, and creates in them what a deploy would: tables, queues, a bucket, secrets. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { DeletionConfig } from '../../shared/config/define.ts'
import type { Env } from '../../shared/platform/settings.ts'
import { startDynamoDb } from './engines/dynamodb.ts'
import { type Endpoints, engineClient, engineEnv } from './engines/engines.ts'
import { createQueues } from './engines/queues.ts'
import { createBucket, JOURNAL_BUCKET } from './engines/s3.ts'
import { startSecretsManager } from './engines/secrets-manager.ts'
import { createTables } from './engines/tables.ts'
import { startSqsS3 } from './engines/threads.ts'
import { asyncInvocations } from './lambda/async-invocations.ts'
import { startCompanyFunctions } from './lambda/company-functions.ts'
import type { InvokeFunction } from './lambda/functions.ts'
import type { Log } from './lambda/lambda.ts'
import { startSes } from './mail/ses.ts'
import type { Cleanup } from './state/cleanup.ts'
import type { DataFolder } from './state/data-folder.ts'
import { type AppSecrets, keepSecret, readAppSecrets, SECRET_IDS, secretTexts } from './state/keys.ts'

export interface EnginesOptions {
  readonly config: DeletionConfig
  /** Its path: modules of the company's functions are relative to it. @default deletion.config.ts */
  readonly configFile?: string | undefined
  readonly folder: DataFolder
  /** The apps' secrets at the start. */
  readonly appSecrets: AppSecrets
  readonly env: Env
  /** A test may put a proxy in front of the engine for secrets. @default startSecretsManager */
  readonly startSecrets?: typeof startSecretsManager | undefined
  /** SES reports to a function what became of a mail. */
  readonly invoke: InvokeFunction
  readonly log: Log
}

export type Engines = Awaited<ReturnType<typeof startEngines>>

/** @throws {@link StartError} */
export async function startEngines(options: EnginesOptions, started: Cleanup) {
  const { config, configFile = 'deletion.config.ts', folder, log } = options
  const startSecrets = options.startSecrets ?? startSecretsManager
  const reports = asyncInvocations('mail-events', log)
  const onEvent = (event: unknown) => reports.start(() => options.invoke('mail-events', event))
  started.add(() => reports.close())
  const [dynamo, sqs, secrets, ses] = await Promise.all([
    started.adding(startDynamoDb(folder, options.env)),
    started.adding(startSqsS3(folder)),
    started.adding(startSecrets(secretTexts(folder, options.appSecrets), keepSecret(folder))),
    config.email && started.adding(startSes(folder, onEvent)),
  ])
  const both = { sqs: sqs.endpoint, s3: sqs.endpoint }
  const engines = { ...both, dynamodb: dynamo.endpoint, secretsManager: secrets.endpoint }
  const { holdings } = config.dataMap
  const companyFunctions = await startCompanyFunctions({ holdings, configFile, env: engineEnv(engines), log })
  if (companyFunctions) started.add(() => companyFunctions.close())
  const endpoints: Endpoints = { ...engines, lambda: companyFunctions?.endpoint, ses: ses?.endpoint }
  const clients = {
    dynamodb: new DynamoDBClient(engineClient(endpoints.dynamodb)),
    streams: new DynamoDBStreamsClient(engineClient(endpoints.dynamodb)),
    sqs: new SQSClient(engineClient(endpoints.sqs)),
  }
  started.add(() => {
    for (const client of Object.values(clients)) client.destroy()
  })
  const [{ streamArn }, queues] = await Promise.all([
    createTables(clients.dynamodb, config.dataMap),
    createQueues(endpoints.sqs),
    createBucket(endpoints.s3, JOURNAL_BUCKET),
  ])
  return {
    endpoints,
    clients,
    streamArn,
    queues,
    /** The page that shows sent mail; undefined where no mail is sent. */
    mailbox: ses && `${ses.endpoint}/`,
    /** As they are now: an operator may have changed them. */
    appSecrets: () => readAppSecrets(secrets.current(SECRET_IDS.meta) ?? '{}'),
  }
}
