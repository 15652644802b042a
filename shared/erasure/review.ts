/** What a person should look at before anything is touched. */
import type { DataMap } from '../config/data-map.ts'
import type { Approval, ReviewReason } from '../requests/request.ts'
import { count, type Identities, ofKinds, PERSONAL } from './identities.ts'

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

/** About how much it is. */
export const doubtAboutSize = ({ review }: DataMap, found: number): ReviewReason | undefined =>
  review && found > review.above ? 'too_big' : undefined

const ABOUT_WHOM: readonly ReviewReason[] = ['second_person', 'too_many_identities']

/** Whether a plan was shown and let go, for whatever reason it was asked about. */
export const isPlanApproved = (approval: Approval | undefined): boolean =>
  approval?.reasons.some((reason) => !ABOUT_WHOM.includes(reason)) ?? false
