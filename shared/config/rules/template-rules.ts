/** What holds for every template, in a key, in an `owner` or in the choice of an element. */
import type { KeyType, Template } from '../../data-map/data-map.ts'
import { tryParse } from '../../data-map/key-conditions.ts'
import type { ParsedTemplate } from '../../data-map/template.ts'
import { type Finding, unknownName } from '../findings.ts'
import type { KnownParts } from '../schema/known-parts.ts'

export interface Setting {
  readonly known: KnownParts
  /** Of the attribute that holds the value; undefined if it cannot be told. What is no key holds texts. */
  readonly type: KeyType | undefined
}

export function* templateRules(
  place: string,
  template: Template,
  { known, type }: Setting,
): Generator<Finding> {
  const parsed = tryParse(template)
  if (!parsed) {
    const remedy = "write identities as '{userId}', with nothing but letters, digits and _ between the braces"
    yield { place, problem: `"${template}" has a brace that names no identity`, remedy }
    return
  }
  for (const name of parsed.identities.filter((name) => !known.identities.names.includes(name))) {
    yield unknownName(place, 'identity', { name, known: known.identities.names })
  }
  if (parsed.parts.some((part, at) => isIdentity(part) && isIdentity(parsed.parts[at + 1]))) {
    const remedy = "put a delimiter between them, such as '{storeId}#{userId}'"
    const problem = `"${template}" has two identities side by side: "1" and "23" would read as "12" and "3"`
    yield { place, problem, remedy }
  }
  if (type === 'N' && !isOneNumber(parsed)) {
    const problem = 'is of type N: a number has no text around it'
    yield { place, problem, remedy: "one identity and nothing else, such as '{orderNo}', or a number" }
  }
  yield* binaryRules(place, parsed, { known, type })
}

/** Someone's own: identities that all name one person. */
export function* personalRules(place: string, template: Template, setting: Setting): Generator<Finding> {
  const findings = [...templateRules(place, template, setting)]
  yield* findings
  if (findings.length > 0) return
  const identities = tryParse(template)?.identities ?? []
  const shared = identities.filter((name) =>
    ['group', 'record'].includes(setting.known.identities.parts.get(name)?.of ?? ''),
  )
  if (identities.length > 0 && shared.length === 0) return
  const problem =
    shared.length > 0 ? `"${shared.join('", "')}" is not one person's` : `"${template}" names nobody`
  yield { place, problem, remedy: 'use person and alias identities only' }
}

/** Bytes have no text beside them, and are no text. */
function* binaryRules(
  place: string,
  { parts, identities }: ParsedTemplate,
  { known, type }: Setting,
): Generator<Finding> {
  for (const name of identities.filter((name) => known.identities.parts.get(name)?.binary)) {
    if (type !== undefined && type !== 'B') {
      const problem = `"${name}" is bytes, and this holds ${type === 'N' ? 'a number' : 'a text'}`
      const remedy = "use it in keys of type B only, or take `binary` from the identity if it's a text there"
      yield { place, problem, remedy }
    } else if (parts.length > 1) {
      const remedy = `'{${name}}', and nothing else`
      yield { place, problem: `"${name}" is bytes, which have no text around them`, remedy }
    }
  }
}

/** As DynamoDB keeps it: at most 38 digits. */
const isOneNumber = ({ parts: [only, ...others] }: ParsedTemplate): boolean =>
  others.length === 0 && (typeof only !== 'string' || /^-?(?:\d+\.)?\d{1,38}$/.test(only))

const isIdentity = (part: ParsedTemplate['parts'][number] | undefined): boolean => typeof part === 'object'
