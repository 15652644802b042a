/**
 * Items that are the only way to others: another person's, or those of a scope that this request does not erase. They are
 * reduced to what these are found by.
 */
import { heldAt } from '../data-map/attribute-path.ts'
import { isPersonal, type Identities, merge } from '../person/identities.ts'
import { keyParts, learn, readThrough } from '../person/item-identities.ts'
import { pagesOf } from '../person/pages.ts'
import { keyOf } from '../person/queries.ts'
import type { ReadyHolding } from '../person/ready-map.ts'
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

/** Whether nothing that was read of the item would go if others were found through it. */
export function looksReduced(work: Work, verdict: Verdict, item: Item): boolean {
  const roles = rolesOf(work, verdict, item)
  const kept = attributesOf(roles, verdict)
  return roles.length > 0 && Object.keys(item).every((attribute) => kept.has(attribute))
}

/** An item that is to be erased, and is only reduced. */
export interface Reduction {
  /** With all of its attributes. */
  readonly item: Item
  /** Those that stay. */
  readonly kept: ReadonlySet<string>
  /** Whether it has no others. */
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
  const [whole = item] = await work.records.read(holding.table, [keyOf(holding, item)])
  const kept = attributesOf(leading, verdict)
  return { item: whole, kept, isDone: Object.keys(whole).every((attribute) => kept.has(attribute)) }
}

function rolesOf(work: Work, { is, by }: Verdict, item: Item): readonly Role[] {
  const [{ table, config }] = by
  if (is !== 'erased' || config.strands !== undefined) return []
  return leadersIn(work, table).flatMap((holding) => {
    const found = readThrough(holding, item, work.usable)
    if (!found) return []
    const named = Object.entries(found).filter(([name]) => isPersonal(work.map, name))
    const isOther = named.some(([name, values]) =>
      values.some((value) => !work.identities[name]?.includes(value)),
    )
    const isLeading = isOther || holding.children.some((child) => !work.inScope.has(child.name))
    return named.length > 0 && isLeading ? [{ holding, found, isOther }] : []
  })
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

async function leadsToOthers(work: Work, { holding, found, isOther }: Role, item: Item): Promise<boolean> {
  const { map, usable } = work
  const teachesGroup = holding.lessons.some(
    ({ identity, path }) => map.identities[identity]?.of === 'group' && heldAt(item, path).length > 0,
  )
  if (isOther && teachesGroup) return true
  const known = merge(isOther ? found : work.identities, learn(holding, [item], usable).identities)
  const identities = merge(found, known)
  for (const child of holding.children) {
    if (!isOther && work.inScope.has(child.name)) continue
    for await (const { items } of pagesOf(work, child, identities)) {
      if (items.some((one) => !isFoundAlone(work, child, one))) return true
    }
  }
  return false
}

/** Whether its person finds it without the parent. */
const isFoundAlone = ({ everywhere, usable, map }: Work, child: ReadyHolding, item: Item): boolean =>
  everywhere.byTable.get(child.table)?.some((one) => {
    const found = one.config.per === undefined ? readThrough(one, item, usable) : undefined
    return found !== undefined && Object.keys(found).some((name) => isPersonal(map, name))
  }) ?? false

function attributesOf(roles: readonly Role[], { by: [{ held, keyNames }] }: Verdict): ReadonlySet<string> {
  return new Set([
    ...keyNames,
    ...held.map(({ attribute }) => attribute),
    ...roles.flatMap(({ holding }) => [
      ...holding.indexKeys,
      ...[...keyParts(holding), ...holding.owner].map(({ attribute }) => attribute),
      ...holding.lessons.map(({ path }) => path.attribute),
      ...holding.unless.map(({ attribute }) => attribute),
    ]),
  ])
}
