/** Record identities: only from a parent whose pages teach them. */

import type { TableHolding } from '../../data-map/data-map.ts'
import { isTableHolding } from '../../data-map/holdings.ts'
import { identitiesOf } from '../../data-map/key-conditions.ts'
import type { Finding } from '../findings.ts'
import type { KnownParts } from '../schema/known-parts.ts'

export function* perRules(name: string, { find, per }: TableHolding, known: KnownParts): Generator<Finding> {
  const place = `dataMap.holdings.${name}`
  const identities = identitiesOf(find)
  const records = identities.filter((identity) => known.identities.parts.get(identity)?.of === 'record')
  if (records.length > 0 && per === undefined) {
    const problem = `"${records.join('", "')}" names a record: such values are not kept, only worked page by page`
    yield {
      place: `${place}.per`,
      problem,
      remedy: `add per: '…', the holding that learns ${records.join(', ')}`,
    }
  }
  const learnt = per === undefined ? undefined : learntBy(per, known)
  if (learnt === undefined) return
  for (const record of records.filter((identity) => !learnt.includes(identity))) {
    const remedy = `let "${per}" learn it: learns: { ${record}: '<attribute>' }`
    yield {
      place: `${place}.per`,
      problem: `"${per}" does not learn "${record}", by which this holding finds`,
      remedy,
    }
  }
  if (records.length === 0 && identities.every((identity) => known.identities.parts.has(identity))) {
    const remedy = `use a record identity that "${per}" learns in find, or leave \`per\` out`
    yield { place: `${place}.per`, problem: 'is stated, but find uses no record identity', remedy }
  }
}

/** By the parent itself: only what its own pages teach is handed down. Undefined if it cannot be told. */
function learntBy(name: string, known: KnownParts): readonly string[] | undefined {
  const holding = known.holdings.parts.get(name)
  return holding && isTableHolding(holding) ? Object.keys(holding.learns ?? {}) : undefined
}
