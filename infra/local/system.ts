/** The whole system on embedded engines: the same functions, through the events that AWS would send. */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { DeletionConfig } from '../../shared/config/define.ts'
import type { Env } from '../../shared/platform/settings.ts'
import { FUNCTIONS, type FunctionName, functionsOf, routesOf } from '../wiring.ts'
import type { Endpoints } from './engines/engines.ts'
import { startEventSources } from './event-sources.ts'
import { listen } from './http/api.ts'
import { type LocalMail, localRoutes } from './http/local-routes.ts'
import { router } from './http/routes.ts'
import { hostFunctions, type InvokeFunction, tableNames } from './lambda/functions.ts'
import type { Log } from './lambda/lambda.ts'
import type { Sample } from './sample/sample.ts'
import { type EnginesOptions, startEngines } from './start-engines.ts'
import { type Cleanup, cleanup, FINISH_WITHIN_MS } from './state/cleanup.ts'
import { type DataFolder, openDataFolder } from './state/data-folder.ts'
import { type AppSecrets, appSecretsOf } from './state/keys.ts'

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
  /** A test may put a proxy before the engine for secrets. @default startSecretsManager */
  readonly startSecrets?: EnginesOptions['startSecrets']
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

  // The engines report to functions that are hosted only after them.
  const invoke: InvokeFunction = (name, event) => {
    const fn = functions[name]
    if (!fn) throw new TypeError(`there is no function ${name} without its part of the configuration`)
    return fn.invoke(event)
  }
  const [engines, bundles] = await Promise.all([
    startEngines({ ...options, folder, appSecrets, invoke }, started),
    options.bundled === true ? build(folder) : undefined,
  ])
  const { endpoints, clients } = engines
  if (options.sample) await seedOnce(options.sample, folder, { client: clients.dynamodb, config })
  if (folder.kept) {
    const { recoverLedger } = await import('./recover.ts')
    await recoverLedger(clients.dynamodb, config)
  }

  const functions = hostFunctions({ config, folder, endpoints, publicUrl: url, bundles, log })
  started.add(() => Promise.all(Object.values(functions).map((fn) => fn.close())))
  const { smtp } = await startEventSources({ config, folder, engines, invoke, log }, started)
  const mail: LocalMail = {
    ...(config.email && { email: config.email.address }),
    ...(engines.mailbox !== undefined && { mailbox: engines.mailbox }),
    ...(smtp && { smtp: { host: smtp.host, port: smtp.port } }),
  }
  http.open({
    route: router<FunctionName>(routesOf(config)),
    invoke,
    localRoutes: localRoutes({
      url,
      endpoints,
      appSecrets: engines.appSecrets,
      people: options.sample?.people ?? [],
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
        // The functions for mail start with the first mail.
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

async function build(folder: DataFolder): Promise<string> {
  const { buildBundles } = await import('../bundles.ts')
  const outDir = folder.file('bundles')
  await buildBundles({ outDir })
  return outDir
}
