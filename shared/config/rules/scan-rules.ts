/** A scan reads all of a table for every request: the last resort, and never an accident. */
import type { TableHolding } from '../../data-map/data-map.ts'
import { conditionsOf, identitiesOf, pinnedBy } from '../../data-map/key-conditions.ts'
import type { Finding } from '../findings.ts'
import type { KnownParts } from '../schema/known-parts.ts'

export function* scanRules(name: string, { find, per }: TableHolding, known: KnownParts): Generator<Finding> {
  const place = `dataMap.holdings.${name}`
  if (find.index !== undefined) {
    const remedy = "find by the index's keys without `scan`, or leave `index` out"
    yield { place: `${place}.find.index`, problem: 'a scan reads the table, not an index', remedy }
  }
  if (per !== undefined) {
    const problem = 'the whole table would be read for each page of another holding'
    yield { place: `${place}.per`, problem, remedy: 'leave `per` out, or find the items by a key' }
  }
  const kindOf = (identity: string) => known.identities.parts.get(identity)?.of
  const records = identitiesOf(find).filter((identity) => kindOf(identity) === 'record')
  if (records.length > 0) {
    const problem = `"${records.join('", "')}" names a record: such values are not kept, only worked page by page`
    const remedy = 'find the items by a key of theirs and `per`, or scan for what a person or alias is in'
    yield { place: `${place}.find`, problem, remedy }
  }
  const namesPerson = conditionsOf(find).some(
    ([, condition]) =>
      typeof condition === 'string' &&
      (pinnedBy(condition)?.some((identity) => ['person', 'alias', undefined].includes(kindOf(identity))) ??
        true),
  )
  if (!namesPerson && records.length === 0) {
    const problem = "no attribute must be one person's value: the scan would find what belongs to others"
    const remedy = "add an attribute that is, such as userId: '{userId}'; a prefix or a range is not enough"
    yield { place: `${place}.find`, problem, remedy }
  }
}
