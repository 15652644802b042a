/** Whose an item is and what is to be done to it, judged for one person by the item alone. */
import type { DataMap } from '../data-map/data-map.ts'
import { canonicalNumber, writtenOut } from '../data-map/numbers.ts'
import { expand, type Values } from '../data-map/template.ts'
import type { Change, Item, Value } from '../records/records.ts'
import { constantValue, isSame, meets } from './conditions.ts'
import { isOver } from './item-dates.ts'
import { bytesOf, bytesOfText, isInRange } from './key-values.ts'
import { endsOf } from './queries.ts'
import type { Part, ReadyHolding } from './ready-map.ts'
import { changeOf, type Rewrite, rewriteOf } from './rewrite.ts'

/**
 * `unclear`: the keys fit the holding, but the owner attribute is missing. `done`: the holding's own action has removed
 * or replaced the owner attribute, and has nothing left to do.
 */
export type Ownership = 'mine' | 'not mine' | 'unclear' | 'done'

export interface Judge {
  /** Whether the holding would find the item, and whether the item is the person's. */
  ownershipOf(holding: ReadyHolding, item: Item): Ownership
  /** Whether the holding's action is still to be done. An item with an unreadable date always needs work. */
  needsWork(holding: ReadyHolding, item: Item): boolean
  /** What is written to the item; `undefined` if there is nothing to write, or its date cannot be read. */
  changeTo(holding: ReadyHolding, item: Item): Change | undefined
}

/** Stands for any value of a record identity: those values are known only within a page of the parent. */
const ANY = '\u0000'

export function judgeFor(map: DataMap, values: Values): Judge {
  const known: Values = (identity) => (map.identities[identity]?.of === 'record' ? [ANY] : values(identity))
  const judges = new Map<
    ReadyHolding,
    { readonly ownershipOf: (item: Item) => Ownership; readonly rewrite: Rewrite }
  >()
  const judge = (holding: ReadyHolding) => {
    const found = judges.get(holding)
    if (found) return found
    const rewrite = rewriteOf(holding, values)
    const made = { rewrite, ownershipOf: ownershipIn(holding, known, rewrite) }
    judges.set(holding, made)
    return made
  }
  return {
    ownershipOf: (holding, item) => judge(holding).ownershipOf(item),
    needsWork: (holding, item) => holding.action === 'erase' || judge(holding).rewrite(item)?.size !== 0,
    changeTo(holding, item) {
      const rewritten = judge(holding).rewrite(item)
      return rewritten && rewritten.size > 0 ? changeOf(holding, item, rewritten) : undefined
    },
  }
}

function ownershipIn(holding: ReadyHolding, values: Values, rewrite: Rewrite): (item: Item) => Ownership {
  const { partition, sort, among, unless, indexKeys, over } = holding
  const tested = (part: Part) => ({ attribute: part.attribute, fits: testOf(part, values) })
  const keys = [partition, sort, ...among].flatMap((part) => (part ? tested(part) : []))
  const owners = holding.owner.map(tested)
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

/** Whether an attribute is as the holding's own action leaves it. */
function isRewritten({ action }: ReadyHolding, attribute: string, value: Value | undefined): boolean {
  if (action === 'erase' || 'leave' in action) return false
  if ('retain' in action) return value === undefined && action.retain.keep?.includes(attribute) === false
  const put = action.redact[attribute]
  if (put === undefined || put === 'remove') return put !== undefined && value === undefined
  return isSame(value, constantValue(put.constant))
}

function testOf(part: Part, values: Values): (value: Value | undefined) => boolean {
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
