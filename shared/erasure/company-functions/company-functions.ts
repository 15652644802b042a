/** The port to the company's functions, for records outside DynamoDB: files, accounts, search copies. */
import type { Ask, OutsideAnswer, OutsideEvent } from '../../person/company-function.ts'
import { errorName, ServiceError } from '../../platform/errors.ts'
import { log } from '../../platform/log.ts'
import type { RequestKey } from '../../requests/code.ts'

/** Gives a function's answer as it is, unchecked. */
export interface CompanyFunctions {
  invoke(functionArn: string, event: OutsideEvent): Promise<unknown>
}

/** @returns Asks one function for one request; throws {@link ServiceError} `FUNCTION_FAILED`. */
export const askingFor =
  (functions: CompanyFunctions | undefined, request: RequestKey): Ask =>
  async (fn, event) => {
    if (!functions) throw new TypeError('this worker cannot invoke functions')
    try {
      return read(await functions.invoke(fn.functionArn, { version: 1, request, ...event }), event)
    } catch (cause) {
      const { name: holding } = fn
      const why = cause instanceof ServiceError ? cause.message : errorName(cause)
      log.error('FUNCTION_FAILED', { request, holding, phase: event.phase, why })
      throw new ServiceError('FUNCTION_FAILED', `the function of ${holding} failed in ${event.phase}`, {
        cause,
      })
    }
  }

export const isFunctionFailure = (error: unknown): boolean =>
  error instanceof ServiceError && error.code === 'FUNCTION_FAILED'

/** @throws {@link ServiceError} `FUNCTION_FAILED`, without a word of the answer: it may name the person. */
function read(
  value: unknown,
  { phase, cursor: before }: Pick<OutsideEvent, 'phase' | 'cursor'>,
): OutsideAnswer {
  const bad = (what: string): ServiceError => new ServiceError('FUNCTION_FAILED', `its answer ${what}`)
  if (typeof value !== 'object' || value === null) throw bad('is no object')
  const { items, done, cursor, retained = 0 } = value as Readonly<Record<keyof OutsideAnswer, unknown>>
  if (!isCount(items)) throw bad('has no number of items')
  if (typeof done !== 'boolean') throw bad('does not say whether it is done')
  if (!isCount(retained)) throw bad('has a number of retained items that is none')
  if (cursor !== undefined && !isCursor(cursor)) throw bad('has a cursor that is no text, or too long')
  if (!done) {
    if (cursor === undefined && phase !== 'erase') throw bad('is not done and says not where to go on')
    const isMoving = cursor === undefined ? items > 0 : cursor !== before
    if (!isMoving) throw bad('is not done and does not move')
  }
  return { items, done, retained, ...(cursor !== undefined && { cursor }) }
}

const MAX_CURSOR_LENGTH = 4096

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

const isCursor = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_CURSOR_LENGTH
