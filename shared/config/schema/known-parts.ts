/**
 * What can be judged of a configuration that may have mistakes: every name that is written, and the parts that
 * are well-shaped. A mistake in one place neither hides one in another nor makes its name unknown.
 */
import type * as z from 'zod'
import type { Holding, Identity, RetentionRule, Table, TableHolding } from '../../data-map/data-map.ts'
import { isTableHolding } from '../../data-map/holdings.ts'
import type { TableKeys } from '../../data-map/table-keys.ts'
import type { EmailRequests, MetaApp, Recipient } from '../define.ts'
import { holdingSchema } from './holdings.ts'
import { isObject } from './parts.ts'
import { retentionRuleSchema } from './retention.ts'
import { appSchema, emailSchema, identitySchema, recipientSchema } from './schema.ts'
import { tableKeysSchema, tableSchema } from './tables.ts'

export interface Known<T> {
  /** All, in order, well-shaped or not. */
  readonly names: readonly string[]
  /** The well-shaped. */
  readonly parts: ReadonlyMap<string, T>
  readonly allWellShaped: boolean
  /** The others, as written. */
  readonly misshapen: string
}

/** Whether a part that cannot be judged speaks of this name; then nothing is concluded from its absence elsewhere. */
export const mentions = ({ misshapen }: Known<unknown>, name: string): boolean =>
  misshapen.includes(`"${name}"`) || misshapen.includes(`{${name}}`)

/** The well-shaped holdings that are items of tables. */
export const knownTableHoldings = ({
  holdings,
}: Pick<KnownParts, 'holdings'>): readonly (readonly [string, TableHolding])[] =>
  [...holdings.parts].flatMap(([name, holding]) =>
    isTableHolding(holding) ? [[name, holding] as const] : [],
  )

export interface KnownParts {
  readonly apps: Known<MetaApp>
  /** Absent where there is none, or it is misshapen. */
  readonly email?: EmailRequests
  readonly hasEmail: boolean
  readonly identities: Known<Identity>
  readonly tables: Known<Table>
  readonly tableKeys: Known<TableKeys>
  readonly holdings: Known<Holding>
  readonly categories: readonly string[]
  readonly reasons: readonly string[]
  readonly waived: readonly string[]
  readonly retention: Known<RetentionRule>
  /** By their place in the list. */
  readonly recipients: Known<Recipient>
}

export function knownParts(input: unknown): KnownParts {
  const config = fieldsOf(input)
  const dataMap = fieldsOf(config['dataMap'])
  const { data: email } = emailSchema.safeParse(config['email'])
  return {
    ...(email && { email }),
    hasEmail: config['email'] !== undefined,
    apps: known(config['apps'], appSchema),
    identities: known(dataMap['identities'], identitySchema),
    tables: known(dataMap['tables'], tableSchema),
    tableKeys: known(dataMap['tables'], tableKeysSchema),
    holdings: known(dataMap['holdings'], holdingSchema),
    categories: Object.keys(fieldsOf(dataMap['categories'])),
    reasons: Object.keys(fieldsOf(dataMap['reasons'])),
    waived: Object.keys(fieldsOf(dataMap['waived'])),
    recipients: known(config['recipients'] ?? {}, recipientSchema),
    retention: known(dataMap['retention'] ?? {}, retentionRuleSchema),
  }
}

function known<T>(input: unknown, schema: z.ZodType<T>): Known<T> {
  const entries = Object.entries(fieldsOf(input))
  const misshapen: unknown[] = []
  const parts = entries.flatMap(([name, value]) => {
    const { data } = schema.safeParse(value)
    if (data === undefined) misshapen.push(value)
    return data === undefined ? [] : [[name, data] as const]
  })
  return {
    names: entries.map(([name]) => name),
    parts: new Map(parts),
    allWellShaped: isObject(input) && misshapen.length === 0,
    misshapen: JSON.stringify(misshapen, (_field, inner: unknown) =>
      typeof inner === 'bigint' ? '' : inner,
    ),
  }
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {})
