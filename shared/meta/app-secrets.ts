/** Meta's app secrets: a list for each app, newest first, cached and refreshed in the background. */
import { ServiceError } from '../platform/errors.ts'

type SecretsByApp = Readonly<Record<string, readonly string[]>>

export interface AppSecrets {
  /** Reads the secrets ahead of the first call of `of`. */
  warm(): Promise<void>
  /** @throws {@link ServiceError} `SECRET_MISSING` when the app has none. */
  of(app: string): Promise<readonly string[]>
  /** Reads again after a mismatch, at most once a minute; true if the app's list has changed. */
  refreshed(app: string): Promise<boolean>
}

interface AppSecretsOptions {
  readonly read: () => Promise<Readonly<Record<string, unknown>>>
  readonly clock: () => Date
}

const STALE_AFTER_MS = 300_000
const RETRY_AFTER_MS = 60_000

/** One read at a time; a read that fails keeps the old lists. */
export function appSecrets({ read, clock }: AppSecretsOptions): AppSecrets {
  let lists: SecretsByApp | undefined
  let triedAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined

  const refresh = (): Promise<void> => {
    triedAt = clock().getTime()
    reading ??= read()
      .then((secret) => {
        lists = parse(secret)
      })
      .finally(() => {
        reading = undefined
      })
    return reading
  }
  const refreshQuietly = (): Promise<void> => refresh().catch(() => undefined)
  const age = (): number => clock().getTime() - triedAt

  return {
    warm: refresh,
    async of(app) {
      if (!lists) await refresh()
      else if (age() > STALE_AFTER_MS) void refreshQuietly()
      const list = lists && Object.hasOwn(lists, app) ? lists[app] : undefined
      if (!list || list.length === 0) throw new ServiceError('SECRET_MISSING', 'an app has no secret')
      return list
    },
    async refreshed(app) {
      const before = lists?.[app]
      if (reading) await reading.catch(() => undefined)
      else if (age() > RETRY_AFTER_MS) await refreshQuietly()
      return JSON.stringify(lists?.[app]) !== JSON.stringify(before)
    },
  }
}

function parse(secret: Readonly<Record<string, unknown>>): SecretsByApp {
  for (const list of Object.values(secret)) {
    if (!Array.isArray(list) || !list.every((value) => typeof value === 'string' && value !== '')) {
      throw new ServiceError('SECRET_MISSING', 'app secrets must be a list of texts per app')
    }
    if (!list.every(mayBeAppSecret)) {
      throw new ServiceError(
        'SECRET_MISSING',
        'an app secret has <, > or white space in it: put in the one that the Meta App Dashboard shows',
      )
    }
  }
  return secret as SecretsByApp
}

/** Refuses a placeholder that was left in place: it is public, and anyone could sign with it. */
export const mayBeAppSecret = (value: string): boolean => !/[<>\s]/.test(value)

/** As the Meta App Dashboard shows it. */
export const looksLikeAppSecret = (value: string): boolean => /^[0-9a-f]{32}$/.test(value)
