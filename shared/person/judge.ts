/** Whose an item is and what a holding's action writes to it, judged for one person by the item alone. */
import { isNone } from '../data-map/attribute-path.ts'
import { canonicalNumber, writtenOut } from '../data-map/numbers.ts'
import { expand, type Values } from '../data-map/template.ts'
import type { Item, Value } from '../records/records.ts'
import { assignmentsOf } from './combinations.ts'
import { constantValue, isSame, meets } from './conditions.ts'
import { type Identities, type Usable, valuesOf } from './identities.ts'
import { isOver } from './item-dates.ts'
import { keyParts, readPart } from './item-identities.ts'
import { knownTo } from './kept-values.ts'
import { bytesOf, bytesOfText, isInRange } from './key-values.ts'
import type { Part } from './parts.ts'
import { endsOf, valuesIn } from './queries.ts'
import type { ReadyHolding } from './ready-map.ts'
import { type Rewrite, rewriteOf } from './rewrite.ts'

/**
 * `theirs`: the keys fit the holding, and an owner attribute names somebody else. `unclear`: one is missing. `unreadable`:
 * one names nobody. `done`: the holding's own action has removed or replaced the owner attribute, and has nothing left to
 * do.
 */
export type Ownership = 'mine' | 'not mine' | 'theirs' | 'unclear' | 'unreadable' | 'done'

export interface Judge {
  /** Whether the holding would find the item by the person's values, and whether the item is the person's. */
  ownershipOf(holding: ReadyHolding, item: Item): Ownership
  /** What the holding's action changes in the item; `undefined` if its date cannot be read. */
  rewritten(holding: ReadyHolding, item: Item): ReturnType<Rewrite>
}

export interface JudgeBasis {
  readonly identities: Identities
  readonly usable: Usable
  readonly now: Date
}

export function judgeFor(basis: JudgeBasis): Judge {
  const judges = new Map<
    ReadyHolding,
    { readonly ownershipOf: (item: Item) => Ownership; readonly rewrite: Rewrite }
  >()
  const judge = (holding: ReadyHolding) => {
    const found = judges.get(holding)
    if (found) return found
    const identities = knownTo(holding, basis.identities)
    const made = {
      rewrite: rewriteOf(holding, valuesOf(identities), basis.now),
      ownershipOf: ownershipIn(holding, { ...basis, identities }),
    }
    judges.set(holding, made)
    return made
  }
  return {
    ownershipOf: (holding, item) => judge(holding).ownershipOf(item),
    rewritten: (holding, item) => judge(holding).rewrite(item),
  }
}

/** By these values alone: the record values of a page of parents are known within it only. */
export function ownershipIn(
  holding: ReadyHolding,
  { identities, usable, now }: JudgeBasis,
): (item: Item) => Ownership {
  const { unless, indexKeys, over } = holding
  const fitsKey = keyTest(holding, identities)
  const values = valuesOf(identities)
  const owners = holding.owner.map((part) => ({ part, fits: testOf(part, values) }))
  const rewrite = rewriteOf(holding, values, now)
  /** Whether the owner is an address of the person's, as nobody else has spelled it. */
  const isSpelledOtherwise = (part: Part, item: Item): boolean => {
    const [name = '', ...more] = part.templates.flatMap((template) => template.identities)
    if (more.length > 0 || !holding.addresses.includes(name)) return false
    return readPart(part, item, usable)?.[name]?.some((value) => values(name).includes(value)) ?? false
  }
  return (item) => {
    if (!fitsKey(item)) return 'not mine'
    if (!indexKeys.every((attribute) => item[attribute])) return 'not mine'
    if (unless.length > 0 && meets(item, unless)) return 'not mine'
    if (over && !isOver(over, item)) return 'not mine'
    const others = owners.filter(
      ({ part, fits }) => !fits(item[part.attribute]) && !isSpelledOtherwise(part, item),
    )
    if (others.length === 0) return 'mine'
    const isOurWork = others.every(({ part: { attribute } }) =>
      isRewritten(holding, attribute, item[attribute]),
    )
    if (isOurWork && rewrite(item)?.size === 0) return 'done'
    const doubts = others.map(({ part }) => doubtAbout(part, item, usable))
    if (doubts.includes('theirs')) return 'theirs'
    return doubts.includes('unreadable') ? 'unreadable' : 'unclear'
  }
}

/** Another person's is only what another person's value can be read from. */
function doubtAbout(part: Part, item: Item, usable: Usable): 'theirs' | 'unclear' | 'unreadable' {
  const value = item[part.attribute]
  if (value === undefined) return 'unclear'
  return !isNone(value) && readPart(part, item, usable) ? 'theirs' : 'unreadable'
}

/** Whether an attribute is as the holding's own action leaves it. */
function isRewritten({ action }: ReadyHolding, attribute: string, value: Value | undefined): boolean {
  if (action === 'erase' || 'leave' in action) return false
  if ('retain' in action) return value === undefined && action.retain.keep?.includes(attribute) === false
  const put = action.redact[attribute]
  if (put === undefined || put === 'remove') return put !== undefined && value === undefined
  return isSame(value, constantValue(put.constant))
}

/** Whether the keys are made of the person's values, and of those that were seen together. */
function keyTest(holding: ReadyHolding, identities: Identities): (item: Item) => boolean {
  const parts = keyParts(holding)
  if (holding.joint.length === 0) {
    const values = valuesOf(identities)
    const tests = parts.map((part) => ({ attribute: part.attribute, fits: testOf(part, values) }))
    return (item) => tests.every((one) => one.fits(item[one.attribute]))
  }
  const [first, ...rest] = parts as [Part, ...Part[]]
  const assigned = assignmentsOf(holding.identities, holding.joint, identities)
  const byFirst = Map.groupBy(assigned, (one) => expectedIn(first, valuesIn(one))[0])
  return (item) => {
    const some = byFirst.get(textIn(first, item[first.attribute])) ?? []
    return some.some((one) => rest.every((part) => testOf(part, valuesIn(one))(item[part.attribute])))
  }
}

function testOf(part: Part, values: Values): (value: Value | undefined) => boolean {
  const { test } = part
  if (test === 'between' || test === 'from' || test === 'to') {
    const ranges = endsOf(part, values)
    return (value) => ranges.some((ends) => isInRange(value, { test, ends }, part))
  }
  const expected = new Set(expectedIn(part, values))
  return (value) => {
    const text = textIn(part, value)
    if (text === undefined) return false
    if (test === 'beginsWith') return expected.values().some((start) => text.startsWith(start))
    return expected.has(text)
  }
}

/** What a part's templates make of the values, in the form that texts are compared in. */
const expectedIn = ({ type, binary, templates }: Part, values: Values): readonly string[] =>
  templates
    .flatMap((template) => expand(template, values))
    .flatMap((text) =>
      type === 'N' ? (canonicalNumber(text) ?? []) : type === 'S' ? text : bytesOfText(text, { binary }),
    )

/** What an attribute holds, in the same form. */
function textIn({ type }: Part, value: Value | undefined): string | undefined {
  if (type === 'N') return canonicalNumber(value?.N ?? value?.S ?? '')
  return type === 'S' ? (value?.S ?? (value?.N && writtenOut(value.N))) : bytesOf(value)
}
