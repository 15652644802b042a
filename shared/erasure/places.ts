/** The holdings of a data map made ready for work: templates read, key types known, in plan order. */
import type { Action, DataMap, Holding, KeySchema, KeyType, Scope } from '../config/data-map.ts'
import { expand, type ParsedTemplate, parseTemplate, type Values } from '../config/template.ts'
import type { Condition, Item, Key, RecordQuery } from './records.ts'

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
  /** What work on this place and its table needs to see of an item. */
  readonly attributes: readonly string[]
}

interface Part {
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
      attributes: attributesOf(map, holding.table),
    }
  }
  const roots = inOrder(inScope.filter(([, { per }]) => per === undefined)).map(build)
  return { roots, all: roots.flatMap(withChildren) }
}

/** What a place asks of DynamoDB: one query per combination of values, none while an identity is unknown. */
export function queriesFor(place: Place, values: Values): readonly RecordQuery[] {
  const { table, index, partition, sort, attributes, keyNames, children } = place
  const sorts = sort ? expand(sort.template, values) : [undefined]
  return expand(partition.template, values).flatMap((text) =>
    sorts.map((sortText) => ({
      table,
      ...(index === undefined ? {} : { index }),
      partition: { attribute: partition.attribute, value: typed(partition.type, text) },
      ...(sort && sortText !== undefined
        ? {
            sort: {
              attribute: sort.attribute,
              value: typed(sort.type, sortText),
              beginsWith: sort.beginsWith,
            },
          }
        : {}),
      attributes: index === undefined ? attributes : keyNames,
      ...(children.length > 0 ? { limit: PARENTS_PER_PAGE } : {}),
    })),
  )
}

/** Children are worked page by page of their parents: small pages, so that one always fits into a slice. */
const PARENTS_PER_PAGE = 25

/** Stands for any value of a record identity: those are not known but inside a parent's page. */
const ANY = '\u0000'

export type Matcher = (place: Place, item: Item) => boolean

/** Whether a place would find an item, judged by the item alone. */
export function matcher(map: DataMap, values: Values): Matcher {
  const known: Values = (identity) => (map.identities[identity]?.of === 'record' ? [ANY] : values(identity))
  const tests = new Map<Place, (item: Item) => boolean>()
  const testOf = (place: Place): ((item: Item) => boolean) => {
    const parts = [place.partition, ...(place.sort ? [place.sort] : []), ...place.owner].map((part) => ({
      attribute: part.attribute,
      beginsWith: part === place.sort && place.sort.beginsWith,
      expected: expand(part.template, known),
    }))
    return (item) =>
      parts.every(({ attribute, beginsWith, expected }) => {
        const text = item[attribute]?.S ?? item[attribute]?.N
        return text !== undefined && expected.some((one) => fits(text, one, beginsWith))
      })
  }
  return (place, item) => {
    const test = tests.get(place) ?? testOf(place)
    tests.set(place, test)
    return test(item)
  }
}

function fits(text: string, expected: string, beginsWith: boolean): boolean {
  if (!expected.includes(ANY)) return beginsWith ? text.startsWith(expected) : text === expected
  const pattern = expected.split(ANY).map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${pattern.join('.+')}${beginsWith ? '' : '$'}`, 's').test(text)
}

/** Whose it is, as a condition of the write itself. */
export const conditionsOf = ({ owner }: Place, values: Values): readonly Condition[] =>
  owner.map(({ attribute, type, template }) => ({
    attribute,
    values: expand(template, values).map((text) => typed(type, text)),
  }))

export const keyOf = ({ keyNames }: Pick<Place, 'keyNames'>, item: Item): Key =>
  Object.fromEntries(keyNames.flatMap((name) => (item[name] ? [[name, item[name]]] : [])))

export const typed = (type: KeyType, text: string) => (type === 'N' ? { N: text } : { S: text })

const withChildren = (place: Place): readonly Place[] => [...place.children.flatMap(withChildren), place]

/** Everything any holding of this table looks at, so that each item can be judged by all of them. */
function attributesOf(map: DataMap, tableKey: string): readonly string[] {
  const names = new Set(Object.keys(map.tables[tableKey]?.key ?? {}))
  for (const { table, find, owner = {}, learns = {}, action } of Object.values(map.holdings)) {
    if (table !== tableKey) continue
    const { index: _index, ...keys } = find
    for (const name of [...Object.keys(keys), ...Object.keys(owner), ...Object.values(learns)])
      names.add(name)
    for (const name of lookedAt(action)) names.add(name)
  }
  return [...names]
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
