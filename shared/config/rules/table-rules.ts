/** Tables as they stand in DynamoDB: each described once, by keys that can be looked up, and used. */
import type { KeySchema, KeyType } from '../../data-map/data-map.ts'
import type { TableKeys } from '../../data-map/table-keys.ts'
import type { Finding } from '../findings.ts'
import { isDynamoName } from '../schema/fields.ts'
import { type KnownParts, knownTableHoldings, mentions } from '../schema/known-parts.ts'
import { regionRules } from './region-rules.ts'
import { tableAttributeRules } from './table-attribute-rules.ts'

export function* tableRules(known: KnownParts): Generator<Finding> {
  for (const [name, keys] of known.tableKeys.parts) yield* keysRules(`dataMap.tables.${name}`, keys)
  for (const [name, table] of known.tables.parts) yield* nameRules(name, table.name, known)
  for (const name of known.tables.names) yield* useRules(name, known)
  yield* tableAttributeRules(known)
  yield* regionRules(known)
}

function* keysRules(place: string, { key, indexes = {} }: TableKeys): Generator<Finding> {
  yield* keyRules(`${place}.key`, key)
  for (const [index, { key }] of Object.entries(indexes)) {
    if (!isDynamoName(index)) {
      const remedy = "the index's name in DynamoDB: 3 to 255 of A-Z a-z 0-9 _ . -"
      yield {
        place: `${place}.indexes.${index}`,
        problem: `"${index}" cannot be the name of an index`,
        remedy,
      }
    }
    yield* keyRules(`${place}.indexes.${index}.key`, key)
  }
  yield* typeRules(place, [key, ...Object.values(indexes).map((index) => index.key)])
}

function* nameRules(name: string, dynamoName: string, known: KnownParts): Generator<Finding> {
  const [twin] = [...known.tables.parts].find(([, table]) => table.name === dynamoName) ?? []
  if (twin !== undefined && twin !== name) {
    const remedy = 'describe each table once; many holdings may use it'
    yield {
      place: `dataMap.tables.${name}.name`,
      problem: `"${dynamoName}" is already described by "${twin}"`,
      remedy,
    }
  }
  if (known.waived.includes(dynamoName)) {
    const remedy = 'take it out of one of the two'
    yield { place: `dataMap.waived.${dynamoName}`, problem: `is mapped, too, as "${name}"`, remedy }
  }
}

function* useRules(name: string, known: KnownParts): Generator<Finding> {
  const isUsed = knownTableHoldings(known).some(([, { table }]) => table === name)
  if (!isUsed && !mentions(known.holdings, name)) {
    const remedy = 'add a holding that says what to do there, or move the table to `waived`, with the reason'
    yield {
      place: `dataMap.tables.${name}`,
      problem: 'no holding uses this table: what it holds of a person would stay',
      remedy,
    }
  }
}

function* keyRules(place: string, key: KeySchema): Generator<Finding> {
  const attributes = Object.keys(key)
  if (attributes.length === 0) {
    yield {
      place,
      problem: 'is empty',
      remedy: "give the partition key and the sort key, if any: { PK: 'S', SK: 'S' }",
    }
  }
  if (attributes.length > 2) {
    const isIndex = place.includes('.indexes.')
    const problem = `has ${attributes.length} attributes`
    const remedy = isIndex
      ? 'one or two: indexes with keys of several attributes are not supported; look up by another index'
      : 'one or two: the partition key first, then the sort key'
    yield { place, problem, remedy }
  }
  for (const attribute of attributes.filter((attribute) => /^(0|[1-9][0-9]*)$/.test(attribute))) {
    const remedy = 'find the items by another key or index'
    yield {
      place,
      problem: `the order of a key is lost with an attribute named "${attribute}": not supported`,
      remedy,
    }
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
