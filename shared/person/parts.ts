/** The conditions of a holding, their templates parsed and the types of their keys known. */
import type { DataMap, SortCondition, Table } from '../data-map/data-map.ts'
import { templatesOf } from '../data-map/key-conditions.ts'
import { keyTypeOf } from '../data-map/table-keys.ts'
import { type ParsedTemplate, parseTemplate } from '../data-map/template.ts'
import type { SortTest } from '../records/records.ts'
import type { Encoding } from './key-values.ts'

/** An attribute and what it must match: one template, or the two ends of a range. */
export interface Part extends Encoding {
  readonly attribute: string
  readonly test: SortTest
  readonly templates: readonly ParsedTemplate[]
}

export function partOf(map: DataMap, table: Table, attribute: string, condition: SortCondition): Part {
  const templates = templatesOf(condition).map(parseTemplate)
  return {
    attribute,
    type: keyTypeOf(attribute, table) ?? 'S',
    binary: templates.some(({ identities }) => identities.some((one) => map.identities[one]?.binary)),
    test: testIn(condition),
    templates,
  }
}

function testIn(condition: SortCondition): SortTest {
  if (typeof condition === 'string') return 'equals'
  if ('beginsWith' in condition) return 'beginsWith'
  return 'between' in condition ? 'between' : 'from' in condition ? 'from' : 'to'
}
