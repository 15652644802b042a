/** Reads from the tables and indexes that no query has read: a missing one looks like one without records. */
import { valuesOf } from '../person/identities.ts'
import { queriesFor } from '../person/queries.ts'
import type { ReadyHolding } from '../person/ready-map.ts'
import type { Work } from '../person/work.ts'
import type { Value } from '../records/records.ts'

/** Asks each for a key that no person has. @throws DynamoDB's own error for a table, an index or a key that does not exist. */
export async function probe({ ready, records, identities }: Work): Promise<void> {
  const unasked = ready.all.filter((holding) => queriesFor(holding, valuesOf(identities)).length === 0)
  const targets = new Map(unasked.map((holding) => [`${holding.table}/${holding.index ?? ''}`, holding]))
  await Promise.all(targets.values().map((holding) => records.page(queryOfNobody(holding))))
}

const NOBODY: Readonly<Record<'S' | 'N' | 'B', Value>> = {
  S: { S: '\u0000' },
  N: { N: '0' },
  B: { B: Uint8Array.of(0) },
}

const queryOfNobody = ({ table, index, partition, keyNames }: ReadyHolding) => ({
  table,
  ...(index === undefined ? {} : { index }),
  ...(partition && { partition: { attribute: partition.attribute, value: NOBODY[partition.type] } }),
  attributes: keyNames,
  limit: 1,
})
