/** Where else the items of a table are, and under which key: people are told what the map says of it. */
import { add, sub } from 'date-fns'
import type { Finding } from '../config/findings.ts'
import type { Table } from '../data-map/data-map.ts'
import { dayOf, duration } from '../platform/time.ts'
import type { Deployed, DeployedTable } from './deployed.ts'

export function* deployedCopies(
  place: string,
  stated: Table,
  found: DeployedTable,
  deployed: Deployed,
): Generator<Finding> {
  yield* encryption(`${place}.kmsKeyArn`, stated.kmsKeyArn, found.kmsKeyArn)
  yield* replicas(`${place}.replicas`, stated.replicas ?? [], found.replicas)
  yield* streams(`${place}.stream`, stated.stream, found)
  yield* backups(`${place}.backupsKeptFor`, stated, found, deployed)
}

/** A key that AWS manages looks like one of the company's own: either is stated. */
function* encryption(place: string, stated?: string, found?: string): Generator<Finding> {
  if (stated === found) return
  if (found === undefined) {
    const problem = 'is stated, but the table is encrypted with a key that AWS owns'
    yield { place, problem, remedy: 'leave it out, or give the table its key' }
  } else if (stated === undefined) {
    const problem = `is not stated, but the table is encrypted with ${found}`
    yield { place, problem, remedy: `state it: kmsKeyArn: '${found}', also if AWS manages it for DynamoDB` }
  } else {
    yield { place, problem: `is not the table's key, which is ${found}`, remedy: `write '${found}'` }
  }
}

function* replicas(place: string, stated: readonly string[], found: readonly string[]): Generator<Finding> {
  const more = found.filter((region) => !stated.includes(region))
  const fewer = stated.filter((region) => !found.includes(region))
  const regions = found.map((region) => `'${region}'`).join(', ')
  const remedy = found.length === 0 ? 'leave it out' : `write [${regions}]`
  if (more.length > 0) {
    yield { place, problem: `the table is also in ${more.join(', ')}, which is not stated`, remedy }
  }
  if (fewer.length > 0) yield { place, problem: `the table is not in ${fewer.join(', ')}`, remedy }
}

function* streams(place: string, stated: string | undefined, table: DeployedTable): Generator<Finding> {
  const { hasStream, kinesisStreams } = table
  const found = [
    ...(hasStream ? ['a stream'] : []),
    ...(kinesisStreams.is === 'told' ? kinesisStreams.value.map((name) => `the Kinesis stream ${name}`) : []),
  ]
  if (found.length > 0 && stated === undefined) {
    const problem = `the table feeds ${found.join(' and ')}, which is not stated`
    const remedy = "say who reads it and what they keep, such as stream: 'search index, erased by …'"
    yield { place, problem, remedy }
  }
  if (found.length === 0 && stated !== undefined && kinesisStreams.is !== 'denied') {
    yield { place, problem: 'is stated, but the table has no stream', remedy: 'leave it out' }
  }
}

function* backups(
  place: string,
  { name, backupsKeptFor }: Table,
  { recoveryDays }: DeployedTable,
  { at, backups: made }: Deployed,
): Generator<Finding> {
  if (backupsKeptFor === 'unknown') return
  const kept = duration(backupsKeptFor)
  if (recoveryDays.is === 'told' && add(at, { days: recoveryDays.value }) > add(at, kept)) {
    const days = recoveryDays.value
    const problem = `is ${backupsKeptFor}, but the table can be restored from any point of the last ${days} days`
    yield { place, problem, remedy: `write 'P${days}D' or more, or shorten the table's recovery period` }
  }
  const dates = (made.is === 'told' && made.value.get(name)) || []
  const old = dates.filter((date) => date < sub(at, kept)).toSorted((a, b) => a.getTime() - b.getTime())
  if (old[0]) {
    const count = old.length === 1 ? 'a backup' : `${old.length} backups`
    const problem = `is ${backupsKeptFor}, but the table has ${count} older than that, from ${dayOf(old[0])}`
    const remedy = "delete what is older, or state the time it is really kept, or 'unknown'"
    yield { place, problem, remedy }
  }
}
