/** Calls to a table at its pace, each expected to cost what the calls before it have cost. */
import { ServiceError } from '../platform/errors.ts'
import { pauseAfterConflict } from './conflicts.ts'
import { type Pace, type Paces, pace, type Time } from './pace.ts'
import { restAfter } from './throttling.ts'

/** How often a call is repeated, for an error or for items that it handed back. */
const MAX_TRIES = 10

export interface MeteringOptions extends Time {
  /** By the table's name in DynamoDB. */
  readonly paceOf: (table: string) => Paces
  /** A number from 0 to 1, for the jitter of the pauses between tries. */
  readonly random: () => number
}

/** Reads by page and by key share a pace. */
type Meters = Readonly<Record<'page' | 'read' | 'write', Meter>>

/** One kind of call to one table. */
export interface Meter {
  /** Makes a call in its turn. One that is throttled is repeated when the table has rested, one that meets another write after a pause. */
  call<T extends Consuming>(items: number, send: () => Promise<T>, more?: More<T>): Promise<T>
  /** How many of the items one call may be about, so as to cost no more than the pace allows in that time. */
  most(items: number, seconds: number): number
  /** How long until the pace allows another call. */
  pauseMs(): number
}

interface More<T> {
  /** How many items the answer is about, where the call could not know that. */
  readonly countIn?: (answer: T) => number
  /** How often the items have been handed back before. */
  readonly times?: number
}

/** What a call cost, and what it handed back undone: then the table rests before the next call. */
interface Consuming {
  readonly ConsumedCapacity?: Capacity | readonly Capacity[] | undefined
  readonly UnprocessedItems?: object | undefined
  readonly UnprocessedKeys?: object | undefined
}
interface Capacity {
  readonly CapacityUnits?: number | undefined
}

/** @returns The meters of each table, made when the table is first called. */
export function metering({ paceOf, random, ...time }: MeteringOptions): (table: string) => Meters {
  const meters = new Map<string, Meters>()
  return (table) => {
    const found = meters.get(table)
    if (found) return found
    const { read, write } = paceOf(table)
    const reads = pace(read, time)
    const writes = pace(write, time)
    const one = (own: Pace): Meter => meter(own, { random, sleep: time.sleep })
    const made = { page: one(reads), read: one(reads), write: one(writes) }
    meters.set(table, made)
    return made
  }
}

function meter(own: Pace, { random, sleep }: Pick<MeteringOptions, 'random' | 'sleep'>): Meter {
  /** Undefined before the first answer. */
  let unitsPerItem: number | undefined
  let unitsPerCounted: number | undefined
  /** The call that goes ahead, if one does. */
  const ahead: { scout?: PromiseWithResolvers<void> | undefined } = {}
  return {
    async call(items, send, { countIn = () => items, times = 0 } = {}) {
      for (let tries = 0; ; tries += 1) {
        // As long as the cost of an item is unknown, one call goes ahead to find out.
        while (ahead.scout) await ahead.scout.promise
        const mine = unitsPerItem === undefined ? Promise.withResolvers<void>() : undefined
        ahead.scout = mine
        const expected = items * (unitsPerItem ?? 1)
        let pause: number | undefined
        try {
          await own.turn(expected)
          const answer = await send()
          const units = unitsIn(answer)
          // A call whose items were all handed back consumed nothing: it tells no cost.
          if (units > 0) unitsPerItem = units / items
          const count = countIn(answer)
          if (units > 0 && count > 0) unitsPerCounted = units / count
          own.spent(units, expected)
          if (handsBack(answer)) own.rest(pauseAfter(times, random()))
          return answer
        } catch (error) {
          // A write whose condition failed has read the item, and is charged.
          own.spent(isRefused(error) ? expected : 0, expected)
          const rest = restAfter(error, tries, random())
          pause = pauseAfterConflict(error, tries, random())
          if ((rest ?? pause) === undefined || tries >= MAX_TRIES) throw error
          if (rest !== undefined) own.rest(rest)
        } finally {
          if (mine) ahead.scout = undefined
          mine?.resolve()
        }
        if (pause !== undefined) await sleep(pause)
      }
    },
    most(items, seconds) {
      const affordable = Math.floor((own.unitsPerSecond * seconds) / (unitsPerCounted ?? MOST_UNITS_PER_ITEM))
      return Math.max(1, Math.min(items, affordable))
    },
    pauseMs: () => own.pauseMs(),
  }
}

const handsBack = ({ UnprocessedItems = {}, UnprocessedKeys = {} }: Consuming): boolean =>
  Object.keys(UnprocessedItems).length + Object.keys(UnprocessedKeys).length > 0

const FIRST_PAUSE_MS = 50

/** @throws {@link ServiceError} `RECORDS_UNREADABLE` after too many tries: it must not go on for ever. */
function pauseAfter(times: number, random: number): number {
  if (times >= MAX_TRIES) throw new ServiceError('RECORDS_UNREADABLE', 'DynamoDB keeps handing items back')
  return FIRST_PAUSE_MS * 2 ** times * (0.5 + random / 2)
}

/** Assumed before the first answer. The worst case is far more: an item of 400 KB, at 4 KB a read unit, 1 KB a write unit. */
const MOST_UNITS_PER_ITEM = 10

const isRefused = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException'

/** The total includes the indexes. */
const unitsIn = ({ ConsumedCapacity = [] }: Consuming): number =>
  [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0)
