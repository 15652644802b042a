/** Paths to values in an item: `userId`, `profile.email`, `orders[*].no`, `emails[*]`. */

import { writtenOut } from './numbers.ts'

/** `every`: all elements of a list or set. */
type Step = { readonly name: string } | 'every'

/** From the attribute of the item itself, by steps into it. */
export interface PathOf<S> {
  readonly attribute: string
  readonly steps: readonly S[]
}

export type AttributePath = PathOf<Step>

/** DynamoDB's attribute value, as far as a path can lead through it. */
export interface Held {
  readonly S?: string | undefined
  readonly N?: string | undefined
  readonly B?: Uint8Array | undefined
  readonly SS?: readonly string[] | undefined
  readonly NS?: readonly string[] | undefined
  readonly BS?: readonly Uint8Array[] | undefined
  readonly L?: readonly Held[] | undefined
  readonly M?: Readonly<Record<string, Held>> | undefined
  readonly NULL?: boolean | undefined
}

const NAME = '[^.[\\]{}]+'
const SYNTAX = new RegExp(`^${NAME}(?:\\[[^[\\]]+\\]|\\.${NAME})*$`)

/** As it is written: names, and texts between brackets. */
type WrittenPath = PathOf<{ readonly name: string } | { readonly inside: string }>

/** @returns Undefined when the text is no path. */
export function splitPath(text: string): WrittenPath | undefined {
  if (!SYNTAX.test(text)) return undefined
  const [attribute = '', ...steps] = text.match(new RegExp(`\\[[^\\]]+\\]|${NAME}`, 'g')) ?? []
  return {
    attribute,
    steps: steps.map((step) => (step.startsWith('[') ? { inside: step.slice(1, -1) } : { name: step })),
  }
}

export const isAttributePath = (text: string): boolean =>
  splitPath(text)?.steps.every((step) => 'name' in step || step.inside === '*') ?? false

/** Whether the text names an attribute of the item itself; a name with a dot or brackets would read as a path. */
export const isAttributeName = (text: string): boolean =>
  text.trim() !== '' && splitPath(text)?.steps.length === 0

/** @throws TypeError when the text is no path. */
export function parsePath(text: string): AttributePath {
  const path = isAttributePath(text) ? splitPath(text) : undefined
  if (!path) throw new TypeError(`"${text}" is no path to an attribute`)
  return { ...path, steps: path.steps.map((step) => ('name' in step ? step : 'every')) }
}

/**
 * The values at the path: texts, numbers written out as text, and `undefined` for each value that is neither, such as a
 * list where no `[*]` leads on. Empty where the item has no value, or NULL or an empty text, which stand for none. With
 * `binary`, only bytes count, as base64.
 */
export const valuesAt = (
  item: Readonly<Record<string, Held>>,
  path: AttributePath,
  { binary = false }: { readonly binary?: boolean } = {},
): readonly (string | undefined)[] =>
  heldAt(item, path).map(({ S, N, B }) =>
    binary ? B && Buffer.from(B).toString('base64') : (S ?? (N && writtenOut(N))),
  )

/** What the path leads to, whatever it is, but for what stands for no value. */
export function heldAt(
  item: Readonly<Record<string, Held>>,
  { attribute, steps }: AttributePath,
): readonly Held[] {
  const held = item[attribute]
  const found = steps.reduce<readonly Held[]>(
    (all, step) => all.flatMap((one) => into(one, step)),
    held ? [held] : [],
  )
  return found.filter((one) => !isNone(one))
}

/** Frameworks write NULL or an empty text for an attribute that has no value. */
export const isNone = ({ NULL, S }: Held): boolean => NULL === true || S === ''

/** A step that does not fit leads to an empty value, which is no text: no value is passed over in silence. */
function into(held: Held, step: Step): readonly Held[] {
  if (isNone(held)) return []
  if (step === 'every') {
    const { L, SS, NS, BS } = held
    return L ?? SS?.map((S) => ({ S })) ?? NS?.map((N) => ({ N })) ?? BS?.map((B) => ({ B })) ?? [{}]
  }
  if (!held.M) return [{}]
  const inner = held.M[step.name]
  return inner ? [inner] : []
}
