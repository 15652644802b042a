/** Attributes that mean something to all of a table: when an item is due to go, and whether it is held. */

import type { Table } from '../../data-map/data-map.ts'
import { retainOf } from '../../data-map/holdings.ts'
import { isRedactionPath, parseRedactionPath } from '../../data-map/redaction-path.ts'
import { keyTypeOf } from '../../data-map/table-keys.ts'
import type { Finding } from '../findings.ts'
import { type KnownParts, knownTableHoldings } from '../schema/known-parts.ts'

export function* tableAttributeRules(known: KnownParts): Generator<Finding> {
  yield* timeToLiveRules(known)
  for (const [name, table] of known.tables.parts) yield* holdAttributeRules(name, table, known)
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

/** It stands against every write, so no write may take it away. */
function* holdAttributeRules(name: string, table: Table, known: KnownParts): Generator<Finding> {
  const { holdAttribute } = table
  if (holdAttribute === undefined) return
  const isIt = (use: Use) => use.table === name && use.attribute === holdAttribute
  const redacts = redactedBy(known).find(isIt)
  const problem =
    keyTypeOf(holdAttribute, table) !== undefined
      ? 'is a key attribute'
      : timesToLive(known).some(isIt)
        ? 'is the TTL attribute, which the eraser sets'
        : redacts && `is redacted by "${redacts.name}"`
  if (problem === undefined) return
  const remedy = 'name an attribute that only says whether the item is held'
  yield {
    place: `dataMap.tables.${name}.holdAttribute`,
    problem: `"${holdAttribute}" ${problem}`,
    remedy,
  }
}

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
  knownTableHoldings(known).flatMap(([name, { table, action }]) =>
    action === 'erase' || !('redact' in action)
      ? []
      : Object.keys(action.redact)
          .filter(isRedactionPath)
          .map((text) => ({ name, table, attribute: parseRedactionPath(text).attribute })),
  )
