/** The whole system on embedded engines: the deployed functions, invoked by the events that AWS would send. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { DeletionConfig } from '../../shared/config/define.ts'
import { defined } from '../../shared/platform/defined.ts'
import { FUNCTIONS, type FunctionName, functionsOf, routesOf } from '../wiring.ts'
import { startEventSources } from './event-sources.ts'
import { listen } from './http/api.ts'
import { type LocalMail, localRoutes } from './http/local-routes.ts'
import { router } from './http/routes.ts'
import { hostFunctions, type InvokeFunction, tableNames } from './lambda/functions.ts'
import type { Sample } from './sample/sample.ts'
import { type EnginesOptions, startEngines } from './start-engines.ts'
import { type Cleanup, cleanup, FINISH_WITHIN_MS } from './state/cleanup.ts'
import { type DataFolder, openDataFolder } from './state/data-folder.ts'
import { appSecretsOf } from './state/keys.ts'

export interface SystemOptions extends Omit<EnginesOptions, 'folder' | 'appSecrets' | 'invoke'> {
  /** 0: any free one. */
  readonly port: number
  /** The folder of all state, which is in memory without it. */
  readonly dataDir?: string | undefined
  /** Runs the shipped bundles instead of the sources. */
  readonly bundled?: boolean | undefined
  /** Fills the company's tables at the first start. */
  readonly sample?: Sample | undefined
}

export type System = Readonly<Awaited<ReturnType<typeof start>>>

/**
 * Starts everything, and returns when the address takes requests.
 *
 * @throws {@link StartError} for every cause that the user can mend.
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

async function start(options: SystemOptions, started: Cleanup) {
  const { config, env, log } = options
  const http = await listen(options.port)
  started.add(() => http.close(FINISH_WITHIN_MS))
  const folder = await openDataFolder(options.dataDir)
  started.add(() => folder.release())
  const appSecrets = appSecretsOf(Object.keys(config.apps), env, folder)
  const url = `http://localhost:${http.port}`

  // The engines invoke functions, which are hosted only after them.
  const invoke: InvokeFunction = (name, event) => {
    const fn = functions[name]
    if (!fn) throw new TypeError(`the configuration has no part that needs the function ${name}`)
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
  const smtp = await startEventSources({ config, folder, engines, invoke, log }, started)
  const mail: LocalMail = defined({
    email: config.email?.address,
    mailbox: engines.mailbox,
    smtp: smtp && { host: smtp.host, port: smtp.port },
  })
  http.open({
    route: router<FunctionName>(routesOf(config)),
    invoke,
    localRoutes: localRoutes({
      ...mail,
      url,
      endpoints,
      appSecrets: engines.appSecrets,
      people: options.sample?.people ?? [],
      invoke,
    }),
    log,
  })
  // This end runs first of all: no request may meet a half-closed system.
  started.add(() => http.close(FINISH_WITHIN_MS))

  return {
    /** Its own address, which is the `publicUrl`. */
    url,
    endpoints,
    mail,
    appSecrets,
    /** Invokes a function directly, as the SDK's Invoke would. */
    invoke,
    /** Starts the workers before their first event, one after the other. A worker that cannot start logs why. */
    async prewarm(): Promise<void> {
      for (const name of functionsOf(config)) {
        // Functions for mail start with the first mail.
        if (!('needs' in FUNCTIONS[name])) await functions[name]?.prewarm().catch(() => {})
      }
    },
    close: (): Promise<void> => started.close(),
  }
}

/** Seeds a kept folder once only: erased items must not come back. */
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
