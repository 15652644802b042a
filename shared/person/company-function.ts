/** What a function of the company's is asked about one person, and what it answers. */
import type { RequestKey } from '../requests/code.ts'
import type { Identities } from './identities.ts'
import type { ReadyFunction } from './ready-map.ts'

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
  /**
   * Values by identity of the data map, each of kind person or alias: all of them are the person's own. Of an address, its
   * normal form and every other spelling that is known.
   */
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

/** Asks one function. */
export type Ask = (
  fn: ReadyFunction,
  event: Pick<OutsideEvent, 'phase' | 'identities' | 'cursor'>,
) => Promise<OutsideAnswer>
