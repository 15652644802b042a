/** The values that a request keeps: those of records apart, by the holding whose items teach them. */
import type { DataMap } from '../data-map/data-map.ts'
import { COMBINED } from './combinations.ts'
import type { Identities } from './identities.ts'
import type { ReadyHolding } from './ready-map.ts'

/** Under which name a request keeps the values of a record identity that the items of a holding teach. */
const keptName = (holding: string, record: string): string => `${holding}.${record}`

/** Whether a name under which values are kept is that of records, or of combinations: no identity has such a name. */
export const isKeptApart = (name: string): boolean => name === COMBINED || name.includes('.')

/** What a request keeps of the values that the items of a holding have taught: of records, whose parents they lead from. */
export const keptOf = (
  { ready: { stored }, map }: KeepingBasis,
  { name: holding }: { readonly name: string },
  learnt: Identities,
): Identities =>
  Object.fromEntries(
    Object.entries(learnt).flatMap(([name, values]) =>
      stored.includes(name)
        ? [[map.identities[name]?.of === 'record' ? keptName(holding, name) : name, values]]
        : [],
    ),
  )

interface KeepingBasis {
  readonly map: DataMap
  readonly ready: { readonly stored: readonly string[] }
}

/** The values by which a holding is known to find items: a child's records are those that its own parents teach. */
export function knownTo(
  { config: { per }, identities: names }: Pick<ReadyHolding, 'config' | 'identities'>,
  identities: Identities,
): Identities {
  if (per === undefined) return identities
  const records = names.flatMap((name) => {
    const values = identities[keptName(per, name)]
    return values ? [[name, values] as const] : []
  })
  return { ...identities, ...Object.fromEntries(records) }
}
