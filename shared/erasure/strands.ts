/**
 * Items that are the only way to others: another person's, or those of a scope that this request does not erase. They are
 * reduced to what these are found by.
 */
import { type Identities, isPersonal, merge } from '../person/identities.ts'
import { keyParts, learn, readThrough } from '../person/item-identities.ts'
import { pagesOf } from '../person/pages.ts'
import { keyOf } from '../person/queries.ts'
import type { ReadyHolding } from '../person/ready-map.ts'
import { datesIn, ttlIn } from '../person/rewrite.ts'
import { needsWork, type Verdict, verdictOf } from '../person/verdict.ts'
import type { Work } from '../person/work.ts'
import type { Item } from '../records/records.ts'

/** An item seen as one that leads somewhere, by whoever could find it. */
interface Role {
  readonly holding: ReadyHolding
  /** Whose it would be: the values it would be found by. */
  readonly found: Identities
  readonly isOther: boolean
}

/** The items that something is to be done about. A stub is done with, as long as others are found through it. */
export async function withWork(
  work: Work,
  finder: ReadyHolding,
  items: readonly Item[],
): Promise<readonly Item[]> {
  const todo: Item[] = []
  for (const item of items) {
    const verdict = verdictOf(work, finder, item)
    if (!needsWork(work, verdict, item)) continue
    const isDone = looksReduced(work, verdict, item) && (await reductionOf(work, verdict, item))?.isDone
    if (!isDone) todo.push(item)
  }
  return todo
}

/** Items without a readable owner, but for stubs, which have lost theirs to this or an earlier request. */
export async function withoutStubs(
  work: Work,
  finder: ReadyHolding,
  items: readonly Item[],
): Promise<readonly Item[]> {
  const others: Item[] = []
  const verdict: Verdict = { is: 'erased', by: [finder], finders: [finder] }
  for (const item of items) {
    const isStub = finder.action === 'erase' && (await reductionOf(work, verdict, item))?.isDone
    if (!isStub) others.push(item)
  }
  return others
}

/** Whether nothing that was read of the item would change if others were found through it. */
export function looksReduced(work: Work, verdict: Verdict, item: Item): boolean {
  const roles = rolesOf(work, verdict, item)
  return roles.length > 0 && isReduced(work, verdict, { item, kept: attributesOf(roles, verdict) })
}

/** An item of which attributes stay, although it is to be erased, or they are to be changed. */
export interface Reduction {
  /** With all of its attributes. */
  readonly item: Item
  /** Those that stay as they are. */
  readonly kept: ReadonlySet<string>
  /** Whether nothing else is to be done. */
  readonly isDone: boolean
}

/** @returns Undefined if no other item is found through this one. */
export async function reductionOf(work: Work, verdict: Verdict, item: Item): Promise<Reduction | undefined> {
  const leading: Role[] = []
  for (const role of rolesOf(work, verdict, item)) {
    if (await leadsToOthers(work, role, item)) leading.push(role)
  }
  if (leading.length === 0) return undefined
  const [holding] = verdict.by
  const read = verdict.is === 'erased' && (await work.records.read(holding.table, [keyOf(holding, item)]))
  const [whole = item] = read ? read.items : []
  const reduction = { item: whole, kept: attributesOf(leading, verdict) }
  return { ...reduction, isDone: isReduced(work, verdict, reduction) }
}

const isReduced = (work: Work, verdict: Verdict, { item, kept }: Omit<Reduction, 'isDone'>): boolean =>
  changedIn(work, verdict, item).every((attribute) => kept.has(attribute))

/** The attributes that a write would change or remove. */
const changedIn = ({ judge }: Work, { is, by }: Verdict, item: Item): readonly string[] =>
  is === 'erased'
    ? Object.keys(item)
    : by.flatMap((holding) => [...(judge.rewritten(holding, item)?.keys() ?? [])])

function rolesOf(work: Work, verdict: Verdict, item: Item): readonly Role[] {
  const [{ table, config }] = verdict.by
  const leading = leadersIn(work, table)
  if (leading.length === 0 || verdict.is === 'left' || config.strands !== undefined) return []
  const changed = changedIn(work, verdict, item)
  return leading.flatMap((holding) => {
    const found = readThrough(holding, item, work.usable)
    if (!found) return []
    const named = Object.entries(found).filter(([name]) => isPersonal(work.map, name))
    const isOther = named.some(([name, values]) =>
      values.some((value) => !work.identities[name]?.includes(value)),
    )
    const role = { holding, found, isOther }
    const isLeading = named.length > 0 && (isOther || followersOf(work, role).length > 0)
    return isLeading && changed.some((attribute) => neededBy(holding).has(attribute)) ? [role] : []
  })
}

/** The holdings that are found through a role, of those that this request does not erase for its person. */
const followersOf = (work: Work, { holding, isOther }: Omit<Role, 'found'>): readonly ReadyHolding[] => {
  const groups = holding.lessons.flatMap(({ identity }) =>
    work.map.identities[identity]?.of === 'group' ? [identity] : [],
  )
  const taught = work.everywhere.roots.filter(({ identities }) =>
    identities.some((one) => groups.includes(one)),
  )
  return [...holding.children, ...taught].filter(({ name }) => isOther || !work.inScope.has(name))
}

const leaders = new WeakMap<object, ReadonlyMap<string, readonly ReadyHolding[]>>()

/** The holdings of a table that lead to children, or to a group. */
function leadersIn({ everywhere, map }: Work, table: string): readonly ReadyHolding[] {
  const isLeading = ({ children, lessons }: ReadyHolding): boolean =>
    children.length > 0 || lessons.some(({ identity }) => map.identities[identity]?.of === 'group')
  const found = leaders.get(everywhere) ?? Map.groupBy(everywhere.all.filter(isLeading), (one) => one.table)
  leaders.set(everywhere, found)
  return found.get(table) ?? []
}

async function leadsToOthers(work: Work, role: Role, item: Item): Promise<boolean> {
  const { holding, found, isOther } = role
  const known = merge(isOther ? found : work.identities, learn(holding, [item], work.usable).identities)
  for (const follower of followersOf(work, role)) {
    for await (const { items, unclear, unreadable } of pagesOf(work, follower, merge(found, known))) {
      // Whose those are that do not say so, somebody has to find out.
      const all = [...items, ...unclear, ...unreadable]
      if (all.some((one) => !isFoundAlone(work, follower, one))) return true
    }
  }
  return false
}

/** Whether its person finds it without the way over another item. */
const isFoundAlone = ({ everywhere, usable, map }: Work, follower: ReadyHolding, item: Item): boolean =>
  everywhere.byTable.get(follower.table)?.some((one) => {
    const isAlone = one.config.per === undefined && one.name !== follower.name
    const found = isAlone ? readThrough(one, item, usable) : undefined
    const kinds = Object.keys(found ?? {}).map((name) => map.identities[name]?.of)
    return kinds.some((kind) => kind === 'person' || kind === 'alias') && !kinds.includes('group')
  }) ?? false

function attributesOf(roles: readonly Role[], { is, by, finders }: Verdict): ReadonlySet<string> {
  const [{ held, keyNames }] = by
  const kept = new Set([
    ...keyNames,
    // Until when it is kept, and whether that is over, is asked of the stub again.
    ...finders.flatMap(({ action }) => datesIn(action)),
    ...held.map(({ attribute }) => attribute),
    ...roles.flatMap(({ holding }) => [...neededBy(holding)]),
  ])
  // What ends the keeping is written all the same.
  if (is !== 'erased') for (const { action } of by) for (const name of ttlIn(action)) kept.delete(name)
  return kept
}

const needs = new WeakMap<ReadyHolding, ReadonlySet<string>>()

/** The attributes by which a holding finds an item, tells whose it is, and learns from it. */
function neededBy(holding: ReadyHolding): ReadonlySet<string> {
  const known = needs.get(holding)
  if (known) return known
  const { indexKeys, owner, lessons, unless, action } = holding
  const made = new Set([
    ...indexKeys,
    ...[...keyParts(holding), ...owner].map(({ attribute }) => attribute),
    ...lessons.map(({ path }) => path.attribute),
    ...unless.map(({ attribute }) => attribute),
    ...datesIn(action),
  ])
  needs.set(holding, made)
  return made
}
