/** Prefixes and ranges: nothing between their ends may be another person's, or of another kind. */
import type { KeyType, SortCondition } from '../../data-map/data-map.ts'
import { endsInDelimiter, partingOf, sharedStart, tryParse } from '../../data-map/key-conditions.ts'
import type { Finding } from '../findings.ts'

export type Range = Exclude<SortCondition, string>

/** @param type Undefined if it cannot be told. */
export function* rangeRules(place: string, range: Range, type: KeyType | undefined): Generator<Finding> {
  if ('beginsWith' in range) {
    yield* prefixRules(place, range.beginsWith, type)
  } else if ('between' in range) {
    yield* betweenRules(place, range.between, type)
  } else if (type !== 'N' && type !== undefined) {
    const problem = 'has one end only: it would catch all other kinds of items beyond it'
    yield { place, problem, remedy: "give both, such as { between: ['ORDER#2020-', 'ORDER#2024-'] }" }
  }
}

function* prefixRules(place: string, template: string, type: KeyType | undefined): Generator<Finding> {
  if (type === 'N') {
    const remedy = "a value such as '{orderNo}', or a range: { from: '100' }"
    yield { place, problem: 'is of type N: numbers have no prefixes', remedy }
    return
  }
  const parts = tryParse(template)?.parts
  if (!parts || endsInDelimiter(parts)) return
  const problem = `the prefix "${template}" does not end in a delimiter: ORDER would catch ORDERING, too`
  yield { place, problem, remedy: `end it in the character that follows, such as '${template}#'` }
}

function* betweenRules(
  place: string,
  ends: readonly [string, string],
  type: KeyType | undefined,
): Generator<Finding> {
  const [low, high] = ends.map(tryParse)
  if (!low || !high || type === undefined) return
  if (type !== 'N' && sharedStart(ends).length === 0) {
    const problem = `"${ends.join('" and "')}" do not begin alike: between them lie other kinds of items, or other people's`
    const remedy =
      "begin both with the same text up to its delimiter, such as 'ORDER#2020-' and 'ORDER#2024-'"
    yield { place, problem, remedy }
  } else if (isBackwards(ends, type)) {
    const remedy = 'put the lower end first'
    yield { place, problem: `"${ends[0]}" comes after "${ends[1]}": there is nothing between them`, remedy }
  }
}

/** As far as the ends can be compared before their identities have values. Texts are in the order of their bytes. */
function isBackwards(ends: readonly [string, string], type: KeyType): boolean {
  if (type === 'N') return Number(ends[0]) > Number(ends[1])
  const [low = [], high = []] = partingOf(ends)
  const [[mine], [other, ...others]] = [low, high]
  if (other === undefined) return mine !== undefined
  if (typeof mine !== 'string' || typeof other !== 'string') return false
  if (mine.startsWith(other)) return others.length === 0
  return Buffer.compare(Buffer.from(mine), Buffer.from(other)) > 0
}
