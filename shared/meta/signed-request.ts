/** Meta's `signed_request`: `base64url(signature) "." base64url(payload)`, HMAC-SHA256 keyed by the app secret. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { ServiceError } from '../platform/errors.ts'

/** What we keep of a verified payload. */
export interface SignedPayload {
  /** App-scoped user id, digits only: it means something to this app alone. `undefined`: a Page removed the app. */
  readonly userId: string | undefined
  /** Absent in some genuine payloads. */
  readonly issuedAt: Date | undefined
  /** The payload has a field that only login cookies, canvas and page-tab payloads carry. */
  readonly loginShaped: boolean
}

/** The fields of a payload, for {@link createSignedRequest}. */
export type PayloadFields = Readonly<Record<string, unknown>>

const ALGORITHM = 'HMAC-SHA256'
const LOGIN_FIELDS = ['code', 'oauth_token', 'app_data', 'page', 'state'] as const
/** The latest time that a `Date` can hold. */
const MAX_TIME_SECONDS = 8_640_000_000_000n

/**
 * Authenticates a `signed_request`, then reads its payload.
 *
 * @param secrets App secrets to accept, newest first; more than one only while rotating.
 * @throws {@link ServiceError} `SIGNED_REQUEST_MALFORMED` | `_FORGED` | `_WRONG_ALGORITHM` | `_NO_USER`
 */
export const verifySignedRequest = (input: string, secrets: readonly string[]): SignedPayload =>
  readPayload(authenticate(input, secrets))

/** The inverse: signs a payload as Meta does. `algorithm` is added if it is not given. */
export function createSignedRequest(payload: PayloadFields, secret: string): string {
  const text = Buffer.from(JSON.stringify({ algorithm: ALGORITHM, ...payload })).toString('base64url')
  return `${mac(text, secret).toString('base64url')}.${text}`
}

/** Checks the signature over the payload text as received: only authentic bytes are ever parsed. */
function authenticate(input: string, secrets: readonly string[]): Buffer {
  const [signature, payload, ...rest] = input.split('.')
  if (!signature || !payload || rest.length > 0) throw malformed('is not two parts')

  const given = decode(signature)
  const bytes = decode(payload)
  if (!secrets.some((secret) => isEqual(given, mac(payload, secret)))) {
    throw new ServiceError('SIGNED_REQUEST_FORGED', 'the signature matches no current secret of this app')
  }
  return bytes
}

const mac = (text: string, secret: string): Buffer => createHmac('sha256', secret).update(text).digest()

const isEqual = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)

/** Strict, because Node skips stray bits and foreign characters: one signature would have many spellings. */
function decode(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url')
  const canonical = bytes.toString('base64url')
  const padded = canonical.padEnd(Math.ceil(canonical.length / 4) * 4, '=')
  if (text !== canonical && text !== padded) throw malformed('is not base64url')
  return bytes
}

function readPayload(bytes: Buffer): SignedPayload {
  const payload = parse(bytes)
  if (payload['algorithm'] !== ALGORITHM) {
    throw new ServiceError('SIGNED_REQUEST_WRONG_ALGORITHM', `algorithm is not ${ALGORITHM}`)
  }
  return {
    userId: readUserId(payload['user_id']),
    issuedAt: readTime(payload['issued_at']),
    loginShaped: LOGIN_FIELDS.some((field) => Object.hasOwn(payload, field)),
  }
}

type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown
const parseJson: (text: string, reviver: Reviver) => unknown = JSON.parse

/** Whole numbers are read from their digits: above 2^53 the parsed value would be another person's id. */
const exactly: Reviver = (_key, value, context) =>
  typeof value === 'number' && /^\d+$/.test(context?.source ?? '') ? BigInt(context?.source ?? '') : value

function parse(bytes: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    value = parseJson(text, exactly)
  } catch (cause) {
    throw malformed('has a payload that is not JSON', cause)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed('has a payload that is not an object')
  }
  return value as Record<string, unknown>
}

function readUserId(value: unknown): string | undefined {
  const digits = typeof value === 'bigint' ? String(value) : value
  if (typeof digits !== 'string' || !/^\d+$/.test(digits)) {
    throw new ServiceError('SIGNED_REQUEST_NO_USER', 'the payload names no usable user_id')
  }
  return /^0+$/.test(digits) ? undefined : digits
}

function readTime(value: unknown): Date | undefined {
  return typeof value === 'bigint' && value <= MAX_TIME_SECONDS ? new Date(Number(value) * 1000) : undefined
}

const malformed = (why: string, cause?: unknown): ServiceError =>
  new ServiceError('SIGNED_REQUEST_MALFORMED', `signed_request ${why}`, { cause })
