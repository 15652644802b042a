/** The language of a message, as far as an answer needs to know it. */
import type { Locale } from '../config/data-map.ts'

/** Letters that of these two languages only Vietnamese has. */
const VIETNAMESE_LETTERS = /[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/giu
/** Vietnamese is often typed without its marks. */
const WORDS: Readonly<Record<Locale, RegExp>> = {
  vi: /\b(?:toi|xoa|tai khoan|du lieu|cua|khong|duoc|vui long|xin|cam on|chao|yeu cau|minh|nhe|giup)\b/gi,
  en: /\b(?:the|my|please|delete|remove|account|data|you|your|and|all|want|thanks|hello|dear|from|with|have)\b/gi,
}
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
  const letters = begun.match(VIETNAMESE_LETTERS)?.length ?? 0
  const points: Readonly<Record<Locale, number>> = {
    vi: letters + count(begun, WORDS.vi),
    en: count(begun, WORDS.en),
  }
  const clear = locales.filter((locale) =>
    locales.every((other) => other === locale || points[locale] > 2 * points[other] + 1),
  )
  return clear.length === 1 ? clear : locales
}

const count = (text: string, words: RegExp): number => text.match(words)?.length ?? 0
