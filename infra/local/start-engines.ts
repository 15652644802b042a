/** The embedded engines with everything in them that a deploy would make: tables, queues, buckets, secrets. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { DeletionConfig } from '../../shared/config/define.ts'
import type { Env } from '../../shared/platform/settings.ts'
import { startDynamoDb } from './engines/dynamodb.ts'
import { type Endpoints, engineClient, engineEnv } from './engines/engines.ts'
import { createBucket, JOURNAL_BUCKET } from './engines/s3.ts'
import { startSecretsManager } from './engines/secrets-manager.ts'
import { createQueues } from './engines/sqs.ts'
import { startSqsS3 } from './engines/sqs-s3.ts'
import { createTables } from './engines/tables.ts'
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
  /** The modules of the company's functions are named as seen from there. @default deletion.config.ts */
  readonly configFile?: string | undefined
  readonly folder: DataFolder
  /** What the secret of the apps holds at first. */
  readonly appSecrets: AppSecrets
  readonly env: Env
  /** @default startSecretsManager */
  readonly startSecrets?: typeof startSecretsManager | undefined
  /** SES reports what became of a mail to a function. */
  readonly invoke: InvokeFunction
  readonly log: Log
}

export interface Engines {
  readonly endpoints: Endpoints
  readonly clients: {
    readonly dynamodb: DynamoDBClient
    readonly streams: DynamoDBStreamsClient
    readonly sqs: SQSClient
  }
  /** Of the ledger. */
  readonly streamArn: string
  readonly queues: Awaited<ReturnType<typeof createQueues>>
  /** The page that shows mail that was sent; absent where no mail is sent. */
  readonly mailbox: string | undefined
  /** As they are now: an operator may have changed them. */
  readonly appSecrets: () => AppSecrets
}

/** @throws {@link StartError} */
export async function startEngines(
  {
    config,
    configFile = 'deletion.config.ts',
    folder,
    appSecrets,
    env,
    startSecrets = startSecretsManager,
    invoke,
    log,
  }: EnginesOptions,
  started: Cleanup,
): Promise<Engines> {
  const reports = asyncInvocations({
    name: 'mail-events',
    invoke: (event: unknown) => invoke('mail-events', event),
    log,
  })
  started.add(() => reports.close())
  const [dynamo, sqs, secrets, ses] = await Promise.all([
    started.adding(startDynamoDb(folder, env)),
    started.adding(startSqsS3(folder)),
    started.adding(startSecrets(secretTexts(folder, appSecrets), keepSecret(folder))),
    config.email && started.adding(startSes({ folder, onEvent: (event) => reports.start(event) })),
  ])
  const engines: Endpoints = {
    dynamodb: dynamo.endpoint,
    sqs: sqs.endpoint,
    secretsManager: secrets.endpoint,
    s3: sqs.endpoint,
  }
  const companyFunctions = await startCompanyFunctions({
    holdings: config.dataMap.holdings,
    configFile,
    env: engineEnv(engines),
    log,
  })
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
    mailbox: ses?.mailbox,
    appSecrets: () => readAppSecrets(secrets.current(SECRET_IDS.meta) ?? '{}'),
  }
}
