/** The conditions of a `find`: their templates, and what all items that meet them have in common. */
import type { Find, SortCondition, Template } from './data-map.ts'
import { type ParsedTemplate, parseTemplate } from './template.ts'

type Parts = ParsedTemplate['parts']

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
  return 'between' in condition ? identitiesIn(sharedStart(condition.between)) : []
}

/** What both ends of a range begin with, up to and including a delimiter: so does everything in the range. */
export function sharedStart(ends: readonly [Template, Template]): Parts {
  const parts = tryParse(ends[0])?.parts ?? []
  const [low = [], high = []] = partingOf(ends)
  const [[mine], [other]] = [low, high]
  const partly = typeof mine === 'string' && typeof other === 'string' ? [commonStart(mine, other)] : []
  return upToDelimiter([...parts.slice(0, parts.length - low.length), ...partly])
}

/** The parts of both ends, from the first that differs. */
export function partingOf(ends: readonly [Template, Template]): readonly Parts[] {
  const [a = [], b = []] = ends.map((end) => tryParse(end)?.parts)
  const parting = a.findIndex((part, at) => !isSame(part, b[at]))
  return [a, b].map((parts) => parts.slice(parting < 0 ? a.length : parting))
}

/** Without a delimiter, a longer value or word could begin alike. */
export const endsInDelimiter = (parts: Parts): boolean => {
  const last = parts.at(-1)
  return typeof last === 'string' && !/[\p{L}\p{N}]$/u.test(last)
}

export function tryParse(template: Template): ParsedTemplate | undefined {
  try {
    return parseTemplate(template)
  } catch {
    return undefined
  }
}

function upToDelimiter(parts: Parts): Parts {
  const last = parts.at(-1)
  if (last === undefined) return []
  const rest = parts.slice(0, -1)
  const literal = typeof last === 'string' ? last.replace(/[\p{L}\p{N}]+$/u, '') : ''
  return literal === '' ? upToDelimiter(rest) : [...rest, literal]
}

/** By characters, not UTF-16 units: half a character is no text. */
function commonStart(a: string, b: string): string {
  const others = [...b]
  const letters = [...a]
  const parting = letters.findIndex((letter, at) => letter !== others[at])
  return letters.slice(0, parting < 0 ? letters.length : parting).join('')
}

const identitiesIn = (parts: Parts): readonly string[] =>
  parts.flatMap((part) => (typeof part === 'string' ? [] : [part.identity]))

const isSame = (a: Parts[number], b: Parts[number] | undefined): boolean =>
  typeof a === 'string' || typeof b !== 'object' ? a === b : a.identity === b.identity
