/** `npm run pages`: a picture of every page, for a person to look through. */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { LOCALES } from '../fixtures/companies/status.ts'
import { openBrowser } from './chromium.ts'
import { PAGES, servePages } from './site.ts'

const WIDTHS = [320, 360, 768, 1280] as const
const SCHEMES = ['light', 'dark'] as const

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'pages' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(`npm run pages -- [--out DIR] [--only TEXT]

Writes a picture of every page in both languages, light and dark, at ${WIDTHS.join(', ')} pixels.
  --out DIR    where to (default: pages)
  --only TEXT  pages whose name contains it
`)
  process.exit(0)
}

const folder = resolve(values.out)
mkdirSync(folder, { recursive: true })
const names = Object.keys(PAGES).filter((name) => name.includes(values.only))
const [browser, site] = await Promise.all([openBrowser(), servePages()])
// One for all: the Chromium that npm brings ends with the first page that is closed.
const page = await browser.newPage({ javaScriptEnabled: false })
let written = 0
for (const name of names) {
  for (const locale of LOCALES) {
    await page.goto(site.urlOf(name, locale))
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme })
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 640 })
        const file = `${name.replace(/\W+/g, '-')}-${locale}-${colorScheme}-${width}.png`
        await page.screenshot({ path: join(folder, file), fullPage: true })
        written += 1
      }
    }
  }
  process.stderr.write(`${name}\n`)
}
await Promise.all([browser.close(), site.close()])
process.stdout.write(`${written} pictures in ${folder}\n`)
