/** What an erasure would do, for identities the operator names: reads only, keeps nothing. */
import type { Scope } from '../data-map/data-map.ts'
import { actionKind } from '../data-map/holdings.ts'
import { mapValues } from '../data-map/map-hash.ts'
import { allCombined } from '../person/combinations.ts'
import {
  type Identities,
  inNormalForm,
  merge,
  namedIdentities,
  ofKinds,
  STORED,
} from '../person/identities.ts'
import { countQueries } from '../person/queries.ts'
import { isReadyFunction, type ReadyHolding } from '../person/ready-map.ts'
import { atOnce, mapForWork, workOn } from '../person/work.ts'
import type { ReviewReason } from '../requests/problem.ts'
import type { EraserDeps } from './eraser-deps.ts'
import { plan } from './plan.ts'
import { resolve } from './resolve.ts'
import { doubtAboutWhom, doubtsAboutPlan } from './review.ts'

export interface Preview {
  readonly scope: Scope
  /** Values found by kind of identity, in numbers only. */
  readonly identities: Readonly<Record<string, number>>
  readonly holdings: readonly {
    readonly holding: string
    readonly table: string
    readonly action: string
    readonly category: string
    readonly items: number
    readonly until?: string
    /** Of a holding that retains: those among the items that it erases, as their time is over. */
    readonly erased?: number
  }[]
  /** Why such a request would wait for the operator. */
  readonly review?: ReviewReason
  /** How many queries, or combinations, that would take, where it would be too many. */
  readonly lookups?: number
  /** Holdings that find nothing, as the values of their key were never seen together. */
  readonly uncombined?: readonly string[]
  /** Holdings with learnt values that are no key: a person has to look at them. */
  readonly unusable: Readonly<Record<string, number>>
  /** Holdings that a request would ask as well: functions, which a preview cannot invoke, and people. */
  readonly unasked?: readonly string[]
}

/**
 * @param named `[identity, value]` as the operator gave them.
 * @throws {@link ServiceError} `BAD_REQUEST` for an identity that the map does not have, or a value that names nobody.
 */
export async function preview(
  { map, tables, records, clock }: Pick<EraserDeps, 'map' | 'tables' | 'records' | 'clock'>,
  named: readonly (readonly [string, string])[],
  scope: Scope = 'account',
): Promise<Preview> {
  const start = namedIdentities(map, named)
  const mapped = mapForWork(map, { names: tables, scope, isReviewed: true })
  const { ready } = mapped
  const work = workOn({
    ...mapped,
    ready: { ...ready, steps: ready.roots },
    records,
    identities: merge(start, allCombined(ready.joints, start)),
    ...atOnce(clock()),
  })
  const { identities, unusable, lookups } = await resolve(work, { limit: Number.POSITIVE_INFINITY })
  const planned = await plan(workOn({ ...work, identities }), { everything: true })
  const { counts } = planned
  const unasked = [...ready.steps.filter(isReadyFunction).map(({ name }) => name), ...ready.tasks]
  const review =
    doubtAboutWhom(map, identities) ??
    (lookups ? 'too_many_lookups' : undefined) ??
    doubtsAboutPlan(map, planned, { doubts: [] })[0]
  const uncombined = ready.roots.filter((holding) => isUncombined(holding, identities))
  return {
    scope,
    ...(review && { review }),
    ...(lookups && { lookups }),
    ...(uncombined.length > 0 && { uncombined: uncombined.map(({ name }) => name) }),
    identities: mapValues(inNormalForm(map, ofKinds(map, identities, STORED)), ({ length }) => length),
    holdings: ready.all.flatMap(({ name, table, config: { action, category } }) => {
      const counted = counts[name]
      return counted ? [{ holding: name, table, action: actionKind(action), category, ...counted }] : []
    }),
    unusable,
    ...(unasked.length > 0 && { unasked }),
  }
}

/** Whether each identity of the key has values, and no combination of them is known. */
const isUncombined = (holding: ReadyHolding, identities: Identities): boolean =>
  holding.joint.length > 0 &&
  holding.identities.every((name) => (identities[name] ?? []).length > 0) &&
  countQueries(holding, identities) === 0
