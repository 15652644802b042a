/** How fast a worker may go in a table, by the capacity that its calls have consumed. */
import type { DataMap, Pace as TablePace } from '../data-map/data-map.ts'

/** Capacity units a second that one worker may consume in a table; `Infinity` for no limit. */
export type Paces = Readonly<Record<'read' | 'write', number>>

const READ_UNITS_PER_SECOND = 1000
const WRITE_UNITS_PER_SECOND = 300

/**
 * The limits of the data map, divided among all workers.
 *
 * @param names Table names by map key, as deployed.
 */
export function pacesIn(
  { tables }: DataMap,
  names: Readonly<Record<string, string>>,
  workers: number,
): (table: string) => Paces {
  const share = (limit: TablePace): number =>
    limit === 'unlimited' ? Number.POSITIVE_INFINITY : limit / workers
  const paces = new Map(
    Object.entries(tables).map(([key, { name, maxReadUnitsPerSecond, maxWriteUnitsPerSecond }]) => [
      names[key] ?? name,
      {
        read: share(maxReadUnitsPerSecond ?? READ_UNITS_PER_SECOND),
        write: share(maxWriteUnitsPerSecond ?? WRITE_UNITS_PER_SECOND),
      },
    ]),
  )
  return (table) => {
    const found = paces.get(table)
    if (!found) throw new TypeError('a table that is not in the map has no pace')
    return found
  }
}

export interface Pace {
  readonly unitsPerSecond: number
  /** Waits for its turn: calls go one after the other, each when all that was spent before is paid off. */
  turn(guess: number): Promise<void>
  /** Reports what a call has consumed, in place of the guess that was set aside. */
  spent(units: number, guess: number): void
  /** How long until all that was spent is paid off. */
  pauseMs(): number
  /** DynamoDB has throttled a call: no call is made for so long. */
  rest(milliseconds: number): void
}

export interface Time {
  readonly nowMs: () => number
  readonly sleep: (milliseconds: number) => Promise<unknown>
}

/**
 * Goes by debt: what a call consumes is known only afterwards, so a guess is set aside before and corrected after.
 *
 * @param unitsPerSecond `Infinity` for no limit.
 */
export function pace(unitsPerSecond: number, { nowMs, sleep }: Time): Pace {
  let paidOffAt = 0
  let restsUntil = 0
  const cost = (units: number): number => (units / unitsPerSecond) * 1000
  const until = async (at: () => number): Promise<void> => {
    for (let wait = at() - nowMs(); wait > 0; wait = at() - nowMs()) await sleep(wait)
  }
  return {
    unitsPerSecond,
    async turn(guess) {
      const at = Math.max(paidOffAt, nowMs())
      paidOffAt = at + cost(guess)
      // A rest that begins meanwhile counts, too.
      await until(() => Math.max(at, restsUntil))
    },
    spent(units, guess) {
      paidOffAt += cost(units - guess)
    },
    pauseMs: () => Math.max(0, paidOffAt - nowMs(), restsUntil - nowMs()),
    rest(milliseconds) {
      restsUntil = Math.max(restsUntil, nowMs() + milliseconds)
    },
  }
}
