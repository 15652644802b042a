import { generateKeyPairSync } from 'node:crypto'
import { CompactSign, decodeProtectedHeader, type JSONWebKeySet } from 'jose'
import { describe, expect, it } from 'vitest'
import { receipts } from '../../../functions/receipt.ts'
import { receiptKeys, signReceipt, verifyReceipt } from '../../../shared/keys/receipt-jws.ts'
import type { WholeKeyring } from '../../../shared/platform/secrets-secretsmanager.ts'
import { type Receipt, receiptOf } from '../../../shared/requests/receipt.ts'
import {
  anEvent,
  aRequest,
  CODE,
  EVERYTHING,
  headerOf,
  ledgerOf,
  statusConfig,
  UNKNOWN_CODE,
} from '../../fixtures/companies/status.ts'

/** The newest last. */
const ring = (values: Readonly<Record<string, string>>): WholeKeyring => ({
  async newest() {
    const [id = '', secret = ''] = Object.entries(values).at(-1) ?? []
    return { id, secret }
  },
  byId: async (id) => values[id] ?? '',
  all: async () => values,
})

const done = aRequest('completed_with_retention', { outcome: EVERYTHING, mapHash: 'a'.repeat(64) })
const receipt = { iss: 'https://delete.acme.example', ...(receiptOf(done) as Receipt) }

describe('a signed receipt', () => {
  it('is read back by the published key, and names key and kind', async () => {
    const keys = ring({ k1: 'secret' })
    const text = await signReceipt(receipt, keys)
    expect(decodeProtectedHeader(text)).toEqual({ alg: 'EdDSA', typ: 'deletion-receipt+jws', kid: 'k1' })
    expect(await verifyReceipt(text, await receiptKeys(keys))).toEqual(receipt)
    expect(await signReceipt(receipt, keys)).toBe(text)
  })

  it('still reads after a newer key has come, and no longer once its own is gone', async () => {
    const text = await signReceipt(receipt, ring({ k1: 'old' }))
    expect(await verifyReceipt(text, await receiptKeys(ring({ k1: 'old', k2: 'new' })))).toEqual(receipt)
    await expect(verifyReceipt(text, await receiptKeys(ring({ k2: 'new' })))).rejects.toMatchObject({
      code: 'RECEIPT_INVALID',
    })
  })

  it('publishes no private part', async () => {
    const { keys } = await receiptKeys(ring({ k1: 'secret' }))
    // The public half of the Ed25519 seed SHA-256("secret").
    expect(keys).toEqual([
      { kty: 'OKP', crv: 'Ed25519', kid: 'k1', use: 'sig', alg: 'EdDSA', x: expect.any(String) },
    ])
    expect(Buffer.from(keys[0]?.x ?? '', 'base64url')).toHaveLength(32)
  })

  it.each([
    ['a changed count', (text: string) => text.replace(/\.(.{40})./, '.$1Z')],
    ['no JWS', () => 'hello'],
    ['nothing', () => ''],
  ])('refuses %s', async (_what, change) => {
    const keys = ring({ k1: 'secret' })
    const text = change(await signReceipt(receipt, keys))
    await expect(verifyReceipt(text, await receiptKeys(keys))).rejects.toMatchObject({
      code: 'RECEIPT_INVALID',
    })
  })

  it('names nobody who sees to an end, and no moment of a record', async () => {
    const [kept] = EVERYTHING.retained
    const owned = kept && { ...kept, ends: [{ by: 'owner', owner: 'Ms Example' } as const] }
    const outcome = { ...EVERYTHING, retained: owned ? [owned] : [] }
    expect(receiptOf({ ...done, outcome })?.retained).toEqual([
      { category: 'invoices', items: 1234, reason: 'tax', until: '2036-11-22', ends: ['owner'] },
    ])
  })

  it.each([
    ['a key that is none', [null]],
    ['a key without a kind', [{ kid: 'k1' }]],
    ['a key that is cut short', [{ kid: 'k1', kty: 'OKP', crv: 'Ed25519', x: 'AA' }]],
  ])('is refused by a key set with %s', async (_what, keys) => {
    const text = await signReceipt(receipt, ring({ k1: 'secret' }))
    await expect(verifyReceipt(text, { keys } as unknown as JSONWebKeySet)).rejects.toMatchObject({
      code: 'RECEIPT_INVALID',
    })
  })

  it('refuses what our key would sign that is no receipt, and a key of the same name that is not ours', async () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const sign = (typ: string) =>
      new CompactSign(Buffer.from('{}')).setProtectedHeader({ alg: 'EdDSA', typ, kid: 'k1' }).sign(privateKey)
    const keys = { keys: [{ ...privateKey.export({ format: 'jwk' }), kty: 'OKP', kid: 'k1' }] }
    await expect(verifyReceipt(await sign('JWT'), keys)).rejects.toMatchObject({ code: 'RECEIPT_INVALID' })
    const forged = await sign('deletion-receipt+jws')
    await expect(verifyReceipt(forged, await receiptKeys(ring({ k1: 'secret' })))).rejects.toMatchObject({
      code: 'RECEIPT_INVALID',
    })
  })
})

describe('GET /status/{code}/receipt', () => {
  const keys = ring({ k1: 'secret' })
  const ask = (path: string, request = done) =>
    receipts({
      ledger: ledgerOf(request),
      keys,
      config: statusConfig(),
      publicUrl: 'https://delete.acme.example',
    })(anEvent(path, { headers: { accept: 'application/json' } }))

  it('gives the receipt of a finished request, to be saved', async () => {
    const answer = await ask(`/status/${CODE}/receipt`)
    expect(answer.statusCode).toBe(200)
    expect(headerOf(answer, 'content-type')).toBe('application/jose')
    expect(headerOf(answer, 'cache-control')).toBe('no-store')
    expect(await verifyReceipt(answer.body ?? '', await receiptKeys(keys))).toEqual(receipt)
  })

  it.each([
    ['before the end', `/status/${CODE}/receipt`, aRequest('erasing')],
    ['of an unknown code', `/status/${UNKNOWN_CODE}/receipt`, done],
    ['of a misshapen code', '/status/x/receipt', done],
  ])('is not found %s, all alike', async (_when, path, request) => {
    expect(await ask(path, request)).toMatchObject({
      statusCode: 404,
      body: '{"error":"not_found","message":"There is nothing at this address."}',
    })
  })

  it('publishes the keys, for anybody to keep', async () => {
    const answer = await ask('/.well-known/jwks.json')
    expect(headerOf(answer, 'content-type')).toBe('application/jwk-set+json')
    expect(JSON.parse(answer.body ?? '')).toEqual(await receiptKeys(keys))
  })
})
