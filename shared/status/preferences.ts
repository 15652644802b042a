/** What a reader prefers: a language, and a page or JSON. */
import { parseAccept } from 'hono/utils/accept'
import type { Locale } from '../data-map/data-map.ts'

type Locales = readonly [Locale, ...Locale[]]

/** The language of `?lang=`, if the pages have it. */
export const askedLocale = (locales: Locales, lang: string | undefined): Locale | undefined =>
  locales.find((locale) => locale === lang)

/** The language that `Accept-Language` (RFC 9110, 12.5.4) prefers among those of the pages, else the first of them. */
export function acceptedLocale(locales: Locales, acceptLanguage: string | undefined): Locale {
  for (const { type, q } of parseAccept(acceptLanguage ?? '')) {
    if (q === 0) continue
    const locale = type === '*' ? locales[0] : askedLocale(locales, type.split('-')[0]?.toLowerCase())
    if (locale) return locale
  }
  return locales[0]
}

/** Whether `Accept` gives JSON more weight than a page, or the same and is more precise about it. */
export function prefersJson(accept: string | undefined): boolean {
  const json = preferenceFor(accept, 'application/json')
  const page = preferenceFor(accept, 'text/html')
  return json.q > page.q || (json.q === page.q && json.q > 0 && json.precision > page.precision)
}

/**
 * By the most precise range that covers the type.
 *
 * @returns `precision` 2: named; 1: by a range such as `text/*`; 0: by the range of all types; -1: not at all.
 */
function preferenceFor(accept: string | undefined, type: string) {
  const ranges = ['*/*', `${type.split('/')[0]}/*`, type]
  return parseAccept(accept ?? '')
    .map((range) => ({ q: range.q, precision: ranges.indexOf(range.type.toLowerCase()) }))
    .reduce((best, one) => (one.precision > best.precision ? one : best), { q: 0, precision: -1 })
}
