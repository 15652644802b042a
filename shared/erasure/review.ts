/** What a person should look at before anything is touched. */
import type { DataMap } from '../data-map/data-map.ts'
import { count, type Identities, inNormalForm, ofKinds, PERSONAL } from '../person/identities.ts'
import { countQueries } from '../person/queries.ts'
import type { ReadyHolding } from '../person/ready-map.ts'
import type { ReviewReason } from '../requests/problem.ts'
import type { Approval, DeletionRequest } from '../requests/request.ts'
import { type Planned, total } from './counts.ts'

const MAX_IDENTITIES = 1000

/** With more queries for one holding, or more combinations in one item, an operator decides whether it is worth it. */
export const MOST_LOOKUPS = 10_000

/** The most queries that a holding would take; `undefined` if that is not too many. */
export function tooManyLookups(
  holdings: readonly ReadyHolding[],
  identities: Identities,
  approval: Approval | undefined,
): number | undefined {
  if (isApproved(approval, 'too_many_lookups')) return undefined
  const most = Math.max(0, ...holdings.map((holding) => countQueries(holding, identities)))
  return most > MOST_LOOKUPS ? most : undefined
}

export const maxIdentities = (map: DataMap): number => map.maxIdentities ?? MAX_IDENTITIES

/** Doubts about the person: two people behind one request, or more values than one person has. */
export function doubtAboutWhom(
  map: DataMap,
  identities: Identities,
  approval?: Approval,
): ReviewReason | undefined {
  if (personsIn(map, identities) > Math.max(approval?.persons ?? 1, 1)) return 'second_person'
  const isMany = count(ofKinds(map, identities, PERSONAL)) > maxIdentities(map)
  return isMany && !isApproved(approval, 'too_many_identities') ? 'too_many_identities' : undefined
}

export const personsIn = (map: DataMap, identities: Identities): number =>
  count(inNormalForm(map, ofKinds(map, identities, ['person'])))

/** Doubts about the plan, all that apply: marked items, doubts of the intake, too many items, or any items at all. */
export function doubtsAboutPlan(
  { review }: DataMap,
  { counts, flagged, unanswered }: Planned,
  { doubts, firstDeleteAt }: Pick<DeletionRequest, 'doubts' | 'firstDeleteAt'>,
): readonly ReviewReason[] {
  const marked: readonly ReviewReason[] = flagged.length > 0 ? ['review_when'] : []
  // Once the first item is deleted, only marked items are asked about: none of those may be touched without an approval.
  if (firstDeleteAt) return marked
  return [...marked, ...doubts, ...doubtsAboutAmount(review, total(counts), unanswered.length > 0)]
}

/** Items that could not be counted may be many. They are not erased before they are counted; all others are. */
function doubtsAboutAmount(
  review: DataMap['review'] = 'never',
  found: number,
  isIncomplete: boolean,
): readonly ReviewReason[] {
  if (review === 'never' || found === 0) return []
  const isMuch =
    review === 'always' ? (['every_plan'] as const) : found > review.above ? (['too_big'] as const) : []
  return [...isMuch, ...(isIncomplete ? (['incomplete_plan'] as const) : [])]
}

/** An approval holds for the reasons that were shown with the plan, and for no other. */
export const isApproved = (approval: Approval | undefined, reason: ReviewReason): boolean =>
  approval?.reasons.includes(reason) ?? false
