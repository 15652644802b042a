/** EventBridge's filter patterns and input templates, as far as our pipe needs them. */

/** An event pattern: nested objects down to arrays of accepted values. */
export interface Pattern {
  readonly [key: string]: Pattern | readonly Matcher[]
}
type Literal = string | number | boolean | null
type Matcher =
  | Literal
  | { readonly exists: boolean }
  | { readonly prefix: string }
  | { readonly 'anything-but': Literal | readonly Literal[] }

/** Whether the event meets every key of the pattern. Its other keys do not matter. */
export function matches(pattern: Pattern, event: unknown): boolean {
  return Object.entries(pattern).every(([key, wanted]) => {
    const value = isObject(event) && Object.hasOwn(event, key) ? event[key] : undefined
    if (!isList(wanted)) return matches(wanted, value)
    const values = Array.isArray(value) ? (value as unknown[]) : [value]
    return wanted.some((matcher) => values.some((one) => accepts(matcher, one)))
  })
}

function accepts(matcher: Matcher, value: unknown): boolean {
  if (matcher === null || typeof matcher !== 'object') return value === matcher
  if ('exists' in matcher) return (value !== undefined && !isObject(value)) === matcher.exists
  if ('prefix' in matcher) return typeof value === 'string' && value.startsWith(matcher.prefix)
  if ('anything-but' in matcher) {
    const not = matcher['anything-but']
    return value !== undefined && !(isList(not) ? not : [not]).some((one) => one === value)
  }
  throw new TypeError(`this pipe cannot match ${JSON.stringify(matcher)}`)
}

/**
 * Replaces `<$.path.to.value>`: in quotes by the text, escaped for JSON; elsewhere by the value as JSON. A path without
 * a value is replaced by nothing in quotes, and by `null` elsewhere.
 */
export function fillTemplate(template: string, event: unknown): string {
  return template.replace(/("?)<\$\.([A-Za-z0-9_.-]+)>\1/g, (_, quote: string, path: string) => {
    const value = path
      .split('.')
      .reduce<unknown>((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined), event)
    if (quote === '') return JSON.stringify(value ?? null)
    return typeof value === 'string' ? JSON.stringify(value) : JSON.stringify(JSON.stringify(value) ?? '')
  })
}

const isList = <T>(value: unknown): value is readonly T[] => Array.isArray(value)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
