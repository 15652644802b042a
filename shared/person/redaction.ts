/** Redacts a value: an attribute as a whole, or what lies in its maps, lists and sets. */
import { canonicalNumber } from '../data-map/numbers.ts'
import type { PathStep } from '../data-map/redaction-path.ts'
import { expand, type ParsedTemplate, parseTemplate, type Values } from '../data-map/template.ts'
import { normalAddress } from '../platform/email-address.ts'
import type { Value } from '../records/records.ts'
import { isSame } from './conditions.ts'

/** A path inside an attribute, with one person's values filled in. */
export type Steps = readonly (Exclude<PathStep, { is: string }> | Chosen)[]
/** Elements that equal one of the texts, or whose attribute `where` does. */
interface Chosen {
  readonly where?: string
  readonly texts: ReadonlySet<string>
  /** Of texts with an address in them: the address may be spelled as nobody else spells it. */
  readonly inNormalForm?: (text: string) => string
}

/** @param addresses The identities that are addresses. */
export const stepsFor = (
  steps: readonly PathStep[],
  values: Values,
  addresses: readonly string[] = [],
): Steps =>
  steps.map((step) => {
    if (typeof step !== 'object' || !('is' in step)) return step
    const template = parseTemplate(step.is)
    const isAddress = template.identities.length === 1 && addresses.includes(template.identities[0] ?? '')
    return {
      ...('where' in step && { where: step.where }),
      texts: new Set(expand(template, values)),
      ...(isAddress && { inNormalForm: normalising(template) }),
    }
  })

function normalising({ parts }: ParsedTemplate): (text: string) => string {
  const at = parts.findIndex((part) => typeof part !== 'string')
  const literal = (some: ParsedTemplate['parts']): string =>
    some.filter((part) => typeof part === 'string').join('')
  const [before, after] = [literal(parts.slice(0, at)), literal(parts.slice(at + 1))]
  return (text) => {
    const address = normalAddress(text.slice(before.length, text.length - after.length))
    const isMade = text.startsWith(before) && text.endsWith(after)
    return isMade && address !== undefined ? `${before}${address}${after}` : text
  }
}

/**
 * The value without what the steps lead to, or with a constant there.
 *
 * @returns The same object if nothing changes, `undefined` if nothing is left of it.
 */
export function redacted(value: Value | undefined, steps: Steps, put: Value | 'remove'): Value | undefined {
  if (value === undefined) return undefined
  const [step, ...rest] = steps
  if (step === undefined) return put === 'remove' ? undefined : isSame(value, put) ? value : put
  if (step !== 'every' && 'name' in step) {
    const inner = value.M?.[step.name]
    const changed = redacted(inner, rest, put)
    if (!value.M || changed === inner) return value
    const { [step.name]: _gone, ...others } = value.M
    return { M: changed === undefined ? others : { ...value.M, [step.name]: changed } }
  }
  const isChosen = (element: Value): boolean => step === 'every' || isOneOf(element, step)
  if (!value.L) return rest.length === 0 ? setWith(value, isChosen, put) : value
  const elements = value.L.map((element) => (isChosen(element) ? redacted(element, rest, put) : element))
  if (elements.every((element, n) => element === value.L[n])) return value
  return { L: elements.filter((element) => element !== undefined) }
}

/** A set cannot be empty: with its last element the attribute goes. */
function setWith(
  value: Value,
  isChosen: (element: Value) => boolean,
  put: Value | 'remove',
): Value | undefined {
  const changed = <T>(
    elements: readonly T[],
    constant: T | undefined,
    { wrap, make }: { readonly wrap: (element: T) => Value; readonly make: (elements: T[]) => Value },
  ): Value | undefined => {
    const left = elements.filter((element) => !isChosen(wrap(element)))
    const all = constant === undefined || left.includes(constant) ? left : [...left, constant]
    const isSameSet = all.length === elements.length && all.every((element) => elements.includes(element))
    return isSameSet ? value : all.length > 0 ? make(all) : undefined
  }
  const constant = put === 'remove' ? undefined : put
  if (value.SS) return changed(value.SS, constant?.S, { wrap: (S) => ({ S }), make: (SS) => ({ SS }) })
  if (value.NS) return changed(value.NS, constant?.N, { wrap: (N) => ({ N }), make: (NS) => ({ NS }) })
  if (value.BS) return changed(value.BS, undefined, { wrap: (B) => ({ B }), make: (BS) => ({ BS }) })
  return value
}

function isOneOf(element: Value, { where, texts, inNormalForm = (text) => text }: Chosen): boolean {
  const held = where === undefined ? element : element.M?.[where]
  if (held?.B) return texts.has(Buffer.from(held.B).toString('base64'))
  if (held?.N === undefined) {
    return held?.S !== undefined && (texts.has(held.S) || texts.has(inNormalForm(held.S)))
  }
  const number = canonicalNumber(held.N)
  return number !== undefined && texts.values().some((text) => canonicalNumber(text) === number)
}
