/** In which order holdings are worked: `per`, `after` and `last` must leave one, in which each still finds its items. */
import { isAttributeName } from '../../data-map/attribute-path.ts'
import type { Action, Holding } from '../../data-map/data-map.ts'
import { inPlanOrder, isTableHolding } from '../../data-map/holdings.ts'
import { type Finding, unknownName } from '../findings.ts'
import { type KnownParts, knownTableHoldings } from '../schema/known-parts.ts'

type Holdings = ReadonlyMap<string, Holding>

export function* orderRules({ holdings }: KnownParts): Generator<Finding> {
  for (const [name, holding] of holdings.parts) {
    const place = `dataMap.holdings.${name}`
    const others = holdings.names.filter((other) => other !== name)
    for (const [field, other] of referencesOf(holding)) {
      if (!holdings.names.includes(other)) {
        yield* unknownName(`${place}.${field}`, 'holding', { name: other, known: others })
      } else if (holdings.parts.get(other)?.last) {
        const remedy = `take \`last\` from "${other}", or do not refer to it here`
        yield { place: `${place}.${field}`, problem: `"${other}" is worked after all others`, remedy }
      }
    }
    yield* parentRules(place, holding, holdings.parts)
    yield* childRules(name, holding, holdings.parts)
  }
  yield* loopRules(holdings.parts)
}

/** Only items of tables are worked page by page. */
const perOf = (holding: Holding | undefined): string | undefined =>
  holding && isTableHolding(holding) ? holding.per : undefined

function referencesOf(holding: Holding): readonly (readonly [string, string])[] {
  const per = perOf(holding)
  return [
    ...(per === undefined ? [] : [['per', per] as const]),
    ...(holding.after ?? []).map((other, at) => [`after.${at}`, other] as const),
  ]
}

function* parentRules(place: string, holding: Holding, parts: Holdings): Generator<Finding> {
  const { last, scope } = holding
  const per = perOf(holding)
  if (per === undefined) return
  if (last) {
    const remedy = 'leave one of the two out'
    yield { place: `${place}.last`, problem: `is worked before "${per}", so it cannot be last`, remedy }
  }
  const parent = parts.get(per)
  if (parent && !isTableHolding(parent)) {
    const problem = `"${per}" is not items of a table: it has no pages to be worked by`
    yield { place: `${place}.per`, problem, remedy: 'name the holding that learns the record identity' }
  } else if (parent && parent.scope !== scope) {
    const problem = `is "${scope}", but "${per}" is "${parent.scope}": one would go without the other`
    yield { place: `${place}.scope`, problem, remedy: `give both the same scope` }
  }
}

/** A holding that is worked within the pages of another has no turn of its own. */
function* childRules(name: string, holding: Holding, parts: Holdings): Generator<Finding> {
  const { after = [] } = holding
  const per = perOf(holding)
  for (const [at, other] of after.entries()) {
    const place = `dataMap.holdings.${name}.after.${at}`
    const otherParents = ancestorsOf(other, parts)
    if (per !== undefined && !ancestorsOf(name, parts).includes(other)) {
      const problem = `this holding is worked within "${per}", so it cannot wait for another`
      yield { place, problem, remedy: `move it to "${per}"` }
    } else if (per === undefined && otherParents.length > 0 && !otherParents.includes(name)) {
      const problem = `"${other}" is worked within "${otherParents[0]}" and is emptied with it`
      yield { place, problem, remedy: `name "${otherParents.at(-1)}" instead` }
    }
  }
}

/** The holdings within whose pages it is worked, the nearest first. */
function ancestorsOf(name: string, parts: Holdings): readonly string[] {
  const found: string[] = []
  const next = (one: string) => perOf(parts.get(one))
  for (let per = next(name); per !== undefined && !found.includes(per); per = next(per)) found.push(per)
  return found
}

/** Each loop once, from where it is first met. */
function* loopRules(holdings: Holdings): Generator<Finding> {
  const done = new Set<string>()
  const walk = function* (name: string, path: readonly string[]): Generator<Finding> {
    const start = path.indexOf(name)
    if (start >= 0) {
      const loop = [...path.slice(start), name].join(' -> ')
      const remedy = 'take one `per` or `after` out of the loop'
      yield { place: `dataMap.holdings.${name}`, problem: `waits for itself: ${loop}`, remedy }
      return
    }
    if (done.has(name)) return
    for (const before of waitsFor(name, holdings)) yield* walk(before, [...path, name])
    done.add(name)
  }
  for (const name of holdings.keys()) yield* walk(name, [])
}

/** Children go before their parents. */
const waitsFor = (name: string, holdings: Holdings): readonly string[] => [
  ...(holdings.get(name)?.after ?? []).filter((other) => holdings.has(other)),
  ...[...holdings].flatMap(([child, holding]) => (perOf(holding) === name ? [child] : [])),
]

/** What one holding takes out of items must not be how another finds them afterwards. */
export function* redactionOrderRules(known: KnownParts): Generator<Finding> {
  const { holdings, tableKeys } = known
  const tables = knownTableHoldings(known)
  const order = inPlanOrder([...holdings.parts]).map(([name]) => name)
  // What is worked within the pages of another is worked when that is.
  const turnOf = (name: string): number => order.indexOf(ancestorsOf(name, holdings.parts).at(-1) ?? name)
  for (const [name, { table, action }] of tables) {
    for (const [other, { table: otherTable, find }] of tables) {
      if (other === name || otherTable !== table || find.index === undefined) continue
      if (turnOf(other) < turnOf(name)) continue
      const key = Object.keys(tableKeys.parts.get(table)?.indexes?.[find.index]?.key ?? {})
      const taken = key.find((attribute) => takesOut(action, attribute))
      if (taken === undefined) continue
      const problem = `takes "${taken}" out of the items before "${other}" has found them by it`
      const remedy = `state after: ['${other}'] here, or do both in one holding`
      yield { place: `dataMap.holdings.${name}.action`, problem, remedy }
    }
  }
}

function takesOut(action: Action, attribute: string): boolean {
  if (action === 'erase' || 'leave' in action) return false
  if ('retain' in action) {
    const { keep, until, ends } = action.retain
    const stays = [...(keep ?? [attribute]), until.from, ...(ends.by === 'ttl' ? [ends.attribute] : [])]
    return !stays.includes(attribute)
  }
  return Object.keys(action.redact).includes(attribute) && isAttributeName(attribute)
}
