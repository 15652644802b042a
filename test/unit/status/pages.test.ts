import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { answerFailure } from '../../../functions/pages.ts'
import { statusPages } from '../../../functions/status.ts'
import { ServiceError } from '../../../shared/platform/errors.ts'
import { STATES } from '../../../shared/requests/lifecycle.ts'
import type { DeletionRequest } from '../../../shared/requests/request.ts'
import {
  anEvent,
  aRequest,
  CODE,
  EVERYTHING,
  headerOf,
  JSON_PLEASE,
  LOCALES,
  ledgerOf,
  statusConfig,
  UNKNOWN_CODE,
} from '../../fixtures/companies/status.ts'

const PUBLIC_URL = 'https://delete.acme.example'
const clock = () => new Date('2026-11-22T14:00:00Z')

const site = (
  request: DeletionRequest = aRequest('erasing'),
  over: Parameters<typeof statusConfig>[0] = {},
) => statusPages({ clock, ledger: ledgerOf(request), config: statusConfig(over), publicUrl: PUBLIC_URL })

const get = (path: string, options?: Parameters<typeof anEvent>[1]) => site()(anEvent(path, options))

const bodyOf = async (request: DeletionRequest, lang: string) =>
  (await site(request)(anEvent(`/status/${CODE}`, { query: { lang } }))).body ?? ''

/** One of each kind of page. */
const PAGES = ['/', `/status/${CODE}`, `/status/${UNKNOWN_CODE}`, '/nowhere']

describe('statusPages', () => {
  it('says where a request stands', async () => {
    const { statusCode, body } = await get(`/status/${CODE}`, { query: { lang: 'en' } })
    expect(statusCode).toBe(200)
    expect(body).toContain('<h1>In progress</h1>')
    expect(body).toContain('Acme &amp; Sons is looking for your data')
    expect(body).toContain(CODE)
    expect(body).toContain('November 22, 2026, 20:42 GMT+7')
    expect(body).toContain('December 12, 2026')
    expect(body).toContain('Vietnam Time')
  })

  it('says in the end what was done, what is kept, why and until when', async () => {
    const request = aRequest('completed_with_retention', { outcome: EVERYTHING })
    const english = await bodyOf(request, 'en')
    for (const text of [
      '<h2 id="erased">Deleted</h2>',
      '<span>Profile</span> <span>1 item</span>',
      '<span>Messages</span> <span>12 items</span>',
      '<span>Invoices</span> <span>1,234 items</span>',
      'Tax law obliges us to keep them.',
      'Until November 22, 2036.',
      'December 27, 2026',
      'mailto:privacy@acme.example',
    ]) {
      expect(english).toContain(text)
    }
    const vietnamese = await bodyOf(request, 'vi')
    for (const text of ['Đã xoá', '<span>1.234 mục</span>', 'Luật thuế buộc lưu giữ.', '22 tháng 11, 2036']) {
      expect(vietnamese).toContain(text)
    }
  })

  it.each(LOCALES)('never says that anything was deleted when nothing was found (%s)', async (lang) => {
    const body = await bodyOf(aRequest('completed'), lang)
    expect(body).not.toMatch(/deleted|erased|removed|gone|đã (được )?(xo[áa]|xóa)/i)
    expect(body).toMatch(/<h1>(No data was found|Không tìm thấy dữ liệu)<\/h1>/)
  })

  it.each(STATES.flatMap((state) => LOCALES.map((lang) => [state, lang] as const)))(
    'has one headline and one landmark of each kind when %s, in %s',
    async (state, lang) => {
      const body = await bodyOf(aRequest(state), lang)
      for (const element of ['<h1>', '<main>', '<header>', '<footer>', `<html lang="${lang}">`]) {
        expect(body.split(element)).toHaveLength(2)
      }
    },
  )

  it('shows a category that has left the configuration by its word', async () => {
    const erased = [{ category: 'constructor', items: 2 }]
    const request = aRequest('completed', { outcome: { erased, redacted: [], retained: [] } })
    expect(await bodyOf(request, 'en')).toContain('<span>constructor</span> <span>2 items</span>')
  })

  it('answers programs in JSON', async () => {
    const answer = await get(`/status/${CODE}`, { headers: JSON_PLEASE, query: { lang: 'en' } })
    expect(headerOf(answer, 'content-type')).toBe('application/json')
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ code: CODE, state: 'in_progress', channel: 'meta' })
  })

  it('never repeats an address it was asked for, nor a host', async () => {
    for (const path of [...PAGES, '/nowhere?x="><script>', '/status/misshapen-and-long']) {
      const { body = '' } = await get(path)
      expect(body).not.toContain('evil.example')
      expect(body).not.toContain('nowhere')
      expect(body).not.toContain('misshapen')
      expect(body).not.toContain(UNKNOWN_CODE)
    }
  })

  it('shows the code as text, and otherwise where its form goes to alone', async () => {
    const { body = '' } = await get(`/status/${CODE}`)
    expect(body.split(CODE)).toHaveLength(3)
    expect(body).toContain(`<code>${CODE}</code>`)
    expect(body).toContain(`<form action="/status/${CODE}/complaint" method="post">`)
  })

  it('escapes whatever the configuration and the ledger hold, once', async () => {
    const evil = `"><script>alert(1)</script>'&amp;`
    const text = { vi: evil, en: evil }
    const { organization } = statusConfig()
    const request = aRequest('completed_with_retention', {
      outcome: {
        erased: [{ category: 'c', items: 1 }],
        redacted: [{ category: evil, items: 1 }],
        retained: [{ category: 'c', items: 1, reason: 'r', ends: [{ by: 'ttl' }] }],
      },
    })
    const handle = site(request, {
      organization: {
        ...organization,
        name: evil,
        contactEmail: evil,
        postalAddress: evil,
        phone: evil,
        privacyPolicyUrl: `https://a.example/${evil}`,
      },
      categories: { c: text },
      reasons: { r: text },
    })
    for (const path of PAGES) {
      const { body = '' } = await handle(anEvent(path, { query: { lang: 'en', code: evil } }))
      expect(body).not.toMatch(/<script|&amp;amp;amp;|&amp;lt;|&amp;quot;/)
      expect(body).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&amp;amp;')
    }
  })

  it('allows its own stylesheet by its hash and nothing else', async () => {
    for (const path of PAGES) {
      const answer = await get(path)
      const styles = [...(answer.body ?? '').matchAll(/<style>([^<]*)<\/style>/g)].map(([, css = '']) => css)
      expect(styles).toHaveLength(1)
      const hash = createHash('sha256').update(styles.join('')).digest('base64')
      expect(headerOf(answer, 'content-security-policy')).toBe(
        `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      )
      expect(answer.body).not.toMatch(/<script|<link|<img|style=|\son\w+=/)
    }
  })

  it('gives every page the headers that keep its address to its reader', async () => {
    for (const path of PAGES) {
      const answer = await get(path)
      expect(answer.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      })
      expect(headerOf(answer, 'x-robots-tag')).toBe(path === '/' ? undefined : 'noindex')
      expect(answer.cookies).toBeUndefined()
      expect(headerOf(answer, 'set-cookie')).toBeUndefined()
    }
  })

  it('keeps JSON and redirects from caches and indexes too', async () => {
    const answers = [
      await get(`/status/${CODE}`, { headers: JSON_PLEASE }),
      await get('/nowhere', { headers: JSON_PLEASE }),
      await get('/status', { query: { code: CODE } }),
    ]
    for (const answer of answers) {
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-robots-tag': 'noindex',
      })
    }
  })

  it('never names the code in a title', async () => {
    const [, title] = /<title>(.*)<\/title>/.exec((await get(`/status/${CODE}`)).body ?? '') ?? []
    expect(title).toBe('Trạng thái yêu cầu xoá dữ liệu · Acme &amp; Sons')
  })

  it('answers HEAD as it answers GET', async () => {
    for (const path of PAGES) expect(await get(path, { method: 'HEAD' })).toEqual(await get(path))
  })

  it.each([
    ['?lang= before the header', { query: { lang: 'en' }, headers: { 'accept-language': 'vi' } }, 'en'],
    ['the header', { headers: { 'accept-language': 'en-GB' } }, 'en'],
    ['the first, for an unknown ?lang=', { query: { lang: 'fr' } }, 'vi'],
    ['the first', {}, 'vi'],
  ])('takes the language from %s', async (_from, options, locale) => {
    const answer = await get('/', options)
    expect(answer.body).toContain(`<html lang="${locale}">`)
    expect(headerOf(answer, 'content-language')).toBe(locale)
  })

  it('offers the other languages at the same path, and keeps a chosen one', async () => {
    const { body } = await get(`/status/${CODE}`, { query: { lang: 'en' } })
    expect(body).toContain('<a href="?lang=vi" lang="vi" hreflang="vi">Tiếng Việt</a>')
    expect(body).toContain('<a href="/?lang=en">')
    const home = await get('/', { query: { lang: 'en' } })
    expect(home.body).toContain('<input type="hidden" name="lang" value="en">')
    expect((await get('/')).body).not.toContain('type="hidden"')
  })

  it('says how to ask, from Facebook and by writing', async () => {
    const { body } = await get('/', { query: { lang: 'en' } })
    for (const text of [
      'Settings &amp; privacy',
      'Apps and Websites',
      'View removed apps',
      'Send Request',
      'privacy@acme.example',
      '<form action="/status" method="get">',
      '<label for="code">',
    ]) {
      expect(body).toContain(text)
    }
  })
})

describe('addresses of a status', () => {
  const SPELLED = 'oi23 4567-89ab cdef-ghjk mnpq'

  it.each([
    ['/status', { code: CODE }, `/status/${CODE}`],
    ['/status', { code: SPELLED }, `/status/${CODE}`],
    ['/status', { code: SPELLED, lang: 'en' }, `/status/${CODE}?lang=en`],
    ['/status', { code: CODE, lang: 'fr' }, `/status/${CODE}`],
    ['/status', { code: ' //evil.example/?a=b#c ' }, '/status/%2F%2Fevil.example%2F%3Fa%3Db%23c'],
    ['/status', { code: '\r\nset-cookie: a=b' }, '/status/set-cookie%3A%20a%3Db'],
    ['/status', { code: '\ud800' }, '/status/%EF%BF%BD'],
    ['/status', { code: '  ' }, '/'],
    ['/status', { lang: 'en' }, '/?lang=en'],
    ['/status', undefined, '/'],
    [`/status/${SPELLED}`, undefined, `/status/${CODE}`],
    [`/status/${SPELLED}`, { lang: 'vi' }, `/status/${CODE}?lang=vi`],
    [`/status/${UNKNOWN_CODE.toLowerCase()}`, undefined, `/status/${UNKNOWN_CODE}`],
  ])('redirects %s with %j to %s', async (path, query, location) => {
    const answer = await get(path, query ? { query } : {})
    expect(answer.statusCode).toBe(303)
    expect(headerOf(answer, 'location')).toBe(location)
  })

  it('keeps the path of the public URL', async () => {
    const handle = statusPages({
      clock,
      ledger: ledgerOf(),
      config: statusConfig(),
      publicUrl: 'https://a.example/privacy',
    })
    expect(headerOf(await handle(anEvent('/status', { query: { code: CODE } })), 'location')).toBe(
      `/privacy/status/${CODE}`,
    )
    expect((await handle(anEvent('/'))).body).toContain('<form action="/privacy/status"')
  })

  it.each([
    ['a page', {}],
    ['JSON', JSON_PLEASE],
  ])('answers an unknown and a misshapen code alike, in %s', async (_as, headers) => {
    const unknown = await get(`/status/${UNKNOWN_CODE}`, { headers })
    expect(unknown.statusCode).toBe(404)
    for (const misshapen of ['short', `${CODE}0`, '0123456789ABCDEFGHJKMNPU', '<script>', '..', '💥']) {
      expect(await get(`/status/${misshapen}`, { headers })).toEqual(unknown)
    }
    expect(await get('/nowhere', { headers })).toEqual(unknown)
  })
})

describe('failures', () => {
  it.each([
    ['POST', '/status', 'GET, HEAD'],
    ['POST', `/status/${CODE}`, 'GET, HEAD'],
    ['GET', `/status/${CODE}/complaint`, 'POST'],
    ['DELETE', '/', 'GET, HEAD'],
    ['PUT', '/meta/shop/data-deletion', 'GET, HEAD, POST'],
  ])('answers %s %s with 405 and what is allowed', async (method, path, allow) => {
    const answer = await get(path, { method })
    expect(answer.statusCode).toBe(405)
    expect(headerOf(answer, 'allow')).toBe(allow)
  })

  it.each([
    ['POST', '/nowhere'],
    ['GET', '/status/a/b'],
    ['GET', '/status/'],
  ])('answers %s %s with 404', async (method, path) => {
    const answer = await get(path, { method })
    expect(answer.statusCode).toBe(404)
    expect(headerOf(answer, 'allow')).toBeUndefined()
  })

  it('are JSON for who prefers JSON, and always under /meta/', async () => {
    const wanted = await get('/nowhere', { headers: JSON_PLEASE })
    const meta = await get('/meta/shop/nowhere', { headers: { accept: 'text/html' } })
    for (const { statusCode, body } of [wanted, meta]) {
      expect(statusCode).toBe(404)
      expect(JSON.parse(body ?? '')).toEqual({
        error: 'not_found',
        message: 'There is nothing at this address.',
      })
    }
    expect(headerOf(await get('/nowhere'), 'content-type')).toBe('text/html; charset=utf-8')
  })

  it.each([
    [undefined, 500, 'internal_error'],
    [new ServiceError('CONFIG_INVALID', 'secret detail'), 500, 'internal_error'],
    [new ServiceError('BODY_TOO_LARGE', 'secret detail'), 413, 'too_large'],
    [new ServiceError('NOT_A_FORM', 'secret detail'), 415, 'unsupported_media_type'],
    [new ServiceError('BAD_REQUEST', 'secret detail'), 400, 'bad_request'],
  ])('are answered as their table says: %s', (error, status, word) => {
    const answer = answerFailure({ config: statusConfig(), publicUrl: PUBLIC_URL })
    const page = answer(anEvent('/', { query: { lang: 'en' } }), error)
    expect(page.statusCode).toBe(status)
    expect(page.body).toMatch(/<h1>[^<]{10,}<\/h1>/)
    expect(page.body).not.toContain('secret detail')
    const json = answer(anEvent('/', { headers: JSON_PLEASE }), error)
    expect(json.statusCode).toBe(status)
    expect(JSON.parse(json.body ?? '')).toMatchObject({ error: word })
  })
})
