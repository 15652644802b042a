/**
 * The links in our mails: their tokens, JWTs (RFC 7519) with the code of a request and without an address, and how long
 * they are valid.
 */
import { add } from 'date-fns/add'
import { addDays } from 'date-fns/addDays'
import { max } from 'date-fns/max'
import { errors, jwtVerify, SignJWT } from 'jose'
import { ServiceError } from '../platform/errors.ts'
import type { Keyring } from '../platform/secrets-secretsmanager.ts'
import { duration } from '../platform/time.ts'
import { type ConfirmationCode, parseCode } from '../requests/code.ts'

/** What a token is for; `form`: the page that a link opens sends it back. */
export type TokenUse = 'confirm' | 'withdraw' | 'form'

export interface Tokens {
  /** @param until When the token expires. */
  sign(use: TokenUse, code: ConfirmationCode, until: Date): Promise<string>
  /** @returns Nothing for a token that is not ours, or is for another use. `isExpired`: it was valid until it expired. */
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
        // The time is checked only after the signature.
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

/** Durations in ISO 8601. */
export interface LinkTimes {
  readonly confirmWithin: string
  /** Or `none`, only on a local machine. */
  readonly coolingOff: string
}

/** A busy system may begin an erasure late; the link to take it back stays valid as long as it can be of use. */
export const WITHDRAW_DAYS = 30

/** When the last link that was signed by that date has expired. */
export function lastLinkEnds(by: Date, { confirmWithin, coolingOff }: LinkTimes): Date {
  const startsAt = coolingOff === 'none' ? by : add(by, duration(coolingOff))
  return max([add(by, duration(confirmWithin)), addDays(startsAt, WITHDRAW_DAYS)])
}
