const OURS = { status: 500, word: 'internal_error', says: 'Something went wrong on our side.' } as const
const NOT_SIGNED = { status: 400, word: 'bad_request', says: 'signed_request was not accepted.' } as const

/**
 * Every failure this service can name, in one table.
 *
 * A code is public: alarms, runbook headings and tests refer to it. Add freely, never rename.
 * `word` and `says` are all that a caller reads; the signed-request codes answer alike on purpose.
 */
export const FAILURES = {
  BAD_REQUEST: { status: 400, word: 'bad_request', says: 'The request is missing something it needs.' },
  BODY_TOO_LARGE: { status: 413, word: 'too_large', says: 'The body is larger than this address takes.' },
  CONFIG_INVALID: OURS,
  /** A function of the company failed, was late, or gave an unreadable answer. */
  FUNCTION_FAILED: OURS,
  ILLEGAL_TRANSITION: { status: 409, word: 'conflict', says: 'The request cannot change in this way now.' },
  LEDGER_CONFLICT: { status: 409, word: 'conflict', says: 'The request changed meanwhile; try again.' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    word: 'method_not_allowed',
    says: 'This address does not take this method.',
  },
  NOT_A_FORM: {
    status: 415,
    word: 'unsupported_media_type',
    says: 'Send a form: application/x-www-form-urlencoded.',
  },
  NOT_FOUND: { status: 404, word: 'not_found', says: 'There is nothing at this address.' },
  RECORDS_UNREADABLE: OURS,
  RECEIPT_INVALID: { status: 400, word: 'bad_request', says: 'This is no receipt of ours.' },
  SEAL_UNREADABLE: OURS,
  SECRET_MISSING: OURS,
  SIGNED_REQUEST_FORGED: NOT_SIGNED,
  SIGNED_REQUEST_MALFORMED: NOT_SIGNED,
  SIGNED_REQUEST_NO_USER: NOT_SIGNED,
  SIGNED_REQUEST_WRONG_ALGORITHM: NOT_SIGNED,
  TOO_MANY_REQUESTS: { status: 429, word: 'too_many_requests', says: 'Too many requests; try again later.' },
  /** No known failure: ours to fix. */
  UNEXPECTED: OURS,
} as const satisfies Record<string, { status: number; word: string; says: string }>

/** A stable, greppable name for one way of failing. */
export type FailureCode = keyof typeof FAILURES

/** The only error class thrown on purpose. Anything else that surfaces is a bug or an outage. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly code: FailureCode

  /** @param message For the operator's log: what was wrong, never whom it was about. */
  constructor(code: FailureCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  get failure(): (typeof FAILURES)[FailureCode] {
    return FAILURES[this.code]
  }
}

/** A word for the log that cannot name a person: our own code, or the class of a foreign error. */
export const errorName = (error: unknown): string =>
  error instanceof ServiceError ? error.code : error instanceof Error ? error.name : typeof error

/** Another write came first. */
export const isConflict = (error: unknown): boolean =>
  error instanceof ServiceError && error.code === 'LEDGER_CONFLICT'

/** @returns false when another write came first: that is as good. */
export async function unlessConflict(save: () => Promise<void>): Promise<boolean> {
  try {
    await save()
    return true
  } catch (error) {
    if (isConflict(error)) return false
    throw error
  }
}

/**
 * Tries again while another write comes first. The last turn may find that nothing is left to write.
 *
 * @param attempt Reads anew, but for its first turn, which is 0, and writes once.
 * @throws {@link ServiceError} `LEDGER_CONFLICT` when none of the turns came first.
 */
export async function retryOnConflict<T>(attempt: (turn: number) => Promise<T>, turns = 6): Promise<T> {
  for (let turn = 0; ; turn += 1) {
    try {
      return await attempt(turn)
    } catch (error) {
      if (!isConflict(error)) throw error
      if (turn + 1 === turns) throw conflict('it keeps changing; try again', { cause: error })
    }
  }
}

export const conflict = (message: string, options?: ErrorOptions): ServiceError =>
  new ServiceError('LEDGER_CONFLICT', message, options)

/** The request cannot change in this way now. */
export const illegal = (message: string): ServiceError => new ServiceError('ILLEGAL_TRANSITION', message)
