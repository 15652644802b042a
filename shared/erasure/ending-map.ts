/** The data map as it is for a request that ends what a holding has kept: nothing else is touched. */
import { createHash } from 'node:crypto'
import { type DataMap, type Holding, isTableHolding, rulesOf } from '../config/data-map.ts'
import type { DeletionRequest } from '../requests/request.ts'
import type { Engine } from './stand.ts'

type Mapped = Pick<Engine, 'map' | 'mapHash'>

const LEFT = { leave: 'it is not over yet' } as const

/** Whether it is about items that are over, not about a person. */
export const endsKeeping = (map: DataMap, { retention }: Pick<DeletionRequest, 'retention'>): boolean =>
  retention !== undefined && rulesOf(map)[retention.rule]?.itemsOnly === true

/** What was over when the request was made is erased. All else stays, and is known: nothing of it is residue. */
export function endingMap(
  { map, mapHash }: Mapped,
  { retention, receivedAt }: Pick<DeletionRequest, 'retention' | 'receivedAt'>,
  timeZone: string,
): Mapped {
  const rules = rulesOf(map)
  const rule = retention && rules[retention.rule]
  if (!rule?.itemsOnly) return { map, mapHash }
  const { holding: ending, from, format, after } = rule
  const over = { from, format, after, timeZone, at: receivedAt.toISOString() }
  const holdings = Object.entries(map.holdings).flatMap<readonly [string, Holding]>(([name, holding]) => {
    if (!isTableHolding(holding)) return []
    const left = { ...holding, action: LEFT }
    if (name !== ending) return [[name, left]]
    return [
      [name, { ...holding, action: 'erase', over }],
      [`${name}, not over yet`, left],
    ]
  })
  return {
    map: { ...map, holdings: Object.fromEntries(holdings), retention: rules },
    mapHash: createHash('sha256')
      .update(JSON.stringify([mapHash, ending]))
      .digest('hex'),
  }
}
