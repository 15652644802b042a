/** The identities of a request at rest: what it named is sealed on its row, what was learnt in chunks beside it. */

import type { Sealer } from '../keys/seal.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { allCombined, type Joint } from '../person/combinations.ts'
import { count, type Identities, merge } from '../person/identities.ts'
import type { DeletionRequest } from '../requests/request.ts'

interface Keeper {
  readonly ledger: Pick<Ledger, 'identities' | 'saveIdentities'>
  readonly sealer: Sealer
}

/** At most 300 KB a chunk: values are below half a KB, and JWE adds a third. */
const VALUES_PER_CHUNK = 200

/** @param joints What a request names belongs together, in each of these. */
export async function openIdentities(
  { ledger, sealer }: Keeper,
  request: DeletionRequest,
  joints: readonly Joint[] = [],
): Promise<Identities> {
  // Sealed by this system, in the shape Identities has.
  const open = (text: string) => sealer.open(text) as Promise<Identities>
  const named = request.identity === undefined ? {} : await open(request.identity)
  const found = await Promise.all((await ledger.identities(request.key)).map(open))
  return [allCombined(joints, named), ...found].reduce(merge, named)
}

/**
 * Keeps what was found beyond `known`, unless the request has moved on meanwhile.
 *
 * @throws {@link ServiceError} `LEDGER_CONFLICT`
 */
export async function keepIdentities(
  { ledger, sealer }: Keeper,
  request: DeletionRequest,
  known: Identities,
  identities: Identities,
): Promise<void> {
  if (count(identities) === count(known)) return
  const pairs = Object.entries(identities).flatMap(([name, values]) =>
    values.map((value): readonly [string, string] => [name, value]),
  )
  const chunks: Promise<string>[] = []
  for (let from = 0; from < pairs.length; from += VALUES_PER_CHUNK) {
    const chunk = pairs
      .slice(from, from + VALUES_PER_CHUNK)
      .reduce<Identities>((sum, [name, value]) => merge(sum, { [name]: [value] }), {})
    chunks.push(sealer.seal(chunk))
  }
  await ledger.saveIdentities(request, await Promise.all(chunks))
}
