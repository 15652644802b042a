/** The single values of a configuration. The message of each is its remedy: what would be right there. */
import { parse } from 'tinyduration'
import { z } from 'zod'

/** An object of exactly these fields. The message lists them, for whoever wrote another. */
export const part = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys'
        ? Object.keys(shape).join(', ')
        : `an object of ${Object.keys(shape).join(', ')}`,
  })

export const byName = <T extends z.core.SomeType>(value: T, what: string) =>
  z.record(z.string(), value, { error: `an object: the name of each ${what} and its description` })

/**
 * For values that may have one of several shapes: the shape is chosen by what was written, so that a mistake
 * inside is reported where it is, not as "none of the shapes".
 */
export const choose = <T>(select: (value: unknown) => z.ZodType<T>): z.ZodType<T> =>
  z.unknown().transform((value, context) => {
    const result = select(value).safeParse(value)
    if (result.success) return result.data
    for (const issue of result.error.issues) {
      context.addIssue({ code: 'custom', path: issue.path, message: issue.message, params: detailsOf(issue) })
    }
    return z.NEVER
  })

/** What a finding needs of an issue beside its place and message. */
export const detailsOf = (issue: z.core.$ZodIssue): IssueDetails =>
  issue.code === 'unrecognized_keys'
    ? { unknownFields: issue.keys }
    : issue.code === 'custom'
      ? (issue.params ?? {})
      : {}

export interface IssueDetails {
  readonly unknownFields?: readonly string[]
  readonly notYet?: boolean
}

/** Refuses a field that a later version will know. */
export const notYet = <T>(field: string): z.ZodType<T> =>
  z.custom<T>().superRefine((_value, context) => {
    context.addIssue({ code: 'custom', path: [field], message: '', params: { notYet: true } })
  })

/** A list with at least one word, and none twice. */
export const atLeastOne = <T extends z.ZodType<string>>(word: T) =>
  z
    .tuple([word], word, { error: 'a list with at least one word' })
    .refine((words) => new Set(words).size === words.length, { error: 'each word once' })

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

export const has = <Field extends string>(
  value: unknown,
  field: Field,
): value is Readonly<Record<Field, unknown>> => isObject(value) && field in value

const checked = (remedy: string, isRight: (value: string) => boolean): z.ZodType<string> =>
  z.string({ error: remedy }).refine(isRight, { error: remedy })

export const text = (remedy: string): z.ZodType<string> => checked(remedy, (value) => value.trim() !== '')

export const oneOf = <const T extends readonly [string, ...string[]]>(...words: T) =>
  z.enum(words, { error: `one of: ${words.join(', ')}` })

export const positiveInteger = (remedy: string): z.ZodType<number> =>
  z.int({ error: remedy }).positive({ error: remedy })

export const email = checked('an email address, such as privacy@example.com', (value) =>
  /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(value),
)

export const webPage = checked(
  'the full address of a page, such as https://www.example.com/privacy',
  (value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''),
)

export const origin = checked(
  'https://, the host, and nothing after it, such as https://delete.example.com (http only for localhost)',
  (value) => {
    const url = URL.parse(value)
    const isLocal = url?.hostname === 'localhost' && url.protocol === 'http:'
    return (
      url !== null &&
      (url.protocol === 'https:' || isLocal) &&
      value.replace(/\/$/, '').toLowerCase() === url.origin
    )
  },
).transform((value) => value.replace(/\/$/, ''))

export const timeZone = checked('an IANA time zone, such as Asia/Ho_Chi_Minh', (value) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
})

export const duration = checked(
  'an ISO 8601 duration of whole units above zero, such as P35D, P6M, P10Y or PT24H',
  isDuration,
)

export const appId = checked('the digits of the app id from the App Dashboard, as text', (value) =>
  /^[0-9]+$/.test(value),
)

export const kmsKeyArn = checked(
  // A permission names a key itself: IAM takes no alias for it.
  'the ARN of the key (not of an alias), such as arn:aws:kms:ap-southeast-1:111122223333:key/…',
  (value) => /^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key\/[A-Za-z0-9-]+$/.test(value),
)

export const tableName = choose((value) =>
  typeof value === 'string' && value.startsWith('arn:')
    ? checked(
        'the name alone; a table of another region or account is not supported yet',
        (name) => !name.startsWith('arn:'),
      )
    : checked("the table's name in DynamoDB: 3 to 255 of A-Z a-z 0-9 _ . -", isDynamoName),
)

export const isDynamoName = (name: string): boolean => /^[A-Za-z0-9_.-]{3,255}$/.test(name)

function isDuration(value: string): boolean {
  try {
    const { negative, ...units } = parse(value)
    const amounts = Object.values(units).map(Number)
    return (
      !negative && amounts.every((amount) => Number.isInteger(amount)) && amounts.some((amount) => amount > 0)
    )
  } catch {
    return false
  }
}
