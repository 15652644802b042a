/** Whose an item is, judged by the item alone. */
import type { DataMap } from '../config/data-map.ts'
import { expand, type Values } from '../config/template.ts'
import type { Part, Place } from './places.ts'
import type { Item, Value } from './records.ts'

/**
 * `unclear`: the keys are a place's, but the attribute that says whose it is is missing. `done`: it is missing because
 * the place's own redaction has taken it out.
 */
export type Whose = 'mine' | 'not mine' | 'unclear' | 'done'
export type Matcher = (place: Place, item: Item) => Whose

/** Stands for any value of a record identity: those are not known but inside a parent's page. */
const ANY = '\u0000'

type Test = (value: Value | undefined) => boolean

/** Whether a place would find an item, and whether the item is the person's. */
export function matcher(map: DataMap, values: Values): Matcher {
  const known: Values = (identity) => (map.identities[identity]?.of === 'record' ? [ANY] : values(identity))
  const judges = new Map<Place, (item: Item) => Whose>()
  return (place, item) => {
    const judge = judges.get(place) ?? judgeOf(place, known)
    judges.set(place, judge)
    return judge(item)
  }
}

function judgeOf(place: Place, values: Values): (item: Item) => Whose {
  const keys = [place.partition, ...(place.sort ? [place.sort] : [])].map((part) => ({
    attribute: part.attribute,
    fits: testOf(part, values, part === place.sort && place.sort.beginsWith),
  }))
  const owners = place.owner.map((part) => ({ attribute: part.attribute, fits: testOf(part, values) }))
  const taken = removedBy(place)
  return (item) => {
    if (!place.indexKeys.every((attribute) => item[attribute])) return 'not mine'
    if (!keys.every(({ attribute, fits }) => fits(item[attribute]))) return 'not mine'
    if (!owners.every(({ attribute, fits }) => !item[attribute] || fits(item[attribute]))) return 'not mine'
    const missing = owners.filter(({ attribute }) => !item[attribute])
    if (missing.length === 0) return 'mine'
    return missing.every(({ attribute }) => taken.includes(attribute)) ? 'done' : 'unclear'
  }
}

/** What a redaction has taken out is missing because it is done. */
const removedBy = ({ action }: Place): readonly string[] =>
  action !== 'erase' && 'redact' in action ? Object.keys(action.redact) : []

function testOf({ template, type }: Part, values: Values, beginsWith = false): Test {
  const expected = expand(template, values)
  if (type === 'N') {
    const numbers = new Set(expected.flatMap((text) => canonicalNumber(text) ?? []))
    return (value) => {
      const number = canonicalNumber(value?.N ?? value?.S ?? '')
      return number !== undefined && (expected.includes(ANY) || numbers.has(number))
    }
  }
  const whole = new Set(expected.filter((text) => !text.includes(ANY)))
  const patterns = expected.filter((text) => text.includes(ANY)).map((text) => patternOf(text, beginsWith))
  return (value) => {
    const text = value?.S ?? value?.N
    if (text === undefined) return false
    const found = beginsWith ? whole.values().some((start) => text.startsWith(start)) : whole.has(text)
    return found || patterns.some((pattern) => pattern.test(text))
  }
}

function patternOf(text: string, beginsWith: boolean): RegExp {
  const literals = text.split(ANY).map((literal) => RegExp.escape(literal))
  return new RegExp(`^${literals.join('.+')}${beginsWith ? '' : '$'}`, 's')
}

/** DynamoDB's numbers have 38 digits. */
export const isNumber = (text: string): boolean => /^-?\d{1,38}$/.test(text)

/** One spelling per number, without the rounding of a float: `007` and `7.0` are `7`. */
function canonicalNumber(text: string): string | undefined {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)0*(\d+?)(?:\.(\d*?)0*)?$/.exec(text) ?? []
  if (whole === '') return undefined
  const magnitude = fraction === '' ? whole : `${whole}.${fraction}`
  return magnitude === '0' ? magnitude : sign + magnitude
}
