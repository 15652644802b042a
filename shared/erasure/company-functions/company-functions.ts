/** The company's functions, for records outside DynamoDB (files, accounts, search copies): how they are called. */
import type { DataMap } from '../../data-map/data-map.ts'
import type { Ask, OutsideAnswer, OutsideEvent, OutsidePhase } from '../../person/company-function.ts'
import { count, ofKinds, PERSONAL } from '../../person/identities.ts'
import type { Cursor } from '../../person/pages.ts'
import type { ReadyFunction } from '../../person/ready-map.ts'
import type { Work } from '../../person/work.ts'
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
      const { phase } = event
      const why = cause instanceof ServiceError ? cause.message : errorName(cause)
      log.error('FUNCTION_FAILED', { request, holding, phase, why })
      throw new ServiceError('FUNCTION_FAILED', `the function of ${holding} failed in ${phase}`, { cause })
    }
  }

export const isFunctionFailure = (error: unknown): boolean =>
  error instanceof ServiceError && error.code === 'FUNCTION_FAILED'

/** @throws {@link ServiceError} `FUNCTION_FAILED`, without a word of the answer: it may name the person. */
function read(value: unknown, asked: Pick<OutsideEvent, 'phase' | 'cursor'>): OutsideAnswer {
  const bad = (what: string): ServiceError => new ServiceError('FUNCTION_FAILED', `its answer ${what}`)
  if (typeof value !== 'object' || value === null) throw bad('is no object')
  const { items, done, cursor, retained = 0 } = value as Readonly<Record<keyof OutsideAnswer, unknown>>
  if (!isCount(items)) throw bad('has no number of items')
  if (typeof done !== 'boolean') throw bad('does not say whether it is done')
  if (!isCount(retained)) throw bad('has a number of retained items that is none')
  if (cursor !== undefined && !isCursor(cursor)) throw bad('has a cursor that is no text, or too long')
  if (!done) {
    if (cursor === undefined && asked.phase !== 'erase') throw bad('is not done and says not where to go on')
    const isMoving = cursor === undefined ? items > 0 : cursor !== asked.cursor
    if (!isMoving) throw bad('is not done and does not move')
  }
  return { items, done, retained, ...(cursor !== undefined && { cursor }) }
}

const MAX_CURSOR_LENGTH = 4096

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

const isCursor = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_CURSOR_LENGTH

/**
 * A slice ends 75 s after its start and Lambda the worker after 120 s; a function may take 60 s: no call begins when
 * less than this is left.
 */
export const CALL_AHEAD_MS = 20_000
/** Calls in one phase after which a function counts as one that is never done. */
const MAX_CALLS = 10_000

export interface Called extends OutsideAnswer {
  readonly next?: Cursor
}

/** One call, with where the next one goes on. Without a value of the person's no function is called. */
export async function call(
  { map, identities: known, ask }: Pick<Work, 'map' | 'identities' | 'ask'>,
  fn: ReadyFunction,
  phase: OutsidePhase,
  { query, token }: Cursor,
): Promise<Called> {
  if (!ask) throw new TypeError('nothing is asked of functions here')
  const identities = ofKinds(map, known, PERSONAL)
  if (count(identities) === 0) return { items: 0, done: true }
  if (query >= MAX_CALLS) {
    throw new ServiceError('FUNCTION_FAILED', `the function of ${fn.name} is never done`)
  }
  const answer = await ask(fn, { phase, identities, ...(token !== undefined && { cursor: token }) })
  const { done, cursor } = answer
  if (done) return answer
  return { ...answer, next: { query: query + 1, ...(cursor !== undefined && { token: cursor }) } }
}

/**
 * Calls a function until a phase is done. How many items are erased is counted by the next look, as an answer may be
 * lost on the way.
 *
 * @param beforeCall Awaited before each call, with the items so far.
 * @returns The items of all answers. `isDown`: it failed, and what it holds is unknown. `next`: where it goes on, if the
 * deadline has passed.
 */
export async function workFunctionHolding(
  work: Work,
  fn: ReadyFunction,
  phase: Exclude<OutsidePhase, 'verify'>,
  from: Cursor = { query: 0 },
  beforeCall?: (cursor: Cursor, items: number) => Promise<void>,
): Promise<{ readonly items: number; readonly isDown?: true; readonly next?: Cursor }> {
  let items = 0
  for (let cursor: Cursor | undefined = from; cursor; ) {
    if (work.deadline.passed(CALL_AHEAD_MS)) return { items, next: cursor }
    await beforeCall?.(cursor, items)
    try {
      const answer: Called = await call(work, fn, phase, cursor)
      items += answer.items
      cursor = answer.next
    } catch (error) {
      if (isFunctionFailure(error)) return { items, isDown: true }
      throw error
    }
  }
  return { items }
}

/** Whether the holding is such a function, or comes after one, which may find its own items by what the holding has. */
export const waitsFor = (unanswered: readonly string[], map: DataMap, name: string): boolean =>
  unanswered.includes(name) ||
  (map.holdings[name]?.after ?? []).some((before) => waitsFor(unanswered, map, before))
