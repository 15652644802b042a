/** Identities read from items: those that one holding teaches, or all that the holdings of a table can tell. */
import { type AttributePath, type Held, heldAt, valuesAt } from '../data-map/attribute-path.ts'
import type { Constant } from '../data-map/data-map.ts'
import { writtenOut } from '../data-map/numbers.ts'
import type { ParsedTemplate } from '../data-map/template.ts'
import type { Item, Value } from '../records/records.ts'
import { type Assignment, combinationsIn, productOf } from './combinations.ts'
import { meets } from './conditions.ts'
import { type Identities, merge, type Usable } from './identities.ts'
import type { Part } from './parts.ts'
import type { Lesson, ReadyHolding } from './ready-map.ts'

/**
 * What the attributes named in a holding's `learns` hold, in every spelling that is looked up, but for the constants of our
 * own redactions; which of these values belong together; and the person whom an item's key names beside the one that it
 * teaches.
 *
 * @param mostTogether With more combinations in one item, none is made.
 * @returns `unusable`: how many values cannot be keys, of identities that a template needs. `tooMany`: how many
 *   combinations one item would have made.
 */
export function learn(
  holding: ReadyHolding,
  items: readonly Item[],
  usable: Usable,
  mostTogether = Number.POSITIVE_INFINITY,
): { readonly identities: Identities; readonly unusable: number; readonly tooMany?: number } {
  const { lessons, needed, shows, proofs } = holding
  let unusable = 0
  const found = new Map<string, Set<string>>()
  const add = (identity: string, value: string): unknown =>
    found.set(identity, (found.get(identity) ?? new Set()).add(value))
  for (const item of items) {
    for (const lesson of lessons) {
      for (const text of taught(holding, lesson, item)) {
        const values = text === undefined ? [] : usable.spellings(lesson.identity, text)
        for (const value of values) add(lesson.identity, value)
        if (values.length === 0 && needed.includes(lesson.identity)) unusable += 1
      }
    }
    for (const part of proofs) {
      for (const [identity, values] of Object.entries(readPart(part, item, usable) ?? {})) {
        if (found.has(identity)) for (const value of values) add(identity, value)
      }
    }
  }
  const identities = Object.fromEntries(Array.from(found, ([name, values]) => [name, [...values]]))
  if (shows.length === 0) return { identities, unusable }
  const tooMany = Math.max(...items.flatMap((item) => shows.map((joint) => countRows(holding, joint, item))))
  if (tooMany > mostTogether) return { identities, unusable, tooMany }
  const together = items.flatMap((item) => shows.map((joint) => seenTogether(holding, joint, item, usable)))
  return { identities: merge(identities, combinationsIn(shows, together.flat())), unusable }
}

/** Without the constants that redactions have put in the place of values. */
function taught({ constants }: ReadyHolding, { path, binary }: Lesson, item: Item) {
  const puts = constants[path.attribute]?.map(spelling) ?? []
  return valuesAt(item, path, { binary }).filter((text) => text === undefined || !puts.includes(text))
}

/** As a path reads it. */
const spelling = (constant: Constant): string =>
  typeof constant === 'number' ? writtenOut(String(constant)) : String(constant)

/** The values of a joint in one item: those it is found by, with those it teaches. */
function seenTogether(holding: ReadyHolding, joint: readonly string[], item: Item, usable: Usable) {
  const lessons = holding.lessons.filter(({ identity }) => joint.includes(identity))
  const read = keyParts(holding).map((part) => readPart(part, item, usable) ?? {})
  const key = Object.entries(read.reduce(merge, {}))
    .filter(([name]) => !lessons.some(({ identity }) => identity === name))
    .map(([name, values]) => values.map((value): Assignment => ({ [name]: value })))
  return productOf([...key, rowsOf(item, lessons, usable)])
}

/** At most how many combinations of a joint the lists of an item would make. */
function countRows({ lessons }: ReadyHolding, joint: readonly string[], item: Item): number {
  const lists = Map.groupBy(
    lessons.filter(({ identity }) => joint.includes(identity)),
    ({ identity, path }) => listOf(path) ?? identity,
  )
  const sizes = [...lists.values()].map((those) =>
    Math.max(1, ...those.map(({ path }) => heldAt(item, path).length)),
  )
  return sizes.reduce((product, size) => product * size, 1)
}

/** What lies in one element of a list belongs together; what lies beside the list belongs to each element. */
function rowsOf(
  item: Readonly<Record<string, Held>>,
  lessons: readonly Lesson[],
  usable: Usable,
): readonly Assignment[] {
  const lists = Map.groupBy(lessons, ({ identity, path }) => listOf(path) ?? identity)
  return productOf(
    [...lists.values()].map((those) => {
      const [{ path }] = those as [Lesson]
      const at = path.steps.indexOf('every')
      if (at < 0 || those.length === 1) {
        const rows = those.flatMap(({ identity, path: whole, binary }) =>
          valuesAt(item, whole, { binary }).flatMap((text): readonly Assignment[] =>
            text === undefined
              ? []
              : usable.spellings(identity, text).map((value) => ({ [identity]: value })),
          ),
        )
        return rows.length > 0 ? rows : [{}]
      }
      const elements = heldAt(item, { ...path, steps: path.steps.slice(0, at + 1) })
      const within = those.map((lesson) => ({
        ...lesson,
        path: { attribute: ELEMENT, steps: lesson.path.steps.slice(at + 1) },
      }))
      return elements.flatMap((element) => rowsOf({ [ELEMENT]: element }, within, usable))
    }),
  )
}

const ELEMENT = 'element'

/** The list that the path leads into first. */
function listOf({ attribute, steps }: AttributePath): string | undefined {
  const at = steps.indexOf('every')
  return at < 0 ? undefined : JSON.stringify([attribute, steps.slice(0, at + 1)])
}

type Reader = (item: Item) => Identities

/**
 * Reads the identities in the keys and the owner attributes of an item, matching the holdings' templates backwards, and
 * those that the holdings learn from it.
 *
 * @param holdings Every holding of the table, whatever its scope.
 */
export function identitiesIn(holdings: readonly ReadyHolding[], usable: Usable): Reader {
  return (item) =>
    holdings
      .flatMap((holding) => [
        ...[...keyParts(holding), ...holding.owner].map((part) => readPart(part, item, usable) ?? {}),
        ...holding.lessons.map(({ identity, path, binary }) =>
          known(usable, identity, valuesAt(item, path, { binary })),
        ),
      ])
      .reduce(merge, {})
}

/**
 * Whose item it would be by a holding: the values in its keys and its owner attributes.
 *
 * @returns Undefined if the holding would find it for nobody.
 */
export function readThrough(holding: ReadyHolding, item: Item, usable: Usable): Identities | undefined {
  const { indexKeys, unless, owner } = holding
  if (!indexKeys.every((attribute) => item[attribute])) return undefined
  if (unless.length > 0 && meets(item, unless)) return undefined
  let all: Identities = {}
  for (const part of [...keyParts(holding), ...owner]) {
    const read = isRange(part) ? item[part.attribute] && {} : readPart(part, item, usable)
    if (!read) return undefined
    all = merge(all, read)
  }
  return all
}

export const keyParts = ({ partition, sort, among }: ReadyHolding): readonly Part[] =>
  [partition, sort, ...among].filter((part) => part !== undefined)

const known = (usable: Usable, identity: string, texts: readonly (string | undefined)[]): Identities => {
  const values = texts.flatMap((text) => (text === undefined ? [] : usable.spellings(identity, text)))
  return values.length > 0 ? { [identity]: values } : {}
}

/** The ends of a range name no person. */
const isRange = ({ test }: Part): boolean => test !== 'equals' && test !== 'beginsWith'

/**
 * The values of which the template has made the attribute.
 *
 * @returns Undefined if it has not, or not of values that can be keys.
 */
export function readPart(part: Part, item: Item, usable: Usable): Identities | undefined {
  const [template] = part.templates
  if (isRange(part) || !template) return undefined
  const pattern = patternOf(template, part.test === 'beginsWith')
  const groups = pattern?.exec(textOf(item[part.attribute], part.binary) ?? '')?.slice(1)
  if (!groups) return undefined
  const read = template.identities.map((identity, n) => known(usable, identity, [groups[n]]))
  return read.every((one) => Object.keys(one).length > 0) ? read.reduce(merge, {}) : undefined
}

const patterns = new WeakMap<ParsedTemplate, { readonly pattern: RegExp | undefined }>()

/**
 * No value contains the beginning of the literal that follows it.
 *
 * @returns Undefined where two values meet without a literal between them: they cannot be told apart.
 */
function patternOf(template: ParsedTemplate, isPrefix: boolean): RegExp | undefined {
  const found = patterns.get(template)
  if (found) return found.pattern
  const { parts } = template
  const pieces = parts.map((part, at) => {
    if (typeof part === 'string') return RegExp.escape(part)
    const next = parts[at + 1]
    if (next === undefined) return '(.+)'
    return typeof next === 'string' ? `([^${RegExp.escape(next.charAt(0))}]+)` : undefined
  })
  const isReadable = !pieces.includes(undefined)
  const pattern = isReadable ? new RegExp(`^${pieces.join('')}${isPrefix ? '' : '$'}`, 's') : undefined
  patterns.set(template, { pattern })
  return pattern
}

function textOf(value: Value | undefined, isBinary: boolean): string | undefined {
  if (value?.B) return Buffer.from(value.B).toString(isBinary ? 'base64' : 'utf8')
  return value?.S ?? (value?.N === undefined ? undefined : writtenOut(value.N))
}
