/** The map's conditions on an item's attributes, as tests that come out here as they do in DynamoDB. */
import type { Constant, ItemCondition } from '../data-map/data-map.ts'
import { writtenOut } from '../data-map/numbers.ts'
import type { Item, ItemTest, Value } from '../records/records.ts'

export const constantValue = (constant: Constant): Value =>
  typeof constant === 'string'
    ? { S: constant }
    : typeof constant === 'number'
      ? { N: String(constant) }
      : { BOOL: constant }

export const testsOf = (condition: ItemCondition = {}): readonly ItemTest[] =>
  Object.entries(condition).map(([attribute, wanted]) =>
    typeof wanted === 'object'
      ? { attribute, exists: wanted.exists }
      : { attribute, is: constantValue(wanted) },
  )

/** An item is held if it has the attribute, other than as false, and other than as no value. */
export const heldBy = (attribute: string): readonly ItemTest[] => [
  { attribute, exists: true },
  { attribute, isNot: { BOOL: false } },
  { attribute, isNot: { NULL: true } },
  { attribute, isNot: { S: '' } },
]

/** Whether all of the tests hold. */
export const meets = (item: Item, tests: readonly ItemTest[]): boolean =>
  tests.every((test) => {
    const value = item[test.attribute]
    if ('exists' in test) return (value !== undefined) === test.exists
    return 'is' in test ? isSame(value, test.is) : !isSame(value, test.isNot)
  })

/** As DynamoDB compares them: numbers by their value. */
export function isSame(a: Value | undefined, b: Value): boolean {
  if (a === undefined) return false
  if (a.N !== undefined && b.N !== undefined) return writtenOut(a.N) === writtenOut(b.N)
  const isSimple = (a.S ?? a.BOOL ?? a.N ?? a.NULL) !== undefined
  return isSimple && a.S === b.S && a.BOOL === b.BOOL && a.N === b.N && a.NULL === b.NULL
}
