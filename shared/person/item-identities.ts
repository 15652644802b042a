/** Identities read from items: those that one holding teaches, or all that the holdings of a table can tell. */
import { valuesAt } from '../data-map/attribute-path.ts'
import type { Constant, DataMap } from '../data-map/data-map.ts'
import { writtenOut } from '../data-map/numbers.ts'
import type { ParsedTemplate } from '../data-map/template.ts'
import type { Item, Value } from '../records/records.ts'
import { type Identities, merge, type Usable } from './identities.ts'
import type { Part, ReadyHolding } from './ready-map.ts'

/**
 * What the attributes named in a holding's `learns` hold, in every spelling that is looked up, but for the constants of our
 * own redactions.
 *
 * @returns `unusable`: how many values cannot be keys, of identities that a template needs.
 */
export function learn(
  { lessons, constants, needed }: ReadyHolding,
  items: readonly Item[],
  usable: Usable,
): { readonly identities: Identities; readonly unusable: number } {
  const seen = items.flatMap((item) =>
    lessons.flatMap(({ identity, path, binary }) => {
      const puts = constants[path.attribute]?.map(spelling) ?? []
      return valuesAt(item, path, { binary }).flatMap((text) => {
        if (text !== undefined && puts.includes(text)) return []
        const values = text === undefined ? [] : usable.spellings(identity, text)
        return values.length === 0 && !needed.includes(identity) ? [] : [{ identity, values }]
      })
    }),
  )
  const known = seen.filter(({ values }) => values.length > 0)
  const byIdentity = [...Map.groupBy(known, ({ identity }) => identity)]
  const identities = Object.fromEntries(
    byIdentity.map(([identity, learnt]) => [identity, [...new Set(learnt.flatMap(({ values }) => values))]]),
  )
  return { identities, unusable: seen.length - known.length }
}

/** As a path reads it. */
const spelling = (constant: Constant): string =>
  typeof constant === 'number' ? writtenOut(String(constant)) : String(constant)

type Reader = (item: Item) => Identities

/**
 * Reads the identities in the keys and the owner attributes of an item, matching the holdings' templates backwards, and
 * those that the holdings learn from it.
 *
 * @param holdings Every holding of the table, whatever its scope.
 */
export function identitiesIn(map: DataMap, holdings: readonly ReadyHolding[], usable: Usable): Reader {
  const readers = holdings.flatMap(({ partition, sort, among, owner, lessons }) => [
    ...[partition, sort, ...among, ...owner].flatMap((part) => (part ? readersOf(map, part, usable) : [])),
    ...lessons.map(({ identity, path, binary }): Reader => {
      return (item) => known(usable, identity, valuesAt(item, path, { binary }))
    }),
  ])
  return (item) => readers.reduce<Identities>((found, read) => merge(found, read(item)), {})
}

const known = (usable: Usable, identity: string, texts: readonly (string | undefined)[]): Identities => {
  const values = texts.flatMap((text) => (text === undefined ? [] : usable.spellings(identity, text)))
  return values.length > 0 ? { [identity]: values } : {}
}

/** The ends of a range name no person. */
function readersOf(map: DataMap, { attribute, templates, test }: Part, usable: Usable): readonly Reader[] {
  if (test !== 'equals' && test !== 'beginsWith') return []
  return templates.flatMap((template) => {
    const pattern = patternOf(template, test === 'beginsWith')
    if (!pattern || template.identities.length === 0) return []
    const isBinary = template.identities.some((name) => map.identities[name]?.binary)
    return (item: Item): Identities => {
      const groups = pattern.exec(textOf(item[attribute], isBinary) ?? '')?.slice(1)
      if (!groups) return {}
      return template.identities.reduce<Identities>(
        (found, identity, n) => merge(found, known(usable, identity, [groups[n]])),
        {},
      )
    }
  })
}

/**
 * No value contains the beginning of the literal that follows it.
 *
 * @returns Undefined where two values meet without a literal between them: they cannot be told apart.
 */
function patternOf({ parts }: ParsedTemplate, isPrefix: boolean): RegExp | undefined {
  const pieces = parts.map((part, at) => {
    if (typeof part === 'string') return RegExp.escape(part)
    const next = parts[at + 1]
    if (next === undefined) return '(.+)'
    return typeof next === 'string' ? `([^${RegExp.escape(next.charAt(0))}]+)` : undefined
  })
  if (pieces.includes(undefined)) return undefined
  return new RegExp(`^${pieces.join('')}${isPrefix ? '' : '$'}`, 's')
}

function textOf(value: Value | undefined, isBinary: boolean): string | undefined {
  if (value?.B) return Buffer.from(value.B).toString(isBinary ? 'base64' : 'utf8')
  return value?.S ?? (value?.N === undefined ? undefined : writtenOut(value.N))
}
