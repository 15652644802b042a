/** What is known of the user ids of an app, before anything is opened for them: reads only. */
import pMap from 'p-map'
import type { Scope } from '../data-map/data-map.ts'
import { actionKind } from '../data-map/holdings.ts'
import type { Erasures } from '../ledger/erasures.ts'
import { pagesOf } from '../person/pages.ts'
import { queriesFor } from '../person/queries.ts'
import type { ReadyHolding } from '../person/ready-map.ts'
import { needsWork, verdictOf } from '../person/verdict.ts'
import { atOnce, mapForWork, workOn } from '../person/work.ts'
import type { Item } from '../records/records.ts'
import { subjectHash } from '../requests/code.ts'
import type { EraserDeps } from './eraser-deps.ts'

/** `erased`: its person has been, and no records were found since but those that were kept. */
export type IdStanding = 'found' | 'unknown' | 'erased'

interface IdLookUp extends Pick<EraserDeps, 'map' | 'tables' | 'records' | 'indexKey' | 'clock'> {
  readonly erasures: Pick<Erasures, 'erasersOf'>
}

const CONCURRENCY = 16

/** @returns One for each value, in their order. */
export async function lookUpIds(
  { map, tables, records, erasures, indexKey, clock }: IdLookUp,
  { identity, scope }: { readonly identity: string; readonly scope: Scope },
  values: readonly string[],
): Promise<readonly IdStanding[]> {
  const mapped = mapForWork(map, { names: tables, scope, isReviewed: true })
  const { ready, usable } = mapped
  const index = await indexKey()
  const hashOf = (value: string): string => subjectHash(index, identity, usable(identity, value) ?? value)
  const erased = await erasures.erasersOf([...new Set(values.map(hashOf))])

  // A whole table is not read for one id: the erasure does that.
  const roots = ready.roots.filter(({ partition, action }) => partition && actionKind(action) !== 'leave')
  const now = clock()
  const lookUp = async (value: string): Promise<IdStanding> => {
    const known = usable.spellings(identity, value)
    if (known.length === 0) return 'unknown'
    const identities = { [identity]: known }
    const work = workOn({ ...mapped, records, identities, ...atOnce(now) })
    const wasErased = erased.has(hashOf(value))
    // Kept records stay; but those that lead to other records may lead to new ones.
    const isNews = (holding: ReadyHolding, item: Item): boolean =>
      !wasErased || holding.lessons.length > 0 || needsWork(work, verdictOf(work, holding, item), item)
    const looked = roots.filter((holding) => queriesFor(holding, identities).length > 0)
    for (const holding of looked) {
      for await (const { items, unclear, unreadable } of pagesOf(work, holding, identities)) {
        if (unclear.length + unreadable.length > 0 || items.some((item) => isNews(holding, item)))
          return 'found'
      }
    }
    // Where nothing could be looked up, it is not known whether there are new records.
    return wasErased && looked.length > 0 ? 'erased' : 'unknown'
  }
  return pMap(values, lookUp, { concurrency: CONCURRENCY })
}
