/** What the eraser does in each table to work the map's holdings. The functions' permissions are made from this. */
import type { DataMap, Table, TableHolding } from '../data-map/data-map.ts'
import { isFunctionHolding, isTableHolding, retainOf, rulesOf, tableHoldings } from '../data-map/holdings.ts'
import { parseRedactionPath } from '../data-map/redaction-path.ts'
import { leadsOn, loserOf } from './ways.ts'

export interface TableAccess {
  /** Its key in the map. */
  readonly key: string
  /** In DynamoDB. */
  readonly name: string
  readonly kmsKeyArn: string | undefined
  readonly reads: readonly ('Query' | 'Scan' | 'BatchGetItem')[]
  /** The indexes that are queried, global or local. */
  readonly queriedIndexes: readonly string[]
  /** The indexes by which retention rules find who is due. */
  readonly ruledIndexes: readonly string[]
  readonly writes: readonly Write[]
}

export interface Write {
  readonly action: 'BatchWriteItem' | 'DeleteItem' | 'UpdateItem'
  /** The only attributes that the write names; an item that is deleted goes whole, so there it may name any. */
  readonly attributes?: readonly string[]
}

export function tableAccess(map: DataMap): readonly TableAccess[] {
  return Object.entries(map.tables).map(([key, table]) => {
    const here = tableHoldings(map).flatMap(([, holding]) => (holding.table === key ? [holding] : []))
    const queriedIndexes = unique(here.flatMap(({ find }) => find.index ?? []))
    const isScanned = here.some(({ find }) => find.scan !== undefined)
    const isQueried = here.some(({ find }) => find.index === undefined && find.scan === undefined)
    const isReducing = here.some((taking) => mayReduce(taking, here, map))
    return {
      key,
      name: table.name,
      kmsKeyArn: table.kmsKeyArn,
      reads: [
        ...(isQueried ? (['Query'] as const) : []),
        ...(isScanned ? (['Scan'] as const) : []),
        ...(queriedIndexes.length > 0 || isReducing ? (['BatchGetItem'] as const) : []),
      ],
      queriedIndexes,
      ruledIndexes: ruledIndexes(map, key),
      writes: writesOf(here, table, isReducing),
    }
  })
}

const ruledIndexes = (map: DataMap, key: string): readonly string[] =>
  unique(
    Object.values(rulesOf(map)).flatMap(({ holding, index }) => {
      const found = map.holdings[holding]
      return found && isTableHolding(found) && found.table === key ? [index] : []
    }),
  )

/** ARNs of the company's functions that erase data outside DynamoDB. */
export const functionAccess = ({ holdings }: Pick<DataMap, 'holdings'>): readonly string[] =>
  unique(Object.values(holdings).flatMap((holding) => (isFunctionHolding(holding) ? [holding.function] : [])))

/** Whether items that it takes may be all that others are found by: these are read whole, and lose what nobody needs. */
const mayReduce = (taking: TableHolding, here: readonly TableHolding[], map: DataMap): boolean =>
  taking.strands === undefined &&
  isErased(taking) &&
  here.some((way) => way !== taking && leadsOn(way, map) && loserOf(taking, way, map) !== undefined)

/** What is retained goes as well once its time is over, and only if its date is still the one that was read. */
const isErased = ({ action }: TableHolding): boolean => action === 'erase' || retainOf(action) !== undefined

function writesOf(holdings: readonly TableHolding[], table: Table, isReducing: boolean): readonly Write[] {
  const erased = holdings.filter(isErased)
  const reduced: readonly Change[] = isReducing ? [{ attributes: undefined, conditions: [] }] : []
  const changes = [...holdings.map(changeOf).filter((change) => change !== undefined), ...reduced]
  const isConditional = ({ owner, unless, reviewWhen, action }: TableHolding) =>
    action !== 'erase' ||
    [owner, unless, reviewWhen, table.holdAttribute].some((guard) => guard !== undefined)
  const batched: readonly Write[] = erased.every(isConditional)
    ? []
    : [{ action: 'BatchWriteItem', attributes: Object.keys(table.key) }]
  const deleted: readonly Write[] = erased.some(isConditional) ? [{ action: 'DeleteItem' }] : []
  return [...batched, ...deleted, ...(changes.length > 0 ? [updateOf(changes, table)] : [])]
}

function updateOf(changes: readonly Change[], { key, holdAttribute }: Table): Write {
  // A retained item loses every attribute that is not kept, also those that the map does not name.
  if (changes.some(({ attributes }) => attributes === undefined)) return { action: 'UpdateItem' }
  const held = holdAttribute === undefined ? [] : [holdAttribute]
  const named = changes.flatMap(({ conditions, attributes = [] }) => [...conditions, ...attributes])
  return { action: 'UpdateItem', attributes: unique([...Object.keys(key), ...held, ...named]) }
}

interface Change {
  /** Undefined if they cannot be known. */
  readonly attributes: readonly string[] | undefined
  readonly conditions: readonly string[]
}

/** Undefined if the holding changes nothing in its items. */
function changeOf({ action, owner = {}, unless = {}, reviewWhen = {} }: TableHolding): Change | undefined {
  const conditions = [owner, unless, reviewWhen].flatMap((guard) => Object.keys(guard))
  if (action === 'erase' || 'leave' in action) return undefined
  if ('redact' in action) {
    return {
      attributes: Object.keys(action.redact).map((place) => parseRedactionPath(place).attribute),
      conditions,
    }
  }
  const { keep, ends, until } = action.retain
  if (keep) return { attributes: undefined, conditions }
  return ends.by === 'ttl' ? { attributes: [ends.attribute, until.from], conditions } : undefined
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)]
