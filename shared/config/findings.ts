/** What is wrong with a configuration: always where, what, and what would be right. */

/** A mistake of the person who deploys or configures, in sentences for them: a stack trace would not help. */
export class ConfigProblem extends Error {
  override readonly name = 'ConfigProblem'
}

export interface Finding {
  /** Such as `dataMap.holdings.lines.owner`. */
  readonly place: string
  readonly problem: string
  readonly remedy: string
}

/** For a terminal. */
export function formatFindings(findings: readonly Finding[]): string {
  const count = findings.length === 1 ? '1 finding' : `${findings.length} findings`
  return findings.length === 0
    ? 'The configuration is valid.'
    : [...findings.map(inLines), count].join('\n\n')
}

/** For a terminal; empty if there are none. */
export const formatNotes = (notes: readonly Finding[]): string =>
  notes.length === 0 ? '' : ['No mistakes, but they may not be meant:', ...notes.map(inLines)].join('\n\n')

const inLines = ({ place, problem, remedy }: Finding): string => `${place}\n  ${problem}\n  → ${remedy}`

/** If the name is not defined: with the one that was probably meant. */
export function* unknownName(
  place: string,
  what: string,
  { name, known }: { readonly name: string; readonly known: readonly string[] },
): Generator<Finding> {
  if (known.includes(name)) return
  yield { place, problem: `there is no ${what} "${name}"`, remedy: insteadOf(name, known) }
}

/** Suggests the name that differs by a typing mistake, else lists all. */
export function insteadOf(name: string, known: readonly string[]): string {
  const [near] = known
    .map((candidate) => ({ candidate, distance: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= (name.length < 4 ? 1 : 2))
    .sort((a, b) => a.distance - b.distance)
  if (near) return `did you mean "${near.candidate}"?`
  return known.length === 0 ? 'none is defined: define it first' : `use one of: ${known.join(', ')}`
}

/** Levenshtein distance: single letters to insert, remove or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] ?? 0) + (letter === b[j] ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
