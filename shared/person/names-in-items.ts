/** Whom an item names: the identities that the data map can read in it. */
import { valuesAt } from '../data-map/attribute-path.ts'
import type { DataMap } from '../data-map/data-map.ts'
import { writtenOut } from '../data-map/numbers.ts'
import type { ParsedTemplate } from '../data-map/template.ts'
import type { Item, Value } from '../records/records.ts'
import { type Identities, merge, type Usable } from './identities.ts'
import type { Part, ReadyHolding } from './ready-map.ts'

type Reader = (item: Item) => Identities

/**
 * Reads what the holdings of a table would find an item by, tell its owner by or learn from it: by their templates, the
 * other way round.
 *
 * @param places Every holding of the table, whatever its scope.
 */
export function namesIn(map: DataMap, places: readonly ReadyHolding[], usable: Usable): Reader {
  const readers = places.flatMap(({ partition, sort, among, owner, lessons }) => [
    ...[partition, sort, ...among, ...owner].flatMap((part) => (part ? readersOf(map, part, usable) : [])),
    ...lessons.map(
      ({ identity, path, binary }): Reader =>
        (item) =>
          known(usable, identity, valuesAt(item, path, { binary })),
    ),
  ])
  return (item) => readers.reduce<Identities>((found, read) => merge(found, read(item)), {})
}

const known = (usable: Usable, identity: string, texts: readonly (string | undefined)[]): Identities => {
  const values = texts.flatMap((text) => (text === undefined ? [] : (usable(identity, text) ?? [])))
  return values.length > 0 ? { [identity]: values } : {}
}

/** The ends of a range name nobody. */
function readersOf(map: DataMap, { attribute, templates, test }: Part, usable: Usable): readonly Reader[] {
  if (test !== 'equals' && test !== 'beginsWith') return []
  return templates.flatMap((template) => {
    const pattern = patternOf(template, test === 'beginsWith')
    if (!pattern || template.identities.length === 0) return []
    return (item: Item): Identities => {
      const isBinary = template.identities.some((name) => map.identities[name]?.binary)
      const groups = pattern.exec(textOf(item[attribute], isBinary) ?? '')?.slice(1)
      if (!groups) return {}
      return template.identities.reduce<Identities>(
        (found, identity, n) => merge(found, known(usable, identity, [groups[n]])),
        {},
      )
    }
  })
}

/** A value holds no beginning of what follows it. @returns Nothing where two values meet: nobody can tell them apart. */
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
