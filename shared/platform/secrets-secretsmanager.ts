/** Secrets Manager: JSON objects of named values. */
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { ServiceError } from './errors.ts'
import { newestFirst } from './key-ids.ts'

/** The values of a rotating secret: `{"k1":"…","k2-2026-11-29":"…"}`, the highest number is the newest. */
export interface Keyring {
  newest(): Promise<{ readonly id: string; readonly secret: string }>
  /** @throws {@link ServiceError} `SECRET_MISSING` when no value has this id. */
  byId(id: string): Promise<string>
}

export interface WholeKeyring extends Keyring {
  /** Every value by its id. */
  all(): Promise<Readonly<Record<string, string>>>
}

type Fields = Readonly<Record<string, unknown>>

/** @throws {@link ServiceError} `SECRET_MISSING` when it holds no JSON object. */
export async function readSecret(client: SecretsManagerClient, secretId: string): Promise<Fields> {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }))
  return fieldsOf(SecretString)
}

/** @throws {@link ServiceError} `SECRET_MISSING` when the text is no JSON object. */
export function fieldsOf(text = ''): Fields {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>
    }
  } catch {
    // The parser's own message would quote the secret.
  }
  throw new ServiceError('SECRET_MISSING', 'a secret is not a JSON object of named values')
}

/** An older value is read again, and no caller waits for that. */
const STALE_AFTER_MS = 300_000
/** After so long at rest, callers do wait: a known key may be gone by now. */
const TOO_OLD_AFTER_MS = 3_600_000

/**
 * Reads the secret once, again for an id that it does not know, and in the background when its values are old, so that
 * a newer key is used without a restart. If it cannot be read again, the old values stay.
 */
export function keyring(client: SecretsManagerClient, secretId: string, clock: () => Date): WholeKeyring {
  let reading: Promise<Fields> | undefined
  let readAt = Number.NEGATIVE_INFINITY
  const read = (): NonNullable<typeof reading> => {
    readAt = clock().getTime()
    reading = readSecret(client, secretId).catch((error: unknown) => {
      reading = undefined
      throw error
    })
    return reading
  }
  const known = async (): Promise<Fields> => {
    const values = await (reading ?? read())
    const age = clock().getTime() - readAt
    if (age <= STALE_AFTER_MS) return values
    readAt = clock().getTime()
    const again = readSecret(client, secretId).then(
      (fresh) => {
        reading = Promise.resolve(fresh)
        return fresh
      },
      () => values,
    )
    return age > TOO_OLD_AFTER_MS ? again : values
  }
  return {
    async newest() {
      const values = await known()
      const newest = newestFirst(Object.keys(values))[0]
      if (newest === undefined) throw new ServiceError('SECRET_MISSING', 'a secret holds no value')
      return { id: newest, secret: textOf(values, newest) }
    },
    async byId(id) {
      const values = await known()
      return textOf(Object.hasOwn(values, id) ? values : await read(), id)
    },
    async all() {
      // The published keys must not lag behind the key that signs.
      const values = await read()
      return Object.fromEntries(Object.keys(values).map((id) => [id, textOf(values, id)]))
    },
  }
}

/** Reads the newest value each time it is called: what changes takes effect without a restart. */
export const newestValueOf = (keys: Keyring) => async (): Promise<string> => (await keys.newest()).secret

function textOf(values: Fields, id: string): string {
  const value = Object.hasOwn(values, id) ? values[id] : undefined
  if (typeof value !== 'string' || value === '') {
    throw new ServiceError('SECRET_MISSING', 'a secret lacks the value that is asked for')
  }
  return value
}
