/** What comes from the other side: nothing is known of its form, and nothing in it may harm a terminal. */

/** Undefined if it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Such as `ECONNREFUSED`: why `fetch` failed, if it says so. */
export function networkCode(error: unknown): string | undefined {
  const reason = error instanceof Error ? error.cause : undefined
  return isFields(reason) && typeof reason['code'] === 'string' ? reason['code'] : undefined
}

/** Control characters (C0, DEL, C1), invisible format characters (bidi overrides among them), half characters. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}]/gu
const LINE_BREAKS = /[\t\n\r\p{Zl}\p{Zp}]+/gu

/** For a terminal: nothing in the text moves the cursor, colours, or reorders what is around it. */
export const plain = (text: string): string => text.replace(LINE_BREAKS, ' ').replace(UNSEEN, '')

/** The same for every text in a JSON document, names of fields included. */
export function plainDeep(value: unknown): unknown {
  if (typeof value === 'string') return plain(value)
  if (Array.isArray(value)) return value.map(plainDeep)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [plain(name), plainDeep(inner)]))
}
