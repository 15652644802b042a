/** The whole system on embedded engines: the same functions, through the events that AWS would send. */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { DeletionConfig } from '../../shared/config/define.ts'
import type { Env } from '../../shared/platform/settings.ts'
import {
  FUNCTIONS,
  type FunctionName,
  functionsOf,
  NOTICES,
  PIPE,
  QUEUE,
  routesOf,
  SCHEDULES,
} from '../wiring.ts'
import { startDynamoDb } from './engines/dynamodb.ts'
import { type Endpoints, engineClient, engineEnv } from './engines/engines.ts'
import { createBucket, JOURNAL_BUCKET } from './engines/s3.ts'
import { startSecretsManager } from './engines/secrets-manager.ts'
import { createQueues } from './engines/sqs.ts'
import { startSqsS3 } from './engines/sqs-s3.ts'
import { createTables, expiringTables } from './engines/tables.ts'
import { deleteExpired } from './engines/ttl.ts'
import { keptCheckpoints } from './events/checkpoints.ts'
import { startPipe } from './events/pipe.ts'
import { readQueue } from './events/queue.ts'
import { runSchedules } from './events/schedules.ts'
import { startStreamFunction } from './events/stream-function.ts'
import { listen } from './http/api.ts'
import { type LocalMail, localRoutes } from './http/local-routes.ts'
import { router } from './http/routes.ts'
import { asyncInvocations } from './lambda/async-invocations.ts'
import { startCompanyFunctions } from './lambda/company-functions.ts'
import { hostFunctions, PAUSE_SCALE, tableNames } from './lambda/functions.ts'
import type { Log } from './lambda/lambda.ts'
import { startReceiving } from './mail/receiving.ts'
import { startSes } from './mail/ses.ts'
import type { Sample } from './sample/company.ts'
import { type Cleanup, cleanup, within } from './state/cleanup.ts'
import { type DataFolder, openDataFolder } from './state/data-folder.ts'
import {
  type AppSecrets,
  appSecretsOf,
  keepSecret,
  readAppSecrets,
  SECRET_IDS,
  secretTexts,
} from './state/keys.ts'

export interface SystemOptions {
  readonly config: DeletionConfig
  /** Where it was read from: the modules of its functions are named as seen from there. @default deletion.config.ts */
  readonly configFile?: string | undefined
  /** 0: any free one. */
  readonly port: number
  /** Where all state is kept; in memory without it. */
  readonly dataDir?: string | undefined
  /** The shipped bundles instead of the sources. */
  readonly bundled?: boolean | undefined
  /** What the company's tables are filled with the first time; nothing without it. */
  readonly sample?: Sample | undefined
  readonly env: Env
  readonly log: Log
}

export interface System {
  /** Its own address, which is the `publicUrl`. */
  readonly url: string
  readonly endpoints: Pick<Endpoints, 'dynamodb' | 'sqs' | 's3' | 'ses'>
  readonly mail: LocalMail
  readonly appSecrets: AppSecrets
  /** Invokes a function directly, as the SDK's Invoke would. */
  invoke(name: FunctionName, event: unknown): Promise<unknown>
  /** Starts the workers ahead of their first event, one after the other; one that cannot start says so in its log. */
  prewarm(): Promise<void>
  close(): Promise<void>
}

const FINISH_WITHIN_MS = 5000

/**
 * Starts everything, answers when the address takes requests.
 *
 * @throws {@link StartError} for what the person at the keyboard can mend.
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const started = cleanup()
  try {
    return await start(options, started)
  } catch (error) {
    await started.close()
    throw error
  }
}

async function start(options: SystemOptions, started: Cleanup): Promise<System> {
  const { config, env, log } = options
  const http = await listen(options.port)
  started.add(() => http.close(FINISH_WITHIN_MS))
  const folder = await openDataFolder(options.dataDir)
  started.add(() => folder.release())
  const appSecrets = appSecretsOf(Object.keys(config.apps), env, folder)
  const url = `http://localhost:${http.port}`

  // The functions are hosted when the engines are there, which report to them.
  const invoke = (name: FunctionName, event: unknown): Promise<unknown> => {
    const fn = functions[name]
    if (!fn) throw new TypeError(`there is no function ${name} without its part of the configuration`)
    return fn.invoke(event)
  }
  const reports = asyncInvocations({
    name: 'mail-events',
    invoke: (event: unknown) => invoke('mail-events', event),
    log,
  })
  started.add(() => reports.close())
  const [dynamo, sqs, secrets, bundles, ses] = await Promise.all([
    started.adding(startDynamoDb(folder, env)),
    started.adding(startSqsS3(folder)),
    started.adding(startSecretsManager(secretTexts(folder, appSecrets), keepSecret(folder))),
    options.bundled === true ? build(folder) : undefined,
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
    configFile: options.configFile ?? 'deletion.config.ts',
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
    createBucket(sqs.endpoint, JOURNAL_BUCKET),
  ])
  if (options.sample) await seedOnce(options.sample, folder, { client: clients.dynamodb, config })
  if (folder.kept) {
    const { recoverLedger } = await import('./recover.ts')
    await recoverLedger(clients.dynamodb, config)
  }

  const functions = hostFunctions({ config, folder, endpoints, publicUrl: url, bundles, log })
  const workers = Object.values(functions)
  started.add(() => Promise.all(workers.map((worker) => worker.close())))
  const pipe = startPipe({
    ...clients,
    streamArn,
    queue: queues.erase,
    deadLetters: queues.pipeDead,
    pipe: PIPE,
    checkpoints: keptCheckpoints(folder, streamArn, 'stream'),
    log,
  })
  const notifying =
    config.email &&
    startStreamFunction({
      ...clients,
      streamArn,
      source: NOTICES,
      invoke: (event) => invoke(NOTICES.function, event),
      checkpoints: keptCheckpoints(folder, streamArn, 'notices'),
      log,
    })
  const smtp =
    config.email?.receiving &&
    (await started.adding(
      startReceiving({
        address: config.email.address,
        s3Endpoint: endpoints.s3,
        port: 0,
        invoke: (event) => invoke('email-received', event),
        log,
      }),
    ))
  const reader = readQueue({
    client: clients.sqs,
    queue: queues.erase,
    batchSize: QUEUE.batchSize,
    maxConcurrency: QUEUE.maxConcurrency,
    invoke: (event) => invoke(QUEUE.function, event),
    log,
  })
  const expiring = expiringTables(config.dataMap)
  const schedules = runSchedules([
    ...schedulesOf(config).map(({ function: name, everySeconds }) => ({
      everySeconds: everySeconds * PAUSE_SCALE,
      invoke: (event: unknown) => invoke(name, event),
    })),
    { everySeconds: 60, invoke: () => deleteExpired(clients.dynamodb, expiring, new Date()) },
  ])
  started.add(() =>
    within(
      FINISH_WITHIN_MS,
      [pipe, reader, schedules, ...(notifying ? [notifying] : [])].map((part) => part.close()),
    ),
  )
  const people = options.sample?.people ?? []
  const mail: LocalMail = {
    ...(config.email && { email: config.email.address }),
    ...(ses && { mailbox: ses.mailbox }),
    ...(smtp && { smtp: { host: smtp.host, port: smtp.port } }),
  }
  http.open({
    route: router<FunctionName>(routesOf(config)),
    invoke,
    localRoutes: localRoutes({
      url,
      endpoints,
      appSecrets: () => readAppSecrets(secrets.current(SECRET_IDS.meta) ?? '{}'),
      people,
      invoke,
      ...mail,
    }),
    log,
  })
  // Again, because what was started last ends first: no request may meet a half-closed system.
  started.add(() => http.close(FINISH_WITHIN_MS))

  return {
    url,
    endpoints: { dynamodb: endpoints.dynamodb, sqs: endpoints.sqs, s3: endpoints.s3, ses: endpoints.ses },
    mail,
    appSecrets,
    invoke,
    async prewarm() {
      for (const name of functionsOf(config)) {
        // What is for mail starts with the first mail.
        if (!('needs' in FUNCTIONS[name])) await functions[name]?.prewarm().catch(() => {})
      }
    },
    close: () => started.close(),
  }
}

/** Without a kept folder the tables are new every time; with one, what was erased must not come back. */
async function seedOnce(
  sample: Sample,
  folder: DataFolder,
  { client, config }: { client: DynamoDBClient; config: DeletionConfig },
): Promise<void> {
  if (folder.read('seeded') !== undefined) return
  await sample.seed(client, tableNames(config))
  folder.write('seeded', '')
}

const schedulesOf = (config: DeletionConfig) =>
  Object.values(SCHEDULES).filter(({ function: name }) => functionsOf(config).includes(name))

async function build(folder: DataFolder): Promise<string> {
  const { buildBundles } = await import('../bundles.ts')
  const outDir = folder.file('bundles')
  await buildBundles({ outDir })
  return outDir
}
