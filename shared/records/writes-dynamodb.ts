/** Conditional writes: their parameters, and what a refusal means. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { aliases, conditionExpression, updateExpression } from './expressions-dynamodb.ts'
import { weightOf, weightOfValue } from './item-weight.ts'
import { CONSUMED } from './queries-dynamodb.ts'
import type { Change, Condition, ItemTest, Key, Written } from './records.ts'

/** An UpdateExpression has 4 KB. */
const CHANGES_PER_WRITE = 100

const target = (TableName: string, Key: Key) => ({
  TableName,
  Key,
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
})

export function deleteParams(table: string, key: Key, conditions: readonly Condition[]) {
  const names = aliases()
  return {
    ...target(table, key),
    ConditionExpression: conditionExpression(names, key, conditions),
    ...names.parameters(),
    ...CONSUMED,
  }
}

/** As many writes as the change needs; what it sets goes with the last. */
export function updatesOf(table: string, key: Key, { set, remove, conditions }: Change) {
  const parts = inParts(remove)
  return parts.map((some, n) => {
    const names = aliases()
    const isLast = n === parts.length - 1
    return {
      ...target(table, key),
      UpdateExpression: updateExpression(names, { set: isLast ? set : {}, remove: some }),
      ConditionExpression: conditionExpression(names, key, conditions),
      ...names.parameters(),
      ...CONSUMED,
    }
  })
}

/** What the writes of a change carry. */
export const weightOfChange = ({
  set = {},
  conditions,
}: Pick<Change, 'conditions'> & Partial<Change>): number =>
  weightOf(set) +
  conditions
    .flatMap((condition) => ('not' in condition ? condition.not : [condition]))
    .reduce((sum, test) => sum + weightOfValue(comparedIn(test)), 0)

const comparedIn = (test: ItemTest) => ('is' in test ? test.is : 'isNot' in test ? test.isNot : undefined)

/** In the given order, and the last part is full: the attributes at the end go in one write. */
function inParts(remove: readonly string[]): readonly (readonly string[])[] {
  const first = remove.length % CHANGES_PER_WRITE
  const full = Array.from({ length: Math.floor(remove.length / CHANGES_PER_WRITE) }, (_, n) => {
    const from = first + n * CHANGES_PER_WRITE
    return remove.slice(from, from + CHANGES_PER_WRITE)
  })
  return first > 0 || full.length === 0 ? [remove.slice(0, first), ...full] : full
}

/**
 * An item that fails a condition, or cannot be stored as changed, is left alone. One that is gone after a repeated call
 * was deleted by the first, whose answer was lost.
 */
export async function unlessRefused(write: () => Promise<unknown>): Promise<Written> {
  try {
    await write()
    return 'done'
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      return error.Item ?? ((error.$metadata.attempts ?? 1) > 1 ? 'done' : 'gone')
    }
    if (error instanceof Error && IMPOSSIBLE.includes(error.name)) return 'impossible'
    throw error
  }
}

/** Errors about the item itself: too large after the change, or in too large a collection. */
const IMPOSSIBLE = ['ValidationException', 'ItemCollectionSizeLimitExceededException']
