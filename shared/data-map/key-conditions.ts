/** The conditions of a `find`: their templates, and what all items that meet them have in common. */
import type { Find, SortCondition, Template } from './data-map.ts'
import { type ParsedTemplate, parseTemplate } from './template.ts'

export type Ends = readonly [Template, Template]

/** Attributes and their conditions, without `index` and `scan`. */
export function conditionsOf({ index: _index, scan: _scan, ...conditions }: Find) {
  return Object.entries<SortCondition>(conditions)
}

/** All templates of a condition: one, or the two ends of a `between`. */
export const templatesOf = (condition: SortCondition): readonly Template[] => {
  if (typeof condition === 'string') return [condition]
  if ('between' in condition) return condition.between
  if ('from' in condition) return [condition.from]
  return ['to' in condition ? condition.to : condition.beginsWith]
}

/** The identities by which a holding finds its items. */
export const identitiesOf = (find: Find): readonly string[] =>
  conditionsOf(find)
    .flatMap(([, condition]) => templatesOf(condition))
    .flatMap((template) => tryParse(template)?.identities ?? [])

/**
 * The identities whose value is in every item that meets the condition; of a range, those in what its ends share.
 *
 * @returns Undefined if a template cannot be read.
 */
export function pinnedBy(condition: SortCondition): readonly string[] | undefined {
  const parsed = templatesOf(condition).map(tryParse)
  if (parsed.includes(undefined)) return undefined
  if (typeof condition === 'string' || 'beginsWith' in condition) return parsed[0]?.identities
  return 'between' in condition ? tryParse(sharedStart(condition.between))?.identities : []
}

/** What both ends of a range begin with, up to and including a delimiter: so does everything in the range. */
export function sharedStart(ends: Ends): Template {
  const shared = tokensOf(ends[0]).slice(0, partingOf(ends))
  return shared.slice(0, shared.findLastIndex(isDelimiter) + 1).join('')
}

/** The first token of each end that the other does not have there. */
export function firstDifference(ends: Ends): readonly (string | undefined)[] {
  const at = partingOf(ends)
  return ends.map((end) => tokensOf(end)[at])
}

/** Without a delimiter, a longer value or word could begin alike. */
export const endsInDelimiter = (template: Template): boolean => tokensOf(template).slice(-1).some(isDelimiter)

export function tryParse(template: Template): ParsedTemplate | undefined {
  try {
    return parseTemplate(template)
  } catch {
    return undefined
  }
}

/** Characters, and each identity in its braces as one. Not UTF-16 units: half a character is no text. */
export const tokensOf = (template: Template): readonly string[] => template.match(/\{[^{}]*\}|./gsu) ?? []

const isDelimiter = (token: string): boolean => !/^[{\p{L}\p{N}]/u.test(token)

/** How many tokens both ends have in common at their beginning. */
function partingOf([low, high]: Ends): number {
  const [mine, others] = [tokensOf(low), tokensOf(high)]
  const at = mine.findIndex((token, index) => token !== others[index])
  return at < 0 ? mine.length : at
}
