/** Where a slice takes up what the one before it left. */

import type { DataMap } from '../data-map/data-map.ts'
import { count } from '../person/identities.ts'
import type { Work } from '../person/work.ts'
import type { Checkpoint } from '../requests/checkpoint.ts'
import type { Outcome } from '../requests/outcome.ts'
import type { DeletionRequest } from '../requests/request.ts'
import { owedBy } from './company-functions/counts.ts'
import type { EraseCounts } from './erase-counts.ts'
import { addCounts, gone, NOTHING, withoutUnmet } from './outcome.ts'

/** The checkpoint of the request, or a first one. One of another map is dropped. */
export function startOf(
  map: DataMap,
  mapHash: string,
  { checkpoint: kept, firstDeleteAt }: DeletionRequest,
): Checkpoint {
  if (kept?.mapHash === mapHash) return kept
  if (!kept || !firstDeleteAt) return { ...FIRST, mapHash, done: NOTHING }
  return planAgain(map, mapHash, kept)
}

const FIRST = { pass: 1, round: 1, phase: 'resolve', planned: {} } as const

/** From the start, with another map or with more to look for: what is gone stands, what is kept is counted anew. */
export function planAgain(map: DataMap, mapHash: string, kept: Checkpoint): Checkpoint {
  const owed = owedBy(map, kept)
  return { ...FIRST, mapHash, done: { ...doneBy(map, kept), retained: [] }, ...(owed && { owed }) }
}

/** With the holding that was at work when its map went away: what it had met by then, and is gone. */
function doneBy(map: DataMap, kept: Checkpoint): Outcome {
  const { phase, planned, seen = {}, left = {} } = kept
  const done = withoutUnmet(map, kept)
  if (phase !== 'erase') return done
  const met = Object.entries(planned).map(([name, count]) => {
    const items = Math.min(count.items, seen[name] ?? 0)
    return [name, { ...count, items }] as const
  })
  return addCounts(map, done, gone(Object.fromEntries(met), { seen, left }))
}

/** What the erase phase has done by this checkpoint. */
export const erasedBy = ({
  seen = {},
  left = {},
  written = 0,
  unanswered = [],
}: Checkpoint): EraseCounts => ({
  seen,
  left,
  writes: written,
  unanswered,
})

/** Without the place in its phase. */
export function withoutPlace({
  holding: _holding,
  look: _look,
  cursor: _cursor,
  page: _page,
  values: _values,
  ...rest
}: Checkpoint): Checkpoint {
  return rest
}

export const withStranded = (stranded: NonNullable<Checkpoint['stranded']>): Pick<Checkpoint, 'stranded'> =>
  Object.keys(stranded).length > 0 ? { stranded } : {}

/** A query is named by its number: with more values it would be another one. */
export const isSamePlace = ({ values }: Checkpoint, { identities }: Pick<Work, 'identities'>): boolean =>
  values === undefined || values === count(identities)
