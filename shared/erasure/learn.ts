/** What items teach: the identities in the attributes that their holding names. */
import type { Identities, Usable } from './identities.ts'
import type { Place } from './places.ts'
import type { Item } from './records.ts'

export interface Learnt {
  readonly identities: Identities
  /** Attributes that hold a value that is no key, where a key is needed to find something. */
  readonly unusable: number
}

/** What our own redactions have put in a value's place is not learnt. */
export function learn({ holding, constants, needed }: Place, items: readonly Item[], usable: Usable): Learnt {
  const seen = items.flatMap((item) =>
    Object.entries(holding.learns ?? {}).flatMap(([identity, attribute]) => {
      const held = item[attribute]
      const text = held?.S ?? held?.N
      if (!held || (text !== undefined && constants[attribute]?.includes(text))) return []
      const value = text === undefined ? undefined : usable(identity, text)
      return value === undefined && !needed.includes(identity) ? [] : [{ identity, value }]
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
