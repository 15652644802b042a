/** Finds the request that an operator names. */
import type { Ledger } from '../ledger/ledger.ts'
import { ServiceError } from '../platform/errors.ts'
import { isKeyPrefix, isRequestKey, parseCode, type RequestKey, requestKeyOf } from '../requests/code.ts'
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
  const found = isKeyPrefix(text) ? await ledger.find(await keyBeginning(ledger, text)) : undefined
  if (!found) {
    throw new ServiceError(
      'NOT_FOUND',
      'no request has this code, or a key that begins so (8 characters or more)',
    )
  }
  return found
}

async function keyBeginning(ledger: Pick<Ledger, 'beginningWith'>, prefix: string): Promise<RequestKey> {
  if (isRequestKey(prefix)) return prefix
  const [key, ...more] = await ledger.beginningWith(prefix)
  if (more.length > 0)
    throw new ServiceError('BAD_REQUEST', 'several requests begin so: give more of the key')
  if (!key) throw new ServiceError('NOT_FOUND', 'no request has a key that begins so')
  return key
}
