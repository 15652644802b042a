/** What people see, in a real browser: every page, in both languages, without JavaScript. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { HtmlValidate } from 'html-validate'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import company from '../../deletion.config.ts'
import { samplePeople } from '../../infra/local/sample/sample.ts'
import { LANGUAGES } from '../../shared/languages/languages.ts'
import { LOCALES } from '../fixtures/companies/status.ts'
import { linkIn, mailboxOf } from '../fixtures/system/mailbox.ts'
import { startSample } from '../fixtures/system/sample-system.ts'
import { openBrowser } from './chromium.ts'
import { PAGES, type Site, servePages } from './site.ts'

/** In CSS pixels. 320 is also what is left of 1280 at 400 %. */
const WIDTHS = [320, 360, 768, 1280] as const
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** In the dark nothing but the colours differs. */
const RULES = { light: WCAG, dark: ['color-contrast'] } as const
const MOST_BYTES = 30 * 1024
const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const IN_PAGE = readFileSync(new URL('in-page.js', import.meta.url), 'utf8')

let browser: Browser
let site: Site
/** As people have it: without JavaScript. */
let page: Page
/** With JavaScript, for axe. */
let auditor: Page
const complaints: string[] = []
beforeAll(async () => {
  ;[browser, site] = await Promise.all([openBrowser(), servePages()])
  page = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  auditor = await (
    await browser.newContext({ bypassCSP: true, viewport: { width: 360, height: 800 } })
  ).newPage()
  // That an answer is a failure is what it is about.
  const isStatus = (text: string) => text.startsWith('Failed to load resource: the server responded')
  page.on('console', (message) => {
    if (!isStatus(message.text())) complaints.push(message.text())
  })
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    if (protocol !== 'data:' && hostname !== '127.0.0.1') complaints.push(`asked ${hostname}`)
  })
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
})

const CASES = LOCALES.flatMap((locale) => Object.keys(PAGES).map((name) => [name, locale] as const))

describe.each(CASES)('%s in %s', (name, locale) => {
  let html: string
  beforeAll(async () => {
    complaints.length = 0
    const answer = await page.goto(site.urlOf(name, locale))
    html = (await answer?.text()) ?? ''
  })

  it('fits into every width: nothing scrolls sideways, nothing is cut off', async () => {
    const tooWide: string[] = []
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 })
      tooWide.push(...((await inPage(page, 'overflowing')) as string[]).map((what) => `${width}: ${what}`))
    }
    expect(tooWide).toEqual([])
  })

  it('can be read by everybody, in light and in the dark', async () => {
    await auditor.goto(site.urlOf(name, locale))
    await auditor.evaluate(AXE)
    for (const colorScheme of ['light', 'dark'] as const) {
      await auditor.emulateMedia({ colorScheme })
      expect(await inPage(auditor, 'violations', RULES[colorScheme])).toEqual([])
    }
  })

  it('is small, valid, and asks nobody for anything', async () => {
    expect(Buffer.byteLength(html)).toBeLessThan(MOST_BYTES)
    expect(await mistakes(html)).toEqual([])
    expect(complaints).toEqual([])
  })
})

describe.each(['home', 'in progress', 'some kept', 'confirm'])('%s', (name) => {
  it('is reached by the keyboard alone, and shows where one is', async () => {
    await page.goto(site.urlOf(name, 'en'))
    const all = (await inPage(page, 'reachable')) as string[]
    const visited: string[] = []
    for (let presses = 0; presses < all.length; presses += 1) {
      await page.keyboard.press('Tab')
      visited.push((await inPage(page, 'focused')) as string)
    }
    expect(visited).toEqual(all)
  })
})

describe('a person without JavaScript', () => {
  it('asks by the form, confirms by ticking and pressing, and sees what was done', async () => {
    const config = {
      ...company,
      email: { address: 'xoa@mail.example.com', identity: 'email', receiving: {}, coolingOff: 'none' },
    } as const
    const [{ email } = { email: '' }] = samplePeople()
    await using system = await disposable(await startSample({ config }))
    const mailbox = mailboxOf(system)

    await page.goto(`${system.url}/?lang=en`)
    await page.fill('#address', email)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/request**')
    expect(await page.textContent('h1')).toBe(LANGUAGES.en.pages.requestForm.title)

    const [mail] = await mailbox.received(email, 1)
    const link = mail ? linkIn(mail, 'confirm') : ''
    await page.goto(`${link}?lang=en`)
    await page.click('main button')
    expect(await page.textContent('h1')).toBe(LANGUAGES.en.pages.confirm.title)
    await page.focus('input[name=agreed]')
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/status/*')
    const code = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    await system.reached(code)

    await page.goto(`${system.url}/?lang=vi`)
    await page.fill('#code', code.toLowerCase().replace(/(.{4})/g, '$1 '))
    await page.keyboard.press('Enter')
    await page.waitForURL('**/status/*')
    expect(await page.textContent('h1')).toBe(LANGUAGES.vi.pages.completed.headlineKept)
    expect(await page.locator('#erased ~ ul li').count()).toBeGreaterThan(0)
  })
})

/** @param call One of the functions of `in-page.js`. */
const inPage = async (where: Page, call: string, argument?: unknown): Promise<unknown> =>
  where.evaluate(`${IN_PAGE}; inPage.${call}(${JSON.stringify(argument)})`)

const validator = new HtmlValidate({
  extends: ['html-validate:recommended', 'html-validate:document'],
  rules: {
    // Matters of taste.
    'no-trailing-whitespace': 'off',
    'void-style': 'off',
    'doctype-style': 'off',
    'tel-non-breaking': 'off',
    'long-title': 'off',
    // Safari takes a list without bullets for none, unless it is said.
    'no-redundant-role': 'off',
    // The policy of the pages demands it: the sheet is written into the page and allowed by its hash.
    'no-inline-style': 'error',
  },
})

async function mistakes(html: string): Promise<string[]> {
  const { results } = await validator.validateString(html)
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, line }) => `${line} ${ruleId}: ${message}`),
  )
}

/** Ends a system with the block it is used in. */
const disposable = async <T extends { close(): Promise<void> }>(system: T) =>
  Object.assign(system, { [Symbol.asyncDispose]: () => system.close() })
