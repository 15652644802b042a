/** What a redaction may change in an item, and where. */
import type { Constant, KeyType, Redaction } from '../../data-map/data-map.ts'
import { redactOf } from '../../data-map/holdings.ts'
import {
  encloses,
  endsInElements,
  isRedactionPath,
  parseRedactionPath,
  type RedactionPath,
  selectionsOf,
} from '../../data-map/redaction-path.ts'
import { keyTypeOf, type TableKeys } from '../../data-map/table-keys.ts'
import type { Finding } from '../findings.ts'
import type { KnownHolding } from '../schema/known-parts.ts'
import { personalRules } from './template-rules.ts'

export function* redactionRules({ holding, keys, known, ...of }: KnownHolding): Generator<Finding> {
  const redaction = redactOf(holding.action)
  if (!redaction) return
  const place = `${of.place}.action.redact`
  const entries = Object.entries(redaction)
  if (entries.length === 0) {
    const remedy = "name the attributes that are about the person, such as { name: 'remove' }"
    yield { place, problem: 'is empty: nothing would change', remedy }
  }
  for (const [text, change] of entries) {
    const at = `${place}.${text}`
    if (!isRedactionPath(text)) {
      const remedy =
        "such as 'author', 'buyer.name', 'notes[*].text', 'members[userId={userId}].name' or 'watchers[{userId}]'"
      yield { place: at, problem: `"${text}" leads nowhere in an item`, remedy }
      continue
    }
    const changed = parseRedactionPath(text)
    if (keys) yield* keyRules(at, changed, { change, keys })
    for (const template of selectionsOf(changed)) {
      yield* personalRules(at, template, { known, type: keys && 'S' })
    }
    if (change !== 'remove' && endsInElements(changed)) {
      const remedy = "'remove' the elements, or name what is inside them, such as 'notes[*].text'"
      yield { place: at, problem: 'is whole elements of a list: no constant can stand for them', remedy }
    }
  }
  yield* overlapRules(place, Object.keys(redaction).filter(isRedactionPath))
}

function* keyRules(
  place: string,
  { attribute, steps }: RedactionPath,
  { change, keys }: { readonly change: Redaction[string]; readonly keys: TableKeys },
): Generator<Finding> {
  if (attribute in keys.key) {
    const problem = "is part of the table's primary key, which cannot be changed"
    yield { place, problem, remedy: 'erase the items, or redact other attributes' }
    return
  }
  const type = keyTypeOf(attribute, keys)
  if (type === undefined) return
  if (steps.length > 0) {
    const problem = `"${attribute}" is the key of an index, of type ${type}: there is nothing inside it`
    yield { place, problem, remedy: `redact '${attribute}' as a whole` }
  } else if (change !== 'remove' && !canBeKey(change.constant, type)) {
    const problem = `is the key of an index, of type ${type}: this constant cannot stand in it`
    yield { place, problem, remedy: "'remove' it: the item then leaves the index" }
  }
}

const canBeKey = (constant: Constant, type: KeyType): boolean =>
  type === 'N'
    ? typeof constant === 'number'
    : type === 'S' && typeof constant === 'string' && constant !== ''

/** DynamoDB refuses a write whose paths overlap. */
function* overlapRules(place: string, texts: readonly string[]): Generator<Finding> {
  for (const [at, text] of texts.entries()) {
    const inner = parseRedactionPath(text)
    const outer = texts.find(
      (other, otherAt) =>
        otherAt !== at &&
        encloses(parseRedactionPath(other), inner) &&
        // Of two that enclose each other, the later one has to go.
        (otherAt < at || !encloses(inner, parseRedactionPath(other))),
    )
    if (outer === undefined) continue
    const problem = `lies inside "${outer}", which is changed as well`
    yield { place: `${place}.${text}`, problem, remedy: 'leave one of the two out' }
  }
}
