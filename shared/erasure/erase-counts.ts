/** What has become of a person's items so far, by the holding they count under. */

/** Items by the holding they count under. */
export type Items = Readonly<Record<string, number>>

/** What has become of the items so far. */
export interface EraseCounts {
  /** What was there to be worked on: more than was planned if something was written meanwhile. */
  readonly seen: Items
  /** What is still there. */
  readonly left: Items
  /** Items written to: progress. */
  readonly writes: number
  /** Functions that could not answer, here or when it was planned: what they hold is for a later pass. */
  readonly unanswered?: readonly string[]
}

export const NOTHING_ERASED: EraseCounts = { seen: {}, left: {}, writes: 0 }

export const add = (a: Items, b: Items): Items => ({
  ...a,
  ...Object.fromEntries(Object.entries(b).map(([name, items]) => [name, (a[name] ?? 0) + items])),
})

export const plus = (a: EraseCounts, b: EraseCounts): EraseCounts => ({
  ...a,
  seen: add(a.seen, b.seen),
  left: add(a.left, b.left),
  writes: a.writes + b.writes,
})
