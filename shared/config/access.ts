/** What the engine does in each table to work the map's holdings. The functions' permissions are made of this. */
import type { DataMap, Holding } from './data-map.ts'

export interface TableAccess {
  /** In DynamoDB. */
  readonly name: string
  readonly kmsKeyArn: string | undefined
  readonly reads: readonly ReadAction[]
  /** The indexes that are queried. */
  readonly queriedIndexes: readonly string[]
  readonly writes: readonly Write[]
}
export type ReadAction = 'Query' | 'BatchGetItem'

export interface Write {
  readonly action: 'BatchWriteItem' | 'DeleteItem' | 'UpdateItem'
  /** The only attributes that the write names; an item that is deleted goes whole, so there it may name any. */
  readonly attributes?: readonly string[]
}

export function tableAccess({ tables, holdings }: DataMap): readonly TableAccess[] {
  return Object.entries(tables).map(([table, { name, key, kmsKeyArn }]) => {
    const here = Object.values(holdings).filter((holding) => holding.table === table)
    const queriedIndexes = unique(here.flatMap(({ find }) => find.index ?? []))
    return {
      name,
      kmsKeyArn,
      reads: [
        ...(here.some(({ find }) => find.index === undefined) ? (['Query'] as const) : []),
        ...(queriedIndexes.length > 0 ? (['BatchGetItem'] as const) : []),
      ],
      queriedIndexes,
      writes: writesOf(here, Object.keys(key)),
    }
  })
}

function writesOf(holdings: readonly Holding[], key: readonly string[]): readonly Write[] {
  const erased = holdings.filter(({ action }) => action === 'erase')
  const changed = holdings.filter((holding) => changedBy(holding).length > 0)
  const owners = changed.flatMap(({ owner = {} }) => Object.keys(owner))
  return [
    ...(erased.some(({ owner }) => !owner) ? [{ action: 'BatchWriteItem', attributes: key } as const] : []),
    ...(erased.some(({ owner }) => owner) ? [{ action: 'DeleteItem' } as const] : []),
    ...(changed.length > 0
      ? [
          {
            action: 'UpdateItem',
            attributes: unique([...key, ...owners, ...changed.flatMap(changedBy)]),
          } as const,
        ]
      : []),
  ]
}

function changedBy({ action }: Holding): readonly string[] {
  if (action === 'erase') return []
  if ('redact' in action) return Object.keys(action.redact)
  return 'retain' in action && action.retain.ends.by === 'ttl' ? [action.retain.ends.attribute] : []
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)]
