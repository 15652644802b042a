/** Why DynamoDB refused a call. */

/**
 * One cause has two names, that of a call's error and that of an item's within it: `TransactionConflictException` and
 * `TransactionConflict`. The causes are given without `Exception` at their end.
 *
 * @returns Whether the error, or each item that made a transaction fail, has one of the causes.
 */
export function isCausedBy(error: unknown, causes: readonly string[]): error is Error {
  if (!(error instanceof Error)) return false
  const { CancellationReasons: reasons = [{ Code: error.name }] } = error as Cancelled
  const codes = reasons.flatMap(({ Code = 'None' }) => (Code === 'None' ? [] : Code))
  return codes.length > 0 && codes.every((code) => causes.includes(code.replace(/Exception$/, '')))
}

interface Cancelled {
  readonly CancellationReasons?: readonly { readonly Code?: string }[]
}
