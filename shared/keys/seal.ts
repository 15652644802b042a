/** Identities at rest are sealed: JWE (RFC 7516), `dir` with A256GCM, the key named by its id. */
import { CompactEncrypt, type CryptoKey, compactDecrypt } from 'jose'
import { ServiceError } from '../platform/errors.ts'
import type { Keyring } from '../platform/secrets-secretsmanager.ts'

export interface Sealer {
  readonly seal: (value: unknown) => Promise<string>
  /** @throws {@link ServiceError} `SEAL_UNREADABLE` */
  readonly open: (sealed: string) => Promise<unknown>
}

export function sealer(keys: Keyring): Sealer {
  const imported = new Map<string, Promise<CryptoKey>>()
  const cryptoKey = (id: string, secret: string): Promise<CryptoKey> => {
    const known = imported.get(id) ?? importKey(secret)
    imported.set(id, known)
    return known
  }
  return {
    async seal(value) {
      const { id, secret } = await keys.newest()
      return new CompactEncrypt(Buffer.from(JSON.stringify(value)))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: id })
        .encrypt(await cryptoKey(id, secret))
    },
    async open(sealed) {
      try {
        const { plaintext } = await compactDecrypt(sealed, async ({ kid = '' }) =>
          cryptoKey(kid, await keys.byId(kid)),
        )
        const value: unknown = JSON.parse(Buffer.from(plaintext).toString())
        return value
      } catch (cause) {
        throw new ServiceError('SEAL_UNREADABLE', 'a seal does not open with the keys at hand', { cause })
      }
    },
  }
}

/** Any secret text makes a key: 256 bits by SHA-256. */
async function importKey(secret: string): Promise<CryptoKey> {
  const bits = await crypto.subtle.digest('SHA-256', Buffer.from(secret))
  return crypto.subtle.importKey('raw', bits, 'AES-GCM', false, ['encrypt', 'decrypt'])
}
