/** The identities of a request at rest: what it named is sealed on its row, what was learnt in chunks beside it. */

import type { Sealer } from '../keys/seal.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { count, type Identities, merge } from '../person/identities.ts'
import type { DeletionRequest } from '../requests/request.ts'

interface Keeper {
  readonly ledger: Pick<Ledger, 'identities' | 'saveIdentities'>
  readonly sealer: Sealer
}

/** At most 300 KB a chunk: values are below half a KB, and JWE adds a third. */
const VALUES_PER_CHUNK = 200

export async function openIdentities(
  { ledger, sealer }: Keeper,
  request: DeletionRequest,
): Promise<Identities> {
  const sealed = [request.identity, ...(await ledger.identities(request.key))]
  const opened = await Promise.all(
    // Sealed by this system, in the shape Identities has.
    sealed.flatMap((text) => (text === undefined ? [] : [sealer.open(text) as Promise<Identities>])),
  )
  return opened.reduce(merge, {})
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
