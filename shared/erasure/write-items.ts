/** Writes to items what the map says of them: deletes, redacts, retains or reduces them. */
import { isDeepStrictEqual } from 'node:util'
import { keyOf } from '../person/queries.ts'
import { isConditional, writeConditions } from '../person/rewrite.ts'
import { changeTo, type Verdict } from '../person/verdict.ts'
import type { Work } from '../person/work.ts'
import type { Change, Condition, Item, Key } from '../records/records.ts'
import { untilOneFails } from '../records/until-one-fails.ts'

const CONCURRENCY = 16

export interface ToWrite {
  readonly item: Item
  readonly verdict: Verdict
  /** Of an item through which others are found: the attributes that stay as they are. */
  readonly kept?: ReadonlySet<string> | undefined
}

interface WriteResult {
  /** Taken away, or changed, by a write of this request. */
  readonly written: readonly ToWrite[]
  /** Gone before. */
  readonly vanished: readonly ToWrite[]
  /** Items that are still there, because a condition of the write did not hold. */
  readonly refused: readonly ToWrite[]
  /** Whether all were tried: what was not begun, because the deadline had passed, is in none of them. */
  readonly isWhole: boolean
}

type Acting = Pick<Work, 'records' | 'judge' | 'deadline'>

/** @param all Items of one table. */
export async function act(work: Acting, table: string, all: readonly ToWrite[]): Promise<WriteResult> {
  const { records, deadline } = work
  const sides = { written: [] as ToWrite[], vanished: [] as ToWrite[], refused: [] as ToWrite[] }
  const { plain = [], single = [] } = Object.groupBy(all, (one) => (isPlain(one) ? 'plain' : 'single'))
  if (plain.length > 0) {
    const byKey = new Map<Key, ToWrite>(plain.map((one) => [keyOf(one.verdict.by[0], one.item), one]))
    for (const key of await records.erase(table, [...byKey.keys()], deadline)) byKey.delete(key)
    sides.written.push(...byKey.values())
  }
  await untilOneFails(single, CONCURRENCY, async (one) => {
    if (deadline.passed()) return
    const side = await write(work, table, one)
    sides[side].push(one)
  })
  const tried = sides.written.length + sides.vanished.length + sides.refused.length
  return { ...sides, isWhole: tried === all.length }
}

/** Whether the item is deleted whatever it has become. */
const isPlain = ({ verdict: { is, by, finders }, kept }: ToWrite): boolean =>
  is === 'erased' && !kept && !isConditional(by[0]) && finders.every(({ teaching }) => teaching.length === 0)

/** What an item teaches is known: if it teaches something else by now, it stays for the next pass. */
const asTaught = ({ finders }: Verdict, item: Item): readonly Condition[] =>
  [...new Set(finders.flatMap(({ teaching }) => teaching))].map((attribute) =>
    item[attribute] ? { attribute, is: item[attribute] } : { attribute, exists: false },
  )

async function write(
  { records, judge }: Acting,
  table: string,
  { item, verdict, kept }: ToWrite,
): Promise<'written' | 'vanished' | 'refused'> {
  const key = keyOf(verdict.by[0], item)
  const isDeleted = verdict.is === 'erased' && !kept
  const isReduced = verdict.is === 'erased' && kept !== undefined
  const change = isDeleted
    ? undefined
    : isReduced
      ? reduce(verdict, item, kept)
      : changeTo({ judge }, verdict, item, kept)
  if (!isDeleted && !change) return 'refused'
  const done = await (change
    ? records.changeIf(table, key, change)
    : records.eraseIf(table, key, [...writeConditions(verdict.by[0], item), ...asTaught(verdict, item)]))
  if (done === 'done') return 'written'
  if (done === 'gone') return 'vanished'
  if (done === 'impossible') return 'refused'
  // The SDK repeats a write whose answer was lost, and is then refused because of its own first write.
  return change !== undefined && isChanged(done, change) ? 'written' : 'refused'
}

const reduce = ({ by }: Verdict, item: Item, kept: ReadonlySet<string>): Change => ({
  set: {},
  remove: Object.keys(item).filter((attribute) => !kept.has(attribute)),
  conditions: writeConditions(by[0], item),
})

const isChanged = (item: Item, { set, remove }: Change): boolean =>
  remove.every((attribute) => item[attribute] === undefined) &&
  Object.entries(set).every(([attribute, value]) => isDeepStrictEqual(item[attribute], value))
