/** How a holding may find its items: by whole keys, made of identities that are enough to name the person. */
import type { Find, IdentityKind, KeySchema, KeyType, TableHolding } from '../../data-map/data-map.ts'
import { conditionsOf, identitiesOf, pinnedBy, templatesOf } from '../../data-map/key-conditions.ts'
import { keyTypeOf, type TableKeys } from '../../data-map/table-keys.ts'
import { type Finding, insteadOf, unknownName } from '../findings.ts'
import type { KnownParts } from '../schema/known-parts.ts'
import { perRules } from './per-rules.ts'
import { rangeRules } from './range-rules.ts'
import { scanRules } from './scan-rules.ts'
import { templateRules } from './template-rules.ts'

export function* findRules(name: string, holding: TableHolding, known: KnownParts): Generator<Finding> {
  const { find, table } = holding
  const place = `dataMap.holdings.${name}.find`
  const schema = known.tableKeys.parts.get(table)
  const key = schema && (find.index === undefined ? schema.key : schema.indexes?.[find.index]?.key)
  const isScan = find.scan !== undefined
  if (schema && !isScan) yield* keyRules(place, { find, table, key, schema })
  for (const [attribute, condition] of conditionsOf(find)) {
    const type = isScan ? typeOf(attribute, schema) : key?.[attribute]
    for (const template of templatesOf(condition)) {
      yield* templateRules(`${place}.${attribute}`, template, { known, type })
    }
    const isPartition = !isScan && attribute === Object.keys(key ?? {})[0]
    if (typeof condition !== 'string' && !isPartition) {
      yield* rangeRules(`${place}.${attribute}`, condition, type)
    }
  }
  if (isScan) yield* scanRules(name, holding, known)
  else {
    yield* identityRules(place, find, known)
    yield* perRules(name, holding, known)
  }
}

/** Whether the item's own key says whose it is. An index's key is an attribute, which may have changed since. */
export const keyNamesPerson = ({ find }: TableHolding, known: KnownParts): boolean =>
  find.index === undefined && find.scan === undefined && mayNamePerson(find, known)

/** What is no key is taken for a text. */
export const typeOf = (attribute: string, table: TableKeys | undefined): KeyType | undefined =>
  table && (keyTypeOf(attribute, table) ?? 'S')

interface LookedIn {
  readonly find: Find
  readonly table: string
  readonly schema: TableKeys
  readonly key: KeySchema | undefined
}

function* keyRules(place: string, { find, table, schema, key }: LookedIn): Generator<Finding> {
  if (find.index !== undefined && !key) {
    const indexes = Object.keys(schema.indexes ?? {})
    yield unknownName(`${place}.index`, `index of table "${table}"`, { name: find.index, known: indexes })
    return
  }
  const [partition, ...others] = Object.keys(key ?? {})
  const conditions = conditionsOf(find)
  if (partition !== undefined && !conditions.some(([attribute]) => attribute === partition)) {
    const of = find.index === undefined ? `table "${table}"` : `index "${find.index}"`
    const remedy = `add ${partition}: '…', the value that the partition key has for the person`
    yield { place, problem: `does not give the partition key "${partition}" of ${of}`, remedy }
  }
  for (const [attribute, condition] of conditions) {
    if (key?.[attribute] === undefined) {
      const problem = 'is no key attribute of what is looked in: DynamoDB could only filter by it'
      const remedy = `${insteadOf(attribute, [partition ?? '', ...others])}; state \`owner\` for other attributes`
      yield { place: `${place}.${attribute}`, problem, remedy }
    } else if (attribute === partition && typeof condition !== 'string') {
      const problem = 'is the partition key, which has no prefixes and no ranges'
      yield { place: `${place}.${attribute}`, problem, remedy: 'give the whole value as one template' }
    }
  }
}

function* identityRules(place: string, find: Find, known: KnownParts): Generator<Finding> {
  const identities = identitiesOf(find)
  const conditions = conditionsOf(find).map(([, condition]) => condition)
  const pinned = conditions.map(pinnedBy)
  if (pinned.every((names) => names?.length === 0)) {
    const problem =
      identities.length === 0
        ? 'names no identity: it would find the same items for everybody'
        : "names identities only where a range ends: what lies between is anybody's"
    yield { place, problem, remedy: "name one in the key, such as 'USER#{userId}'" }
  }
  const groups = identities.filter((name) => kindOf(name, known) === 'group')
  if (groups.length > 0 && !mayNamePerson(find, known)) {
    const problem = `"${groups.join('", "')}" is shared by many: alone it finds what belongs to all of them`
    const remedy = 'add a person or alias identity to the key, or leave these items to the group'
    yield { place, problem, remedy }
  }
}

const kindOf = (identity: string, known: KnownParts): IdentityKind | undefined =>
  known.identities.parts.get(identity)?.of

/** What cannot be read counts as a person: it has a finding of its own, and one is enough. */
const mayNamePerson = (find: Find, known: KnownParts): boolean =>
  conditionsOf(find).some(
    ([, condition]) =>
      pinnedBy(condition)?.some((name) => ['person', 'alias', undefined].includes(kindOf(name, known))) ??
      true,
  )
