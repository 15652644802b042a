/** Templates, in a key, in an `owner` or in the choice of an element; and the prefixes and ranges made of them. */
import type { KeyType, SortCondition, Template } from '../../data-map/data-map.ts'
import {
  type Ends,
  endsInDelimiter,
  firstDifference,
  sharedStart,
  tryParse,
} from '../../data-map/key-conditions.ts'
import type { ParsedTemplate } from '../../data-map/template.ts'
import { type Finding, unknownName } from '../findings.ts'
import type { KnownParts } from '../schema/known-parts.ts'

export interface TemplateUse {
  readonly known: KnownParts
  /** Of the attribute that holds the value; undefined if it is not known. An attribute of no key holds texts. */
  readonly type: KeyType | undefined
}

export function* templateRules(place: string, template: Template, use: TemplateUse): Generator<Finding> {
  const { known, type } = use
  const parsed = tryParse(template)
  if (!parsed) {
    const remedy = "write identities as '{userId}', with nothing but letters, digits and _ between the braces"
    yield { place, problem: `"${template}" has a brace that names no identity`, remedy }
    return
  }
  for (const name of parsed.identities) {
    yield* unknownName(place, 'identity', { name, known: known.identities.names })
  }
  if (parsed.parts.some((part, at) => isIdentity(part) && isIdentity(parsed.parts[at + 1]))) {
    const problem = `"${template}" has two identities side by side: "1" and "23" would read as "12" and "3"`
    yield { place, problem, remedy: "put a delimiter between them, such as '{storeId}#{userId}'" }
  }
  if (type === 'N' && !isOneNumber(parsed)) {
    const problem = 'is of type N: a number has no text around it'
    yield { place, problem, remedy: "one identity and nothing else, such as '{orderNo}', or a number" }
  }
  yield* binaryRules(place, parsed, use)
}

/** One person's own: all of its identities name that person. */
export function* personalRules(place: string, template: Template, use: TemplateUse): Generator<Finding> {
  const findings = [...templateRules(place, template, use)]
  yield* findings
  if (findings.length > 0) return
  const identities = tryParse(template)?.identities ?? []
  const shared = identities.filter((name) =>
    ['group', 'record'].includes(use.known.identities.parts.get(name)?.of ?? ''),
  )
  if (identities.length > 0 && shared.length === 0) return
  const problem =
    shared.length > 0 ? `"${shared.join('", "')}" is not one person's` : `"${template}" names nobody`
  yield { place, problem, remedy: 'use person and alias identities only' }
}

/** Bytes stand alone: no text can be put beside them. */
function* binaryRules(place: string, parsed: ParsedTemplate, use: TemplateUse): Generator<Finding> {
  const { known, type } = use
  for (const name of parsed.identities.filter((name) => known.identities.parts.get(name)?.binary)) {
    if (type !== undefined && type !== 'B') {
      const problem = `"${name}" is bytes, and this holds ${type === 'N' ? 'a number' : 'a text'}`
      const remedy = "use it in keys of type B only, or take `binary` from the identity if it's a text there"
      yield { place, problem, remedy }
    } else if (parsed.parts.length > 1) {
      const remedy = `'{${name}}', and nothing else`
      yield { place, problem: `"${name}" is bytes, which have no text around them`, remedy }
    }
  }
}

/** DynamoDB keeps at most 38 digits. */
const isOneNumber = ({ parts: [only, ...others] }: ParsedTemplate): boolean =>
  others.length === 0 && (typeof only !== 'string' || /^-?(?:\d+\.)?\d{1,38}$/.test(only))

const isIdentity = (part: ParsedTemplate['parts'][number] | undefined): boolean => typeof part === 'object'

type Range = Exclude<SortCondition, string>

/** Nothing between the ends may be another person's, or of another kind. */
export function* rangeRules(place: string, range: Range, type?: KeyType): Generator<Finding> {
  if ('beginsWith' in range) {
    yield* prefixRules(place, range.beginsWith, type)
  } else if ('between' in range) {
    yield* betweenRules(place, range.between, type)
  } else if (type !== 'N' && type !== undefined) {
    const problem = 'has one end only: it would catch all other kinds of items beyond it'
    yield { place, problem, remedy: "give both, such as { between: ['ORDER#2020-', 'ORDER#2024-'] }" }
  }
}

function* prefixRules(place: string, template: Template, type?: KeyType): Generator<Finding> {
  if (type === 'N') {
    const remedy = "a value such as '{orderNo}', or a range: { from: '100' }"
    yield { place, problem: 'is of type N: numbers have no prefixes', remedy }
    return
  }
  if (!tryParse(template) || endsInDelimiter(template)) return
  const problem = `the prefix "${template}" does not end in a delimiter: ORDER would catch ORDERING, too`
  yield { place, problem, remedy: `end it in the character that follows, such as '${template}#'` }
}

function* betweenRules(place: string, ends: Ends, type?: KeyType): Generator<Finding> {
  if (!ends.every(tryParse) || type === undefined) return
  if (type !== 'N' && sharedStart(ends) === '') {
    const problem = `"${ends.join('" and "')}" do not begin alike: between them lie other kinds of items, or other people's`
    const remedy =
      "begin both with the same text up to its delimiter, such as 'ORDER#2020-' and 'ORDER#2024-'"
    yield { place, problem, remedy }
  } else if (isBackwards(ends, type)) {
    const remedy = 'put the lower end first'
    yield { place, problem: `"${ends[0]}" comes after "${ends[1]}": there is nothing between them`, remedy }
  }
}

/** As far as the ends can be compared before their identities have values. DynamoDB orders texts by their bytes. */
function isBackwards(ends: Ends, type: KeyType): boolean {
  if (type === 'N') return Number(ends[0]) > Number(ends[1])
  const [mine, other] = firstDifference(ends)
  if (mine === undefined || other === undefined) return mine !== undefined
  if (mine.startsWith('{') || other.startsWith('{')) return false
  return Buffer.compare(Buffer.from(mine), Buffer.from(other)) > 0
}
