/** How much memory items take, whatever they are made of: a list of numbers takes far more than DynamoDB counts for it. */
import type { Item, Value } from './records.ts'

/** About what holds a value, or an element of a set, beside its text or bytes. */
const EACH = 64

/** About how many bytes an item takes; the same for the same item wherever it is asked. */
export function weightOf(item: Item): number {
  let weight = EACH
  for (const name in item) weight += weightOfValue(item[name])
  return weight
}

/** Called for every element of every item: the branches are in the order of how common the types are. */
export function weightOfValue(value: Value | undefined): number {
  if (value === undefined) return 0
  if (value.S !== undefined) return EACH + value.S.length
  if (value.N !== undefined) return EACH + value.N.length
  if (value.M) return weightOf(value.M)
  let weight = EACH
  if (value.L) for (const one of value.L) weight += weightOfValue(one)
  else if (value.B) weight += value.B.byteLength
  else for (const one of value.SS ?? value.NS ?? value.BS ?? []) weight += EACH + one.length
  return weight
}
