/** The language of a message, as far as an answer needs to know it. */
import type { Locale } from '../data-map/data-map.ts'
import { LANGUAGES } from '../languages/languages.ts'

const MAX_TEXT = 20_000

/**
 * `Content-Language` (RFC 3282) first, then the text; every language when unsure.
 *
 * @param locales Those that answers are written in.
 */
export function localesOf(
  contentLanguage: string | undefined,
  text: string,
  locales: readonly Locale[],
): readonly Locale[] {
  const said = locales.find((locale) => contentLanguage?.trim().toLowerCase().startsWith(locale) === true)
  if (said) return [said]
  const begun = text.slice(0, MAX_TEXT).normalize('NFC')
  const points = new Map(
    locales.map((locale) => [
      locale,
      LANGUAGES[locale].telling.reduce((sum, sign) => sum + count(begun, sign), 0),
    ]),
  )
  const pointsOf = (locale: Locale): number => points.get(locale) ?? 0
  const clear = locales.filter((locale) =>
    locales.every((other) => other === locale || pointsOf(locale) > 2 * pointsOf(other) + 1),
  )
  return clear.length === 1 ? clear : locales
}

const count = (text: string, words: RegExp): number => text.match(words)?.length ?? 0
