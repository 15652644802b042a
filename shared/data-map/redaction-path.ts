/**
 * Paths to the values that a redaction changes: `author`, `buyer.name`, `notes[*].text`, `members[userId={userId}].name`,
 * `watchers[{userId}]`.
 */
import { type PathOf, splitPath } from './attribute-path.ts'
import type { Template } from './data-map.ts'
import { parseTemplate } from './template.ts'

/**
 * `every`: all elements of a list or set. `where` and `is`: the elements of a list whose attribute `where` has the
 * template's value. `is` alone: the elements of a list or set that equal the template's value.
 */
export type PathStep =
  | { readonly name: string }
  | 'every'
  | { readonly where: string; readonly is: Template }
  | { readonly is: Template }

export type RedactionPath = PathOf<PathStep>

/** @throws TypeError when the text is no such path. */
export function parseRedactionPath(text: string): RedactionPath {
  const path = splitPath(text)
  if (!path) throw new TypeError(`"${text}" is no path in an item`)
  const steps = path.steps.map((step) => ('name' in step ? step : selection(step.inside, text)))
  if (steps.some((step, at) => endsThere(step) && at < steps.length - 1)) {
    throw new TypeError(`"${text}" leads on from elements that are values`)
  }
  return { attribute: path.attribute, steps }
}

export function isRedactionPath(text: string): boolean {
  try {
    return parseRedactionPath(text) !== undefined
  } catch {
    return false
  }
}

/** The templates that choose elements. */
export const selectionsOf = ({ steps }: RedactionPath): readonly Template[] =>
  steps.flatMap((step) => (typeof step === 'object' && 'is' in step ? [step.is] : []))

/** Whether the path leads to elements of a list or set, not to something inside them. */
export const endsInElements = ({ steps }: RedactionPath): boolean => {
  const last = steps.at(-1)
  return last !== undefined && !(typeof last === 'object' && 'name' in last)
}

/**
 * Whether a change at the first path always changes what the second leads to. Two selections from one list count as
 * different elements.
 */
export const encloses = (outer: RedactionPath, inner: RedactionPath): boolean =>
  outer.attribute === inner.attribute &&
  outer.steps.length <= inner.steps.length &&
  outer.steps.every((step, at) => isSameStep(step, inner.steps[at]))

function isSameStep(a: PathStep, b: PathStep | undefined): boolean {
  if (a === 'every') return b === 'every' || (b !== undefined && 'is' in b)
  if (b === 'every') return 'is' in a
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Without an identity, a selection chooses the same elements for every person: `notes[0]`, `members[role=admin]`. */
function selection(inside: string, text: string): PathStep {
  if (inside === '*') return 'every'
  const [, where, is = ''] = /^(?:([^={]*)=)?(.*)$/s.exec(inside) ?? []
  if (where === '' || where?.includes('.')) throw new TypeError(`"${text}" does not choose by one attribute`)
  if (parseTemplate(is).identities.length === 0) {
    throw new TypeError(`"${text}" chooses elements by nothing that names the person`)
  }
  return where === undefined ? { is } : { where, is }
}

const endsThere = (step: PathStep): boolean => typeof step === 'object' && 'is' in step && !('where' in step)
