/** The ids of a rotating secret: `k1`, or with the day on which it was made, `k2-2026-11-29`. The highest number is the newest. */
import { dayOf } from './time.ts'

export const newestFirst = (ids: readonly string[]): readonly string[] =>
  ids.toSorted((a, b) => numberOf(b) - numberOf(a))

/** The id of the key that follows. */
export const nextKeyId = (newest: string, now: Date): string => `k${numberOf(newest) + 1}-${dayOf(now)}`

/** The day in the id, if it has one. */
export function dayMade(id: string): Date | undefined {
  const day = /^k\d+-(\d{4}-\d{2}-\d{2})$/.exec(id)?.[1]
  const made = day === undefined ? undefined : new Date(day)
  return made && !Number.isNaN(made.getTime()) ? made : undefined
}

export const isKeyId = (id: string): boolean => /^k\d+(-\d{4}-\d{2}-\d{2})?$/.test(id)

const numberOf = (id: string): number => Number(/^\D*(\d*)/.exec(id)?.[1])
