/** What a reader asked for: a language, and a page or JSON. */
import { parseAccept } from 'hono/utils/accept'
import type { Locale } from '../data-map/data-map.ts'

type Locales = readonly [Locale, ...Locale[]]

/** The language asked for by `?lang=`, if the pages have it. */
export const askedLocale = (locales: Locales, lang: string | undefined): Locale | undefined =>
  locales.find((locale) => locale === lang)

/** The pages' language that the reader's `Accept-Language` likes best, else the first. */
export function acceptedLocale(locales: Locales, acceptLanguage: string | undefined): Locale {
  for (const { type, q } of parseAccept(acceptLanguage ?? '')) {
    if (q === 0) continue
    const locale = type === '*' ? locales[0] : askedLocale(locales, type.split('-')[0]?.toLowerCase())
    if (locale) return locale
  }
  return locales[0]
}

/** JSON if the reader likes it better than a page, or equally but names it alone: browsers name pages. */
export function prefersJson(accept: string | undefined): boolean {
  const json = liking(accept, 'application/json')
  const page = liking(accept, 'text/html')
  return json.q > page.q || (json.q === page.q && json.q > 0 && json.precision > page.precision)
}

interface Liking {
  readonly q: number
  /** 2: named; 1: by its group, `text/*`; 0: by `*` alone, or not at all. */
  readonly precision: number
}

/** The most precise range that covers a type decides on it. */
function liking(accept: string | undefined, type: string): Liking {
  const ranges = ['*/*', `${type.split('/')[0]}/*`, type]
  return parseAccept(accept ?? '')
    .map((range) => ({ q: range.q, precision: ranges.indexOf(range.type.toLowerCase()) }))
    .reduce((best, one) => (one.precision > best.precision ? one : best), { q: 0, precision: -1 })
}
