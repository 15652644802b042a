/** Values of key attributes, between the text that a template makes and the S, N or B that a table holds. */
import type { KeyType } from '../data-map/data-map.ts'
import { canonicalNumber, isNumber } from '../data-map/numbers.ts'
import type { SortTest, Value } from '../records/records.ts'

/** How a template's text becomes a value. `binary`: the text is base64; otherwise a key of type B holds it in UTF-8. */
export interface Encoding {
  readonly type: KeyType
  readonly binary: boolean
}

/** @returns Undefined for a value that DynamoDB cannot have stored: to query for it would be an error. */
export function encode(text: string, { type, binary }: Encoding, maxBytes: number): Value | undefined {
  if (type === 'N') return isNumber(text) ? { N: text } : undefined
  const bytes = Buffer.from(text, binary ? 'base64' : 'utf8')
  if (bytes.length === 0 || bytes.length > maxBytes) return undefined
  return type === 'B' ? { B: Uint8Array.from(bytes) } : { S: text }
}

/** A value of type S or B with one character per byte: such texts sort as DynamoDB sorts the values. */
export const bytesOf = (value: Value | undefined): string | undefined =>
  value?.S !== undefined
    ? Buffer.from(value.S, 'utf8').toString('latin1')
    : value?.B && Buffer.from(value.B).toString('latin1')

export const bytesOfText = (text: string, { binary }: Pick<Encoding, 'binary'>): string =>
  Buffer.from(text, binary ? 'base64' : 'utf8').toString('latin1')

const inByteOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

type RangeTest = Exclude<SortTest, 'equals' | 'beginsWith'>

/** Whether DynamoDB would find a stored value in a range. */
export function isInRange(
  value: Value | undefined,
  { test, ends }: { readonly test: RangeTest; readonly ends: readonly string[] },
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

/** Compares numbers that are written out, without rounding: DynamoDB's have up to 38 digits. */
export const compareNumbers = (a: string, b: string): number => {
  const [wholeA = '', fractionA = ''] = a.split('.')
  const [wholeB = '', fractionB = ''] = b.split('.')
  const digits = Math.max(fractionA.length, fractionB.length)
  const scaled =
    BigInt(wholeA + fractionA.padEnd(digits, '0')) - BigInt(wholeB + fractionB.padEnd(digits, '0'))
  return scaled < 0n ? -1 : scaled > 0n ? 1 : 0
}
