/** Work on one person's records, as the map says: who the person is, what is worked on, and until when. */
import type { DataMap } from '../data-map/data-map.ts'
import { type Deadline, NO_DEADLINE } from '../platform/deadline.ts'
import type { Records } from '../records/records.ts'
import type { Ask } from './company-function.ts'
import { type Identities, type Usable, usableIn, valuesOf } from './identities.ts'
import { type Judge, judgeFor } from './judge.ts'
import { type ReadyMap, type ReadyMapOptions, readyMapOf } from './ready-map.ts'

export interface Work {
  readonly map: DataMap
  /** The holdings of the request's scope: those that are worked on. */
  readonly ready: ReadyMap
  /** The holdings of all scopes: an item may belong to any. */
  readonly everywhere: ReadyMap
  readonly records: Records
  /** Absent where functions are not asked. */
  readonly ask?: Ask
  readonly usable: Usable
  readonly identities: Identities
  readonly judge: Judge
  readonly deadline: Deadline
  /** Gives indexes the time to show what their tables have. */
  readonly settle: Settle
}

export interface Settle {
  readonly milliseconds: number
  readonly wait: () => Promise<unknown>
}

/** For reads only: without a deadline, and without waiting for indexes. */
export const AT_ONCE: Pick<Work, 'deadline' | 'settle'> = {
  deadline: NO_DEADLINE,
  settle: { milliseconds: 0, wait: async () => undefined },
}

export const workOn = (basis: Omit<Work, 'judge'>): Work => ({
  ...basis,
  judge: judgeFor(basis.map, valuesOf(basis.identities)),
})

/** The map made ready for work in one scope. */
export const mapForWork = (
  map: DataMap,
  options: ReadyMapOptions,
): Pick<Work, 'map' | 'ready' | 'everywhere' | 'usable'> => ({
  map,
  ready: readyMapOf(map, options),
  everywhere: readyMapOf(map, { ...options, scope: 'account' }),
  usable: usableIn(map),
})
