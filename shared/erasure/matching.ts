/** Whose an item is, judged by the item alone. */
import type { DataMap } from '../config/data-map.ts'
import { expand, type Values } from '../config/template.ts'
import { needsWork } from './actions.ts'
import { canonicalNumber } from './numbers.ts'
import type { Part, Place } from './places.ts'
import type { Item, Value } from './records.ts'

/**
 * `unclear`: the keys are a place's, but the attribute that says whose it is is missing. `done`: the place's own
 * redaction has taken it out or replaced it, and everything else it promises.
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
  return (item) => {
    if (!place.indexKeys.every((attribute) => item[attribute])) return 'not mine'
    if (!keys.every(({ attribute, fits }) => fits(item[attribute]))) return 'not mine'
    const others = owners.filter(({ attribute, fits }) => !fits(item[attribute]))
    if (others.length === 0) return 'mine'
    const isOurWork = others.every(({ attribute }) => isRedacted(place, attribute, item[attribute]))
    if (isOurWork && !needsWork(place, item)) return 'done'
    return others.some(({ attribute }) => item[attribute]) ? 'not mine' : 'unclear'
  }
}

/** Whether an attribute is as the place's own redaction leaves it. */
function isRedacted({ action }: Place, attribute: string, value: Value | undefined): boolean {
  const put = action !== 'erase' && 'redact' in action ? action.redact[attribute] : undefined
  return put === 'remove' ? value === undefined : put !== undefined && value?.S === put.constant
}

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
