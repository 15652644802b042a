/** Foreign text for a terminal: nothing in it may move the cursor, colour, or reorder what is around it. */

/** Control characters (C0, DEL, C1), invisible format characters (bidi overrides among them), half characters. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}]/gu
const LINE_BREAKS = /[\t\n\r\p{Zl}\p{Zp}]+/gu

export const plain = (text: string): string => text.replace(LINE_BREAKS, ' ').replace(UNSEEN, '')

/** The same for every text in a JSON document, names of fields included. */
export function plainDeep(value: unknown): unknown {
  if (typeof value === 'string') return plain(value)
  if (Array.isArray(value)) return value.map(plainDeep)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [plain(name), plainDeep(inner)]))
}
