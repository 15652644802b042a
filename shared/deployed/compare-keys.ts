/** Keys and indexes as they are deployed: where they differ from the map's, a look-up finds nothing, or fails. */

import type { Finding } from '../config/findings.ts'
import type { DataMap, Index, KeySchema, Table } from '../data-map/data-map.ts'
import type { DeployedIndex, DeployedKeyPart, DeployedTable } from './deployed.ts'

export function* keyFindings(
  place: string,
  stated: KeySchema,
  found: readonly DeployedKeyPart[],
): Generator<Finding> {
  const [said, is] = [written(Object.entries(stated)), written(entriesOf(found))]
  if (said === is) return
  const problem = `is ${said}, but the deployed one is ${is}`
  yield { place, problem, remedy: `write ${is}, and mend what is found by it` }
}

export function* mappedIndexFindings(
  place: string,
  { name, key, indexes = {} }: Table,
  found: DeployedTable['indexes'],
  waived: DataMap['waived'] = {},
): Generator<Finding> {
  for (const [index, stated] of Object.entries(indexes)) {
    const at = `${place}.indexes.${index}`
    const deployed = found[index]
    if (deployed) yield* oneIndex(at, stated, deployed, key)
    else {
      const remedy = `use one of: ${Object.keys(found).join(', ') || 'none is there'}`
      yield { place: at, problem: `"${name}" has no index "${index}"`, remedy }
    }
    if (waiver(name, index) in waived) {
      const remedy = 'take it out of one of the two'
      yield { place: `dataMap.waived.${waiver(name, index)}`, problem: 'is mapped, too', remedy }
    }
  }
}

export function* strangeIndexFindings(
  place: string,
  { name, indexes = {} }: Table,
  found: DeployedTable['indexes'],
  waived: DataMap['waived'] = {},
): Generator<Finding> {
  for (const [index, deployed] of Object.entries(found)) {
    if (index in indexes || waiver(name, index) in waived) continue
    const problem = `"${name}" has an index "${index}" that is neither mapped nor waived`
    const waive = `waive it with the reason: waived: { '${waiver(name, index)}': '…' }`
    const describe = `describe it: ${index}: { key: ${written(entriesOf(deployed.key))} }, or ${waive}`
    const remedy = hasSeveralParts(deployed.key) ? `${SEVERAL_PARTS}: ${waive}` : describe
    yield { place: `${place}.indexes`, problem, remedy }
  }
}

/** How `waived` names an index: a table's name has no slash. */
const waiver = (table: string, index: string): string => `${table}/${index}`

const SEVERAL_PARTS = 'keys of several attributes are not supported'

function* oneIndex(
  place: string,
  stated: Index,
  found: DeployedIndex,
  tableKey: KeySchema,
): Generator<Finding> {
  if (hasSeveralParts(found.key)) {
    const parts = found.key.map(({ name, role }) => `${name} (${role})`).join(', ')
    const problem = `the deployed index has a key of several attributes: ${parts}`
    yield { place: `${place}.key`, problem, remedy: `${SEVERAL_PARTS}: find the items by another index` }
    return
  }
  yield* keyFindings(`${place}.key`, stated.key, found.key)
  if (found.status !== 'ACTIVE') {
    const problem = `the deployed index is ${found.status}, not ACTIVE: it may not have all items`
    yield { place, problem, remedy: 'see to it that it is ACTIVE, then check again' }
  }
  // No action lacks an attribute: the engine takes keys from an index, which are always in it, and reads the items
  // from their table.
  const isKey = (name: string) => name in tableKey || name in stated.key
  const beside = (names?: readonly string[]) => names?.filter((name) => !isKey(name)).toSorted()
  const said = beside(stated.projection)
  const is = beside(found.projection === 'ALL' ? undefined : found.projection)
  if (JSON.stringify(said) === JSON.stringify(is)) return
  const problem = `is ${carried(said)}, but the deployed index carries ${carried(is)}`
  const names = is?.map((name) => `'${name}'`).join(', ')
  const remedy = names === undefined ? 'leave it out' : `write [${names}]`
  yield { place: `${place}.projection`, problem, remedy }
}

function carried(names: readonly string[] | undefined): string {
  if (names === undefined) return 'all attributes'
  return names.length === 0 ? 'the keys only' : `the keys and ${names.join(', ')}`
}

const hasSeveralParts = (key: readonly DeployedKeyPart[]): boolean =>
  (['HASH', 'RANGE'] as const).some((role) => key.filter((part) => part.role === role).length > 1)

const entriesOf = (key: readonly DeployedKeyPart[]): readonly (readonly [string, string])[] =>
  key.toSorted((a, b) => a.role.localeCompare(b.role)).map(({ name, type }) => [name, type])

const written = (entries: readonly (readonly [string, string])[]): string =>
  `{ ${entries.map(([name, type]) => `${name}: '${type}'`).join(', ')} }`
