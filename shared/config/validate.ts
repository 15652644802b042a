/** Checks a configuration: all its mistakes at once, each with its place and what would be right. */

import type { DeletionConfig } from './define.ts'
import type { Finding } from './findings.ts'
import { dataMapRules } from './rules/data-map-rules.ts'
import { knownParts } from './schema/known-parts.ts'
import { configSchema } from './schema/schema.ts'
import { shapeFindings } from './schema/shape-findings.ts'

export interface Checked {
  /** Present only if nothing is wrong. */
  readonly config?: DeletionConfig
  readonly findings: readonly Finding[]
}

export function checkConfig(input: unknown): Checked {
  const findings = [...shapeFindings(input), ...dataMapRules(knownParts(input))]
  const { data } = configSchema.safeParse(input)
  return data !== undefined && findings.length === 0 ? { config: data, findings } : { findings }
}
