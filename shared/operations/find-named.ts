/** Finds the request that an operator names. */
import type { Ledger } from '../ledger/ledger.ts'
import { ServiceError } from '../platform/errors.ts'
import { isKeyPrefix, isRequestKey, parseCode, requestKeyOf } from '../requests/code.ts'
import type { DeletionRequest } from '../requests/request.ts'

/**
 * @param named A code, a request key, or the first 8 or more characters of a key.
 * @throws {@link ServiceError} `NOT_FOUND`; `BAD_REQUEST` when several keys begin so.
 */
export async function findNamed(
  ledger: Pick<Ledger, 'find' | 'beginningWith'>,
  named: string,
): Promise<DeletionRequest> {
  const code = parseCode(named)
  const byCode = code && (await ledger.find(requestKeyOf(code)))
  if (byCode) return byCode
  const text = named.trim().toLowerCase()
  const keys = isRequestKey(text) ? [text] : isKeyPrefix(text) ? await ledger.beginningWith(text) : []
  if (keys.length > 1)
    throw new ServiceError('BAD_REQUEST', 'several requests begin so: give more of the key')
  const found = keys[0] && (await ledger.find(keys[0]))
  if (found) return found
  throw new ServiceError(
    'NOT_FOUND',
    'no request has this code, or a key that begins so (8 characters or more)',
  )
}
