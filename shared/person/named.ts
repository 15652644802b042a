/** Whom an operator names, by identities of the data map. */
import type { DataMap } from '../data-map/data-map.ts'
import { ServiceError } from '../platform/errors.ts'
import { type Identities, merge, PERSONAL, usableIn } from './identities.ts'

/**
 * @param named `[identity, value]` as the operator gave them.
 * @throws {@link ServiceError} `BAD_REQUEST` for an identity that the map does not have, or a value that names nobody.
 */
export function namedIdentities(
  map: DataMap,
  named: readonly (readonly [identity: string, value: string])[],
): Identities {
  const usable = usableIn(map)
  const known = Object.entries(map.identities).flatMap(([name, { of }]) =>
    PERSONAL.includes(of) ? [name] : [],
  )
  return named.reduce<Identities>((sum, [name, given]) => {
    // The name as given stays out of the message, and so out of the log: it may be a value typed in its place.
    if (!known.includes(name)) {
      throw new ServiceError('BAD_REQUEST', `there is no such identity to ask for: use ${known.join(', ')}`)
    }
    const value = usable(name, given)
    if (value === undefined) throw new ServiceError('BAD_REQUEST', `the value given for ${name} names nobody`)
    return merge(sum, { [name]: [value] })
  }, {})
}
