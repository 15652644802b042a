/** The holdings of a data map: their kinds, the order they are worked in, and the retention rules. */
import type { Action, DataMap, FunctionHolding, Holding, Redaction, TableHolding } from './data-map.ts'
import type { Retain, RetentionRule } from './retention.ts'

export const isTableHolding = (holding: Holding): holding is TableHolding => 'table' in holding

export const isFunctionHolding = (holding: Holding): holding is FunctionHolding => 'function' in holding

/** The holdings that are items of tables, by name. */
export const tableHoldings = ({
  holdings,
}: Pick<DataMap, 'holdings'>): readonly (readonly [string, TableHolding])[] =>
  Object.entries(holdings).flatMap(([name, holding]) =>
    isTableHolding(holding) ? [[name, holding] as const] : [],
  )

export const actionKind = (action: Action): 'erase' | 'redact' | 'retain' | 'leave' =>
  action === 'erase' ? 'erase' : 'redact' in action ? 'redact' : 'retain' in action ? 'retain' : 'leave'

export const redactOf = (action: Action): Redaction | undefined =>
  action !== 'erase' && 'redact' in action ? action.redact : undefined

/** What is kept, and until when. */
export const retainOf = (action: Action): Retain | undefined =>
  action !== 'erase' && 'retain' in action ? action.retain : undefined

type Named = readonly [string, Holding]

/** By `after` and `last`; otherwise as the map lists them. */
export function inPlanOrder(holdings: readonly Named[]): readonly Named[] {
  const ordered: Named[] = []
  // A circle of `after`, which the configuration check refuses, ends here.
  const visited = new Set<Named>()
  const visit = (entry: Named): void => {
    if (visited.has(entry)) return
    visited.add(entry)
    for (const before of entry[1].after ?? []) {
      const found = holdings.find(([name]) => name === before)
      if (found) visit(found)
    }
    ordered.push(entry)
  }
  for (const entry of holdings.filter(([, { last }]) => !last)) visit(entry)
  for (const entry of holdings) visit(entry)
  return ordered
}

/** Every retention rule by name: those of `retention`, and by the name of its holding each that ends what is kept. */
export function rulesOf({ retention = {}, ...map }: DataMap): Readonly<Record<string, RetentionRule>> {
  const ends = tableHoldings(map).flatMap(([name, { action }]) => {
    const rule = ruleThatEnds(name, action)
    return rule ? [[name, rule] as const] : []
  })
  return { ...retention, ...Object.fromEntries(ends) }
}

/** The rule that ends what the action keeps, if one does. */
export function ruleThatEnds(holding: string, action: Action): RetentionRule | undefined {
  const retain = retainOf(action)
  if (retain?.ends.by !== 'retention') return undefined
  const { from, format, for: after } = retain.until
  const { by: _by, ...found } = retain.ends
  return { holding, from, format, after, ...found, itemsOnly: true }
}
