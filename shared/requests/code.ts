/** Confirmation codes: derived, or random where an operator opens a request. The ledger knows a request by the code's hash only. */
import { createHash, createHmac } from 'node:crypto'

declare const brand: unique symbol
/** 24 characters of Crockford's base32, 120 bits. It opens the status page. */
export type ConfirmationCode = string & { readonly [brand]: 'ConfirmationCode' }
/** SHA-256 of the code, hex: how the system itself names a request. */
export type RequestKey = string & { readonly [brand]: 'RequestKey' }

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 24

/**
 * The code of a request, from the fields that make it the same request.
 *
 * @param label The channel's own, so that no two channels can derive the same code.
 */
export const deriveCode = (indexKey: string, label: string, ...fields: readonly string[]): ConfirmationCode =>
  codeFrom(keyedHash(indexKey, ['code', label, ...fields]))

/** @param bytes Random, 15 or more. */
export const codeFrom = (bytes: Uint8Array): ConfirmationCode =>
  base32(Buffer.from(bytes)).slice(0, LENGTH) as ConfirmationCode

/** A keyed hash of a person or alias value, in hex: all that is kept of it. */
export const subjectHash = (indexKey: string, identity: string, value: string): string =>
  keyedHash(indexKey, ['subject', identity, value]).toString('hex')

export const requestKeyOf = (code: ConfirmationCode): RequestKey =>
  createHash('sha256').update(code).digest('hex') as RequestKey

/** Reads a code as people type it: in any case, with spaces or dashes, I and L for 1, O for 0. */
export function parseCode(typed: string): ConfirmationCode | undefined {
  const text = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, '')
    .replace(/[IL]/g, '1')
    .replace(/O/g, '0')
  return text.length === LENGTH && [...text].every((letter) => ALPHABET.includes(letter))
    ? (text as ConfirmationCode)
    : undefined
}

/** A code of no request. */
export const NOBODYS_CODE = '0'.repeat(LENGTH) as ConfirmationCode

/** A request key, or a beginning of one of at least 8 characters. */
export const isKeyPrefix = (text: string): boolean => /^[0-9a-f]{8,64}$/.test(text)

export const isRequestKey = (text: string): text is RequestKey => /^[0-9a-f]{64}$/.test(text)

/** Each field after its length, so that no two lists of fields give the same bytes. */
function keyedHash(indexKey: string, fields: readonly string[]): Buffer {
  const hmac = createHmac('sha256', indexKey)
  for (const field of fields) {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(Buffer.byteLength(field))
    hmac.update(length).update(field)
  }
  return hmac.digest()
}

function base32(bytes: Buffer): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += ALPHABET.charAt((value >>> bits) & 31)
    }
    value &= (1 << bits) - 1
  }
  return text
}
