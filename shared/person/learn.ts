/** What items teach: the identities in the attributes that their holding names. */
import { valuesAt } from '../data-map/attribute-path.ts'
import type { Constant } from '../data-map/data-map.ts'
import { writtenOut } from '../data-map/numbers.ts'
import type { Item } from '../records/records.ts'
import type { Identities, Usable } from './identities.ts'
import type { ReadyHolding } from './ready-map.ts'

export interface Learnt {
  readonly identities: Identities
  /** Values that are no key, where a key is needed to find something. */
  readonly unusable: number
}

/** As a path reads it. */
const spelling = (constant: Constant): string =>
  typeof constant === 'number' ? writtenOut(String(constant)) : String(constant)

/** What our own redactions have put in a value's place is not learnt. */
export function learn(
  { lessons, constants, needed }: ReadyHolding,
  items: readonly Item[],
  usable: Usable,
): Learnt {
  const seen = items.flatMap((item) =>
    lessons.flatMap(({ identity, path, binary }) => {
      const puts = constants[path.attribute]?.map(spelling) ?? []
      return valuesAt(item, path, { binary }).flatMap((text) => {
        if (text !== undefined && puts.includes(text)) return []
        const value = text === undefined ? undefined : usable(identity, text)
        return value === undefined && !needed.includes(identity) ? [] : [{ identity, value }]
      })
    }),
  )
  const known = seen.flatMap(({ identity, value }) => (value === undefined ? [] : [{ identity, value }]))
  const byIdentity = [...Map.groupBy(known, ({ identity }) => identity)]
  return {
    identities: Object.fromEntries(
      byIdentity.map(([identity, learnt]) => [identity, [...new Set(learnt.map(({ value }) => value))]]),
    ),
    unusable: seen.length - known.length,
  }
}
