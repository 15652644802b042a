/** What a person should look at before anything is touched. */
import type { DataMap } from '../config/data-map.ts'
import type { Approval, ReviewReason } from '../requests/request.ts'
import { count, type Identities, ofKinds, PERSONAL } from './identities.ts'
import { total } from './outcome.ts'
import type { Planned } from './plan.ts'

const MAX_IDENTITIES = 1000

export const maxIdentities = (map: DataMap): number => map.maxIdentities ?? MAX_IDENTITIES

/** About who it is: two people behind one request, or more values than one person has. */
export function doubtAboutWhom(
  map: DataMap,
  identities: Identities,
  approval?: Approval,
): ReviewReason | undefined {
  if (personsIn(map, identities) > Math.max(approval?.persons ?? 1, 1)) return 'second_person'
  const isMany = count(ofKinds(map, identities, PERSONAL)) > maxIdentities(map)
  return isMany && !approval?.reasons.includes('too_many_identities') ? 'too_many_identities' : undefined
}

export const personsIn = (map: DataMap, identities: Identities): number =>
  count(ofKinds(map, identities, ['person']))

/** About what was found: what it is, how much, or that it is anything at all. */
export function doubtAboutPlan(
  { review = 'never' }: DataMap,
  { counts, flagged }: Planned,
): ReviewReason | undefined {
  if (flagged.length > 0) return 'review_when'
  if (review === 'never') return undefined
  const found = total(counts)
  if (review === 'always') return found > 0 ? 'every_plan' : undefined
  return found > review.above ? 'too_big' : undefined
}

const ABOUT_WHOM: readonly ReviewReason[] = ['second_person', 'too_many_identities']

/** Whether a plan was shown and let go, for whatever reason it was asked about. */
export const isPlanApproved = (approval: Approval | undefined): boolean =>
  approval?.reasons.some((reason) => !ABOUT_WHOM.includes(reason)) ?? false
