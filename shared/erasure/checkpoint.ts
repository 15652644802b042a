/** Where a slice takes up what the one before it left. */
import type { DataMap } from '../config/data-map.ts'
import type { Checkpoint, DeletionRequest, Outcome } from '../requests/request.ts'
import type { Sealer } from '../requests/seal.ts'
import { addCounts, NOTHING } from './outcome.ts'
import type { PlanStart } from './plan.ts'
import type { Cursor } from './work.ts'

/** The checkpoint of the request, or a first one. One of another map is dropped; what was done under it stands. */
export function startOf(map: DataMap, mapHash: string, request: DeletionRequest): Checkpoint {
  const kept = request.checkpoint
  if (kept?.mapHash === mapHash) return kept
  const done = kept && request.firstDeleteAt ? finished(map, kept) : NOTHING
  return { mapHash, pass: 1, round: 1, phase: 'resolve', planned: {}, done }
}

/** Where the plan goes on. What is kept is counted once: by the first pass. */
export async function planStart(
  sealer: Sealer,
  { pass, planned, holding, cursor }: Checkpoint,
): Promise<PlanStart> {
  const basis = { everything: pass === 1, counts: planned }
  if (holding === undefined) return basis
  if (cursor === undefined) return { ...basis, from: { holding } }
  // Sealed by the slice before, in the shape Cursor has.
  return { ...basis, from: { holding, cursor: (await sealer.open(cursor)) as Cursor } }
}

/** Under the map before: the passes that ended, and of the last one the holdings already worked through. */
function finished(map: DataMap, { done, phase, planned, holding }: Checkpoint): Outcome {
  const worked =
    phase === 'erase'
      ? Object.entries(planned).slice(0, Math.max(Object.keys(planned).indexOf(holding ?? ''), 0))
      : []
  return { ...addCounts(map, done, Object.fromEntries(worked)), retained: [] }
}
