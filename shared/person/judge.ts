/** What an item is to one person, judged by the item alone: whose it is, and what is to be done to it. */
import { isDeepStrictEqual } from 'node:util'
import type { DataMap, Redaction, Retain } from '../data-map/data-map.ts'
import { canonicalNumber, writtenOut } from '../data-map/numbers.ts'
import { parseRedactionPath } from '../data-map/redaction-path.ts'
import { expand, type Values } from '../data-map/template.ts'
import { epochSeconds } from '../platform/time.ts'
import type { Change, Condition, Item, Value } from '../records/records.ts'
import { constantValue, isSame, meets } from './conditions.ts'
import { isOver } from './due.ts'
import { bytesOf, bytesOfText, isInRange } from './key-values.ts'
import { endsOf } from './queries.ts'
import type { Part, ReadyHolding } from './ready-map.ts'
import { redacted, stepsFor } from './redaction.ts'
import { untilOf } from './retention.ts'

/**
 * `unclear`: the keys are a place's, but the attribute that says whose it is is missing. `done`: the place's own
 * redaction has taken it out or replaced it, and everything else it promises.
 */
export type Whose = 'mine' | 'not mine' | 'unclear' | 'done'

export interface Judge {
  /** Whether a place would find an item, and whether the item is the person's. */
  whose(holding: ReadyHolding, item: Item): Whose
  /** Whether the item still holds what the holding promises away. An unreadable date is work nobody can do. */
  needsWork(place: ReadyHolding, item: Item): boolean
  /** What is written to the item; `undefined` if it cannot be done. */
  changeTo(place: ReadyHolding, item: Item): Change | undefined
}

/** Stands for any value of a record identity: those are not known but inside a parent's page. */
const ANY = '\u0000'

type Test = (value: Value | undefined) => boolean
/** Attributes to be written, without a value to be removed; `undefined` if nobody can say. */
type Rewrite = (item: Item) => ReadonlyMap<string, Value | undefined> | undefined

export function judgeFor(map: DataMap, values: Values): Judge {
  const known: Values = (identity) => (map.identities[identity]?.of === 'record' ? [ANY] : values(identity))
  const judges = new Map<ReadyHolding, { readonly whose: (item: Item) => Whose; readonly rewrite: Rewrite }>()
  const judge = (holding: ReadyHolding) => {
    const found = judges.get(holding)
    if (found) return found
    const rewrite = rewriteOf(holding, values)
    const made = { rewrite, whose: whoseOf(holding, known, rewrite) }
    judges.set(holding, made)
    return made
  }
  return {
    whose: (place, item) => judge(place).whose(item),
    needsWork: (place, item) => place.action === 'erase' || judge(place).rewrite(item)?.size !== 0,
    changeTo(place, item) {
      const rewritten = judge(place).rewrite(item)
      return rewritten && rewritten.size > 0 ? changeOf(place, item, rewritten) : undefined
    },
  }
}

function whoseOf(holding: ReadyHolding, values: Values, rewrite: Rewrite): (item: Item) => Whose {
  const { partition, sort, among, unless, indexKeys, over } = holding
  const keys = [...(partition ? [partition] : []), ...(sort ? [sort] : []), ...among].map((part) => ({
    attribute: part.attribute,
    fits: testOf(part, values),
  }))
  const owners = holding.owner.map((part) => ({ attribute: part.attribute, fits: testOf(part, values) }))
  return (item) => {
    if (!keys.every(({ attribute, fits }) => fits(item[attribute]))) return 'not mine'
    if (!indexKeys.every((attribute) => item[attribute])) return 'not mine'
    if (unless.length > 0 && meets(item, unless)) return 'not mine'
    if (over && !isOver(over, item)) return 'not mine'
    const others = owners.filter(({ attribute, fits }) => !fits(item[attribute]))
    if (others.length === 0) return 'mine'
    const isOurWork = others.every(({ attribute }) => isRewritten(holding, attribute, item[attribute]))
    if (isOurWork && rewrite(item)?.size === 0) return 'done'
    return others.some(({ attribute }) => item[attribute]) ? 'not mine' : 'unclear'
  }
}

/** Whether an attribute is as the place's own action leaves it. */
function isRewritten({ action }: ReadyHolding, attribute: string, value: Value | undefined): boolean {
  if (action === 'erase' || 'leave' in action) return false
  if ('retain' in action) return value === undefined && action.retain.keep?.includes(attribute) === false
  const put = action.redact[attribute]
  if (put === undefined || put === 'remove') return put !== undefined && value === undefined
  return isSame(value, constantValue(put.constant))
}

function testOf(part: Part, values: Values): Test {
  const { templates, test, type, binary } = part
  if (test === 'between' || test === 'from' || test === 'to') {
    const ranges = endsOf(part, values)
    if (ranges.flat().some((end) => end.includes(ANY))) return (value) => value !== undefined
    return (value) => ranges.some((ends) => isInRange(value, { test, ends }, part))
  }
  const expected = templates.flatMap((template) => expand(template, values))
  if (type === 'N') {
    const numbers = new Set(expected.flatMap((text) => canonicalNumber(text) ?? []))
    return (value) => {
      const number = canonicalNumber(value?.N ?? value?.S ?? '')
      return number !== undefined && (expected.includes(ANY) || numbers.has(number))
    }
  }
  const isText = type === 'S'
  const texts = isText
    ? expected
    : expected.map((text) => (text.includes(ANY) ? text : bytesOfText(text, { binary })))
  const whole = new Set(texts.filter((text) => !text.includes(ANY)))
  const patterns = texts
    .filter((text) => text.includes(ANY))
    .map((text) => patternOf(text, test === 'beginsWith'))
  return (value) => {
    const text = isText ? (value?.S ?? (value?.N && writtenOut(value.N))) : bytesOf(value)
    if (text === undefined) return false
    const found =
      test === 'beginsWith' ? whole.values().some((start) => text.startsWith(start)) : whole.has(text)
    return found || patterns.some((pattern) => pattern.test(text))
  }
}

function patternOf(text: string, beginsWith: boolean): RegExp {
  const literals = text.split(ANY).map((literal) => RegExp.escape(literal))
  return new RegExp(`^${literals.join('.+')}${beginsWith ? '' : '$'}`, 's')
}

function rewriteOf(holding: ReadyHolding, values: Values): Rewrite {
  const { action } = holding
  if (action === 'erase' || 'leave' in action) return () => NOTHING
  return 'redact' in action ? redactionOf(action.redact, values) : retentionOf(holding, action.retain)
}

const NOTHING: ReadonlyMap<string, Value | undefined> = new Map()

function redactionOf(redaction: Redaction, values: Values): Rewrite {
  // In an order of their own: that of the map's fields says nothing.
  const inOrder = Object.entries(redaction).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const places = inOrder.map(([text, put]) => {
    const { attribute, steps } = parseRedactionPath(text)
    const constant = put === 'remove' ? put : constantValue(put.constant)
    return { attribute, steps: stepsFor(steps, values), put: constant, isWhole: steps.length === 0 }
  })
  return (item) => {
    const changed = new Map<string, Value | undefined>()
    for (const { attribute, steps, put, isWhole } of places) {
      const before = changed.has(attribute) ? changed.get(attribute) : item[attribute]
      // A constant stands for the whole attribute, whether there was a value or not.
      const after = isWhole && before === undefined && put !== 'remove' ? put : redacted(before, steps, put)
      if (after !== before) changed.set(attribute, after)
    }
    // Two places may meet in one element, and end where they began.
    for (const [attribute, after] of changed) {
      if (isDeepStrictEqual(after, item[attribute])) changed.delete(attribute)
    }
    return changed
  }
}

function retentionOf({ keyNames, held }: ReadyHolding, retain: Retain): Rewrite {
  const { ends, keep } = retain
  const endsAt = ends.by === 'ttl' ? [ends.attribute] : []
  const stays =
    keep && new Set([...keyNames, retain.until.from, ...endsAt, ...keep, ...held.map((one) => one.attribute)])
  return (item) => {
    const until = untilOf(retain, item)
    if (!until) return undefined
    const surplus = stays ? Object.keys(item).filter((attribute) => !stays.has(attribute)) : []
    const isEndMissing = ends.by === 'ttl' && !isSame(item[ends.attribute], { N: epochSeconds(until) })
    return new Map<string, Value | undefined>([
      ...surplus.map((attribute) => [attribute, undefined] as const),
      ...(isEndMissing ? [[ends.attribute, { N: epochSeconds(until) }] as const] : []),
    ])
  }
}

/** Of a value that is changed inside, the write demands that it is still what was read. */
function changeOf(
  { action, telling, ...guards }: ReadyHolding,
  item: Item,
  rewritten: ReadonlyMap<string, Value | undefined>,
): Change {
  const changed = [...rewritten]
  const places = action !== 'erase' && 'redact' in action ? action.redact : undefined
  const insides = changed.flatMap(([attribute]) => {
    const before = item[attribute]
    const isInside = places !== undefined && places[attribute] === undefined
    return isInside && before ? [{ attribute, is: before }] : []
  })
  return {
    set: Object.fromEntries(changed.flatMap(([name, value]) => (value ? [[name, value]] : []))),
    // What tells whose it is goes last: an item that is half done has to be found again.
    remove: changed
      .flatMap(([name, value]) => (value ? [] : [name]))
      .toSorted((a, b) => Number(telling.includes(a)) - Number(telling.includes(b))),
    conditions: [...conditionsOf(guards, item), ...insides],
  }
}

/** Whose it is, as a condition of the write itself: still what it was when it was read and found to be the person's. */
export const conditionsOf = (
  {
    owner,
    unless,
    held,
    unreviewed,
    over,
  }: Pick<ReadyHolding, 'owner' | 'unless' | 'held' | 'unreviewed' | 'over'>,
  item: Item,
): readonly Condition[] => [
  ...[...owner.map(({ attribute }) => attribute), ...(over ? [over.from] : [])].flatMap((attribute) =>
    item[attribute] ? [{ attribute, is: item[attribute] }] : [],
  ),
  ...[unless, held, unreviewed].flatMap((tests) => (tests.length > 0 ? [{ not: tests }] : [])),
]

/** Whether a write has to look at the item. */
export const isConditional = ({ owner, unless, held, reviewWhen, over }: ReadyHolding): boolean =>
  over !== undefined || owner.length + unless.length + held.length + reviewWhen.length > 0
