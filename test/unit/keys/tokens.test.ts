import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { tokens } from '../../../shared/keys/tokens.ts'
import { ServiceError } from '../../../shared/platform/errors.ts'
import type { Keyring } from '../../../shared/platform/secrets-secretsmanager.ts'
import { codeFrom } from '../../../shared/requests/code.ts'
import { NOW } from '../../fixtures/companies/request.ts'

const SECRETS: Readonly<Record<string, string>> = {
  k1: 'the first key of these tests',
  k2: 'the second key of these tests',
}
const keysOf = (newest: string): Keyring => ({
  newest: async () => ({ id: newest, secret: SECRETS[newest] ?? '' }),
  async byId(id) {
    const secret = SECRETS[id]
    if (secret === undefined) throw new ServiceError('SECRET_MISSING', 'there is no such key')
    return secret
  },
})
const CODE = codeFrom(new Uint8Array(15).fill(7))
const UNTIL = new Date(NOW.getTime() + 3600_000)
const links = tokens(keysOf('k2'))

/** Signed by hand. */
const signed = (
  payload: Record<string, unknown>,
  { key = 'k2', kid = 'k2', alg = 'HS256', exp = true } = {},
) => {
  const jwt = new SignJWT(payload)
    .setProtectedHeader({ alg, kid })
    .setIssuer('data-deletion')
    .setAudience('confirm')
  if (exp) jwt.setExpirationTime(UNTIL)
  return jwt.sign(Buffer.from(SECRETS[key] ?? key))
}

describe('a link of a mail', () => {
  it('has the code of the request in it, for one use, until a time, under the newest key', async () => {
    const token = await links.sign('confirm', CODE, UNTIL)
    expect(decodeJwt(token)).toEqual({
      code: CODE,
      iss: 'data-deletion',
      aud: 'confirm',
      exp: UNTIL.getTime() / 1000,
    })
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', kid: 'k2' })
    expect(await links.read('confirm', token, NOW)).toEqual({ code: CODE, isExpired: false })
  })

  it('is good under the key it was made with, whatever is the newest', async () => {
    const token = await tokens(keysOf('k1')).sign('withdraw', CODE, UNTIL)
    expect(await links.read('withdraw', token, NOW)).toEqual({ code: CODE, isExpired: false })
  })

  it('says when its time is over', async () => {
    const token = await links.sign('confirm', CODE, UNTIL)
    const after = new Date(UNTIL.getTime() + 1000)
    expect(await links.read('confirm', token, after)).toEqual({ code: CODE, isExpired: true })
    expect(await links.read('withdraw', token, after)).toBeUndefined()
  })

  it('is nothing for another use, or where it was changed, made by somebody else or has no end', async () => {
    const token = await links.sign('form', CODE, UNTIL)
    expect(await links.read('confirm', token, NOW)).toBeUndefined()
    expect(await links.read('form', `${token}x`, NOW)).toBeUndefined()
    expect(await links.read('form', 'no token', NOW)).toBeUndefined()
    expect(await links.read('confirm', await signed({ code: CODE }), NOW)).toEqual({
      code: CODE,
      isExpired: false,
    })
    expect(await links.read('confirm', await signed({ code: CODE }, { exp: false }), NOW)).toBeUndefined()
    expect(
      await links.read('confirm', await signed({ code: CODE }, { key: 'k1', kid: 'k2' }), NOW),
    ).toBeUndefined()
    expect(await links.read('confirm', await signed({ code: CODE }, { kid: 'k9' }), NOW)).toBeUndefined()
    expect(
      await links.read(
        'confirm',
        await signed({ code: CODE }, { key: 'k2'.repeat(40), kid: 'k2', alg: 'HS512' }),
        NOW,
      ),
    ).toBeUndefined()
    expect(await links.read('confirm', await signed({ code: 'not one' }), NOW)).toBeUndefined()
    expect(await links.read('confirm', await signed({ code: 7 }), NOW)).toBeUndefined()
  })

  it('of another issuer is nothing', async () => {
    const token = await new SignJWT({ code: CODE })
      .setProtectedHeader({ alg: 'HS256', kid: 'k2' })
      .setIssuer('somebody')
      .setAudience('confirm')
      .setExpirationTime(UNTIL)
      .sign(Buffer.from(SECRETS['k2'] ?? ''))
    expect(await links.read('confirm', token, NOW)).toBeUndefined()
  })

  it('is an error, and not nothing, where the keys cannot be read', async () => {
    const token = await links.sign('confirm', CODE, UNTIL)
    const byId = () => Promise.reject(new Error('no secrets now'))
    await expect(tokens({ ...keysOf('k2'), byId }).read('confirm', token, NOW)).rejects.toThrow(
      'no secrets now',
    )
    const locked = () => Promise.reject(new ServiceError('UNEXPECTED', 'no secrets now'))
    await expect(tokens({ ...keysOf('k2'), byId: locked }).read('confirm', token, NOW)).rejects.toThrow(
      'no secrets',
    )
  })
})
