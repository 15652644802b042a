/** What the shapes of a configuration are made of. The message of each is its remedy: what would be right there. */

import { parse } from 'tinyduration'
import * as z from 'zod'
import { isAttributeName, isAttributePath } from '../../data-map/attribute-path.ts'
import { LOCALES, type Localized } from '../../data-map/data-map.ts'

/** An object of exactly these fields. The message lists them, for a field too many. */
export const part = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys'
        ? Object.keys(shape).join(', ')
        : `an object of ${Object.keys(shape).join(', ')}`,
  })

export const byName = <T extends z.core.SomeType>(value: T, what: string) =>
  z.record(z.string(), value, `an object: the name of each ${what} and its description`)

/**
 * A value of one of several shapes. What was written chooses the shape, so that a mistake inside is reported where it
 * is, not as "none of the shapes".
 */
export const choose = <T>(select: (value: unknown) => z.ZodType<T>): z.ZodType<T> =>
  z.unknown().transform((value, context) => {
    const result = select(value).safeParse(value)
    if (result.success) return result.data
    for (const issue of result.error.issues) {
      const params = { unknownFields: unknownFieldsOf(issue) }
      context.addIssue({ code: 'custom', path: issue.path, message: issue.message, params })
    }
    return z.NEVER
  })

/** The fields that an object has beside its own; `choose` hands them on. */
export function unknownFieldsOf(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys
  if (issue.code !== 'custom') return []
  const { unknownFields = [] }: { readonly unknownFields?: readonly string[] } = issue.params ?? {}
  return unknownFields
}

/** A list with at least one word, and none twice. */
export const atLeastOne = <T extends z.ZodType<string>>(word: T) =>
  z
    .tuple([word], word, 'a list with at least one word')
    .refine((words) => new Set(words).size === words.length, 'each word once')

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

export const checked = (remedy: string, isRight: (value: string) => boolean): z.ZodType<string> =>
  z.string(remedy).refine(isRight, remedy)

export const matching = (remedy: string, pattern: RegExp): z.ZodType<string> =>
  checked(remedy, (value) => pattern.test(value))

export const text = (remedy: string): z.ZodType<string> => checked(remedy, (value) => value.trim() !== '')

export const oneOf = <const T extends readonly [string, ...string[]]>(...words: T) =>
  z.enum(words, `one of: ${words.join(', ')}`)

export const positiveInteger = (remedy: string): z.ZodType<number> => z.int(remedy).positive(remedy)

export const scope = oneOf('platform', 'account')

const languageNames = new Intl.DisplayNames('en', { type: 'language' })

export const localized = part(
  Object.fromEntries(LOCALES.map((locale) => [locale, text(`the text in ${languageNames.of(locale)}`)])),
) as unknown as z.ZodType<Localized>

export const origin = checked(
  'https://, the host, and nothing after it, such as https://delete.example.com (http only for localhost)',
  (value) => {
    const url = URL.parse(value)
    const isLocal = url?.hostname === 'localhost' && url.protocol === 'http:'
    const isOrigin = value.replace(/\/$/, '').toLowerCase() === url?.origin
    return isOrigin && (url.protocol === 'https:' || isLocal)
  },
).transform((value) => value.replace(/\/$/, ''))

export const attribute = checked(
  'the name of an attribute of the item itself, not of what is inside it',
  isAttributeName,
)

export const attributePath = checked(
  "where in the item it is: 'userId', 'profile.email', 'orders[*].no' or 'emails[*]'",
  isAttributePath,
)

export const timeZone = checked('an IANA time zone, such as Asia/Ho_Chi_Minh', (value) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
})

export const duration = checked(
  'an ISO 8601 duration of whole units above zero, such as P35D, P6M, P10Y or PT24H',
  (value) => {
    try {
      const { negative, ...units } = parse(value)
      const amounts = Object.values(units).map(Number)
      return !negative && amounts.every(Number.isInteger) && amounts.some((amount) => amount > 0)
    } catch {
      return false
    }
  },
)

export const tableName = choose((value) =>
  typeof value === 'string' && value.startsWith('arn:')
    ? checked('the name alone; a table of another region or account is not supported yet', () => false)
    : checked("the table's name in DynamoDB: 3 to 255 of A-Z a-z 0-9 _ . -", isDynamoName),
)

export const isDynamoName = (name: string): boolean => /^[A-Za-z0-9_.-]{3,255}$/.test(name)

export const dateFormat = oneOf('iso', 'epochSeconds', 'epochMillis')

/** Undefined where the path leads nowhere. */
export const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, step) => (isObject(value) ? value[String(step)] : undefined), input)
