/** Why something is kept, how the keeping ends, and what is kept of it. */
import type { Retain } from '../../data-map/data-map.ts'
import { keyTypeOf } from '../../data-map/table-keys.ts'
import { type Finding, unknownName } from '../findings.ts'
import type { OfTable } from './redaction-rules.ts'

export function* retentionRules(
  place: string,
  { because, until, ends, keep = [] }: Retain,
  { keys, known }: OfTable,
): Generator<Finding> {
  if (!known.reasons.includes(because)) {
    yield unknownName(`${place}.because`, 'reason', { name: because, known: known.reasons })
  }
  if (ends.by === 'ttl') yield* timeToLiveRules(place, { attribute: ends.attribute, from: until.from, keys })
  for (const [at, attribute] of keep.entries()) {
    const kept = `${place}.keep.${at}`
    if (keys && attribute in keys.key) {
      const problem = `"${attribute}" is part of the primary key, which is kept in any case`
      yield { place: kept, problem, remedy: 'leave it out' }
    } else if (keep.indexOf(attribute) < at) {
      yield { place: kept, problem: `"${attribute}" is named twice`, remedy: 'leave one of the two out' }
    }
  }
}

interface End {
  readonly attribute: string
  readonly from: string
  readonly keys: OfTable['keys']
}

function* timeToLiveRules(place: string, { attribute, from, keys }: End): Generator<Finding> {
  const isKey = keys !== undefined && keyTypeOf(attribute, keys) !== undefined
  if (!isKey && attribute !== from) return
  const problem = isKey ? 'is a key attribute' : 'is the attribute that the end is counted from'
  const remedy = "name the table's TTL attribute; the end is written to it, in epoch seconds"
  yield { place: `${place}.ends.attribute`, problem: `"${attribute}" ${problem}`, remedy }
}
