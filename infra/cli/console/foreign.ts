/** Data from outside: its form is unknown, and it must not harm a terminal. */

/** Undefined if the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The code of an error of `fetch`, such as `ECONNREFUSED`. */
export function networkCode(error: unknown): string | undefined {
  const reason = error instanceof Error ? error.cause : undefined
  return isFields(reason) && typeof reason['code'] === 'string' ? reason['code'] : undefined
}

/** Control characters (C0, DEL, C1), invisible format characters such as bidi overrides, and lone surrogates. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}]/gu
const LINE_BREAKS = /[\t\n\r\p{Zl}\p{Zp}]+/gu

/** For a terminal: the text cannot move the cursor, change colours, or reorder the text around it. */
export const plain = (text: string): string => text.replace(LINE_BREAKS, ' ').replace(UNSEEN, '')

/** The same for every text in a JSON document, and for the names of its fields. */
export function plainDeep(value: unknown): unknown {
  if (typeof value === 'string') return plain(value)
  if (Array.isArray(value)) return value.map(plainDeep)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [plain(name), plainDeep(inner)]))
}
