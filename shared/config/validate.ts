/** Checks a configuration: all its mistakes at once, each with its place and what would be right. */

import { inspect } from 'node:util'
import type * as z from 'zod'
import type { DeletionConfig } from './define.ts'
import { type Finding, insteadOf } from './findings.ts'
import { notesOn } from './notes/notes.ts'
import { RULES } from './rules/rules.ts'
import { isObject, unknownFieldsOf, valueAt } from './schema/fields.ts'
import { knownParts } from './schema/known-parts.ts'
import { configSchema } from './schema/schema.ts'

export interface Checked {
  /** Present only if nothing is wrong. */
  readonly config?: DeletionConfig
  readonly findings: readonly Finding[]
  /** What is no mistake, but may not be meant: of a configuration in which nothing is wrong. */
  readonly notes: readonly Finding[]
}

/** Its shape first, then every rule, as far as the shape allows. */
export function checkConfig(input: unknown): Checked {
  const { data, error } = configSchema.safeParse(input)
  const issues = error?.issues ?? []
  const known = knownParts(input, issues)
  const findings = [
    ...issues.flatMap((issue) => findingsOf(issue, input)),
    ...RULES.flatMap((rule) => [...rule(known)]),
  ]
  if (data === undefined || findings.length > 0) return { findings, notes: [] }
  return { config: data, findings, notes: notesOn(data.dataMap) }
}

function findingsOf(issue: z.core.$ZodIssue, input: unknown): readonly Finding[] {
  const unknownFields = unknownFieldsOf(issue)
  if (unknownFields.length === 0) {
    const problem = problemOf(valueAt(input, issue.path))
    return [{ place: placeOf(issue.path), problem, remedy: issue.message }]
  }
  return unknownFields.map((field) => ({
    place: placeOf([...issue.path, field]),
    problem: 'is not a field of this part',
    remedy: insteadOf(field, issue.message.split(', ')),
  }))
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
