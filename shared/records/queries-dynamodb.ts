/** The parameters of the calls that read or count a page of records. */
import { aliases, projectionOf } from './expressions-dynamodb.ts'
import type { RecordQuery, SortRange } from './records.ts'

/** Every call reports what it has consumed: the pace goes by it. */
export const CONSUMED = { ReturnConsumedCapacity: 'TOTAL' } as const

export function queryParams({ table, index, partition, sort, attributes }: RecordQuery) {
  const names = aliases()
  const conditions = [
    ...(partition ? [`${names.name(partition.attribute)} = ${names.value(partition.value)}`] : []),
    ...(sort ? [SORT[sort.test](names.name(sort.attribute), sort.values.map(names.value))] : []),
  ]
  return {
    TableName: table,
    ...(index === undefined ? { ConsistentRead: true } : { IndexName: index }),
    KeyConditionExpression: conditions.join(' AND '),
    ...projectionOf(names, attributes),
    ...names.parameters(),
    ...CONSUMED,
  }
}

const SORT: Readonly<Record<SortRange['test'], (name: string, values: readonly string[]) => string>> = {
  equals: (name, [value]) => `${name} = ${value}`,
  beginsWith: (name, [value]) => `begins_with(${name}, ${value})`,
  between: (name, [first, last]) => `${name} BETWEEN ${first} AND ${last}`,
  from: (name, [value]) => `${name} >= ${value}`,
  to: (name, [value]) => `${name} <= ${value}`,
}

export function scanParams({ table, among = [], attributes }: RecordQuery) {
  const names = aliases()
  const filters = among.map(
    ({ attribute, values }) => `${names.name(attribute)} IN (${values.map(names.value).join(', ')})`,
  )
  return {
    TableName: table,
    ConsistentRead: true,
    ...(filters.length > 0 && { FilterExpression: filters.join(' AND ') }),
    ...projectionOf(names, attributes),
    ...names.parameters(),
    ...CONSUMED,
  }
}
