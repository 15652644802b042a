import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSignedRequest, verifySignedRequest } from '../../../shared/meta/signed-request.ts'
import published from '../../vectors/signed-request.json' with { type: 'json' }

const SECRET = 'appsecret'
const verify = (input: string, ...secrets: string[]) =>
  verifySignedRequest(input, secrets.length > 0 ? secrets : [SECRET])

const CODES: Readonly<Record<string, string>> = {
  bad_signature: 'SIGNED_REQUEST_FORGED',
  bad_algorithm: 'SIGNED_REQUEST_WRONG_ALGORITHM',
  bad_payload: 'SIGNED_REQUEST_MALFORMED',
  malformed: 'SIGNED_REQUEST_MALFORMED',
}
const genuine = createSignedRequest({ issued_at: 1790000000, user_id: '218471' }, SECRET)
const signed = (bytes: Buffer) => {
  const payload = bytes.toString('base64url')
  return `${createHmac('sha256', SECRET).update(payload).digest('base64url')}.${payload}`
}

describe('verifySignedRequest', () => {
  it.each(published.vectors.filter(({ verdict }) => verdict !== 'valid'))(
    'refuses the vector $title',
    ({ signed_request: input, secret, verdict }) => {
      expect(() => verify(input, secret)).toThrow(expect.objectContaining({ code: CODES[verdict] }))
    },
  )

  it.each([
    ['meta-doc-payload', '218471', '2010-12-08T19:33:20.000Z'],
    ['meta-doc-payload-padded', '218471', '2010-12-08T19:33:20.000Z'],
    ['three-field', '1234567890123456', '2026-09-21T14:13:20.000Z'],
    ['page-deauthorize-user-0', undefined, '2012-08-19T02:12:10.000Z'],
    ['user-id-number-unsafe', '10101496553486611', '2026-09-21T14:13:20.000Z'],
    ['duplicate-user-id', '2', undefined],
    ['future-issued-at', '218471', '2100-01-01T00:00:00.000Z'],
  ])('accepts the vector %s', (title, userId, issuedAt) => {
    const { signed_request: input = '' } = published.vectors.find((vector) => vector.title === title) ?? {}
    const notice = verify(input)
    expect({ userId: notice.userId, issuedAt: notice.issuedAt?.toISOString() }).toEqual({ userId, issuedAt })
  })

  it('accepts the signature of any current secret', () => {
    expect(verify(genuine, 'newsecret', SECRET).userId).toBe('218471')
  })

  it.each([
    ['is missing', {}],
    ['is empty', { user_id: '' }],
    ['has a letter', { user_id: '12a' }],
    ['begins with a letter', { user_id: 'a12' }],
    ['is negative', { user_id: -5 }],
    ['is a fraction', { user_id: 1.5 }],
    ['is null', { user_id: null }],
    ['is a list', { user_id: ['1'] }],
  ])('refuses a user_id that %s', (_why, payload) => {
    expect(() => verify(createSignedRequest(payload, SECRET))).toThrow(
      expect.objectContaining({ code: 'SIGNED_REQUEST_NO_USER' }),
    )
  })

  it.each(['code', 'oauth_token', 'app_data', 'page', 'state'])(
    'tells a payload with %s from a callback',
    (field) => {
      const payload = { user_id: '1', issued_at: 1790000000, [field]: null }
      expect(verify(createSignedRequest(payload, SECRET)).loginShaped).toBe(true)
      expect(verify(genuine).loginShaped).toBe(false)
    },
  )

  it.each([
    ['a third part', `${genuine}.x`],
    ['an empty third part', `${genuine}.`],
    ['no payload', genuine.split('.')[0] ?? ''],
    ['an empty signature', `.${genuine.split('.')[1]}`],
    ['a space', ` ${genuine}`],
    ['a line feed', `${genuine}\n`],
    ['standard base64', published.vectors[0]?.signed_request.replace(/-/g, '+') ?? ''],
    ['nothing', ''],
  ])('refuses %s', (_what, input) => {
    expect(() => verify(input)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^SIGNED_REQUEST_(MALFORMED|FORGED)$/) }),
    )
  })

  it('refuses a signature of another length as forged', () => {
    const [signature = '', payload] = genuine.split('.')
    for (const other of [signature.slice(0, 40), `${signature.slice(0, 40)}${signature.slice(0, 40)}`]) {
      expect(() => verify(`${other}.${payload}`)).toThrow(
        expect.objectContaining({ code: 'SIGNED_REQUEST_FORGED' }),
      )
    }
  })

  it.each([
    [
      'bytes that are no UTF-8',
      Buffer.from('{"algorithm":"HMAC-SHA256","user_id":"1","x":"\xff"}', 'latin1'),
    ],
    ['no JSON', Buffer.from('user_id=1')],
    ['a text', Buffer.from('"1"')],
    ['a number', Buffer.from('1')],
    ['null', Buffer.from('null')],
    ['a list', Buffer.from('["1"]')],
  ])('refuses %s, whoever signed it', (_what, bytes) => {
    expect(() => verify(signed(bytes))).toThrow(expect.objectContaining({ code: 'SIGNED_REQUEST_MALFORMED' }))
  })

  it('says what was wrong with a payload that is no JSON', () => {
    expect(() => verify(signed(Buffer.from('{')))).toThrow(
      expect.objectContaining({ cause: expect.any(SyntaxError) }),
    )
  })

  it.each([
    ['0', undefined],
    ['00', undefined],
    ['012', '012'],
  ])('reads the user_id %j as %j', (given, userId) => {
    expect(verify(createSignedRequest({ user_id: given }, SECRET)).userId).toBe(userId)
  })

  it.each([
    ['as late as a date can be', 8_640_000_000_000, 8_640_000_000_000],
    ['later than a date can be', 8_640_000_000_001, undefined],
    ['a text', '1790000000', undefined],
    ['true', true, undefined],
    ['a fraction', 1.5, undefined],
    ['negative', -1, undefined],
  ])('reads an issued_at that is %s', (_what, given, seconds) => {
    const { issuedAt } = verify(createSignedRequest({ user_id: '1', issued_at: given }, SECRET))
    expect(issuedAt && issuedAt.getTime() / 1000).toBe(seconds)
  })

  // Exhaustive, not sampled: what slips through a check like this is rare.
  it('refuses every signed_request that differs by one character', () => {
    const keyboard = Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n))
    const survivors = Array.from(genuine).flatMap((was, at) =>
      keyboard
        .filter((now) => now !== was)
        .map((now) => genuine.slice(0, at) + now + genuine.slice(at + 1))
        .filter((input) => {
          try {
            return verify(input) !== undefined
          } catch {
            return false
          }
        }),
    )
    expect(survivors).toEqual([])
  })

  it('undoes createSignedRequest for every id and time', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[1-9]\d{0,18}$/),
        fc.integer({ min: 0, max: 4_000_000_000 }),
        fc.string({ minLength: 1 }),
        (userId, seconds, secret) => {
          const notice = verify(createSignedRequest({ user_id: userId, issued_at: seconds }, secret), secret)
          expect(notice.userId).toBe(userId)
          expect(notice.issuedAt?.getTime()).toBe(seconds * 1000)
        },
      ),
    )
  })
})
