/** Writes to items what their holding says: deletes, redacts or retains them. */
import { isDeepStrictEqual } from 'node:util'
import { keyOf } from '../person/queries.ts'
import type { ReadyHolding } from '../person/ready-map.ts'
import { isConditional, writeConditions } from '../person/rewrite.ts'
import type { Work } from '../person/work.ts'
import type { Change, Item } from '../records/records.ts'
import { untilOneFails } from '../records/until-one-fails.ts'

const CONCURRENCY = 16

interface WriteResult {
  readonly written: readonly Item[]
  /** Items that are still there, because a condition of the write did not hold. */
  readonly refused: readonly Item[]
  /** Whether all were tried: what was not begun, because the deadline had passed, is in neither. */
  readonly isWhole: boolean
}

type Acting = Pick<Work, 'records' | 'judge' | 'deadline'>

export async function act(work: Acting, holding: ReadyHolding, items: readonly Item[]): Promise<WriteResult> {
  const { records, deadline } = work
  const written: Item[] = []
  const refused: Item[] = []
  if (holding.action === 'erase' && !isConditional(holding)) {
    const byKey = new Map(items.map((item) => [keyOf(holding, item), item]))
    for (const key of await records.erase(holding.table, [...byKey.keys()], deadline)) byKey.delete(key)
    written.push(...byKey.values())
  } else {
    await untilOneFails(items, CONCURRENCY, async (item) => {
      if (deadline.passed()) return
      const side = (await write(work, holding, item)) ? written : refused
      side.push(item)
    })
  }
  return { written, refused, isWhole: written.length + refused.length === items.length }
}

async function write({ records, judge }: Acting, holding: ReadyHolding, item: Item): Promise<boolean> {
  const { table, action } = holding
  const key = keyOf(holding, item)
  const change = action === 'erase' ? undefined : judge.changeTo(holding, item)
  if (action !== 'erase' && !change) return false
  const done = await (change
    ? records.changeIf(table, key, change)
    : records.eraseIf(table, key, writeConditions(holding, item)))
  if (typeof done === 'string') return done === 'done'
  // The SDK repeats a write whose answer was lost, and is then refused because of its own first write.
  return change !== undefined && isChanged(done, change)
}

const isChanged = (item: Item, { set, remove }: Change): boolean =>
  remove.every((attribute) => item[attribute] === undefined) &&
  Object.entries(set).every(([attribute, value]) => isDeepStrictEqual(item[attribute], value))
