/** What one holding takes out of items must not be how another finds them afterwards. */
import type { Action, TableHolding } from '../../data-map/data-map.ts'
import { inPlanOrder, isTableHolding } from '../../data-map/holdings.ts'
import { parseRedactionPath } from '../../data-map/redaction-path.ts'
import type { Finding } from '../findings.ts'
import type { KnownParts } from '../schema/known-parts.ts'

export function* redactionOrderRules({ holdings, tableKeys }: KnownParts): Generator<Finding> {
  const tables = [...holdings.parts].flatMap(([name, holding]) =>
    isTableHolding(holding) ? [[name, holding] as const] : [],
  )
  const order = inPlanOrder([...holdings.parts]).map(([name]) => name)
  const at = (name: string): number => order.indexOf(rootOf(name, new Map(tables)))
  for (const [name, { table, action }] of tables) {
    for (const [other, { table: otherTable, find }] of tables) {
      if (other === name || otherTable !== table || find.index === undefined || at(other) < at(name)) continue
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
  return Object.keys(action.redact).some((text) => {
    const place = tryPlace(text)
    return place?.attribute === attribute && place.steps.length === 0
  })
}

function tryPlace(text: string) {
  try {
    return parseRedactionPath(text)
  } catch {
    return undefined
  }
}

/** What is worked within the pages of another is worked when that is. */
function rootOf(name: string, holdings: ReadonlyMap<string, TableHolding>): string {
  const seen = new Set<string>()
  let root = name
  for (let per = holdings.get(name)?.per; per !== undefined && !seen.has(per); per = holdings.get(per)?.per) {
    seen.add(per)
    root = per
  }
  return root
}
