/** Templates of the data map: `USER#{userId}`, text with identities in braces. */

export interface ParsedTemplate {
  /** Literals and identity names in turn: `['USER#', { identity: 'userId' }]`. */
  readonly parts: readonly (string | { readonly identity: string })[]
  readonly identities: readonly string[]
}

/** The known values of an identity. */
export type Values = (identity: string) => readonly string[]

/** @throws TypeError when a brace is left open, stray or empty. */
export function parseTemplate(template: string): ParsedTemplate {
  const parts = template.split(/(\{[^{}]*\})/).flatMap((piece): ParsedTemplate['parts'] => {
    if (piece === '') return []
    const identity = /^\{([A-Za-z][A-Za-z0-9_]*)\}$/.exec(piece)?.[1]
    if (identity !== undefined) return [{ identity }]
    if (/[{}]/.test(piece)) throw new TypeError(`"${template}" has a brace that names no identity`)
    return [piece]
  })
  return { parts, identities: parts.flatMap((part) => (typeof part === 'string' ? [] : [part.identity])) }
}

/** All texts that the template stands for: one per combination of values, none if an identity has no value. */
export function expand({ parts }: ParsedTemplate, values: Values): readonly string[] {
  return parts.reduce<readonly string[]>(
    (texts, part) =>
      typeof part === 'string'
        ? texts.map((text) => text + part)
        : values(part.identity).flatMap((value) => texts.map((text) => text + value)),
    [''],
  )
}

/** The first character after each identity: a value must not contain it, or one key could read as another. */
export const delimiters = ({ parts }: ParsedTemplate): readonly string[] =>
  parts.flatMap((part, at) => (typeof part === 'string' && at > 0 ? [part.charAt(0)] : []))

/** `ORDER#2024-…` → `ORDER#`: a word in capitals, which is the schema's own, never a value. */
export const leadingLiteral = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : /^[A-Z]{2,20}[#|:/]/.exec(text)?.[0]
