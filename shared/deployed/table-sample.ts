/** What a sample of a table shows: names that the map does not know, where something about people may have been forgotten. */
import type { DataMap, ItemCondition, SortCondition, TableHolding } from '../data-map/data-map.ts'
import { actionKind, redactOf, retainOf, tableHoldings } from '../data-map/holdings.ts'
import { conditionsOf } from '../data-map/key-conditions.ts'
import { leadingLiteral, parseTemplate } from '../data-map/template.ts'
import { defined } from '../platform/defined.ts'
import { type AddressSpellings, addressSpellings } from './address-spellings.ts'
import type { Deployed, SampledItem } from './deployed.ts'

/** Names only, never a value. */
export interface SampleNotes {
  /** In DynamoDB. */
  readonly table: string
  /** Items looked at. */
  readonly items: number
  /** Of these, the ones that no holding finds for any person. */
  readonly unclaimed: number
  /** Attributes that no holding names, on items of which at least one is not erased as a whole. */
  readonly staying: readonly string[]
  /** The same, on items that are. */
  readonly going: readonly string[]
  /** How many more names there are that read like values, or are too many to show. */
  readonly unshown: number
  /** How the keys of unclaimed items begin, where that reads like a schema's own word. */
  readonly keys: readonly { readonly partition?: string; readonly sort?: string }[]
  /** Attributes with addresses that are not in their normal form. */
  readonly spellings?: readonly AddressSpellings[]
}

/** One per table that a sample was taken of. */
export const sampleNotes = (map: DataMap, { tables }: Deployed): readonly SampleNotes[] =>
  Object.entries(map.tables).flatMap(([table, { name }]) => {
    const found = tables.get(name)
    const sample = found?.is === 'told' ? found.value?.sample : undefined
    return sample?.is === 'told' && sample.value.length > 0 ? [notesOn(map, table, sample.value)] : []
  })

const MAX_NAMES = 100

function notesOn(map: DataMap, table: string, items: readonly SampledItem[]): SampleNotes {
  const stated = map.tables[table]
  const holdings = tableHoldings(map).flatMap(([, holding]) => (holding.table === table ? [holding] : []))
  const known = new Set([
    ...[stated, ...Object.values(stated?.indexes ?? {})].flatMap((one) => Object.keys(one?.key ?? {})),
    ...(stated?.holdAttribute === undefined ? [] : [stated.holdAttribute]),
    ...holdings.flatMap(namesIn),
  ])
  const claims = holdings.map((holding) => ({ kind: actionKind(holding.action), claims: claimOf(holding) }))
  const unclaimed = items.filter((item) => !claims.some(({ claims }) => claims(item)))
  const isClaimedTo = (kinds: readonly string[], item: SampledItem) =>
    claims.some(({ kind, claims }) => kinds.includes(kind) && claims(item))
  const unknownOn = (some: readonly SampledItem[]) =>
    new Set(some.flatMap((item) => Object.keys(item).filter((name) => !known.has(name))))
  const staying = unknownOn(items.filter((item) => !isClaimedTo(['erase', 'leave'], item)))
  const going = unknownOn(items.filter((item) => isClaimedTo(['erase'], item))).difference(staying)
  const spellings = addressSpellings(map, holdings, items)
  const shown = (names: ReadonlySet<string>) => [...names].filter(readsLikeName).sort().slice(0, MAX_NAMES)
  return {
    table: stated?.name ?? table,
    items: items.length,
    unclaimed: unclaimed.length,
    staying: shown(staying),
    going: shown(going),
    unshown: staying.size + going.size - shown(staying).length - shown(going).length,
    keys: beginnings(Object.keys(stated?.key ?? {}), unclaimed),
    ...(spellings.length > 0 && { spellings }),
  }
}

/** Every attribute that a holding speaks of. */
function namesIn({ find, owner = {}, unless = {}, reviewWhen = {}, learns = {}, action }: TableHolding) {
  const retain = retainOf(action)
  return [
    ...conditionsOf(find).map(([attribute]) => attribute),
    ...[owner, unless, reviewWhen].flatMap(Object.keys),
    ...[...Object.values(learns), ...Object.keys(redactOf(action) ?? {})].map(attributeOf),
    ...(retain ? [retain.until.from, ...(retain.keep ?? []).map(attributeOf)] : []),
    ...(retain?.ends.by === 'ttl' ? [retain.ends.attribute] : []),
  ]
}

/** `buyer.name`, `notes[*].text` → `buyer`, `notes`. */
const attributeOf = (path: string): string => /^[^.[]*/.exec(path)?.[0] ?? path

/** Whether a holding finds an item for any person, whatever values the identities have. */
function claimOf({ find, unless }: TableHolding): (item: SampledItem) => boolean {
  const tests = conditionsOf(find).map(([attribute, condition]) => [attribute, testOf(condition)] as const)
  return (item) =>
    tests.every(([attribute, test]) => attribute in item && test(item[attribute])) &&
    !(unless && holds(unless, item))
}

/** Undefined is a value that is no text, such as bytes. */
function testOf(condition: SortCondition): (text: string | undefined) => boolean {
  if (typeof condition === 'string') return matches(`^${pattern(condition)}$`)
  if ('beginsWith' in condition) return matches(`^${pattern(condition.beginsWith)}`)
  // Where a range lies depends on the person.
  return () => true
}

const matches = (source: string): ((text: string | undefined) => boolean) => {
  const expression = new RegExp(source, 's')
  return (text) => text === undefined || expression.test(text)
}

const pattern = (template: string): string =>
  parseTemplate(template)
    .parts.map((part) => (typeof part === 'string' ? RegExp.escape(part) : '.+'))
    .join('')

const holds = (condition: ItemCondition, item: SampledItem): boolean =>
  Object.entries(condition).every(([attribute, wanted]) =>
    typeof wanted === 'object' ? attribute in item === wanted.exists : item[attribute] === String(wanted),
  )

const MAX_LENGTH = 40

/** `GSI1PK`, `shipTo`, `line2`; not an address, a number, a phrase or an id, which may be somebody's. */
function readsLikeName(name: string): boolean {
  const digits = name.replace(/\D/g, '').length
  const letters = name.replace(/[^A-Za-z]/g, '').length
  return (
    /^[\w:.#$-]+$/.test(name) && name.length <= MAX_LENGTH && (digits === 0 || (digits <= 2 && letters >= 4))
  )
}

function beginnings([partition = '', sort = '']: readonly string[], items: readonly SampledItem[]) {
  const found = items
    .map((item) => defined({ partition: leadingLiteral(item[partition]), sort: leadingLiteral(item[sort]) }))
    .map((one) => [`${one.partition ?? ''} ${one.sort ?? ''}`, one] as const)
    .filter(([words]) => words !== ' ')
  const unique = [...new Map(found)].sort(([a], [b]) => (a < b ? -1 : 1))
  return unique.map(([, one]) => one).slice(0, MAX_NAMES)
}
