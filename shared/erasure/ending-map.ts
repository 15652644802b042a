/** The data map as it is for a request that ends what a holding has kept: nothing else is touched. */
import { createHash } from 'node:crypto'
import type { Holding } from '../data-map/data-map.ts'
import { isTableHolding, rulesOf } from '../data-map/holdings.ts'
import type { DeletionRequest } from '../requests/request.ts'
import type { Engine } from './stand.ts'

type Mapped = Pick<Engine, 'map' | 'mapHash'>

const LEFT = { leave: 'it is not over yet' } as const

/** Whether it is about items that are over, not about a person. It stays so, whatever becomes of the map. */
export const endsKeeping = ({ retention }: Pick<DeletionRequest, 'retention'>): boolean =>
  retention?.itemsOnly === true

/**
 * What was over when the request was made is erased. All else stays, and is known: nothing of it is residue. Where the
 * map has no such rule any more, nothing is over.
 */
export function endingMap(
  { map, mapHash }: Mapped,
  { retention, receivedAt }: Pick<DeletionRequest, 'retention' | 'receivedAt'>,
  timeZone: string,
): Mapped {
  if (!retention || !endsKeeping({ retention })) return { map, mapHash }
  const rules = rulesOf(map)
  const rule = rules[retention.rule]
  const holdings = Object.entries(map.holdings).flatMap<readonly [string, Holding]>(([name, holding]) => {
    if (!isTableHolding(holding)) return []
    const left = { ...holding, action: LEFT }
    if (!rule?.itemsOnly || name !== rule.holding) return [[name, left]]
    const { from, format, after } = rule
    const over = { from, format, after, timeZone, at: receivedAt.toISOString() }
    return [
      [name, { ...holding, action: 'erase', over }],
      [`${name}, not over yet`, left],
    ]
  })
  return {
    map: { ...map, holdings: Object.fromEntries(holdings), retention: rules },
    mapHash: createHash('sha256')
      .update(JSON.stringify([mapHash, retention.rule]))
      .digest('hex'),
  }
}
