/** Whose the items of a holding are, what is done with them, and what they tell. */
import type { Action, Holding, TableHolding } from '../../data-map/data-map.ts'
import { isTableHolding } from '../../data-map/holdings.ts'
import { type Finding, unknownName } from '../findings.ts'
import type { KnownParts } from '../schema/known-parts.ts'
import { findRules, keyNamesPerson, typeOf } from './find-rules.ts'
import { itemConditionRules } from './item-condition-rules.ts'
import { redactionRules } from './redaction-rules.ts'
import { retentionRules } from './retain-checks.ts'
import { personalRules } from './template-rules.ts'

export function* holdingRules(name: string, holding: Holding, known: KnownParts): Generator<Finding> {
  const place = `dataMap.holdings.${name}`
  const { category } = holding
  if (!known.categories.includes(category)) {
    yield unknownName(`${place}.category`, 'category', { name: category, known: known.categories })
  }
  if (!isTableHolding(holding)) return
  if (!known.tables.names.includes(holding.table)) {
    yield unknownName(`${place}.table`, 'table', { name: holding.table, known: known.tables.names })
  }
  yield* ownerRules(place, holding, known)
  yield* learnsRules(place, holding, known)
  yield* actionRules(place, holding, known)
  yield* itemConditionRules(place, holding, known.tableKeys.parts.get(holding.table))
  yield* findRules(name, holding, known)
}

function* ownerRules(place: string, holding: TableHolding, known: KnownParts): Generator<Finding> {
  const { find, table } = holding
  const owner = Object.entries(holding.owner ?? {})
  if (owner.length === 0 && takesAway(holding.action) && !keyNamesPerson(holding, known)) {
    const index = find.index === undefined ? "the items' key" : `the index "${find.index}"`
    const what = find.scan === undefined ? index : 'a scan'
    const problem = `is missing: ${what} does not prove whose an item is when it is written`
    const remedy = "state the attribute that does, such as owner: { userId: '{userId}' }"
    yield { place: `${place}.owner`, problem, remedy }
  }
  for (const [attribute, template] of owner) {
    const type = typeOf(attribute, known.tableKeys.parts.get(table))
    yield* personalRules(`${place}.owner.${attribute}`, template, { known, type })
  }
}

const takesAway = (action: Action): boolean =>
  action === 'erase' || 'redact' in action || ('retain' in action && action.retain.keep !== undefined)

function* learnsRules(
  place: string,
  { learns = {}, per }: TableHolding,
  { identities }: KnownParts,
): Generator<Finding> {
  for (const name of Object.keys(learns)) {
    const kind = identities.parts.get(name)?.of
    if (!identities.names.includes(name)) {
      yield unknownName(`${place}.learns.${name}`, 'identity', { name, known: identities.names })
    } else if (per !== undefined && kind !== undefined && kind !== 'record') {
      const problem = `is of kind ${kind}: from a holding with \`per\`, only record identities can be learnt`
      const remedy = `let "${per}" or another holding learn it`
      yield { place: `${place}.learns.${name}`, problem, remedy }
    }
  }
}

function* actionRules(place: string, { table, action }: TableHolding, known: KnownParts): Generator<Finding> {
  if (action === 'erase' || 'leave' in action) return
  const keys = known.tableKeys.parts.get(table)
  if ('redact' in action) yield* redactionRules(`${place}.action.redact`, action.redact, { keys, known })
  else yield* retentionRules(`${place}.action.retain`, action.retain, { keys, known })
}
