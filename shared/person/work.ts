/** Work on one person's records, as the map says: who the person is, what is worked on, and until when. */
import type { DataMap } from '../data-map/data-map.ts'
import { type Deadline, NO_DEADLINE } from '../platform/deadline.ts'
import type { Records } from '../records/records.ts'
import type { Ask } from './company-function.ts'
import { type Identities, type Usable, usableIn } from './identities.ts'
import { type Judge, judgeFor } from './judge.ts'
import { type ReadyMap, type ReadyMapOptions, readyMapOf } from './ready-map.ts'

export interface Work {
  readonly map: DataMap
  /** The holdings of the request's scope: those that are worked on. */
  readonly ready: ReadyMap
  /** The holdings of all scopes: an item may belong to any. */
  readonly everywhere: ReadyMap
  /** Names of the holdings that are worked on. */
  readonly inScope: ReadonlySet<string>
  readonly records: Records
  /** Absent where functions are not asked. */
  readonly ask?: Ask
  readonly usable: Usable
  readonly identities: Identities
  readonly judge: Judge
  readonly deadline: Deadline
  /** By which it is judged whether an item's time is over: the same for all of a slice. */
  readonly now: Date
  /** Gives indexes the time to show what their tables have. */
  readonly settle: Settle
}

export interface Settle {
  readonly milliseconds: number
  readonly wait: () => Promise<unknown>
}

/** For reads only: without a deadline, and without waiting for indexes. */
export const atOnce = (now: Date): Pick<Work, 'deadline' | 'settle' | 'now'> => ({
  deadline: NO_DEADLINE,
  settle: { milliseconds: 0, wait: async () => undefined },
  now,
})

export const workOn = (basis: Omit<Work, 'judge'>): Work => ({ ...basis, judge: judgeFor(basis) })

/** The map made ready for work in one scope. */
export const mapForWork = (
  map: DataMap,
  options: ReadyMapOptions,
): Pick<Work, 'map' | 'ready' | 'everywhere' | 'inScope' | 'usable'> => {
  const ready = readyMapOf(map, options)
  return {
    map,
    ready,
    everywhere: options.scope === 'account' ? ready : readyMapOf(map, { ...options, scope: 'account' }),
    inScope: new Set(ready.all.map(({ name }) => name)),
    usable: usableIn(map),
  }
}
