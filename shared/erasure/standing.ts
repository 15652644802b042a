/** What is known of the user ids of an app, before anything is opened for them: reads only. */
import pMap from 'p-map'
import type { DataMap, Scope } from '../config/data-map.ts'
import { subjectHash } from '../requests/code.ts'
import type { Erasures } from '../requests/ledger.ts'
import { usableIn, valuesOf } from './identities.ts'
import { pagesOf } from './pages.ts'
import { placesOf } from './places.ts'
import type { Records } from './records.ts'
import { workOn } from './work.ts'

/** `erased`: it has been, and what finds its records first finds none since. */
export type Standing = 'found' | 'unknown' | 'erased'

export interface Standings {
  readonly map: DataMap
  readonly tables: Readonly<Record<string, string>>
  readonly records: Records
  readonly erasures: Pick<Erasures, 'erasedAmong'>
  readonly indexKey: () => Promise<string>
}

const CONCURRENCY = 16

/** @returns One for each value, in their order. */
export async function standingsOf(
  { map, tables, records, erasures, indexKey }: Standings,
  { identity, scope }: { readonly identity: string; readonly scope: Scope },
  values: readonly string[],
): Promise<readonly Standing[]> {
  const places = placesOf(map, { names: tables, scope, isReviewed: true })
  const everywhere = placesOf(map, { names: tables, scope: 'account', isReviewed: true })
  const usable = usableIn(map)
  const index = await indexKey()
  const hashOf = (value: string): string => subjectHash(index, identity, usable(identity, value) ?? value)
  const erased = await erasures.erasedAmong([...new Set(values.map(hashOf))])

  const isFound = async (value: string): Promise<boolean> => {
    const known = usable(identity, value)
    if (known === undefined) return false
    const identities = { [identity]: [known] }
    const work = workOn({
      map,
      places,
      everywhere,
      records,
      usable,
      identities,
      outOfTime: () => false,
      settle: { milliseconds: 0, wait: async () => undefined },
    })
    // A whole table is not read for one id: the erasure does that.
    for (const place of places.roots.filter(({ partition }) => partition !== undefined)) {
      for await (const { items, unclear } of pagesOf(work, place, valuesOf(identities))) {
        if (items.length + unclear.length > 0) return true
      }
    }
    return false
  }
  return pMap(
    values,
    async (value) => ((await isFound(value)) ? 'found' : erased.has(hashOf(value)) ? 'erased' : 'unknown'),
    { concurrency: CONCURRENCY },
  )
}
