/** Links that only a mail gives: JWTs (RFC 7519) with the code of a request, and nobody's address. */
import { errors, jwtVerify, SignJWT } from 'jose'
import { ServiceError } from '../platform/errors.ts'
import type { Keyring } from '../platform/secrets-secretsmanager.ts'
import { type ConfirmationCode, parseCode } from '../requests/code.ts'

/** What a link is for; `form`: sent back by the page that a link opens. */
export type TokenUse = 'confirm' | 'withdraw' | 'form'

export interface Tokens {
  /** @param until When the link expires. */
  sign(use: TokenUse, code: ConfirmationCode, until: Date): Promise<string>
  /**
   * @returns Nothing for a token that is not ours, or not for this.
   * `isExpired`: it was, once.
   */
  read(
    use: TokenUse,
    token: string,
    now: Date,
  ): Promise<{ readonly code: ConfirmationCode; readonly isExpired: boolean } | undefined>
}

const ALGORITHM = 'HS256'
const ISSUER = 'data-deletion'

export function tokens(keys: Keyring): Tokens {
  return {
    async sign(use, code, until) {
      const { id, secret } = await keys.newest()
      return new SignJWT({ code })
        .setProtectedHeader({ alg: ALGORITHM, kid: id })
        .setIssuer(ISSUER)
        .setAudience(use)
        .setExpirationTime(until)
        .sign(Buffer.from(secret))
    },

    async read(use, token, currentDate) {
      try {
        const { payload } = await jwtVerify(
          token,
          async ({ kid = '' }) => Buffer.from(await keys.byId(kid)),
          { algorithms: [ALGORITHM], issuer: ISSUER, audience: use, currentDate, requiredClaims: ['exp'] },
        )
        return codeIn(payload, false)
      } catch (error) {
        // The signature was right: only then is the time looked at.
        if (error instanceof errors.JWTExpired) return codeIn(error.payload, true)
        if (error instanceof errors.JOSEError || isKeyUnknown(error)) return undefined
        throw error
      }
    },
  }
}

const isKeyUnknown = (error: unknown): boolean =>
  error instanceof ServiceError && error.code === 'SECRET_MISSING'

function codeIn({ code }: Readonly<Record<string, unknown>>, isExpired: boolean) {
  const read = typeof code === 'string' ? parseCode(code) : undefined
  return read && { code: read, isExpired }
}
