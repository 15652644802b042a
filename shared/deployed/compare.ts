/** The data map compared with the tables as they are deployed: what the map does not know is not erased. */

import { type Finding, insteadOf } from '../config/findings.ts'
import type { DataMap, Table } from '../data-map/data-map.ts'
import { retainOf, tableHoldings } from '../data-map/holdings.ts'
import { deployedCopies } from './compare-copies.ts'
import { keyFindings, mappedIndexFindings, strangeIndexFindings } from './compare-keys.ts'
import type { CallResult, Deployed, DeployedTable } from './deployed.ts'

export const compareTables = (map: DataMap, deployed: Deployed): readonly Finding[] => [
  ...Object.entries(map.tables).flatMap(([table, stated]) => [
    ...tableFindings(table, stated, map, deployed),
  ]),
  ...otherTables(map, deployed),
]

/** Operations that the engine does not have, so that what they would tell is not known. */
export function unseen({ tables, listed, backups }: Deployed): readonly string[] {
  const ofTables = [...tables.values()].flatMap((table) => [table, ...settingResults(table)])
  const unsupported = [listed, backups, ...ofTables].filter((result) => result.is === 'unsupported')
  return [...new Set(unsupported.map(({ operation }) => operation))].sort()
}

const settingResults = (table: CallResult<DeployedTable | undefined>): readonly CallResult<unknown>[] => {
  if (table.is !== 'told' || !table.value) return []
  const { kinesisStreams, recoveryDays, timeToLive, sample } = table.value
  return [kinesisStreams, recoveryDays, timeToLive, sample]
}

function* tableFindings(table: string, stated: Table, map: DataMap, deployed: Deployed): Generator<Finding> {
  const place = `dataMap.tables.${table}`
  const result = deployed.tables.get(stated.name)
  for (const one of result ? [result, ...settingResults(result)] : []) {
    if (one.is === 'denied') yield denied(place, `"${stated.name}"`, one.permission)
  }
  if (result?.is === 'denied') return
  if (result?.is !== 'told' || !result.value) {
    yield missing(place, stated.name, map, deployed)
    return
  }
  const found = result.value
  if (found.status !== 'ACTIVE') {
    const problem = `"${stated.name}" is ${found.status}, not ACTIVE`
    yield { place, problem, remedy: 'see to it that it is ACTIVE, then check again' }
  }
  yield* keyFindings(`${place}.key`, stated.key, found.key)
  yield* mappedIndexFindings(place, stated, found.indexes, map.waived)
  yield* strangeIndexFindings(place, stated, found.indexes, map.waived)
  yield* deployedCopies(place, stated, found, deployed)
  yield* timeToLiveFindings(table, stated, map, found)
}

function missing(place: string, name: string, map: DataMap, deployed: Deployed): Finding {
  const near = insteadOf(name, strangers(map, deployed))
  const hint = near.startsWith('did you mean') ? `${near} Or` : 'give the name it has in DynamoDB, or'
  const problem = `there is no table "${name}" in ${deployed.region ?? 'this account and region'}`
  return { place: `${place}.name`, problem, remedy: `${hint} look in the account and region where it is` }
}

const denied = (place: string, what: string, permission: string): Finding => ({
  place,
  problem: `${what} could not be looked at: ${permission} is not permitted`,
  remedy: `permit it to whoever runs this check, see docs/check-live.md${
    permission === 'dynamodb:Scan' || permission.startsWith('kms:') ? '; or take no sample: --sample 0' : ''
  }`,
})

/** A retained item goes only if its end is written to the attribute that DynamoDB's TTL looks at. */
function* timeToLiveFindings(
  table: string,
  { name }: Table,
  map: DataMap,
  { timeToLive }: DeployedTable,
): Generator<Finding> {
  if (timeToLive.is !== 'told') return
  const { value } = timeToLive
  for (const [holding, { table: of, action }] of tableHoldings(map)) {
    const ends = retainOf(action)?.ends
    if (of !== table || ends?.by !== 'ttl') continue
    const { attribute } = ends
    if (value === attribute) continue
    const is =
      value === undefined
        ? `"${name}" has no TTL enabled`
        : `the TTL attribute of "${name}" is "${value}", not "${attribute}"`
    const problem = `${is}: what is retained would stay for ever`
    const remedy =
      value === undefined
        ? `enable TTL on the attribute "${attribute}", or name an owner who ends it`
        : `name "${value}", if the end may be written there, or an owner who ends it`
    yield { place: `dataMap.holdings.${holding}.action.retain.ends.attribute`, problem, remedy }
  }
}

/** In a table that the map has forgotten, people's data would stay. */
function* otherTables(map: DataMap, deployed: Deployed): Generator<Finding> {
  const { listed, backups, unrecognised } = deployed
  const place = 'dataMap.tables'
  if (listed.is === 'denied') yield denied(place, "the account's list of tables", listed.permission)
  if (backups.is === 'denied') yield denied(place, "the account's list of backups", backups.permission)
  for (const name of strangers(map, deployed)) {
    const ledger = unrecognised.includes(name)
      ? ". It could be this system's own ledger, which is not permitted to be described: then give --ledger"
      : ''
    const remedy = `map it, or waive it with the reason: waived: { ${quoted(name)}: '…' }${ledger}`
    yield { place, problem: `the table "${name}" is there, and neither mapped nor waived`, remedy }
  }
}

/** Tables that are neither mapped nor waived nor this system's own. */
function strangers({ tables, waived = {} }: DataMap, { listed, ledgers }: Deployed): readonly string[] {
  const mapped = Object.values(tables).map(({ name }) => name)
  const known = new Set([...mapped, ...Object.keys(waived), ...ledgers])
  return listed.is === 'told' ? listed.value.filter((name) => !known.has(name)) : []
}

const quoted = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`)
