/** The settings that a deploy gives to functions: each one's environment variable, and how it is read. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServiceError } from './errors.ts'

export type SettingName = keyof typeof SETTINGS
export type Env = Readonly<Record<string, string | undefined>>
interface Setting<T> {
  readonly env: string
  readonly parse: (raw: string) => T
  readonly fallback?: T
}

/** Every setting. `infra/` reads the names from here, so they cannot drift. */
export const SETTINGS = {
  ledgerTable: { env: 'LEDGER_TABLE', parse: text },
  publicUrl: { env: 'PUBLIC_URL', parse: baseUrl },
  /** Secret ids in Secrets Manager. */
  indexSecret: { env: 'INDEX_SECRET_ID', parse: text },
  sealSecret: { env: 'SEAL_SECRET_ID', parse: text },
  metaSecret: { env: 'META_SECRET_ID', parse: text },
  receiptSecret: { env: 'RECEIPT_SECRET_ID', parse: text },
  tokenSecret: { env: 'TOKEN_SECRET_ID', parse: text },
  /** Name of the bucket with incoming mail. */
  inboxBucket: { env: 'INBOX_BUCKET', parse: text },
  /** Name of the journal's bucket. */
  journalBucket: { env: 'JOURNAL_BUCKET', parse: text },
  /** Name of SES's configuration set, by which mails are reported. */
  configurationSet: { env: 'CONFIGURATION_SET', parse: text },
  /** The company's tables: key of the data map → name in DynamoDB, as JSON. */
  tables: { env: 'TABLES', parse: names },
  /** CloudWatch's namespace of the metrics. */
  metricNamespace: { env: 'METRIC_NAMESPACE', parse: text },
  /** A factor for all delays (back-off, wake-ups); 1 on AWS. */
  pauseScale: { env: 'PAUSE_SCALE', parse: positive, fallback: 1 },
} as const satisfies Record<string, Setting<unknown>>

export type Settings = { readonly [K in keyof typeof SETTINGS]: ReturnType<(typeof SETTINGS)[K]['parse']> }

/**
 * Reads the settings one function needs.
 *
 * @throws {@link ServiceError} `CONFIG_INVALID`, naming every variable that is missing or unreadable.
 */
export function readSettings<K extends keyof Settings>(env: Env, ...keys: readonly K[]): Pick<Settings, K> {
  const problems: string[] = []
  const entries = keys.map((key) => {
    const { env: name, parse, fallback }: Setting<unknown> = SETTINGS[key]
    const raw = env[name]
    if (raw === undefined && fallback !== undefined) return [key, fallback]
    try {
      return [key, parse(raw ?? '')]
    } catch (error) {
      problems.push(`${name} ${error instanceof Error ? error.message : 'is unreadable'}`)
      return [key, undefined]
    }
  })
  if (problems.length > 0) throw new ServiceError('CONFIG_INVALID', problems.join('; '))
  return Object.fromEntries(entries) as Pick<Settings, K>
}

/**
 * The function's part of the configuration: `config.json`, which synth and `npm start` write beside its code.
 *
 * @throws {@link ServiceError} `CONFIG_INVALID` without `LAMBDA_TASK_ROOT`.
 */
export function readFunctionConfig<T>(env: Env): T {
  const folder = env['LAMBDA_TASK_ROOT']
  if (!folder) throw new ServiceError('CONFIG_INVALID', 'LAMBDA_TASK_ROOT must be set')
  return JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as T
}

function text(raw: string): string {
  if (raw.trim() === '') throw new Error('must be set')
  return raw
}

function baseUrl(raw: string): string {
  if (!URL.canParse(raw)) throw new Error('must be an absolute URL')
  return raw.replace(/\/+$/, '')
}

function names(raw: string): Readonly<Record<string, string>> {
  return JSON.parse(text(raw)) as Record<string, string>
}

function positive(raw: string): number {
  const value = Number(raw)
  if (!(value > 0)) throw new Error('must be a number above 0')
  return value
}
