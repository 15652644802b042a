/** Conditions and changes as DynamoDB's expressions. Every name is an alias, since many words are reserved. */
import type { Change, Condition, ItemTest, Key, Value } from './records.ts'

/** Expressions that share their aliases. */
export interface Aliases {
  /** `#n0` */
  readonly name: (attribute: string) => string
  /** `:v0` */
  readonly value: (value: Value) => string
  /** The parameters that explain the aliases. */
  readonly parameters: () => {
    readonly ExpressionAttributeNames?: Record<string, string>
    readonly ExpressionAttributeValues?: Record<string, Value>
  }
}

export function aliases(): Aliases {
  const names = new Map<string, string>()
  const values: Record<string, Value> = {}
  let count = 0
  return {
    name(attribute) {
      const alias = names.get(attribute) ?? `#n${names.size}`
      names.set(attribute, alias)
      return alias
    },
    value(value) {
      const alias = `:v${count++}`
      values[alias] = value
      return alias
    },
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
