/** DynamoDB's numbers, as text: a float would round them. */

/** A power of ten needs a sign, as DynamoDB and JavaScript write it: `12e5` may be a user's name. */
const SYNTAX = /^(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]\d{1,3}))?$/

/** Whether DynamoDB can store it: 38 digits, from 1E-130 to below 1E+126. */
export function isNumber(text: string): boolean {
  const [whole = '', fraction = ''] = canonicalNumber(text)?.replace('-', '').split('.') ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  return (
    whole !== '' &&
    !/\.(?:$|[eE])/.test(text) &&
    digits.replace(/0+$/, '').length <= 38 &&
    whole.length <= 126 &&
    fraction.length - digits.length < 130
  )
}

/** The one spelling of a number, written out and not rounded: `007` and `7.0` are `7`, `1E+2` is `100`. */
export function canonicalNumber(text: string): string | undefined {
  const [, sign = '', whole = '', fraction = '', power = '0'] = SYNTAX.exec(text) ?? []
  if (whole === '') return undefined
  const point = whole.length + Number(power)
  const digits = `${'0'.repeat(Math.max(1 - point, 0))}${whole}${fraction}`.padEnd(point, '0')
  const before = digits.slice(0, Math.max(point, 1)).replace(/^0+(?=\d)/, '')
  const after = digits.slice(Math.max(point, 1)).replace(/0+$/, '')
  const magnitude = after === '' ? before : `${before}.${after}`
  return magnitude === '0' ? magnitude : sign + magnitude
}

/** The same, for a number that DynamoDB has returned. */
export const writtenOut = (number: string): string => canonicalNumber(number) ?? number
