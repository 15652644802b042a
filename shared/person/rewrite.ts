/** What is written to a person's item, and on which condition. */
import { isDeepStrictEqual } from 'node:util'
import type { Action, Redaction } from '../data-map/data-map.ts'
import { redactOf, retainOf } from '../data-map/holdings.ts'
import { parseRedactionPath } from '../data-map/redaction-path.ts'
import type { Retain } from '../data-map/retention.ts'
import type { Values } from '../data-map/template.ts'
import { epochSeconds } from '../platform/time.ts'
import type { Change, Condition, Item, Value } from '../records/records.ts'
import { constantValue, isSame } from './conditions.ts'
import { keptUntil } from './item-dates.ts'
import type { ReadyHolding } from './ready-map.ts'
import { redacted, stepsFor } from './redaction.ts'

/** Attributes with the value to write, or `undefined` to remove them. */
export type Rewritten = ReadonlyMap<string, Value | undefined>
/** @returns `undefined` if the date that the end is reckoned from cannot be read. */
export type Rewrite = (item: Item) => Rewritten | undefined

/** What a holding's action changes in an item; nothing for `erase` and `leave`. */
export function rewriteOf(holding: ReadyHolding, values: Values, now: Date): Rewrite {
  const { action } = holding
  if (action === 'erase' || 'leave' in action) return () => NOTHING
  if ('retain' in action) return retentionOf(holding, action.retain, now)
  return redactionOf(action.redact, values, holding.addresses)
}

const NOTHING: Rewritten = new Map()

function redactionOf(redaction: Redaction, values: Values, addresses: readonly string[]): Rewrite {
  // Sorted: the order of the map's fields means nothing.
  const inOrder = Object.entries(redaction).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const paths = inOrder.map(([text, put]) => {
    const { attribute, steps } = parseRedactionPath(text)
    const constant = put === 'remove' ? put : constantValue(put.constant)
    return {
      attribute,
      steps: stepsFor(steps, values, addresses),
      put: constant,
      isWhole: steps.length === 0,
    }
  })
  return (item) => {
    const changed = new Map<string, Value | undefined>()
    for (const { attribute, steps, put, isWhole } of paths) {
      const before = changed.has(attribute) ? changed.get(attribute) : item[attribute]
      // A constant stands for the whole attribute, whether there was a value or not.
      const after = isWhole && before === undefined && put !== 'remove' ? put : redacted(before, steps, put)
      if (after !== before) changed.set(attribute, after)
    }
    // Two paths may lead to one element, and the second undo what the first did.
    for (const [attribute, after] of changed) {
      if (isDeepStrictEqual(after, item[attribute])) changed.delete(attribute)
    }
    return changed
  }
}

function retentionOf(holding: ReadyHolding, retain: Retain, now: Date): Rewrite {
  const { ends } = retain
  const stays = keptBy(holding, retain)
  return (item) => {
    const until = keptUntil(retain, item, now)
    if (!until) return undefined
    const surplus = stays ? Object.keys(item).filter((attribute) => !stays.has(attribute)) : []
    const isEndMissing =
      ends.by === 'ttl' && !isSame(item[ends.attribute], { N: String(epochSeconds(until)) })
    return new Map<string, Value | undefined>([
      ...surplus.map((attribute) => [attribute, undefined] as const),
      ...(isEndMissing ? [[ends.attribute, { N: String(epochSeconds(until)) }] as const] : []),
    ])
  }
}

/** What stays of a retained item that loses the rest: also what other holdings spare it by. */
export const keptBy = (
  { keyNames, held, sparing }: ReadyHolding,
  { until, ends, keep }: Retain,
): ReadonlySet<string> | undefined =>
  keep &&
  new Set([
    ...keyNames,
    until.from,
    ...keep,
    ...sparing,
    ...(ends.by === 'ttl' ? [ends.attribute] : []),
    ...held.map(({ attribute }) => attribute),
  ])

/**
 * One write for all of the holdings. Where a value is changed inside, it demands that the whole attribute is still as it
 * was read.
 */
export function changeOf(holdings: readonly ReadyHolding[], item: Item, rewritten: Rewritten): Change {
  const changed = [...rewritten]
  const isWhole = (attribute: string): boolean =>
    holdings.every(({ action }) => redactOf(action)?.[attribute] !== undefined || !redactOf(action))
  const insides = changed.flatMap(([attribute]) => {
    const before = item[attribute]
    return before && !isWhole(attribute) ? [{ attribute, is: before }] : []
  })
  const telling = holdings.flatMap((holding) => holding.telling)
  return {
    set: Object.fromEntries(changed.flatMap(([name, value]) => (value ? [[name, value]] : []))),
    // Attributes that tell whose the item is go last: a half-done item has to be found again.
    remove: changed
      .flatMap(([name, value]) => (value ? [] : [name]))
      .toSorted((a, b) => Number(telling.includes(a)) - Number(telling.includes(b))),
    conditions: [...holdings.flatMap((holding) => writeConditions(holding, item)), ...insides],
  }
}

/** Conditions by which a write happens only if the item still is what it was when it was judged. */
export const writeConditions = (
  { owner, unless, held, unreviewed, over, action }: ReadyHolding,
  item: Item,
): readonly Condition[] => [
  ...[...owner.map(({ attribute }) => attribute), ...(over ? [over.from] : []), ...datesIn(action)].flatMap(
    (attribute) => (item[attribute] ? [{ attribute, is: item[attribute] }] : []),
  ),
  ...[unless, held, unreviewed].flatMap((tests) => (tests.length > 0 ? [{ not: tests }] : [])),
]

/** What is kept, or goes because its time is over, is so by its date. */
export const datesIn = (action: Action): readonly string[] => {
  const retain = retainOf(action)
  if (!retain || retain.until.on !== undefined) return []
  return [retain.until.from, ...ttlIn(action)]
}

export const ttlIn = (action: Action): readonly string[] => {
  const ends = retainOf(action)?.ends
  return ends?.by === 'ttl' ? [ends.attribute] : []
}

/** Whether a deletion needs a condition, and so a call of its own. */
export const isConditional = ({ owner, unless, held, reviewWhen, over, action }: ReadyHolding): boolean =>
  over !== undefined ||
  action !== 'erase' ||
  owner.length + unless.length + held.length + reviewWhen.length > 0
