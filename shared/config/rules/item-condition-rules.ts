/** `unless` and `reviewWhen`: conditions that an item can meet, or fail to. */
import { isAttributeName } from '../../data-map/attribute-path.ts'
import type { ItemCondition, KeyType, TableHolding } from '../../data-map/data-map.ts'
import { keyTypeOf, type TableKeys } from '../../data-map/table-keys.ts'
import type { Finding } from '../findings.ts'

export function* itemConditionRules(
  place: string,
  { unless, reviewWhen, action }: TableHolding,
  keys: TableKeys | undefined,
): Generator<Finding> {
  if (unless) {
    if (action !== 'erase' && 'leave' in action) {
      const problem = 'is a condition of a write, and what is left is not written'
      yield { place: `${place}.unless`, problem, remedy: 'take it out' }
    }
    yield* conditionRules(`${place}.unless`, unless, keys)
  }
  if (reviewWhen) yield* conditionRules(`${place}.reviewWhen`, reviewWhen, keys)
}

function* conditionRules(
  place: string,
  condition: ItemCondition,
  keys: TableKeys | undefined,
): Generator<Finding> {
  const entries = Object.entries(condition)
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
