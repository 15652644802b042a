/** What it costs to find a person by reading a whole table, for each holding that does so. */
import type { DataMap } from '../data-map/data-map.ts'
import { tableHoldings } from '../data-map/holdings.ts'
import type { Deployed } from './deployed.ts'

export interface ScanCost {
  readonly holding: string
  /** In DynamoDB. */
  readonly table: string
  readonly items: number
  readonly bytes: number
  /** Of one request that is erased in one round. */
  readonly readUnits: number
  readonly dollars: number
  /** At the table's pace; absent if that is unlimited. */
  readonly seconds?: number
}

/** Plan, erase, verify. */
const PASSES = 3
/** Of the table itself, strongly consistent. */
const BYTES_PER_UNIT = 4096
/** On demand in us-east-1, as AWS listed it in 2025; other regions are up to half as much again, discounts aside. */
const DOLLARS_PER_MILLION_READS = 0.125
const DEFAULT_PACE = 1000

export const scanCosts = (map: DataMap, { tables }: Deployed): readonly ScanCost[] =>
  tableHoldings(map).flatMap(([holding, { table: key, find }]) => {
    const stated = map.tables[key]
    const found = tables.get(stated?.name ?? '')
    if (find.scan === undefined || !stated || found?.is !== 'told' || !found.value) return []
    const { items, bytes } = found.value
    const readUnits = Math.ceil(bytes / BYTES_PER_UNIT) * PASSES
    const pace = stated.maxReadUnitsPerSecond ?? DEFAULT_PACE
    return [
      {
        holding,
        table: stated.name,
        items,
        bytes,
        readUnits,
        dollars: (readUnits / 1_000_000) * DOLLARS_PER_MILLION_READS,
        ...(pace !== 'unlimited' && { seconds: Math.ceil(readUnits / pace) }),
      },
    ]
  })
