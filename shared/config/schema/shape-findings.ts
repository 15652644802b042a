/** What is wrong with the shape of a configuration, in words. */
import { inspect } from 'node:util'
import type * as z from 'zod'
import { type Finding, insteadOf } from '../findings.ts'
import { detailsOf, isObject } from './parts.ts'
import { configSchema } from './schema.ts'

export const shapeFindings = (input: unknown): readonly Finding[] =>
  (configSchema.safeParse(input).error?.issues ?? []).flatMap((issue) => explain(issue, input))

function explain(issue: z.core.$ZodIssue, input: unknown): readonly Finding[] {
  const { unknownFields = [] } = detailsOf(issue)
  if (unknownFields.length > 0) {
    return unknownFields.map((field) => unknownField([...issue.path, field], issue.message.split(', ')))
  }
  return [
    { place: placeOf(issue.path), problem: problemOf(valueAt(input, issue.path)), remedy: issue.message },
  ]
}

function unknownField(path: readonly PropertyKey[], known: readonly string[]): Finding {
  const remedy = insteadOf(String(path.at(-1)), known)
  return { place: placeOf(path), problem: 'is not a field of this part', remedy }
}

const placeOf = (path: readonly PropertyKey[]): string => path.map(String).join('.') || 'the configuration'

function problemOf(value: unknown): string {
  if (value === undefined) return 'is missing'
  if (typeof value === 'string')
    return value.trim() === '' ? 'is empty' : `"${shortened(value)}" cannot stand here`
  if (Array.isArray(value)) return value.length === 0 ? 'is an empty list' : 'this list cannot stand here'
  return isObject(value) ? 'this object cannot stand here' : `${inspect(value)} cannot stand here`
}

/** Enough of a text to find it by. */
const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 60)}…` : text)

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, step) => (isObject(value) ? value[String(step)] : undefined), input)
