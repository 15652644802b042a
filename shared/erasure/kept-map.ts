/** The data map as it is for one request: some of its holdings may be kept, or found without their parents. */

import type { DataMap, Holding } from '../data-map/data-map.ts'
import { actionKind, isTableHolding } from '../data-map/holdings.ts'
import { keptHash } from '../operations/keeps.ts'
import { ServiceError } from '../platform/errors.ts'
import type { DeletionRequest, Keep } from '../requests/request.ts'
import { endingMap } from './ending-map.ts'
import type { Engine } from './stand.ts'

type Mapped = Pick<Engine, 'map' | 'mapHash'>

type Asked = Pick<DeletionRequest, 'alone' | 'keeps' | 'retention' | 'receivedAt'>

export function mapFor(engine: Mapped & Pick<Engine, 'dueRules'>, request: Asked): Mapped {
  const { map: given, mapHash } = endingMap(engine, request, engine.dueRules.timeZone)
  const { keeps, alone } = request
  const map = alone ? withoutParents(given, alone) : given
  if (!keeps) return { map, mapHash }
  const holdings = Object.entries(map.holdings).map(([name, holding]) => [
    name,
    kept(map, holding, keepOf(map, name, keeps)),
  ])
  const changed = Object.fromEntries(holdings) as DataMap['holdings']
  return { map: { ...map, holdings: changed }, mapHash: keptHash(mapHash, keeps) }
}

/** Of a restored table, whose parents are gone: found by the values that the request names. */
const withoutParents = (map: DataMap, alone: readonly string[]): DataMap => ({
  ...map,
  holdings: Object.fromEntries(
    Object.entries(map.holdings).map(([name, holding]): [string, Holding] => {
      if (!alone.includes(name) || !isTableHolding(holding)) return [name, holding]
      const { per: _per, ...itself } = holding
      return [name, itself]
    }),
  ),
})

/** What is found through its parents stays with them: they would not be whole without it. */
function keepOf(
  { holdings }: Pick<DataMap, 'holdings'>,
  name: string,
  keeps: Readonly<Record<string, Keep>>,
): Keep | undefined {
  const holding = holdings[name]
  if (keeps[name] || !holding || !isTableHolding(holding) || holding.per === undefined) return keeps[name]
  const kind = actionKind(holding.action)
  return kind === 'retain' || kind === 'leave' ? undefined : keepOf({ holdings }, holding.per, keeps)
}

function kept({ tables }: DataMap, holding: Holding, keep: Keep | undefined): Holding {
  if (!keep || !isTableHolding(holding)) return holding
  const { because, until: day } = keep
  // The end is not the item's: an attribute that each item has stands in its place.
  const [from = ''] = Object.keys(tables[holding.table]?.key ?? {})
  const until = { from, format: 'iso', for: 'P0D', on: day } as const
  return { ...holding, action: { retain: { because, until, ends: { by: 'operator' } } } }
}

/**
 * Children are kept with their parents only: alone, nobody would find them again.
 *
 * @throws {@link ServiceError} `BAD_REQUEST`, without a word of what was typed.
 */
export function assertKept(
  { holdings, reasons }: Pick<DataMap, 'holdings' | 'reasons'>,
  { holding, because, until }: Keep & { readonly holding: string },
  now: Date,
): void {
  const known = Object.entries(holdings).flatMap(([name, one]) =>
    isTableHolding(one) && one.per === undefined ? [name] : [],
  )
  const why = !known.includes(holding)
    ? `no such holding can be kept: use ${known.join(', ')}`
    : !Object.hasOwn(reasons, because)
      ? `the data map has no such reason: use ${Object.keys(reasons).join(', ')}`
      : new Date(until) <= now
        ? 'the day until which it is kept has passed'
        : undefined
  if (why !== undefined) throw new ServiceError('BAD_REQUEST', why)
}
