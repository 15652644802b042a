/** The secrets of a local run: keys that are made once and kept in the data folder, and the Meta apps' secrets. */
import { createHash, randomBytes } from 'node:crypto'
import { mayBeAppSecret } from '../../../shared/meta/app-secrets.ts'
import type { Env } from '../../../shared/platform/settings.ts'
import type { DataFolder } from './data-folder.ts'
import { StartError } from './start-error.ts'

/** App → its secrets, newest first. */
export type AppSecrets = Readonly<Record<string, readonly [string, ...string[]]>>

/** The ids of the secrets, as the functions' settings name them. */
export const SECRET_IDS = {
  index: 'local/index',
  seal: 'local/seal',
  token: 'local/token',
  receipt: 'local/receipt',
  meta: 'local/meta',
} as const

/** The file of a secret in the data folder. */
const fileOf = (id: string): string =>
  id === SECRET_IDS.meta ? 'app-secrets.json' : `${id.replace('local/', '')}-keys.json`

/** Keeps a changed secret for the next start. */
export const keepSecret =
  (folder: DataFolder) =>
  (id: string, text: string): void =>
    folder.write(fileOf(id), text)

/** The text of every secret by its id. */
export const secretTexts = (folder: DataFolder, appSecrets: AppSecrets): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.values(SECRET_IDS).map((id) => [
      id,
      id === SECRET_IDS.meta ? JSON.stringify(appSecrets) : keptKeys(folder, id),
    ]),
  )

/** `{"k1":"<32 bytes in base64url>"}`, made at the first start. */
function keptKeys(folder: DataFolder, id: string): string {
  const kept = folder.read(fileOf(id))
  if (kept !== undefined) return kept
  const made = JSON.stringify({ k1: randomBytes(32).toString('base64url') })
  folder.write(fileOf(id), made)
  return made
}

/**
 * One fixed secret for every configured app, unless `META_APP_SECRETS` or an earlier change gives others.
 *
 * @throws {@link StartError} when that variable cannot be used.
 */
export function appSecretsOf(apps: readonly string[], env: Env, folder?: DataFolder): AppSecrets {
  const given = readGiven(env['META_APP_SECRETS'])
  const unknown = Object.keys(given).filter((app) => !apps.includes(app))
  if (unknown.length > 0) {
    throw new StartError(
      `META_APP_SECRETS names ${unknown.join(', ')}, which the configuration does not have; its apps are ${apps.join(', ')}`,
    )
  }
  const kept = readAppSecrets(folder?.read(fileOf(SECRET_IDS.meta)) ?? '{}')
  return Object.fromEntries(apps.map((app) => [app, given[app] ?? kept[app] ?? [localSecret(app)]]))
}

/** Reads the text that `set-app` writes. */
export const readAppSecrets = (text: string): AppSecrets => JSON.parse(text) as AppSecrets

/** Whether an app's only secret is the one that every local run gives it. */
export const isLocalSecret = (app: string, secrets: readonly string[]): boolean =>
  secrets.length === 1 && secrets[0] === localSecret(app)

const localSecret = (app: string): string =>
  createHash('sha256').update(`local-secret-of-${app}`).digest('hex').slice(0, 32)

function readGiven(raw: string | undefined): AppSecrets {
  if (raw === undefined || raw.trim() === '') return {}
  const shape =
    'META_APP_SECRETS must be a JSON object of apps with lists of secrets, such as {"shop":["newest","older"]}'
  let value: unknown
  try {
    value = JSON.parse(raw)
  } catch {
    throw new StartError(`${shape}; it is not JSON`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new StartError(shape)
  for (const [app, secrets] of Object.entries(value)) {
    if (!isSecretList(secrets)) throw new StartError(`${shape}; the value of ${app} is not a list of secrets`)
  }
  return value as AppSecrets
}

const isSecretList = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((secret) => typeof secret === 'string' && secret !== '' && mayBeAppSecret(secret))
