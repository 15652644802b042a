/** The port to functions of the company's: what holds a person outside DynamoDB - files, accounts, search copies. */
import type { DataMap } from '../config/data-map.ts'
import { errorName, ServiceError } from '../platform/errors.ts'
import { log } from '../platform/log.ts'
import type { RequestKey } from '../requests/code.ts'
import { count, type Identities, ofKinds, PERSONAL } from './identities.ts'
import type { Cursor } from './pages.ts'
import type { FunctionPlace } from './places.ts'
import type { Work } from './work.ts'

/**
 * What a function is invoked with. It may be invoked again with the same event at any time, and must then end where it
 * would have ended: what is gone already is no mistake.
 */
export interface OutsideEvent {
  readonly version: 1
  /** Which request it is, without saying whose. */
  readonly request: RequestKey
  /** `plan`: count, touch nothing. `erase`: do it. `verify`: count what is left, by reads that see every erasure. */
  readonly phase: OutsidePhase
  /** Values by identity of the data map, each of kind person or alias: all of them are the person's own. */
  readonly identities: Identities
  /** Its own cursor, from the answer before; absent on the first call of a phase. */
  readonly cursor?: string
}
export type OutsidePhase = 'plan' | 'erase' | 'verify'

/** What a function answers. An answer of any other shape is a failure, never "nothing found". */
export interface OutsideAnswer {
  /** Of this call alone. `plan`: found. `erase`: gone now. `verify`: still there. */
  readonly items: number
  /** Whether this was all of the phase. If not, it is invoked again with the cursor. */
  readonly done: boolean
  /**
   * Where it goes on: a text of its own, another one each time, at most 4,096 characters; it may name the person, as it
   * is kept sealed. Needed in `plan` and `verify` if not done; `erase` may leave it out, and is then asked again.
   */
  readonly cursor?: string
  /**
   * Items it keeps, which are not among `items`. They stop the request for the operator at `verify`: the map has no
   * reason and no end to tell the person. Give what must be kept a holding of its own that retains it.
   *
   * @default 0
   */
  readonly retained?: number
}

/** Whatever the function answers, unread. */
export interface Outside {
  invoke(functionArn: string, event: OutsideEvent): Promise<unknown>
}

/** Asks one function. */
export type Ask = (
  place: FunctionPlace,
  event: Pick<OutsideEvent, 'phase' | 'identities' | 'cursor'>,
) => Promise<OutsideAnswer>

/** @throws {@link ServiceError} `FUNCTION_FAILED`, from what it returns. */
export const askingFor =
  (outside: Outside | undefined, request: RequestKey): Ask =>
  async (place, event) => {
    if (!outside) throw new TypeError('this worker cannot invoke functions')
    try {
      return read(await outside.invoke(place.functionArn, { version: 1, request, ...event }), event)
    } catch (cause) {
      const { name: holding } = place
      const why = cause instanceof ServiceError ? cause.message : errorName(cause)
      log.error('FUNCTION_FAILED', { request, holding, phase: event.phase, why })
      throw new ServiceError('FUNCTION_FAILED', `the function of ${holding} failed in ${event.phase}`, {
        cause,
      })
    }
  }

export const isFunctionFailure = (error: unknown): boolean =>
  error instanceof ServiceError && error.code === 'FUNCTION_FAILED'

/**
 * A slice ends 75 s after its start and Lambda the worker after 120 s; a function may take 60 s: no call begins when
 * less than this is left.
 */
export const CALL_AHEAD_MS = 20_000
const MAX_CURSOR_LENGTH = 4096
/** Calls in one phase after which a function is held to be turning in circles. */
const MAX_CALLS = 10_000

export interface Called extends OutsideAnswer {
  readonly next?: Cursor
}

/** One call, with where the next one goes on. A request that names nobody is asked for nowhere. */
export async function call(
  { map, identities: known, ask }: Pick<Work, 'map' | 'identities' | 'ask'>,
  place: FunctionPlace,
  phase: OutsidePhase,
  { query, token }: Cursor,
): Promise<Called> {
  if (!ask) throw new TypeError('nothing is asked of functions here')
  if (count(ofKinds(map, known, PERSONAL)) === 0) return { items: 0, done: true }
  if (query >= MAX_CALLS) {
    throw new ServiceError('FUNCTION_FAILED', `the function of ${place.name} is never done`)
  }
  const identities = ofKinds(map, known, PERSONAL)
  const answer = await ask(place, { phase, identities, ...(token !== undefined && { cursor: token }) })
  const { done, cursor } = answer
  if (done) return answer
  return { ...answer, next: { query: query + 1, ...(cursor !== undefined && { token: cursor }) } }
}

/** The same, or `undefined` where the function could not answer: nobody then knows what it holds. */
export async function callIfUp(...asked: Parameters<typeof call>): Promise<Called | undefined> {
  try {
    return await call(...asked)
  } catch (error) {
    if (isFunctionFailure(error)) return undefined
    throw error
  }
}

/** Whether it is such a function, or stands after one in the map: it may be what that finds its things by. */
export const waitsFor = (
  unanswered: readonly string[],
  { holdings }: Pick<DataMap, 'holdings'>,
  name: string,
): boolean =>
  unanswered.includes(name) ||
  (holdings[name]?.after ?? []).some((before) => waitsFor(unanswered, { holdings }, before))

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

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

const isCursor = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_CURSOR_LENGTH
