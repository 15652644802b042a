/** `/`: what a deletion comes to here, as the data map has it, and the company's own look. */
import { describe, expect, it } from 'vitest'
import config from '../../../deletion.config.ts'
import { statusPages } from '../../../functions/status.ts'
import type { Organization } from '../../../shared/config/define.ts'
import { promisesOf } from '../../../shared/config/page-promises.ts'
import { checkConfig } from '../../../shared/config/validate.ts'
import { LANGUAGES } from '../../../shared/languages/languages.ts'
import { consentPage } from '../../../shared/status/request-pages.ts'
import { anEvent, headerOf, LOCALES, ledgerOf, statusConfig } from '../../fixtures/companies/status.ts'

const home = (over: Parameters<typeof statusConfig>[0] = {}, lang = 'en') =>
  statusPages({
    clock: () => new Date(),
    ledger: ledgerOf(),
    config: statusConfig(over),
    publicUrl: 'https://delete.acme.example',
  })(anEvent('/', { query: { lang } }))

const homeBody = async (...given: Parameters<typeof home>) => (await home(...given)).body ?? ''

describe('what a deletion comes to', () => {
  it('is read from the data map', () => {
    expect(promisesOf(config)).toEqual({
      erased: ['orders', 'profile', 'visits', 'forms', 'messages', 'subscriptions', 'shops', 'meta'],
      redacted: ['messages', 'invitations', 'meta'],
      retained: [{ category: 'invoices', reason: 'tax', for: 'P10Y' }],
      platformOnly: ['instagram'],
      within: 'P20D',
    })
  })

  it.each([
    ['en', '10 years', '20 days', 'Instagram'],
    ['vi', '10 năm', '20 ngày', 'Instagram'],
  ] as const)('is said in %s: kinds, reasons, times', async (lang, kept, within, product) => {
    const page = await homeBody({}, lang)
    const { home: texts } = LANGUAGES[lang].pages
    expect(page).toContain(texts.keptFor(kept))
    expect(page).toContain(texts.doneWithin(within))
    // How to complain without the code, too.
    expect(page).toContain(texts.rightsHow(statusConfig().organization).replaceAll('&', '&amp;'))
    expect(page).toContain(product)
    expect(page).toContain(statusConfig().reasons['tax']?.[lang])
    for (const { [lang]: name } of Object.values(statusConfig().categories))
      expect(page).toContain(`>${name}<`)
  })

  it.each([
    [['ccpa', 'gdpr'], 'P1M'],
    [['gdpr', 'vietnam'], 'P20D'],
    [['ccpa'], 'P45D'],
  ] as const)('is promised within the shortest of %j', (deadlines, within) => {
    expect(promisesOf({ ...config, deadlines }).within).toBe(within)
  })

  it('leaves out what there is not', async () => {
    const nothing = { erased: [], redacted: [], retained: [], platformOnly: [] }
    const promises = { ...statusConfig().promises, ...nothing }
    const { home: texts } = LANGUAGES.en.pages
    const { organization } = statusConfig()
    const page = await homeBody({ promises })
    for (const text of [
      texts.erased(organization),
      texts.redacted,
      texts.retained(organization),
      'Instagram',
    ])
      expect(page).not.toContain(text)
  })

  it.each(LOCALES)(
    'says in %s what to do without the code, by mail only where mail is taken',
    async (lang) => {
      const { home: texts } = LANGUAGES[lang].pages
      expect(await homeBody({}, lang)).toContain(texts.lostFromFacebook.replace('&', '&amp;'))
      expect(await homeBody({}, lang)).not.toContain(texts.lostByEmail)
      expect(await homeBody({ requestAddress: 'ask@acme.example' }, lang)).toContain(texts.lostByEmail)
    },
  )
})

describe('the page that asks for a confirmation', () => {
  it.each(LOCALES)('says in %s what is deleted, and promises nothing away that a law keeps', (lang) => {
    const reader = { config: statusConfig(), locale: lang, base: '' }
    const page = String(consentPage(reader, { use: 'confirm', nonce: 'n' }).main)
    const sentence = LANGUAGES[lang].pages.home.retained(statusConfig().organization)
    const [deleted = '', kept = ''] = page.split(sentence.replace('&', '&amp;'))
    const invoices = statusConfig().categories['invoices']?.[lang] ?? ''
    expect(deleted).not.toContain(invoices)
    expect(kept).toContain(invoices)
  })
})

describe("the company's own look", () => {
  const LOGO = 'data:image/svg+xml;base64,PHN2Zy8+'
  const TOO_LONG = `data:image/png;base64,${'A'.repeat(12_000)}`
  const dressed = (look: Partial<Organization>) => ({
    organization: { ...statusConfig().organization, ...look },
  })
  const policyOf = async (look: Partial<Organization>) =>
    headerOf(await home(dressed(look)), 'content-security-policy')

  it('is in the stylesheet, which the policy allows by its hash, and in a picture, which it allows if there is one', async () => {
    expect(await homeBody(dressed({ colour: '#aa3300' }))).toContain('--brand:#aa3300')
    expect(await policyOf({ colour: '#aa3300' })).not.toBe(await policyOf({}))
    expect(await policyOf({})).not.toContain('img-src')
    expect(await policyOf({ logo: LOGO })).toContain('img-src data:')
    expect(await homeBody(dressed({ logo: LOGO }))).toContain(`<img src="${LOGO}" alt="">`)
  })

  it.each([
    ['colour', 'tomato'],
    ['colour', '#fff}body{display:none'],
    ['colour', '#aa3300</style><script>'],
    ['logo', 'https://cdn.example/logo.png'],
    ['logo', 'data:text/html;base64,PHNjcmlwdD4='],
    ['logo', 'data:image/svg+xml,<svg onload="x">'],
    ['logo', TOO_LONG],
  ])('is refused if it is no %s: %#', async (field, value) => {
    const organization = { ...config.organization, [field]: value }
    const [finding, ...more] = checkConfig({ ...config, organization }).findings
    expect(finding?.place).toBe(`organization.${field}`)
    expect(more).toEqual([])
  })

  it('is quoted in part where it is long', () => {
    const organization = { ...config.organization, logo: TOO_LONG }
    expect(checkConfig({ ...config, organization }).findings[0]?.problem.length).toBeLessThan(100)
  })

  it.each(['tomato', '#fff}body{display:none', '#aa3300</style><script>'])(
    'never puts %s into the stylesheet',
    async (colour) => {
      expect(await homeBody(dressed({ colour }))).not.toContain(colour)
    },
  )

  it('is taken where it is right', () => {
    const organization = { ...config.organization, colour: '#aa3300', logo: LOGO }
    expect(checkConfig({ ...config, organization }).findings).toEqual([])
  })
})

describe('a hostile configuration', () => {
  const HOSTILE = `"><script>alert(1)</script>'\u202e&lt;`

  it.each(LOCALES)('is text on every page, in %s', async (lang) => {
    const organization = {
      ...statusConfig().organization,
      name: HOSTILE,
      postalAddress: HOSTILE,
      privacyPolicyUrl: `https://x.example/${HOSTILE}`,
      logo: HOSTILE,
      colour: HOSTILE,
    }
    const words = { vi: HOSTILE, en: HOSTILE }
    const page = await homeBody(
      { organization, categories: { profile: words }, reasons: { tax: words } },
      lang,
    )
    expect(page).not.toContain('<script')
    expect(page).not.toMatch(/<[a-z]+[^>]*\son\w+=/i)
    expect(page).toContain('&lt;script&gt;')
  })
})
