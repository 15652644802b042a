import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import config from '../../deletion.config.ts'
import { PEOPLE } from '../../infra/local/sample/people.ts'
import type { DeletionConfig } from '../../shared/config/define.ts'
import { difference, mentioning, personWith, snapshot } from '../fixtures/companies/tables.ts'
import { type Chance, chance } from '../fixtures/random/random.ts'
import {
  codeIn,
  DAY_SECONDS,
  type SampleSystem,
  type Status,
  seconds,
  sign,
  signPart,
  signText,
  startSample,
} from '../fixtures/system/sample-system.ts'

const SECRET = 'appsecret'
const SECRETS = { shop: [SECRET], insta: ['newsecret'], rotated: ['newsecret', SECRET] }
const CODE = /^[0-9A-HJKMNP-TV-Z]{24}$/
const FORM = 'application/x-www-form-urlencoded'
const STRANGER = '99999999999999901'

const withRotation = {
  ...config,
  apps: {
    ...config.apps,
    rotated: { appId: '3', product: 'facebook', identity: 'facebookId', scope: 'account' },
  },
} satisfies DeletionConfig

let system: SampleSystem
beforeAll(async () => {
  system = await startSample({
    config: withRotation,
    env: { META_APP_SECRETS: JSON.stringify(SECRETS) },
  })
})
afterAll(() => system.close())

const callback = (app = 'shop', purpose = 'data-deletion') => `${system.url}/meta/${app}/${purpose}`
const genuine = (payload: object = {}, secret = SECRET) =>
  sign({ user_id: STRANGER, issued_at: seconds(), ...payload }, secret)
const sendForm = (body: string, type: string = FORM) =>
  fetch(callback(), { method: 'POST', body, headers: { 'content-type': type } })
const fieldOf = (signed: string) => `signed_request=${encodeURIComponent(signed)}`
const look = () => snapshot(system.dynamodb)
const rows = async () => (await system.ledger()).length
const facebookId = (number: number): string => PEOPLE[number - 1]?.facebookId ?? ''

/** A refusal, but for its moment and its connection. */
async function refusal(response: Response) {
  const { date: _, connection: __, 'keep-alive': ___, ...headers } = Object.fromEntries(response.headers)
  return { status: response.status, headers, body: await response.text() }
}

interface Vector {
  readonly title: string
  readonly signed_request: string
  readonly secret: string
  readonly verdict: string
}
const { vectors } = JSON.parse(
  readFileSync(new URL('../vectors/signed-request.json', import.meta.url), 'utf8'),
) as { vectors: readonly Vector[] }
/** Genuine, but without a user to look for. */
const NO_USER = ['user-id-missing']

describe('the vectors', () => {
  it.each(vectors.map((vector) => [vector.title, vector] as const))('%s', async (title, vector) => {
    const app = vector.secret === SECRET ? 'shop' : 'insta'
    const accepted = vector.verdict === 'valid' && !NO_USER.includes(title)
    const response = await system.post(app, vector.signed_request)
    expect(response.status).toBe(accepted ? 200 : 400)
    expect(Object.keys((await response.json()) as object).toSorted()).toEqual(
      accepted ? ['confirmation_code', 'url'] : ['error', 'message'],
    )
  })

  it('of a rotated secret passes while both secrets are configured', async () => {
    const { signed_request = '' } = vectors.find(({ title }) => title === 'rotated-secret') ?? {}
    expect((await system.post('rotated', signed_request)).status).toBe(200)
    expect((await system.post('rotated', genuine({}, 'newsecret'))).status).toBe(200)
    expect((await system.post('rotated', genuine({}, 'another secret'))).status).toBe(400)
  })
})

describe('the answer', () => {
  it('is strict JSON of exactly the address and the code', async () => {
    const response = await system.post('shop', genuine())
    expect(response.headers.get('content-type')).toBe('application/json')
    const answer = JSON.parse(await response.text()) as Record<string, string>
    expect(Object.keys(answer).toSorted()).toEqual(['confirmation_code', 'url'])
    expect(answer['confirmation_code']).toMatch(CODE)
    expect(answer['url']).toBe(`${system.url}/status/${answer['confirmation_code']}`)
    expect((await fetch(answer['url'] ?? '')).status).toBe(200)
  })

  it('never takes its address from a header of the caller', async () => {
    const response = await fetch(callback(), {
      method: 'POST',
      body: new URLSearchParams({ signed_request: genuine() }),
      headers: {
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
        forwarded: 'host=evil.example',
      },
    })
    expect(((await response.json()) as { url: string }).url).toMatch(`${system.url}/status/`)
  })

  it('holds nothing of the user id', async () => {
    expect(await (await system.post('shop', genuine({ user_id: '4711471147114711' }))).text()).not.toContain(
      '4711',
    )
  })
})

describe('user_id', () => {
  const IDLESS = [
    '""',
    '" "',
    '"12a"',
    '"-1"',
    '"+1"',
    '"1.0"',
    '"１２３"',
    '"12\\n"',
    '"1 2"',
    'null',
    'true',
    '[]',
    '["12"]',
    '{}',
    '{"id":"12"}',
    '-5',
    '1.5',
    '1e3',
    '1E400',
    '-0',
  ].map((text) => [text.slice(0, 20), text] as const)
  it.each(IDLESS)('that names nobody is refused: %s', async (_start, text) => {
    const payload = `{"algorithm":"HMAC-SHA256","issued_at":${seconds()},"user_id":${text}}`
    expect((await system.post('shop', signText(payload, SECRET))).status).toBe(400)
  })

  it.each([`"${'9'.repeat(5000)}"`, '9'.repeat(5000)])('of 5,000 digits is a stranger’s', async (text) => {
    const payload = `{"algorithm":"HMAC-SHA256","issued_at":${seconds()},"user_id":${text}}`
    const response = await system.post('shop', signText(payload, SECRET))
    expect(response.status).toBe(200)
    expect(await system.reached(codeIn(await response.json()))).toMatchObject({
      state: 'completed',
      found: false,
    })
  })

  it.each(['0', '"0"', '"000"'])(
    'of %s is a Page: answered like a stranger, nobody is touched',
    async (text) => {
      const before = await look()
      const payload = `{"algorithm":"HMAC-SHA256","issued_at":${seconds()},"user_id":${text},"profile_id":"${facebookId(1)}"}`
      const response = await system.post('shop', signText(payload, SECRET))
      expect(response.status).toBe(200)
      expect(await system.reached(codeIn(await response.json()))).toMatchObject({
        state: 'completed',
        found: false,
        erased: [],
        redacted: [],
        retained: [],
      })
      expect(difference(before, await look())).toEqual({ gone: [], changed: [], added: [] })
    },
    60_000,
  )

  it('above 2^53 is read by its digits', async () => {
    const codeFor = async (id: string) => {
      const payload = `{"algorithm":"HMAC-SHA256","issued_at":1790000000,"user_id":${id}}`
      return codeIn(await (await system.post('shop', signText(payload, SECRET))).json())
    }
    const id = '10101496553486611'
    expect(Number(id)).not.toBe(BigInt(id))
    expect(await codeFor(id)).toBe(await codeFor(`"${id}"`))
    expect(await codeFor(id)).not.toBe(await codeFor('10101496553486612'))
  })
})

describe('a refusal of signed_request', () => {
  it('looks the same whatever is wrong', async () => {
    const algorithm = { algorithm: 'HMAC-SHA1' }
    const [signature = '', payload = ''] = genuine().split('.')
    const bodies = [
      'signed_request=',
      'signed_request',
      'other=1',
      'signed_request=x',
      fieldOf('.'),
      fieldOf(`${signature}.`),
      fieldOf(`.${payload}`),
      fieldOf(`${genuine()}.x`),
      fieldOf(genuine({}, 'forged')),
      fieldOf(genuine(algorithm)),
      fieldOf(genuine({ algorithm: 'hmac-sha256' })),
      fieldOf(signText('not json', SECRET)),
      fieldOf(signText('null', SECRET)),
      fieldOf(signText('[1]', SECRET)),
      fieldOf(genuine({ user_id: undefined })),
      fieldOf(genuine({ user_id: 'abc' })),
      `${fieldOf(genuine())}&${fieldOf(genuine())}`,
      fieldOf(`${signature}.${payload}!`),
    ]
    const answers = await Promise.all(bodies.map(async (body) => refusal(await sendForm(body))))
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0]).toMatchObject({ status: 400 })
    expect(JSON.parse(answers[0]?.body ?? '')).toEqual({
      error: 'bad_request',
      message: expect.any(String) as string,
    })
  })

  it('is the same for the field given twice, even with equal values', async () => {
    const signed = genuine()
    expect((await sendForm(`${fieldOf(signed)}&${fieldOf(signed)}`)).status).toBe(400)
    expect((await sendForm(`${fieldOf(signed)}&signed_request=`)).status).toBe(400)
  })
})

describe('HTTP', () => {
  const failure = async (response: Response) => {
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    return [response.status, ((await response.json()) as { error: string }).error]
  }

  it.each(['nosuch', 'SHOP', 'shop%20', '__proto__', 'constructor', 'toString', 'shop%2Fx', '%00'])(
    'knows no app %s',
    async (app) => {
      for (const purpose of ['data-deletion', 'deauthorize']) {
        const body = new URLSearchParams({ signed_request: genuine() })
        const response = await fetch(callback(app, purpose), { method: 'POST', body })
        expect(await failure(response)).toEqual([404, 'not_found'])
      }
      expect((await fetch(callback(app))).status).toBe(404)
    },
  )

  it.each([
    '/meta/shop',
    '/meta/shop/',
    '/meta/shop/data-deletion/',
    '/meta/shop/status',
    '/meta//data-deletion',
  ])('knows no address %s', async (path) => {
    const response = await fetch(system.url + path, { method: 'POST', body: new URLSearchParams({ a: '1' }) })
    expect(await failure(response)).toEqual([404, 'not_found'])
  })

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    'answers 405 to %s and says what it takes',
    async (method) => {
      const response = await fetch(callback(), { method })
      const allowed = response.headers.get('allow')?.split(/, */).toSorted()
      expect(allowed).toEqual(['GET', 'HEAD', 'POST'])
      expect(await failure(response)).toEqual([405, 'method_not_allowed'])
    },
  )

  it.each(['data-deletion', 'deauthorize'])('answers probes of %s', async (purpose) => {
    const response = await fetch(callback('shop', purpose))
    expect(response.status).toBe(200)
    expect(await response.text()).toMatch(/\w/)
    const head = await fetch(callback('shop', purpose), { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })

  it('takes bodies up to 16 KiB', async () => {
    const filled = (bytes: number) => {
      const start = `${fieldOf(genuine())}&filler=`
      return start + 'x'.repeat(bytes - start.length)
    }
    expect((await sendForm(filled(16 * 1024))).status).toBe(200)
    expect(await failure(await sendForm(filled(16 * 1024 + 1)))).toEqual([413, 'too_large'])
    expect(await failure(await sendForm(filled(1024 * 1024)))).toEqual([413, 'too_large'])
    expect((await sendForm(filled(10 * 1024 * 1024 + 1))).status).toBe(413)
  })

  it.each([
    'application/json',
    'multipart/form-data; boundary=x',
    'text/plain',
    'text/plain; charset=utf-8',
    'application/octet-stream',
    'application/x-www-form-urlencoded-not',
    'application/json; application/x-www-form-urlencoded',
  ])('refuses a body of type %s', async (type) => {
    const responses = await Promise.all([
      sendForm(fieldOf(genuine()), type),
      sendForm(JSON.stringify({ signed_request: genuine() }), type),
    ])
    for (const response of responses) expect(await failure(response)).toEqual([415, 'unsupported_media_type'])
  })

  it('refuses a body of no type', async () => {
    const body = new Blob([fieldOf(genuine())])
    expect(await failure(await fetch(callback(), { method: 'POST', body }))).toEqual([
      415,
      'unsupported_media_type',
    ])
  })

  it.each([
    FORM,
    `${FORM}; charset=UTF-8`,
    `${FORM};charset=utf-8`,
    'Application/X-WWW-Form-Urlencoded',
    `  ${FORM}  ; charset=utf-8`,
  ])('takes a form of type %s', async (type) => {
    expect((await sendForm(`${fieldOf(genuine())}&more=1`, type)).status).toBe(200)
  })

  it.each([undefined, FORM, 'application/json', 'text/plain'])(
    'takes no body (%s) for an empty form',
    async (type) => {
      const response = await fetch(callback(), {
        method: 'POST',
        ...(type && { headers: { 'content-type': type } }),
      })
      expect(await failure(response)).toEqual([400, 'bad_request'])
    },
  )

  it('never reads signed_request from the address', async () => {
    const response = await fetch(`${callback()}?${fieldOf(genuine())}`, { method: 'POST' })
    expect(response.status).toBe(400)
  })

  it.each([
    ['percent-encoded', (signed: string) => signed.replaceAll(/[A-M.]/g, (letter) => `%${hex(letter)}`)],
    ['as it is', (signed: string) => signed],
  ])('reads the field %s', async (_how, encode) => {
    const signed = genuine()
    const codes = await Promise.all(
      [fieldOf(signed), `signed_request=${encode(signed)}`].map(async (body) =>
        codeIn(await (await sendForm(body)).json()),
      ),
    )
    expect(new Set(codes).size).toBe(1)
  })
})

const hex = (letter: string): string => letter.charCodeAt(0).toString(16)

describe('base64', () => {
  /** A payload whose text wants this much padding. */
  const unpadded = (padding: number): string => {
    const issuedAt = seconds()
    for (let filler = ''; ; filler += 'x') {
      const text = JSON.stringify({
        algorithm: 'HMAC-SHA256',
        filler,
        user_id: STRANGER,
        issued_at: issuedAt,
      })
      if ((3 - (Buffer.byteLength(text) % 3)) % 3 === padding) return Buffer.from(text).toString('base64url')
    }
  }

  it.each([0, 1, 2])('may be padded in either half: %d missing', async (padding) => {
    const part = unpadded(padding)
    const padded = part + '='.repeat(padding)
    const withSignaturePadded = (signed: string) => signed.replace('.', '=.')
    const spellings = [part, padded].flatMap((one) => [
      signPart(one, SECRET),
      withSignaturePadded(signPart(one, SECRET)),
    ])
    const codes = await Promise.all(
      spellings.map(async (signed) => {
        const response = await system.post('shop', signed)
        expect(response.status).toBe(200)
        return codeIn(await response.json())
      }),
    )
    expect(new Set(codes).size).toBe(1)
  })

  it('is refused when it is padded wrongly, even if it is signed so', async () => {
    const part = unpadded(1)
    const wrong = [
      `${part}==`,
      `${part}===`,
      `=${part}`,
      `${unpadded(0)}=`,
      `${unpadded(2)}=`,
      `${part.slice(0, 8)}=${part.slice(8)}`,
    ]
    for (const one of wrong)
      expect([one, (await system.post('shop', signPart(one, SECRET))).status]).toEqual([one, 400])
    for (const padding of ['==', '===']) {
      const signed = signPart(part, SECRET).replace('.', `${padding}.`)
      expect((await system.post('shop', signed)).status).toBe(400)
    }
  })

  it('is refused in the other alphabet and with anything in between', async () => {
    // As long as neither half happens to use one of the two characters, both alphabets are the same text.
    let signed = ''
    for (let n = 0; !/[-_].*\./.test(signed); n += 1) signed = genuine({ n })
    const [signature = '', payload = ''] = signed.split('.')
    const standard = signature.replaceAll('-', '+').replaceAll('_', '/')
    for (const one of [
      `${standard}.${payload}`,
      `${signature}!.${payload}`,
      `${signature} .${payload}`,
      `${signature}\n.${payload}`,
      ` ${signed}`,
      `${signed} `,
      `${signed}\u0000`,
    ])
      expect([one, (await system.post('shop', one)).status]).toEqual([one, 400])
    for (const part of [`${payload}!`, `${payload}\n`, ` ${payload}`, `${payload}+`]) {
      expect([part, (await system.post('shop', signPart(part, SECRET))).status]).toEqual([part, 400])
    }
  })
})

describe('a payload that is no deletion request', () => {
  const now = seconds()
  const SHAPES: readonly (readonly [string, object])[] = [
    ['with a code', { issued_at: now, code: '2.AQ' }],
    ['with an empty code', { issued_at: now, code: '' }],
    ['with an oauth_token', { issued_at: now, oauth_token: 'EAAB', expires: 0 }],
    ['with app_data', { issued_at: now, app_data: null }],
    ['with a page', { issued_at: now, page: { id: '1', liked: false } }],
    ['with a state', { issued_at: now, state: 'x' }],
    ['without issued_at', {}],
    ['with an issued_at that is no number', { issued_at: String(now) }],
    ['of eight days ago', { issued_at: now - 8 * DAY_SECONDS }],
    ['of the day after tomorrow', { issued_at: now + 2 * DAY_SECONDS }],
  ]

  it('touches nobody, and waits for the operator', async () => {
    const before = await look()
    const codes = await Promise.all(
      SHAPES.map(async ([, payload], n) => {
        const response = await system.post('shop', sign({ user_id: facebookId(n + 1), ...payload }, SECRET))
        expect(response.status).toBe(200)
        return codeIn(await response.json())
      }),
    )
    const told = await Promise.all(codes.map((code) => system.reached(code, 'in_review')))
    expect(told.map((status) => Object.hasOwn(status, 'found'))).toEqual(SHAPES.map(() => false))
    expect(difference(before, await look())).toEqual({ gone: [], changed: [], added: [] })

    // The operator has looked at one of them.
    const person = personWith(before, facebookId(1))
    expect((await system.operate('approve', codes[0] ?? '')).status).toBe(200)
    expect((await system.reached(codes[0] ?? '')).found).toBe(true)
    const after = await look()
    expect(mentioning(after, person.values).map(({ table }) => table)).not.toContain('Shop')
    const { gone, changed } = difference(before, after)
    const touched = new Set([...gone, ...changed.map((row) => row.before)].map(({ text }) => text))
    const mentioned = mentioning(before, person.values).map(({ text }) => text)
    expect([...touched].filter((text) => !mentioned.includes(text))).toEqual([])
  })

  it('and no issued_at is one request as long as it is open, and another one after its end', async () => {
    const signed = sign({ user_id: facebookId(15) }, SECRET)
    const codeOf = async (text: string) => codeIn(await (await system.post('shop', text)).json())
    const open = await codeOf(signed)
    expect(await codeOf(signed)).toBe(open)
    await system.reached(open, 'in_review')
    expect(await codeOf(signed)).toBe(open)

    const stranger = sign({ user_id: `${STRANGER}5` }, SECRET)
    const first = await codeOf(stranger)
    await system.reached(first)
    const second = await codeOf(stranger)
    expect(second).not.toBe(first)
    expect((await system.reached(second)).found).toBe(false)
  })

  it('about a stranger ends as every request about a stranger', async () => {
    const ends = await Promise.all(
      SHAPES.map(async ([, payload], n) => {
        const response = await system.post('shop', sign({ user_id: `${STRANGER}${n}`, ...payload }, SECRET))
        return system.reached(codeIn(await response.json()))
      }),
    )
    const told = ({ state, found, erased, redacted, retained, explanation }: Status) => ({
      state,
      found,
      erased,
      redacted,
      retained,
      explanation,
    })
    const plain = told(await system.reached(await system.ask('shop', `${STRANGER}99`)))
    expect(plain).toMatchObject({ state: 'completed', found: false, erased: [], redacted: [], retained: [] })
    for (const end of ends) expect(told(end)).toEqual(plain)
  })

  it.each([
    ['six days old', 11, -6 * DAY_SECONDS],
    ['from a clock that is an hour ahead', 12, 3600],
  ])(
    'is not suspected of it when it is %s',
    async (_how, number, offset) => {
      const status = await system.reached(await system.ask('shop', facebookId(number), seconds() + offset))
      expect(status).toMatchObject({ state: 'completed_with_retention', found: true })
    },
    60_000,
  )
})

describe('deauthorize', () => {
  const deauthorize = (signed: string) =>
    fetch(callback('shop', 'deauthorize'), {
      method: 'POST',
      body: new URLSearchParams({ signed_request: signed }),
    })

  it('is answered with an empty object, touches nobody, and records only who may fall due', async () => {
    const before = await look()
    const ledger = await rows()
    const page = await deauthorize(genuine({ user_id: 0 }))
    expect([page.status, await page.text()]).toEqual([200, '{}'])
    expect(await rows()).toBe(ledger)
    const notice = genuine({ user_id: facebookId(13) })
    // Twice the same notice is one request.
    for (const signed of [notice, notice, genuine({ user_id: STRANGER })]) {
      const response = await deauthorize(signed)
      expect([response.status, await response.text()]).toEqual([200, '{}'])
      expect(response.headers.get('content-type')).toBe('application/json')
    }
    const scheduled = (await system.ledger()).filter(({ state }) => state?.S === 'scheduled')
    expect(scheduled).toHaveLength(2)
    expect(scheduled.map(({ channel }) => channel?.S)).toEqual(['retention', 'retention'])
    expect(difference(before, await look())).toEqual({ gone: [], changed: [], added: [] })
  })

  it('refuses what the data deletion callback refuses', async () => {
    for (const signed of [
      '',
      'x.y',
      genuine({}, 'forged'),
      genuine({ user_id: undefined }),
      genuine({ algorithm: '' }),
    ]) {
      expect(await refusal(await deauthorize(signed))).toEqual(
        await refusal(await system.post('shop', signed)),
      )
    }
  })
})

describe('10,000 random bodies', () => {
  it('give only 4xx and record nothing', async () => {
    const random = chance('random bodies')
    const ledger = await system.ledger()
    const before = await look()
    const statuses = new Set<number>()
    const wrong: unknown[] = []
    let left = 10_000
    const send = async () => {
      while (left-- > 0) {
        const { body, type } = badBody(random)
        const path = `${system.url}/meta/${random.pick(['shop', 'shop', 'insta'])}/${random.pick(['data-deletion', 'data-deletion', 'deauthorize'])}`
        const response = await fetch(path, {
          method: 'POST',
          body: new Uint8Array(body),
          ...(type && { headers: { 'content-type': type } }),
        })
        await response.arrayBuffer()
        statuses.add(response.status)
        if (response.status < 400 || response.status > 499) {
          wrong.push({ status: response.status, type, body: body.toString('latin1').slice(0, 500) })
        }
      }
    }
    await Promise.all(Array.from({ length: 32 }, send))
    expect(wrong).toEqual([])
    expect(statuses).toEqual(new Set([400, 413, 415]))
    expect((await system.ledger()).length).toBe(ledger.length)
    expect(difference(before, await look())).toEqual({ gone: [], changed: [], added: [] })
    // It still works.
    expect((await system.post('shop', genuine())).status).toBe(200)
  })
})

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const ANYTHING = `${BASE64URL}.=+/ %&\u0000\n\t"{}[]:,éđ語\u{1f600}\ud800`
const TYPES = [
  FORM,
  FORM,
  FORM,
  FORM,
  `${FORM}; charset=utf-8`,
  'application/json',
  'text/plain',
  'multipart/form-data',
  '',
  'x/y',
]

interface Body {
  readonly body: Buffer
  readonly type: string
}

/** Never one that could be accepted. */
function badBody(random: Chance): Body {
  const asForm = (signed: string): Body => ({
    body: Buffer.from(new URLSearchParams({ signed_request: signed }).toString()),
    type: FORM,
  })
  switch (random.below(8)) {
    case 0:
      return { body: random.bytes(random.below(400)), type: random.pick(TYPES) }
    case 1:
      return { body: Buffer.from(random.text(random.below(300), ANYTHING)), type: random.pick(TYPES) }
    case 2:
      return { body: Buffer.alloc(16 * 1024 + 1 + random.below(5000), 'x'), type: random.pick(TYPES) }
    case 3:
      return { body: Buffer.from(randomForm(random)), type: FORM }
    case 4:
      return asForm(`${random.text(43, BASE64URL)}.${random.text(random.below(200), BASE64URL)}`)
    case 5:
      return asForm(random.text(random.below(300), ANYTHING))
    case 6:
      // Genuine bytes that name no user.
      return asForm(signText(payloadWithoutUser(random), SECRET))
    default:
      return asForm(mutated(random, genuine({ user_id: facebookId(14), n: random.below(1e9) })))
  }
}

function randomForm(random: Chance): string {
  const names = [
    'signed_request[]',
    'Signed_Request',
    ' signed_request',
    'signed-request',
    'user_id',
    '',
    '%00',
    '__proto__',
  ]
  return Array.from(
    { length: random.below(12) },
    () =>
      `${random.pick(names)}${random.pick(['=', '', '=='])}${random.text(random.below(40), ANYTHING.toWellFormed())}`,
  )
    .join(random.pick(['&', ';', '&&']))
    .replaceAll(/(^|&)signed_request=/g, '')
}

/** JSON of every shape, and what is none; shop's and insta's secrets differ, so insta refuses it for that. */
function payloadWithoutUser(random: Chance): string | Buffer {
  const depth = 1 + random.below(3000)
  return random.pick<() => string | Buffer>([
    () => random.bytes(random.below(200)),
    () => '['.repeat(depth) + ']'.repeat(depth),
    () => `${'{"user_id":'.repeat(500)}1${'}'.repeat(500)}`,
    () => `{"algorithm":"HMAC-SHA256","user_id":${random.text(8, 'eE+-.[]{}"')}}`,
    () => `{"algorithm":"HMAC-SHA256","__proto__":{"user_id":"1"}}`,
    () => `{"algorithm":["HMAC-SHA256"],"user_id":"1"}`,
    () => `\ufeff{"algorithm":"HMAC-SHA256","user_id":"x"}`,
    () => JSON.stringify({ algorithm: 'HMAC-SHA256', user_id: random.text(5, 'abcxyz') }),
    () => JSON.stringify(random.text(20, ANYTHING)),
    () => String(random.below(1e9)),
  ])()
}

/** Cut, swapped, doubled, or with one character that is another one. */
function mutated(random: Chance, signed: string): string {
  const at = random.below(signed.length)
  const [signature = '', payload = ''] = signed.split('.')
  return random.pick<() => string>([
    () => signed.slice(0, at),
    () => signed.slice(at + 1),
    () => signed.slice(0, at) + signed.slice(at + 1),
    () => `${payload}.${signature}`,
    () => signed + signed,
    () => signed.slice(0, at) + otherThan(random, signed.charAt(at)) + signed.slice(at + 1),
    () => signed.slice(0, at) + random.text(1, BASE64URL) + signed.slice(at),
    () => signed.toLowerCase(),
    () => `${signed}.`,
    () => `.${signed}`,
  ])()
}

function otherThan(random: Chance, character: string): string {
  for (;;) {
    const other = random.text(1, `${BASE64URL}.=!`)
    if (other !== character) return other
  }
}
