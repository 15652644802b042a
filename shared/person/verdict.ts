/** What is done to an item: by all holdings that find it, whichever of them has. */
import { actionKind, retainOf } from '../data-map/holdings.ts'
import { epochSeconds } from '../platform/time.ts'
import type { Change, Item } from '../records/records.ts'
import { meets } from './conditions.ts'
import { isEnded, keptUntil } from './item-dates.ts'
import { keyParts, learn, readPart, readThrough } from './item-identities.ts'
import { keptOf } from './kept-values.ts'
import type { ReadyHolding } from './ready-map.ts'
import { changeOf, keptBy, type Rewritten } from './rewrite.ts'
import type { Work } from './work.ts'

/**
 * `kept`: it stays for a reason, and is told. `left`: it is not the person's. `erased`, `changed`: by these holdings, of
 * which the first counts it.
 */
export interface Verdict {
  readonly is: 'kept' | 'left' | 'erased' | 'changed'
  readonly by: readonly [ReadyHolding, ...ReadyHolding[]]
  /** All that find the item, whatever their scope: before it goes, each is asked what it teaches. */
  readonly finders: readonly ReadyHolding[]
}

/**
 * The first holding in plan order, of any scope, decides if it retains or leaves the item. Else the holdings in scope do:
 * one that erases, or else all that change it.
 */
export function verdictOf(work: Work, finder: ReadyHolding, item: Item): Verdict {
  const last = given.get(item)
  if (last?.judge === work.judge && last.finder === finder) return last.verdict
  const verdict = judged(work, finder, item)
  given.set(item, { judge: work.judge, finder, verdict })
  return verdict
}

/** An item is judged several times while its page is worked. */
const given = new WeakMap<
  Item,
  { readonly judge: Work['judge']; readonly finder: ReadyHolding; readonly verdict: Verdict }
>()

function judged(work: Work, finder: ReadyHolding, item: Item): Verdict {
  const finders = findersOf(work, finder, item)
  const [first = finder] = finders
  if (keepsItem(work, first, item)) {
    return { is: actionKind(first.action) === 'leave' ? 'left' : 'kept', by: [first], finders }
  }
  const [one = finder, ...more] = finders.filter(({ name }) => work.inScope.has(name))
  const all = [one, ...more] as const
  const eraser = all.find((holding) => erasesItem(work, holding, item))
  if (eraser) return { is: 'erased', by: [eraser], finders }
  const changers = all.filter(({ action }) => actionKind(action) !== 'leave')
  const working = changers.filter((holding) => work.judge.rewritten(holding, item)?.size !== 0)
  const [changer, ...others] = working.length > 0 ? working : changers
  return changer ? { is: 'changed', by: [changer, ...others], finders } : { is: 'left', by: all, finders }
}

function findersOf({ everywhere, judge, usable }: Work, finder: ReadyHolding, item: Item) {
  const here = everywhere.byTable.get(finder.table) ?? []
  if (here.length < 2) return [finder]
  return here.flatMap((one) => {
    if (one.name === finder.name) return finder
    const isMine = judge.ownershipOf(one, item) === 'mine'
    return isMine || isKeptBefore(one, item, { usable }) ? one : []
  })
}

/**
 * Whether the holding has kept the item before, and does not find it any more: its parent is gone, or it has lost what it
 * was found by. The table's TTL is the one that we have written.
 */
function isKeptBefore(holding: ReadyHolding, item: Item, { usable }: Pick<Work, 'usable'>): boolean {
  const retain = retainOf(holding.action)
  if (retain?.ends.by !== 'ttl') return false
  const until = keptUntil({ ...retain, ends: { by: 'operator' } }, item, new Date(0))
  const isOurs = until && item[retain.ends.attribute]?.N === String(epochSeconds(until))
  if (!isOurs) return false
  const stays = keptBy(holding, retain)
  if (!stays) return holding.config.per !== undefined && readThrough(holding, item, usable) !== undefined
  const isCut = Object.keys(item).every((attribute) => stays.has(attribute))
  const left = keyParts(holding).filter(({ attribute }) => stays.has(attribute))
  return isCut && left.every((part) => readPart(part, item, usable))
}

const keepsItem = ({ now }: Work, { action }: ReadyHolding, item: Item): boolean => {
  const retain = retainOf(action)
  return actionKind(action) === 'leave' || (retain !== undefined && !isEnded(retain, item, now))
}

const erasesItem = ({ now }: Work, { action }: ReadyHolding, item: Item): boolean => {
  const retain = retainOf(action)
  return action === 'erase' || (retain !== undefined && isEnded(retain, item, now))
}

/** Whether something is left to do. An item with an unreadable date always needs work. */
export const needsWork = ({ judge }: Pick<Work, 'judge'>, { is, by }: Verdict, item: Item): boolean =>
  is === 'erased' || (is !== 'left' && by.some((holding) => judge.rewritten(holding, item)?.size !== 0))

/**
 * One write; `undefined` if there is nothing to write, or a date cannot be read.
 *
 * @param kept Attributes that stay as they are.
 */
export function changeTo(
  { judge }: Pick<Work, 'judge'>,
  { by }: Verdict,
  item: Item,
  kept: ReadonlySet<string> = new Set(),
): Change | undefined {
  const each = by.map((holding) => judge.rewritten(holding, item))
  if (each.includes(undefined)) return undefined
  const changed = each.flatMap((rewritten) => [...(rewritten ?? [])])
  const all: Rewritten = new Map(changed.filter(([attribute]) => !kept.has(attribute)))
  return all.size > 0 ? changeOf(by, item, all) : undefined
}

/**
 * The first holding in plan order, of those in scope, that would find the item. One that finds it on its own comes before
 * one that needs a parent, which may be gone.
 */
export function firstHolding({ ready, judge }: Work, table: string, item: Item): ReadyHolding | undefined {
  const mine =
    ready.byTable.get(table)?.filter((holding) => judge.ownershipOf(holding, item) === 'mine') ?? []
  return mine.find(({ config }) => config.per === undefined) ?? mine[0]
}

/** The verdict, where `holding` is the first that finds the item: `undefined` where it is counted when another finds it. */
export function countedVerdict(work: Work, holding: ReadyHolding, item: Item): Verdict | undefined {
  const first = firstHolding(work, holding.table, item) ?? holding
  return first === holding ? verdictOf(work, holding, item) : undefined
}

/**
 * Whether an item teaches a value that is not among the identities yet: what the value leads to could not be found once
 * the item is erased. `new`: the next pass will have it. `unusable`: it cannot be a key, so a person has to look.
 */
export function lessonOf(
  work: Work,
  holdings: readonly ReadyHolding[],
  item: Item,
): 'known' | 'new' | 'unusable' {
  let isNew = false
  for (const holding of holdings) {
    if (holding.lessons.length === 0) continue
    const { identities, unusable } = learn(holding, [item], work.usable)
    if (unusable > 0) return 'unusable'
    // What another scope learns is not followed, and nothing of it could become known.
    if (!work.inScope.has(holding.name)) continue
    isNew ||= Object.entries(keptOf(work, holding, identities)).some(([name, values]) =>
      values.some((value) => !work.identities[name]?.includes(value)),
    )
  }
  return isNew ? 'new' : 'known'
}

/** Neither held, nor waiting for an approval, nor the only way to identities that are not known yet. */
export const mayGo = (work: Work, { finders }: Verdict, item: Item): boolean =>
  lessonOf(work, finders, item) === 'known' &&
  !finders.some((holding) => isHeld(holding, item) || isUnreviewed(holding, item))

/**
 * The items that `holding` has found, by each holding whose children are found through them: `holding` itself, and those
 * of its table that would lose items to it.
 */
export function parentsAmong(
  work: Work,
  holding: ReadyHolding,
  items: readonly Item[],
  isTaken: (item: Item) => boolean,
): readonly { readonly parent: ReadyHolding; readonly items: readonly Item[] }[] {
  const parents = work.ready.byTable.get(holding.table)?.filter(({ children }) => children.length > 0) ?? []
  return parents.map((parent) => ({
    parent,
    items:
      parent === holding
        ? items
        : items.filter((item) => work.judge.ownershipOf(parent, item) === 'mine' && isTaken(item)),
  }))
}

/** Whether touching the item still needs the operator's approval. */
const isUnreviewed = ({ unreviewed }: ReadyHolding, item: Item): boolean =>
  unreviewed.length > 0 && meets(item, unreviewed)

/** Whether the company holds the item, and with it all that is found through it and could not be found again. */
export const isHeld = ({ held }: ReadyHolding, item: Item): boolean => held.length > 0 && meets(item, held)
