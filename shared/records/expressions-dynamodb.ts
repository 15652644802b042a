/** Conditions and changes as DynamoDB's expressions. Every name is an alias, since many words are reserved. */
import type { Change, Condition, ItemTest, Key, Value } from './records.ts'

/** For expressions that share their aliases: `#n0` for a name, `:v0` for a value. */
export type Aliases = ReturnType<typeof aliases>

export function aliases() {
  const names = new Map<string, string>()
  const values: Record<string, Value> = {}
  let count = 0
  return {
    name: (attribute: string): string => {
      const alias = names.get(attribute) ?? `#n${names.size}`
      names.set(attribute, alias)
      return alias
    },
    value: (value: Value): string => {
      const alias = `:v${count++}`
      values[alias] = value
      return alias
    },
    /** They explain the aliases. */
    parameters: () => ({
      ...(names.size > 0 && {
        ExpressionAttributeNames: Object.fromEntries(names.entries().map(([name, alias]) => [alias, name])),
      }),
      ...(count > 0 && { ExpressionAttributeValues: values }),
    }),
  }
}

/** The item exists and meets every condition. */
export const conditionExpression = (
  { name, value }: Aliases,
  key: Key,
  conditions: readonly Condition[],
): string => {
  const test = (one: ItemTest): string => {
    const path = name(one.attribute)
    if ('exists' in one) return `${one.exists ? 'attribute_exists' : 'attribute_not_exists'}(${path})`
    return 'is' in one ? `${path} = ${value(one.is)}` : `${path} <> ${value(one.isNot)}`
  }
  const exists = `attribute_exists(${name(Object.keys(key)[0] ?? '')})`
  const others = conditions.map((condition) =>
    'not' in condition ? `NOT (${condition.not.map(test).join(' AND ')})` : test(condition),
  )
  return [exists, ...others].join(' AND ')
}

export const updateExpression = (
  { name, value }: Aliases,
  { set, remove }: Pick<Change, 'set' | 'remove'>,
): string => {
  const sets = Object.entries<Value>(set).map(([attribute, put]) => `${name(attribute)} = ${value(put)}`)
  const removes = remove.map(name)
  return [
    ...(sets.length > 0 ? [`SET ${sets.join(', ')}`] : []),
    ...(removes.length > 0 ? [`REMOVE ${removes.join(', ')}`] : []),
  ].join(' ')
}

export const projectionOf = ({ name }: Aliases, attributes: readonly string[] | undefined) =>
  attributes && { ProjectionExpression: attributes.map(name).join(', ') }
