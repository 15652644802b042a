/** The queries by which a holding finds one person's items. */
import { isNumber } from '../data-map/numbers.ts'
import { expand, type Values } from '../data-map/template.ts'
import type { Item, Key, RecordQuery, SortRange, Value } from '../records/records.ts'
import { type Assignment, assignmentsOf, countAssignments } from './combinations.ts'
import { type Identities, valuesOf } from './identities.ts'
import { encode, isInRange } from './key-values.ts'
import type { Part } from './parts.ts'
import type { ReadyHolding } from './ready-map.ts'

const MAX_PARTITION_KEY_BYTES = 2048
const MAX_SORT_KEY_BYTES = 1024
const MAX_ATTRIBUTE_BYTES = 400_000
/** A filter takes 100 values; with more, the items are judged here. */
const MAX_FILTER_VALUES = 100
/** As many items of half a KB as fit into a page of DynamoDB's. With smaller items, a page that fails costs less. */
export const ITEMS_PER_PAGE = 2000
/** Children are worked within each page of their parents: a small page always fits into one run. */
export const PARENTS_PER_PAGE = 25

/** One query per combination of values, none while an identity is unknown. */
export function queriesFor(holding: ReadyHolding, identities: Identities): readonly RecordQuery[] {
  const { table, index, partition, sort, attributes, keyNames, indexKeys, children } = holding
  const found = indexKeys.filter((name) => name !== partition?.attribute)
  const wanted = index === undefined ? attributes : [...new Set([...keyNames, ...found])]
  const shared = {
    table,
    ...(wanted && { attributes: wanted }),
    limit: children.length > 0 ? PARENTS_PER_PAGE : ITEMS_PER_PAGE,
  }
  if (!partition) return scanFor(holding, valuesOf(identities)).map((among) => ({ ...shared, ...among }))
  const queryIn = (values: Values): readonly RecordQuery[] => {
    const sorts = sort ? rangesOf(sort, values) : [undefined]
    return keysOf(partition, values).flatMap((value) =>
      sorts.map((range) => ({
        ...shared,
        ...(index !== undefined && { index }),
        partition: { attribute: partition.attribute, value },
        ...(range && { sort: range }),
      })),
    )
  }
  if (holding.joint.length === 0) return queryIn(valuesOf(identities))
  return assignmentsOf(holding.identities, holding.joint, identities).flatMap((one) => queryIn(valuesIn(one)))
}

export const valuesIn =
  (assignment: Assignment): Values =>
  (identity) => {
    const value = assignment[identity]
    return value === undefined ? [] : [value]
  }

/** How many queries that would be, without making them. */
export const countQueries = ({ partition, identities: names, joint }: ReadyHolding, known: Identities) =>
  partition ? countAssignments(names, joint, known) : 1

/** The keys that a part stands for, without those that DynamoDB cannot have stored. */
export const keysOf = (part: Part, values: Values, maxBytes = MAX_PARTITION_KEY_BYTES): readonly Value[] =>
  part.templates
    .flatMap((template) => expand(template, values))
    .flatMap((text) => encode(text, part, maxBytes) ?? [])

const rangesOf = (part: Part, values: Values): readonly SortRange[] =>
  endsOf(part, values).flatMap((ends) => {
    const encoded = ends.flatMap((end) => encode(end, part, MAX_SORT_KEY_BYTES) ?? [])
    const { attribute, test } = part
    // DynamoDB refuses a range that ends before it begins, and nothing lies in it.
    const isRange =
      encoded.length === ends.length && (test !== 'between' || isInRange(encoded[0], { test, ends }, part))
    return isRange ? [{ attribute, test, values: encoded }] : []
  })

/** The texts of each range; both of its ends contain the same values. */
export function endsOf({ templates }: Part, values: Values): readonly (readonly string[])[] {
  const identities = [...new Set(templates.flatMap((template) => template.identities))]
  return assignments(identities, values).map((assigned) =>
    templates.flatMap((template) => expand(template, (name) => assigned.get(name) ?? [])),
  )
}

const assignments = (identities: readonly string[], values: Values) =>
  identities.reduce<readonly ReadonlyMap<string, readonly string[]>[]>(
    (all, identity) =>
      all.flatMap((assigned) => values(identity).map((value) => new Map([...assigned, [identity, [value]]]))),
    [new Map()],
  )

function scanFor({ among }: ReadyHolding, values: Values): readonly Pick<RecordQuery, 'among'>[] {
  const wanted = among.map((part) => ({
    ...part,
    values: keysOf(part, values, MAX_ATTRIBUTE_BYTES).flatMap(spellings),
  }))
  if (wanted.some((part) => part.values.length === 0)) return []
  const filters = wanted.filter((part) => part.test === 'equals' && part.values.length <= MAX_FILTER_VALUES)
  return [{ among: filters.map(({ attribute, values: those }) => ({ attribute, values: those })) }]
}

/** An attribute that is no key may hold the text as a number. */
const spellings = (value: Value): readonly Value[] =>
  value.S !== undefined && isNumber(value.S) ? [value, { N: value.S }] : [value]

/** Called for every item: the loop is five times as fast as array methods. */
export function keyOf({ keyNames }: Pick<ReadyHolding, 'keyNames'>, item: Item): Key {
  const key: Record<string, Value> = {}
  for (const name of keyNames) {
    if (item[name]) key[name] = item[name]
  }
  return key
}
