/** Whose the items of a holding are, what they tell, what may be done with them, and on which conditions. */
import { isAttributeName } from '../../data-map/attribute-path.ts'
import type { ItemCondition, KeyType, TableHolding } from '../../data-map/data-map.ts'
import { actionKind, isTableHolding } from '../../data-map/holdings.ts'
import { keyTypeOf } from '../../data-map/table-keys.ts'
import { type Finding, unknownName } from '../findings.ts'
import type { KnownHolding, KnownParts } from '../schema/known-parts.ts'
import { FIND_RULES, keyNamesPerson, typeOf } from './find-rules.ts'
import { redactionRules } from './redaction-rules.ts'
import { retainRules } from './retention-rules.ts'
import { personalRules } from './template-rules.ts'

const ITEM_RULES = [
  ownerRules,
  strandsRules,
  learnsRules,
  redactionRules,
  retainRules,
  conditionRules,
  ...FIND_RULES,
]

export function* holdingRules(known: KnownParts): Generator<Finding> {
  const { categories, holdings, tables, tableKeys } = known
  for (const [name, holding] of holdings.parts) {
    const place = `dataMap.holdings.${name}`
    yield* unknownName(`${place}.category`, 'category', { name: holding.category, known: categories.names })
    if (!isTableHolding(holding)) continue
    yield* unknownName(`${place}.table`, 'table', { name: holding.table, known: tables.names })
    const keys = tableKeys.parts.get(holding.table)
    for (const rule of ITEM_RULES) yield* rule({ holding, place, keys, known })
  }
}

function* ownerRules({ place, holding, keys, known }: KnownHolding): Generator<Finding> {
  const { find } = holding
  const owner = Object.entries(holding.owner ?? {})
  if (owner.length === 0 && takesAway(holding) && !keyNamesPerson(holding, known)) {
    const index = find.index === undefined ? "the items' key" : `the index "${find.index}"`
    const what = find.scan === undefined ? index : 'a scan'
    const problem = `is missing: ${what} does not prove whose an item is when it is written`
    const remedy = "state the attribute that does, such as owner: { userId: '{userId}' }"
    yield { place: `${place}.owner`, problem, remedy }
  }
  for (const [attribute, template] of owner) {
    yield* personalRules(`${place}.owner.${attribute}`, template, { known, type: typeOf(attribute, keys) })
  }
}

/** What is retained goes as well: by the TTL that is written, by its rule, or at once where its time is over. */
const takesAway = ({ action }: TableHolding): boolean => actionKind(action) !== 'leave'

function* strandsRules({ place, holding }: KnownHolding): Generator<Finding> {
  if (holding.strands === undefined || takesAway(holding)) return
  yield { place: `${place}.strands`, problem: 'is said of items that stay', remedy: 'take it out' }
}

function* learnsRules({ place, holding: { learns = {}, per }, known }: KnownHolding): Generator<Finding> {
  const { identities } = known
  for (const name of Object.keys(learns)) {
    const kind = identities.parts.get(name)?.of
    yield* unknownName(`${place}.learns.${name}`, 'identity', { name, known: identities.names })
    if (per !== undefined && kind !== undefined && kind !== 'record') {
      const problem = `is of kind ${kind}: from a holding with \`per\`, only record identities can be learnt`
      yield { place: `${place}.learns.${name}`, problem, remedy: `let "${per}" or another holding learn it` }
    }
  }
}

function* conditionRules({ place, holding, keys }: KnownHolding): Generator<Finding> {
  const { unless, reviewWhen, action } = holding
  if (unless && actionKind(action) === 'leave') {
    const problem = 'is a condition of a write, and what is left is not written'
    yield { place: `${place}.unless`, problem, remedy: 'take it out' }
  }
  if (unless) yield* conditionRule(`${place}.unless`, unless, keys)
  if (reviewWhen) yield* conditionRule(`${place}.reviewWhen`, reviewWhen, keys)
}

/** An item can meet it, or fail to meet it. */
function* conditionRule(place: string, is: ItemCondition, keys: KnownHolding['keys']): Generator<Finding> {
  const entries = Object.entries(is)
  if (entries.length === 0) {
    const problem = 'is empty: it would hold of every item'
    yield { place, problem, remedy: "name an attribute and what it is, such as { role: 'owner' }" }
  }
  for (const [attribute, is] of entries) {
    const at = `${place}.${attribute}`
    const type = keys && keyTypeOf(attribute, keys)
    if (!isAttributeName(attribute)) {
      const remedy = 'an attribute of the item itself, not inside it'
      yield { place: at, problem: `"${attribute}" is not the name of an attribute`, remedy }
    } else if (keys && attribute in keys.key && typeof is === 'object') {
      const problem = 'is part of the primary key, which every item has'
      yield { place: at, problem, remedy: 'name another attribute' }
    } else if (type !== undefined && typeof is !== 'object' && TYPES[typeof is] !== type) {
      const problem = `is a key attribute of type ${type}, which is never ${JSON.stringify(is)}`
      const remedy = type === 'B' ? 'name another attribute' : `give a ${type === 'N' ? 'number' : 'text'}`
      yield { place: at, problem, remedy }
    }
  }
}

const TYPES: Readonly<Record<string, KeyType>> = { string: 'S', number: 'N' }
