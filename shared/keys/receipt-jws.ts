/** A receipt that anyone can check: a JWS (RFC 7515) by an Ed25519 key (RFC 8037) whose public half is published. */
import { createPrivateKey, createPublicKey, hash, type KeyObject } from 'node:crypto'
import { type CompactJWSHeaderParameters, CompactSign, compactVerify, errors, type JSONWebKeySet } from 'jose'
import { ServiceError } from '../platform/errors.ts'
import type { Keyring, WholeKeyring } from '../platform/secrets-secretsmanager.ts'
import type { Receipt } from '../requests/receipt.ts'

const ALGORITHM = 'EdDSA'
const TYPE = 'deletion-receipt+jws'
/** The PKCS #8 header of an Ed25519 seed of 32 bytes (RFC 8410). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')

/** With its issuer: the public URL of the system that signed it. */
export interface IssuedReceipt extends Receipt {
  readonly iss: string
}

/** The same receipt and key always give the same text. */
export async function signReceipt(receipt: IssuedReceipt, keys: Keyring): Promise<string> {
  const { id, secret } = await keys.newest()
  return new CompactSign(Buffer.from(JSON.stringify(receipt)))
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: id })
    .sign(privateKey(secret))
}

/** The public keys (RFC 7517), also those of earlier receipts. */
export async function receiptKeys(keys: WholeKeyring): Promise<JSONWebKeySet> {
  const values = await keys.all()
  return {
    keys: Object.entries(values).map(([kid, secret]) => ({
      ...createPublicKey(privateKey(secret)).export({ format: 'jwk' }),
      kty: 'OKP',
      kid,
      use: 'sig',
      alg: ALGORITHM,
    })),
  }
}

/** @throws {@link ServiceError} `RECEIPT_INVALID` when none of these keys signed the text, or it is not a receipt. */
export async function verifyReceipt(text: string, { keys }: JSONWebKeySet): Promise<IssuedReceipt> {
  try {
    const { payload } = await compactVerify(text.trim(), (header) => keyOf(keys, header), {
      algorithms: [ALGORITHM],
    })
    return JSON.parse(Buffer.from(payload).toString()) as IssuedReceipt
  } catch (cause) {
    throw new ServiceError('RECEIPT_INVALID', 'the text is not a receipt signed by one of these keys', {
      cause,
    })
  }
}

function keyOf(keys: JSONWebKeySet['keys'], { kid, typ }: CompactJWSHeaderParameters) {
  const key = keys.find((one) => one?.kid === kid)
  if (key?.kty !== 'OKP' || key.crv !== 'Ed25519' || typ !== TYPE) throw new errors.JWKSNoMatchingKey()
  return key
}

/** Any secret text makes a key: its SHA-256 is the seed. */
const privateKey = (secret: string): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([PKCS8_ED25519, hash('sha256', secret, 'buffer')]),
    format: 'der',
    type: 'pkcs8',
  })
