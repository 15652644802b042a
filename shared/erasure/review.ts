/** What a person should look at before anything is touched. */
import type { DataMap } from '../config/data-map.ts'
import type { DeletionRequest, ReviewReason } from '../requests/request.ts'
import { count, type Identities, ofKinds } from './identities.ts'

const MAX_IDENTITIES = 1000

export const maxIdentities = (map: DataMap): number => map.maxIdentities ?? MAX_IDENTITIES

/** About who it is: two people behind one request, or more values than one person has. */
export function doubtAboutWhom(map: DataMap, identities: Identities): ReviewReason | undefined {
  if (count(ofKinds(map, identities, ['person'])) > 1) return 'second_person'
  return count(identities) > maxIdentities(map) ? 'too_many_identities' : undefined
}

/** About how much it is. */
export const doubtAboutSize = ({ review }: DataMap, found: number): ReviewReason | undefined =>
  review && found > review.above ? 'too_big' : undefined

/** An approval holds for the map it was given for; and what has begun to be deleted is not asked about again. */
export const isApproved = ({ approvedMap, firstDeleteAt }: DeletionRequest, mapHash: string): boolean =>
  approvedMap === mapHash || firstDeleteAt !== undefined
