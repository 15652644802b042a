/** DynamoDB's numbers as text: a float would round them. */

/** Written out; DynamoDB's numbers have 38 digits. */
export const isNumber = (text: string): boolean =>
  /^-?\d+(?:\.\d+)?$/.test(text) && text.replace(/\D/g, '').length <= 38

/** One spelling per number, without the rounding of a float: `007` and `7.0` are `7`. */
export function canonicalNumber(text: string): string | undefined {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)0*(\d+?)(?:\.(\d*?)0*)?$/.exec(text) ?? []
  if (whole === '') return undefined
  const magnitude = fraction === '' ? whole : `${whole}.${fraction}`
  return magnitude === '0' ? magnitude : sign + magnitude
}
