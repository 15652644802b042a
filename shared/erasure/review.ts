/** What a person should look at before anything is touched. */
import type { DataMap } from '../config/data-map.ts'
import type { ReviewReason } from '../requests/request.ts'
import { count, type Identities, ofKinds, PERSONAL } from './identities.ts'

const MAX_IDENTITIES = 1000

export const maxIdentities = (map: DataMap): number => map.maxIdentities ?? MAX_IDENTITIES

/** About who it is: two people behind one request, or more values than one person has. */
export function doubtAboutWhom(map: DataMap, identities: Identities): ReviewReason | undefined {
  if (count(ofKinds(map, identities, ['person'])) > 1) return 'second_person'
  return count(ofKinds(map, identities, PERSONAL)) > maxIdentities(map) ? 'too_many_identities' : undefined
}

/** About how much it is. */
export const doubtAboutSize = ({ review }: DataMap, found: number): ReviewReason | undefined =>
  review && found > review.above ? 'too_big' : undefined
