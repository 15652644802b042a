/** Key attributes as text and as DynamoDB's values: a template makes text, a table holds S, N or B. */
import type { KeyType } from '../data-map/data-map.ts'
import { canonicalNumber, isNumber } from '../data-map/numbers.ts'
import type { SortTest, Value } from '../records/records.ts'

/** Of a template's text. `binary`: it is base64 of the bytes; otherwise a key of type B holds the text in UTF-8. */
export interface Encoding {
  readonly type: KeyType
  readonly binary: boolean
}

/** The value, or `undefined` for what DynamoDB cannot have stored: asking for it would be an error. */
export function encode(text: string, { type, binary }: Encoding, maxBytes: number): Value | undefined {
  if (type === 'N') return isNumber(text) ? { N: text } : undefined
  const bytes = Buffer.from(text, binary ? 'base64' : 'utf8')
  if (bytes.length === 0 || bytes.length > maxBytes) return undefined
  return type === 'B' ? { B: Uint8Array.from(bytes) } : { S: text }
}

/** One spelling per value, in DynamoDB's order for S and B: a character per byte. Numbers by {@link compareNumbers}. */
export const bytesOf = (value: Value | undefined): string | undefined =>
  value?.S !== undefined
    ? Buffer.from(value.S, 'utf8').toString('latin1')
    : value?.B && Buffer.from(value.B).toString('latin1')

export const bytesOfText = (text: string, { binary }: Pick<Encoding, 'binary'>): string =>
  Buffer.from(text, binary ? 'base64' : 'utf8').toString('latin1')

type Order = (a: string, b: string) => number

const inByteOrder: Order = (a, b) => (a < b ? -1 : a > b ? 1 : 0)

/** Whether a stored value lies in a range, as DynamoDB sees it. */
export function isInRange(
  value: Value | undefined,
  {
    test,
    ends,
  }: { readonly test: Exclude<SortTest, 'equals' | 'beginsWith'>; readonly ends: readonly string[] },
  encoding: Encoding,
): boolean {
  const isNumeric = encoding.type === 'N'
  const stored = isNumeric ? canonicalNumber(value?.N ?? '') : bytesOf(value)
  const [first, last = first] = ends.map((end) =>
    isNumeric ? canonicalNumber(end) : bytesOfText(end, encoding),
  )
  const order = isNumeric ? compareNumbers : inByteOrder
  if (stored === undefined || first === undefined || last === undefined) return false
  return (test === 'to' || order(stored, first) >= 0) && (test === 'from' || order(stored, last) <= 0)
}

/** Of numbers written out, without the rounding of a float: numbers of DynamoDB have 38 digits. */
export const compareNumbers: Order = (a, b) => {
  const [wholeA = '', fractionA = ''] = a.split('.')
  const [wholeB = '', fractionB = ''] = b.split('.')
  const digits = Math.max(fractionA.length, fractionB.length)
  const scaled =
    BigInt(wholeA + fractionA.padEnd(digits, '0')) - BigInt(wholeB + fractionB.padEnd(digits, '0'))
  return scaled < 0n ? -1 : scaled > 0n ? 1 : 0
}
