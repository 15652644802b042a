/** The holdings of a data map made ready for work: templates read, key types known, in plan order. */
import type { Action, DataMap, Holding, KeySchema, KeyType, Scope } from '../config/data-map.ts'
import { expand, type ParsedTemplate, parseTemplate, type Values } from '../config/template.ts'
import { templatesOf } from './identities.ts'
import { isNumber } from './numbers.ts'
import type { Condition, Item, Key, RecordQuery, Value } from './records.ts'

export interface Place {
  readonly name: string
  readonly holding: Holding
  readonly action: Action
  /** The table's name in DynamoDB. */
  readonly table: string
  readonly keyNames: readonly string[]
  readonly index?: string
  readonly partition: Part
  readonly sort?: Part & { readonly beginsWith: boolean }
  readonly owner: readonly Part[]
  /** Worked within each page of this one: what a record identity learnt there finds. */
  readonly children: readonly Place[]
  /** The key attributes of the index: an item without them is not in it. */
  readonly indexKeys: readonly string[]
  /** What redactions of this table put in the place of a value, by attribute. */
  readonly constants: Readonly<Record<string, readonly string[]>>
  /** Identities that some template in scope needs to find or to own items. */
  readonly needed: readonly string[]
  /** What work on this place and its table needs to see of an item. */
  readonly attributes: readonly string[]
}

export interface Part {
  readonly attribute: string
  readonly type: KeyType
  readonly template: ParsedTemplate
}

export interface Places {
  /** In plan order, children inside their parents. */
  readonly roots: readonly Place[]
  /** In plan order, children before their parents: the first that matches an item counts it. */
  readonly all: readonly Place[]
}

/** @param names Table names by map key, as deployed. */
export function placesOf(map: DataMap, names: Readonly<Record<string, string>>, scope: Scope): Places {
  const inScope = Object.entries(map.holdings).filter(
    ([, holding]) => scope === 'account' || holding.scope === scope,
  )
  const needed = inScope
    .flatMap(([, holding]) => templatesOf(holding))
    .flatMap((template) => parseTemplate(template).identities)
  const build = ([name, holding]: readonly [string, Holding]): Place => {
    const table = map.tables[holding.table]
    if (!table) throw new TypeError(`holding ${name} names a table that is not in the map`)
    const types: KeySchema = Object.fromEntries(
      [table, ...Object.values(table.indexes ?? {})].flatMap(({ key }) => Object.entries(key)),
    )
    const part = (attribute: string, template: string): Part => ({
      attribute,
      type: types[attribute] ?? 'S',
      template: parseTemplate(template),
    })
    const { index, ...conditions } = holding.find
    const keys = Object.keys((index === undefined ? table.key : table.indexes?.[index]?.key) ?? {})
    const [partition, sort] = keys.map((attribute) => {
      const condition = conditions[attribute]
      if (condition === undefined) return undefined
      const beginsWith = typeof condition !== 'string'
      return { ...part(attribute, beginsWith ? condition.beginsWith : condition), beginsWith }
    })
    if (!partition) throw new TypeError(`holding ${name} does not say which partition`)
    return {
      name,
      holding,
      action: holding.action,
      table: names[holding.table] ?? table.name,
      keyNames: Object.keys(table.key),
      ...(index === undefined ? {} : { index }),
      partition,
      ...(sort ? { sort } : {}),
      owner: Object.entries(holding.owner ?? {}).map(([attribute, template]) => part(attribute, template)),
      children: inScope.filter(([, { per }]) => per === name).map(build),
      indexKeys: index === undefined ? [] : keys,
      constants: constantsOf(map, holding.table),
      needed,
      attributes: attributesOf(map, holding.table),
    }
  }
  const roots = inOrder(inScope.filter(([, { per }]) => per === undefined)).map(build)
  return { roots, all: roots.flatMap(withChildren) }
}

/** What a place asks of DynamoDB: one query per combination of values, none while an identity is unknown. */
export function queriesFor(place: Place, values: Values): readonly RecordQuery[] {
  const { table, index, partition, sort, attributes, keyNames, children } = place
  const sorts = sort
    ? keysOf(sort, values, MAX_SORT_KEY_BYTES).map((value) => ({
        attribute: sort.attribute,
        value,
        beginsWith: sort.beginsWith,
      }))
    : [undefined]
  return keysOf(partition, values).flatMap((value) =>
    sorts.map((sorted) => ({
      table,
      ...(index === undefined ? {} : { index }),
      partition: { attribute: partition.attribute, value },
      ...(sorted ? { sort: sorted } : {}),
      attributes: index === undefined ? attributes : keyNames,
      ...(children.length > 0 ? { limit: PARENTS_PER_PAGE } : {}),
    })),
  )
}

const MAX_PARTITION_KEY_BYTES = 2048
const MAX_SORT_KEY_BYTES = 1024

/** The keys a part stands for. What DynamoDB could not have stored is not there, and asking would be an error. */
export const keysOf = (
  { template, type }: Part,
  values: Values,
  maxBytes = MAX_PARTITION_KEY_BYTES,
): readonly Value[] =>
  expand(template, values)
    .filter((text) => (type === 'N' ? isNumber(text) : text !== '' && Buffer.byteLength(text) <= maxBytes))
    .map((text) => (type === 'N' ? { N: text } : { S: text }))

/** Children are worked page by page of their parents: small pages, so that one always fits into a slice. */
const PARENTS_PER_PAGE = 25

/** Whose it is, as a condition of the write itself: still what it was when it was read and found to be the person's. */
export const conditionsOf = ({ owner }: Place, item: Item): readonly Condition[] =>
  owner.flatMap(({ attribute }) => (item[attribute] ? [{ attribute, value: item[attribute] }] : []))

export const keyOf = ({ keyNames }: Pick<Place, 'keyNames'>, item: Item): Key =>
  Object.fromEntries(keyNames.flatMap((name) => (item[name] ? [[name, item[name]]] : [])))

/** A place after those that are worked within it. */
export const withChildren = (place: Place): readonly Place[] => [
  ...place.children.flatMap(withChildren),
  place,
]

/** Everything any holding of this table looks at, so that each item can be judged by all of them. */
function attributesOf(map: DataMap, tableKey: string): readonly string[] {
  const names = new Set(Object.keys(map.tables[tableKey]?.key ?? {}))
  for (const { table, find, owner = {}, learns = {}, action } of Object.values(map.holdings)) {
    if (table !== tableKey) continue
    const { index, ...keys } = find
    const indexKey = index === undefined ? {} : (map.tables[tableKey]?.indexes?.[index]?.key ?? {})
    for (const name of [
      ...Object.keys(indexKey),
      ...Object.keys(keys),
      ...Object.keys(owner),
      ...Object.values(learns),
    ])
      names.add(name)
    for (const name of lookedAt(action)) names.add(name)
  }
  return [...names]
}

function constantsOf(map: DataMap, tableKey: string): Place['constants'] {
  const constants = Object.values(map.holdings).flatMap(({ table, action }) =>
    table !== tableKey || action === 'erase' || !('redact' in action)
      ? []
      : Object.entries(action.redact).flatMap(([attribute, put]) =>
          put === 'remove' ? [] : [{ attribute, text: put.constant }],
        ),
  )
  return Object.fromEntries(
    Array.from(
      Map.groupBy(constants, ({ attribute }) => attribute),
      ([attribute, puts]) => [attribute, puts.map(({ text }) => text)],
    ),
  )
}

function lookedAt(action: Action): readonly string[] {
  if (action === 'erase' || 'leave' in action) return []
  if ('redact' in action) return Object.keys(action.redact)
  const { until, ends } = action.retain
  return [until.from, ...(ends.by === 'ttl' ? [ends.attribute] : [])]
}

type Named = readonly [string, Holding]

/** By `after` and `last`, else as the map has them. */
function inOrder(holdings: readonly Named[]): readonly Named[] {
  const ordered: Named[] = []
  const visit = (entry: Named): void => {
    if (ordered.includes(entry)) return
    for (const before of entry[1].after ?? []) {
      const found = holdings.find(([name]) => name === before)
      if (found) visit(found)
    }
    ordered.push(entry)
  }
  for (const entry of holdings.filter(([, { last }]) => !last)) visit(entry)
  for (const entry of holdings) visit(entry)
  return ordered
}
