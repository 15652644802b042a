/** Where a slice takes up what the one before it left. */
import type { Checkpoint, DeletionRequest } from '../requests/request.ts'
import type { Sealer } from '../requests/seal.ts'
import { NOTHING } from './outcome.ts'
import type { PlanStart } from './plan.ts'
import type { Cursor } from './work.ts'

/**
 * The checkpoint of the request, or a first one. One of another map is dropped; what was read back as gone under it
 * stands, and what is kept is counted anew.
 */
export function startOf(mapHash: string, { checkpoint: kept, firstDeleteAt }: DeletionRequest): Checkpoint {
  if (kept?.mapHash === mapHash) return kept
  const done = kept && firstDeleteAt ? { ...kept.done, retained: [] } : NOTHING
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
