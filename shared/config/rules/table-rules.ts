/** Tables: each described once, with keys that can be looked up, used by a holding, in one region and account. */
import { accountOf, type KeySchema, type KeyType, regionOf } from '../../data-map/data-map.ts'
import { isFunctionHolding, redactOf, retainOf } from '../../data-map/holdings.ts'
import { isRedactionPath, parseRedactionPath } from '../../data-map/redaction-path.ts'
import { keyTypeOf } from '../../data-map/table-keys.ts'
import type { Finding } from '../findings.ts'
import { isDynamoName } from '../schema/fields.ts'
import { type KnownParts, knownTableHoldings, mentions } from '../schema/known-parts.ts'

export const TABLE_RULES = [keysRules, nameRules, useRules, timeToLiveRules, holdAttributeRules, regionRules]

function* keysRules({ tableKeys }: KnownParts): Generator<Finding> {
  for (const [name, { key, indexes = {} }] of tableKeys.parts) {
    const table = `dataMap.tables.${name}`
    yield* keyRules(`${table}.key`, key)
    for (const [index, { key }] of Object.entries(indexes)) {
      const place = `${table}.indexes.${index}`
      if (!isDynamoName(index)) {
        const remedy = "the index's name in DynamoDB: 3 to 255 of A-Z a-z 0-9 _ . -"
        yield { place, problem: `"${index}" cannot be the name of an index`, remedy }
      }
      yield* keyRules(`${place}.key`, key)
    }
    yield* typeRules(table, [key, ...Object.values(indexes).map((index) => index.key)])
  }
}

function* keyRules(place: string, key: KeySchema): Generator<Finding> {
  const attributes = Object.keys(key)
  if (attributes.length === 0) {
    const remedy = "give the partition key and the sort key, if any: { PK: 'S', SK: 'S' }"
    yield { place, problem: 'is empty', remedy }
  }
  if (attributes.length > 2) {
    const remedy = place.includes('.indexes.')
      ? 'one or two: indexes with keys of several attributes are not supported; look up by another index'
      : 'one or two: the partition key first, then the sort key'
    yield { place, problem: `has ${attributes.length} attributes`, remedy }
  }
  // JavaScript puts names that are whole numbers first.
  for (const attribute of attributes.filter((attribute) => /^(0|[1-9][0-9]*)$/.test(attribute))) {
    const problem = `the order of a key is lost with an attribute named "${attribute}": not supported`
    yield { place, problem, remedy: 'find the items by another key or index' }
  }
}

/** DynamoDB knows one type per key attribute, whatever keys it is in. */
function* typeRules(place: string, keys: readonly KeySchema[]): Generator<Finding> {
  const types = Map.groupBy(keys.flatMap(Object.entries<KeyType>), ([attribute]) => attribute)
  for (const [attribute, entries] of types) {
    const [first, ...others] = new Set(entries.map(([, type]) => type))
    if (others.length === 0) continue
    const problem = `"${attribute}" is of type ${first} in one key and of type ${others.join(' and ')} in another`
    yield { place, problem, remedy: `give "${attribute}" the type that DescribeTable tells` }
  }
}

function* nameRules({ tables, waived }: KnownParts): Generator<Finding> {
  for (const [name, { name: dynamoName }] of tables.parts) {
    const [twin] = [...tables.parts].find(([, table]) => table.name === dynamoName) ?? []
    if (twin !== undefined && twin !== name) {
      const problem = `"${dynamoName}" is already described by "${twin}"`
      const remedy = 'describe each table once; many holdings may use it'
      yield { place: `dataMap.tables.${name}.name`, problem, remedy }
    }
    if (waived.names.includes(dynamoName)) {
      const remedy = 'take it out of one of the two'
      yield { place: `dataMap.waived.${dynamoName}`, problem: `is mapped, too, as "${name}"`, remedy }
    }
  }
}

function* useRules(known: KnownParts): Generator<Finding> {
  const used = knownTableHoldings(known).map(([, { table }]) => table)
  for (const name of known.tables.names) {
    if (used.includes(name) || mentions(known.holdings, name)) continue
    const problem = 'no holding uses this table: what it holds of a person would stay'
    const remedy = 'add a holding that says what to do there, or move the table to `waived`, with the reason'
    yield { place: `dataMap.tables.${name}`, problem, remedy }
  }
}

/** DynamoDB deletes by one attribute per table. */
function* timeToLiveRules(known: KnownParts): Generator<Finding> {
  const attributes = new Map<string, string>()
  for (const { name, table, attribute } of timesToLive(known)) {
    const first = attributes.get(table) ?? attribute
    attributes.set(table, first)
    if (first === attribute) continue
    const place = `dataMap.holdings.${name}.action.retain.ends.attribute`
    const problem = `"${attribute}", but another holding says that the TTL attribute of "${table}" is "${first}"`
    yield { place, problem, remedy: 'a table has one TTL attribute: name the same one' }
  }
}

/** Every write depends on it, so no write may take it away. */
function* holdAttributeRules(known: KnownParts): Generator<Finding> {
  for (const [name, table] of known.tables.parts) {
    const { holdAttribute } = table
    if (holdAttribute === undefined) continue
    const isIt = (use: Use) => use.table === name && use.attribute === holdAttribute
    const redacts = redactedBy(known).find(isIt)
    const problem =
      keyTypeOf(holdAttribute, table) !== undefined
        ? 'is a key attribute'
        : timesToLive(known).some(isIt)
          ? 'is the TTL attribute, which the eraser sets'
          : redacts && `is redacted by "${redacts.name}"`
    if (problem === undefined) continue
    const place = `dataMap.tables.${name}.holdAttribute`
    const remedy = 'name an attribute that only says whether the item is held'
    yield { place, problem: `"${holdAttribute}" ${problem}`, remedy }
  }
}

/** A holding that writes this attribute. */
interface Use {
  readonly name: string
  readonly table: string
  readonly attribute: string
}

const timesToLive = (known: KnownParts): readonly Use[] =>
  knownTableHoldings(known).flatMap(([name, { table, action }]) => {
    const ends = retainOf(action)?.ends
    return ends?.by === 'ttl' ? [{ name, table, attribute: ends.attribute }] : []
  })

const redactedBy = (known: KnownParts): readonly Use[] =>
  knownTableHoldings(known).flatMap(([name, { table, action }]) => {
    const paths = Object.keys(redactOf(action) ?? {}).filter(isRedactionPath)
    return paths.map((path) => ({ name, table, attribute: parseRedactionPath(path).attribute }))
  })

/** Everything that a map names by ARN is in one region and account: the stack's. */
function* regionRules({ tables, holdings }: KnownParts): Generator<Finding> {
  const keys = [...tables.parts].flatMap(([name, { kmsKeyArn }]) =>
    kmsKeyArn === undefined ? [] : [{ place: `tables.${name}.kmsKeyArn`, what: 'a key', arn: kmsKeyArn }],
  )
  const functions = [...holdings.parts].flatMap(([name, holding]) =>
    isFunctionHolding(holding)
      ? [{ place: `holdings.${name}.function`, what: 'a function', arn: holding.function }]
      : [],
  )
  const [first, ...others] = [...keys, ...functions]
  if (!first) return
  for (const { place, what, arn } of others) {
    const [mine, theirs] = [whereIs(arn), whereIs(first.arn)]
    if (mine === theirs) continue
    const problem = `is ${what} of ${mine}, while "${first.place}" is of ${theirs}`
    const remedy =
      'another region or account is not supported yet: deploy once for each, with the tables that are there'
    yield { place: `dataMap.${place}`, problem, remedy }
  }
}

const whereIs = (arn: string): string => `${regionOf(arn)} in account ${accountOf(arn)}`
