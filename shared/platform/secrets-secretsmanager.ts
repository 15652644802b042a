/** Secrets Manager: JSON objects of named values. */
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { ServiceError } from './errors.ts'

/** The values of a rotating secret: `{"k1":"…","k2":"…"}`, the highest number is the newest. */
export interface Keyring {
  newest(): Promise<{ readonly id: string; readonly secret: string }>
  /** @throws {@link ServiceError} `SECRET_MISSING` when no value has this id. */
  byId(id: string): Promise<string>
}

export interface WholeKeyring extends Keyring {
  /** Every value by its id. */
  all(): Promise<Readonly<Record<string, string>>>
}

/**
 * @returns The secret's fields.
 * @throws {@link ServiceError} `SECRET_MISSING` when it holds no JSON object.
 */
export async function readSecret(
  client: SecretsManagerClient,
  secretId: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }))
  try {
    const value: unknown = JSON.parse(SecretString ?? '')
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Said below: the parser's own message would quote the secret.
  }
  throw new ServiceError('SECRET_MISSING', 'a secret is not a JSON object of named values')
}

/** Reads the secret once, and again only for an id it does not know. */
export function keyring(client: SecretsManagerClient, secretId: string): WholeKeyring {
  let reading: Promise<Readonly<Record<string, unknown>>> | undefined
  const read = (): NonNullable<typeof reading> => {
    reading = readSecret(client, secretId).catch((error: unknown) => {
      reading = undefined
      throw error
    })
    return reading
  }
  return {
    async newest() {
      const values = await (reading ?? read())
      const [newest] = Object.keys(values).sort((a, b) => numberOf(b) - numberOf(a))
      if (newest === undefined) throw new ServiceError('SECRET_MISSING', 'a secret holds no value')
      return { id: newest, secret: textOf(values, newest) }
    },
    async byId(id) {
      const known = await (reading ?? read())
      return textOf(Object.hasOwn(known, id) ? known : await read(), id)
    },
    async all() {
      // Whoever publishes them must not lag behind whoever signs.
      const values = await read()
      return Object.fromEntries(Object.keys(values).map((id) => [id, textOf(values, id)]))
    },
  }
}

const numberOf = (id: string): number => Number(id.replace(/\D/g, ''))

function textOf(values: Readonly<Record<string, unknown>>, id: string): string {
  const value = Object.hasOwn(values, id) ? values[id] : undefined
  if (typeof value !== 'string' || value === '') {
    throw new ServiceError('SECRET_MISSING', 'a secret lacks the value that is asked for')
  }
  return value
}
