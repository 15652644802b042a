/** How a holding may find its items: by whole keys, made of identities that are enough to name the person. */
import type { Find, KeySchema, KeyType, SortCondition, TableHolding } from '../../data-map/data-map.ts'
import { isTableHolding } from '../../data-map/holdings.ts'
import { conditionsOf, identitiesOf, pinnedBy, templatesOf } from '../../data-map/key-conditions.ts'
import { keyTypeOf, type TableKeys } from '../../data-map/table-keys.ts'
import { type Finding, insteadOf, unknownName } from '../findings.ts'
import type { KnownHolding, KnownParts } from '../schema/known-parts.ts'
import { rangeRules, templateRules } from './template-rules.ts'

export const FIND_RULES = [keyRules, valueRules, identityRules, perRules, scanRules]

/** Whether the item's own key says whose it is. An index's key is an attribute, which may have changed since. */
export const keyNamesPerson = ({ find }: TableHolding, known: KnownParts): boolean =>
  find.index === undefined && find.scan === undefined && mayNamePerson(find, known)

/** An attribute of no key is taken for a text. Undefined if the keys are not known. */
export const typeOf = (attribute: string, keys: TableKeys | undefined): KeyType | undefined =>
  keys && (keyTypeOf(attribute, keys) ?? 'S')

/** The key that is looked up: the index's, else the table's. */
const lookedUpIn = ({ index }: Find, keys: TableKeys | undefined): KeySchema | undefined =>
  index === undefined ? keys?.key : keys?.indexes?.[index]?.key

function* keyRules({ place: of, holding: { find, table }, keys }: KnownHolding): Generator<Finding> {
  if (!keys || find.scan !== undefined) return
  const place = `${of}.find`
  const key = lookedUpIn(find, keys)
  if (find.index !== undefined && !key) {
    const known = Object.keys(keys.indexes ?? {})
    yield* unknownName(`${place}.index`, `index of table "${table}"`, { name: find.index, known })
    return
  }
  const attributes = Object.keys(key ?? {})
  const [partition] = attributes
  const conditions = conditionsOf(find)
  if (partition !== undefined && !conditions.some(([attribute]) => attribute === partition)) {
    const lookedUp = find.index === undefined ? `table "${table}"` : `index "${find.index}"`
    const remedy = `add ${partition}: '…', the value that the partition key has for the person`
    yield { place, problem: `does not give the partition key "${partition}" of ${lookedUp}`, remedy }
  }
  for (const [attribute, condition] of conditions) {
    if (key?.[attribute] === undefined) {
      const problem = 'is no key attribute of what is looked in: DynamoDB could only filter by it'
      const remedy = `${insteadOf(attribute, attributes)}; state \`owner\` for other attributes`
      yield { place: `${place}.${attribute}`, problem, remedy }
    } else if (attribute === partition && typeof condition !== 'string') {
      const problem = 'is the partition key, which has no prefixes and no ranges'
      yield { place: `${place}.${attribute}`, problem, remedy: 'give the whole value as one template' }
    }
  }
}

function* valueRules({ place, holding: { find }, keys, known }: KnownHolding): Generator<Finding> {
  const isScan = find.scan !== undefined
  const key = lookedUpIn(find, keys)
  for (const [attribute, condition] of conditionsOf(find)) {
    const at = `${place}.find.${attribute}`
    const type = isScan ? typeOf(attribute, keys) : key?.[attribute]
    for (const template of templatesOf(condition)) yield* templateRules(at, template, { known, type })
    const isPartition = !isScan && attribute === Object.keys(key ?? {})[0]
    if (typeof condition !== 'string' && !isPartition) yield* rangeRules(at, condition, type)
  }
}

function* identityRules({ place: of, holding: { find }, known }: KnownHolding): Generator<Finding> {
  if (find.scan !== undefined) return
  const place = `${of}.find`
  const identities = identitiesOf(find)
  const pinned = conditionsOf(find).map(([, condition]) => pinnedBy(condition))
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

/** Record identities come only from a parent whose pages teach them. */
function* perRules({ place: of, holding: { find, per }, known }: KnownHolding): Generator<Finding> {
  if (find.scan !== undefined) return
  const place = `${of}.per`
  const records = recordsIn(find, known)
  if (records.length > 0 && per === undefined) {
    const remedy = `add per: '…', the holding that learns ${records.join(', ')}`
    yield { place, problem: namesRecords(records), remedy }
  }
  const learnt = per === undefined ? undefined : learntBy(per, known)
  if (learnt === undefined) return
  for (const record of records.filter((identity) => !learnt.includes(identity))) {
    const problem = `"${per}" does not learn "${record}", by which this holding finds`
    yield { place, problem, remedy: `let "${per}" learn it: learns: { ${record}: '<attribute>' }` }
  }
  if (records.length === 0 && identitiesOf(find).every((name) => known.identities.parts.has(name))) {
    const remedy = `use a record identity that "${per}" learns in find, or leave \`per\` out`
    yield { place, problem: 'is stated, but find uses no record identity', remedy }
  }
}

/** By the parent itself: only what its own pages teach is handed down. Undefined if the parent is not known. */
function learntBy(name: string, known: KnownParts): readonly string[] | undefined {
  const holding = known.holdings.parts.get(name)
  return holding && isTableHolding(holding) ? Object.keys(holding.learns ?? {}) : undefined
}

/** A scan reads the whole table for every request: the last resort, and never an accident. */
function* scanRules({ place, holding: { find, per }, known }: KnownHolding): Generator<Finding> {
  if (find.scan === undefined) return
  if (find.index !== undefined) {
    const remedy = "find by the index's keys without `scan`, or leave `index` out"
    yield { place: `${place}.find.index`, problem: 'a scan reads the table, not an index', remedy }
  }
  if (per !== undefined) {
    const problem = 'the whole table would be read for each page of another holding'
    yield { place: `${place}.per`, problem, remedy: 'leave `per` out, or find the items by a key' }
  }
  const records = recordsIn(find, known)
  if (records.length > 0) {
    const remedy = 'find the items by a key of theirs and `per`, or scan for what a person or alias is in'
    yield { place: `${place}.find`, problem: namesRecords(records), remedy }
  }
  const values = conditionsOf(find).filter(([, condition]) => typeof condition === 'string')
  if (!values.some(([, value]) => pinsPerson(value, known)) && records.length === 0) {
    const problem = "no attribute must be one person's value: the scan would find what belongs to others"
    const remedy = "add an attribute that is, such as userId: '{userId}'; a prefix or a range is not enough"
    yield { place: `${place}.find`, problem, remedy }
  }
}

const kindOf = (identity: string, known: KnownParts) => known.identities.parts.get(identity)?.of

const recordsIn = (find: Find, known: KnownParts): readonly string[] =>
  identitiesOf(find).filter((identity) => kindOf(identity, known) === 'record')

const namesRecords = (records: readonly string[]): string =>
  `"${records.join('", "')}" names a record: such values are not kept, only worked page by page`

const mayNamePerson = (find: Find, known: KnownParts): boolean =>
  conditionsOf(find).some(([, condition]) => pinsPerson(condition, known))

/** What cannot be read counts as a person: it has a finding of its own, and one is enough. */
const pinsPerson = (condition: SortCondition, known: KnownParts): boolean =>
  pinnedBy(condition)?.some((name) => ['person', 'alias', undefined].includes(kindOf(name, known))) ?? true
