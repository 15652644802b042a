/** A page that a worker had begun when it died: what it had taken of it, and had told nobody. */
import { hash } from 'node:crypto'
import { type Cursor, pagesOf } from '../person/pages.ts'
import { keyOf } from '../person/queries.ts'
import { type ReadyHolding, withChildren } from '../person/ready-map.ts'
import type { Work } from '../person/work.ts'
import type { Item } from '../records/records.ts'
import type { Checkpoint } from '../requests/checkpoint.ts'
import type { Erasing } from './checkpoint.ts'
import type { ItemCounts } from './counts.ts'
import { countsIn } from './erase-page.ts'
import { isSameWork, type PhaseContext } from './phase-context.ts'
import { withWork } from './strands.ts'

export interface Begun {
  /** Those that were to be worked on. */
  readonly items: ItemCounts
  /** Where the page after it begins. */
  readonly end: Cursor | undefined
}

/** Recognises a holding whose name has changed. */
export const finderOf = ({ table, config: { find } }: ReadyHolding): string =>
  hash('sha256', JSON.stringify([table, find]), 'base64url').slice(0, 12)

/** Read again, the page may have later items in the place of those that are gone: its own are those before its end. */
export async function missingFrom(
  work: Work,
  step: ReadyHolding,
  from: Cursor | undefined,
  { items, end }: Begun,
): Promise<ItemCounts> {
  const nameOf = (item: Item): string => JSON.stringify(keyOf(step, item))
  const here = await firstPage(work, step, from)
  const later = new Set(end ? (await firstPage(work, step, end)).map(nameOf) : [])
  const own = here.filter((item) => !later.has(nameOf(item)))
  const left = countsIn(work, step, await withWork(work, step, own))
  const missing = Object.entries(items).map(([name, begun]) => [name, begun - (left[name] ?? 0)] as const)
  return Object.fromEntries(missing.filter(([, count]) => count > 0))
}

/**
 * What a worker had taken of a page that it had begun by another map, if this one finds the page's items by a holding of
 * whatever name.
 */
export async function missingUnderOtherMap(
  { work, cursors }: Pick<PhaseContext, 'work' | 'cursors'>,
  { phase, page, pageEnd, finder, holding = '', cursor, values }: Checkpoint,
): Promise<ItemCounts> {
  const step = work.ready.roots.find((one) => finderOf(one) === finder)
  if (phase !== 'erase' || typeof page !== 'object' || !step || !isSameWork({ values }, work)) return {}
  const { [holding]: own, ...others } = page
  const items = own === undefined ? others : { ...others, [step.name]: own }
  const end = await cursors.open(pageEnd)
  return missingFrom(work, step, await cursors.open(cursor), { items, end })
}

async function firstPage(work: Work, step: ReadyHolding, from: Cursor | undefined): Promise<readonly Item[]> {
  for await (const { items } of pagesOf(work, step, work.identities, from)) return items
  return []
}

/** The page that the checkpoint says was begun. */
export async function begunAt(
  { cursors }: Pick<PhaseContext, 'cursors'>,
  { page, pageEnd }: NonNullable<Erasing['stoppedAt']> = { holding: '' },
): Promise<Begun | undefined> {
  return page && { items: page, end: await cursors.open(pageEnd) }
}

/** A worker has died in a page: nobody knows which of the children it had taken. */
export function unsureAfter(
  { ready }: Work,
  from: { readonly holding: string; readonly begun?: Begun | undefined } | undefined,
): readonly string[] {
  const step = ready.roots.find(({ name }) => name === from?.holding)
  return from?.begun && step ? step.children.flatMap(withChildren).map(({ name }) => name) : []
}
