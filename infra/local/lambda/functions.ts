/** Hosts the functions, each with the settings and the config that a deploy would give it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { DeletionConfig } from '../../../shared/config/define.ts'
import { mapValues } from '../../../shared/data-map/map-hash.ts'
import { SETTINGS, type SettingName } from '../../../shared/platform/settings.ts'
import { entryOf, type FunctionName, functionConfig, functionsOf } from '../../wiring.ts'
import { type Endpoints, engineEnv } from '../engines/engines.ts'
import { INBOX_BUCKET, JOURNAL_BUCKET } from '../engines/s3.ts'
import { LEDGER_TABLE } from '../engines/tables.ts'
import type { DataFolder } from '../state/data-folder.ts'
import { SECRET_IDS } from '../state/keys.ts'
import { type HostedFunction, hostFunction, type Log } from './lambda.ts'

/** The factor for all delays of the system here. */
export const PAUSE_SCALE = 1 / 60

interface FunctionsOptions {
  readonly config: DeletionConfig
  readonly folder: DataFolder
  readonly endpoints: Endpoints
  readonly publicUrl: string
  /** Folder of the built bundles; without it, the sources run. */
  readonly bundles: string | undefined
  readonly log: Log
}

/** @throws TypeError for a function that the configuration does not have. */
export type InvokeFunction = (name: FunctionName, event: unknown) => Promise<unknown>

/** The functions that the configuration has. */
export function hostFunctions(
  options: FunctionsOptions,
): Readonly<Partial<Record<FunctionName, HostedFunction>>> {
  const settings = settingsOf(options)
  return Object.fromEntries(
    functionsOf(options.config).map((name) => {
      const { file, handler, timeoutSeconds, memoryMb, settings: wanted } = entryOf(name)
      const module =
        options.bundles === undefined
          ? new URL(`../../../functions/${file}.ts`, import.meta.url)
          : pathToFileURL(join(options.bundles, name, 'index.mjs'))
      const env = {
        ...engineEnv(options.endpoints),
        ...Object.fromEntries(wanted.map((setting) => [SETTINGS[setting].env, settings[setting]])),
        AWS_LAMBDA_FUNCTION_NAME: name,
        // Names the caller to an engine: the SDK's user agent has it as `app/<name>`.
        AWS_SDK_UA_APP_ID: name,
        LAMBDA_TASK_ROOT: layFunctionConfig(name, options),
        TZ: 'UTC',
      }
      const log = withoutMetrics(options.log)
      return [name, hostFunction({ name, module: module.href, handler, timeoutSeconds, memoryMb, env, log })]
    }),
  )
}

/** Leaves out metrics, which CloudWatch would take out of the log. */
const withoutMetrics =
  (log: Log): Log =>
  (line) => {
    if (!line.includes('{"_aws":')) log(line)
  }

const settingsOf = ({ config, publicUrl }: FunctionsOptions): Readonly<Record<SettingName, string>> => ({
  ledgerTable: LEDGER_TABLE,
  publicUrl,
  indexSecret: SECRET_IDS.index,
  sealSecret: SECRET_IDS.seal,
  tokenSecret: SECRET_IDS.token,
  receiptSecret: SECRET_IDS.receipt,
  metaSecret: SECRET_IDS.meta,
  tables: JSON.stringify(tableNames(config)),
  pauseScale: String(PAUSE_SCALE),
  metricNamespace: 'local',
  inboxBucket: INBOX_BUCKET,
  journalBucket: JOURNAL_BUCKET,
  configurationSet: 'data-deletion',
})

/** Key of the data map → name in DynamoDB. */
export const tableNames = ({ dataMap }: DeletionConfig): Readonly<Record<string, string>> =>
  mapValues(dataMap.tables, ({ name }) => name)

/** Without the default pace: nothing else uses the tables here. */
const atFullSpeed = (config: DeletionConfig): DeletionConfig => ({
  ...config,
  dataMap: {
    ...config.dataMap,
    tables: mapValues(config.dataMap.tables, (table) => ({
      maxReadUnitsPerSecond: 'unlimited',
      maxWriteUnitsPerSecond: 'unlimited',
      ...table,
    })),
  },
})

/** Writes this function's `config.json`, and returns its folder. */
function layFunctionConfig(name: FunctionName, { config, folder }: FunctionsOptions): string {
  const root = folder.file(join('functions', name))
  mkdirSync(root, { recursive: true })
  const own = functionConfig(name, atFullSpeed(config))
  writeFileSync(join(root, 'config.json'), JSON.stringify(own))
  return root
}
