/** How shapes are put together, so that each mistake is told where it is. */
import * as z from 'zod'

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
}

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
