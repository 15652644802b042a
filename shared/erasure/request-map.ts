/** The data map as it is for one request: what it keeps, what has come to its end, and what has lost its parents. */
import { hash } from 'node:crypto'
import type { DataMap, Holding } from '../data-map/data-map.ts'
import { actionKind, isTableHolding, rulesOf } from '../data-map/holdings.ts'
import { mapValues } from '../data-map/map-hash.ts'
import { keptHash } from '../operations/keeps.ts'
import { ServiceError } from '../platform/errors.ts'
import type { DeletionRequest, Keep } from '../requests/request.ts'
import type { EraserDeps } from './eraser-deps.ts'

type Mapped = Pick<EraserDeps, 'map' | 'mapHash'>

type Asked = Pick<DeletionRequest, 'alone' | 'keeps' | 'retention' | 'receivedAt'>

export function mapFor(deps: Mapped & Pick<EraserDeps, 'dueRules'>, request: Asked): Mapped {
  const { map: given, mapHash } = endingMap(deps, request, deps.dueRules.timeZone)
  const { keeps, alone } = request
  const map = alone ? withoutParents(given, alone) : given
  if (!keeps) return { map, mapHash }
  const holdings = mapValues(map.holdings, (holding, name) => kept(map, holding, keepOf(map, name, keeps)))
  return { map: { ...map, holdings }, mapHash: keptHash(mapHash, keeps) }
}

const LEFT = { leave: 'it is not over yet' } as const

/** Whether the request is about items whose time is over, not about a person. It stays so, even if the map changes. */
export const endsKeeping = ({ retention }: Pick<DeletionRequest, 'retention'>): boolean =>
  retention?.itemsOnly === true

/**
 * Items whose time was over when the request was made are erased. All others stay, and are no residue. Where the map has
 * no such rule any more, no item's time is over.
 */
function endingMap(
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
    mapHash: hash('sha256', JSON.stringify([mapHash, retention.rule])),
  }
}

/** Of a restored table, whose parents are gone: found by the values that the request names. */
const withoutParents = (map: DataMap, alone: readonly string[]): DataMap => ({
  ...map,
  holdings: mapValues(map.holdings, (holding, name) => {
    if (!alone.includes(name) || !isTableHolding(holding)) return holding
    const { per: _per, ...itself } = holding
    return itself
  }),
})

/** Children stay with their parents, which would not be whole without them. */
function keepOf(map: DataMap, name: string, keeps: Readonly<Record<string, Keep>>): Keep | undefined {
  const holding = map.holdings[name]
  if (keeps[name] || !holding || !isTableHolding(holding) || holding.per === undefined) return keeps[name]
  const kind = actionKind(holding.action)
  return kind === 'retain' || kind === 'leave' ? undefined : keepOf(map, holding.per, keeps)
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
