/**
 * The parts of a configuration that can be judged although others have mistakes: every name that is written, and the
 * parts that are well-shaped. A mistake in one place neither hides one in another nor makes its name unknown.
 */
import type * as z from 'zod'
import type { Holding, Identity, Localized, Table, TableHolding } from '../../data-map/data-map.ts'
import { tableHoldings } from '../../data-map/holdings.ts'
import type { RetentionRule } from '../../data-map/retention.ts'
import type { TableKeys } from '../../data-map/table-keys.ts'
import type { EmailRequests, MetaApp, Recipient } from '../define.ts'
import { isObject, unknownFieldsOf, valueAt } from './fields.ts'

export interface Known<T> {
  /** All, in order, well-shaped or not. */
  readonly names: readonly string[]
  /** The well-shaped ones. */
  readonly parts: ReadonlyMap<string, T>
  readonly allWellShaped: boolean
  /** The others as JSON. */
  readonly misshapen: string
}

/** Whether a misshapen part has this name in it: then nothing is concluded from its absence elsewhere. */
export const mentions = ({ misshapen }: Known<unknown>, name: string): boolean =>
  misshapen.includes(`"${name}"`) || misshapen.includes(`{${name}}`)

/** The well-shaped holdings that are items of tables. */
export const knownTableHoldings = ({ holdings }: KnownParts): readonly (readonly [string, TableHolding])[] =>
  tableHoldings({ holdings: Object.fromEntries(holdings.parts) })

export interface KnownParts {
  readonly apps: Known<MetaApp>
  /** Absent where there is none, or it is misshapen. */
  readonly email?: EmailRequests
  readonly hasEmail: boolean
  readonly identities: Known<Identity>
  readonly tables: Known<Table>
  /** Tables whose keys are well-shaped, whatever else may be wrong with them. */
  readonly tableKeys: Known<TableKeys>
  readonly holdings: Known<Holding>
  readonly categories: Known<Localized>
  readonly reasons: Known<Localized>
  readonly waived: Known<string>
  readonly retention: Known<RetentionRule>
  /** By their index in the list. */
  readonly recipients: Known<Recipient>
}

/** A well-shaped holding of a table, with what its rules look at. */
export interface KnownHolding {
  readonly holding: TableHolding
  /** `dataMap.holdings.` and its name. */
  readonly place: string
  /** Of its table; undefined if they are not known. */
  readonly keys: TableKeys | undefined
  readonly known: KnownParts
}

type Path = readonly PropertyKey[]

/** @param issues All that the schema finds wrong with the input. */
export function knownParts(input: unknown, issues: readonly z.core.$ZodIssue[]): KnownParts {
  const isWellShaped = (path: Path): boolean =>
    !issues.some(
      (issue) =>
        isInside(issue.path, path) ||
        // A field too many does not spoil what is inside; a value of another kind does.
        (isInside(path, issue.path) && unknownFieldsOf(issue).length === 0),
    )
  /** The cast is safe: the schema has found nothing wrong with what it types. */
  const known = <T>(path: Path, fields: readonly Path[] = [[]]): Known<T> => {
    const all = valueAt(input, path)
    const entries = Object.entries(isObject(all) ? all : {})
    const shaped = Map.groupBy(entries, ([name]) =>
      fields.every((field) => isWellShaped([...path, name, ...field])),
    )
    const misshapen = shaped.get(false)?.map(([, part]) => part) ?? []
    return {
      names: entries.map(([name]) => name),
      parts: new Map(shaped.get(true) ?? []) as ReadonlyMap<string, T>,
      allWellShaped: isObject(all) && misshapen.length === 0,
      misshapen: JSON.stringify(misshapen, withoutBigInts),
    }
  }
  const email = valueAt(input, ['email'])
  return {
    apps: known(['apps']),
    ...(email !== undefined && isWellShaped(['email']) && { email: email as EmailRequests }),
    hasEmail: email !== undefined,
    identities: known(['dataMap', 'identities']),
    tables: known(['dataMap', 'tables']),
    tableKeys: known(['dataMap', 'tables'], [['key'], ['indexes']]),
    holdings: known(['dataMap', 'holdings']),
    categories: known(['dataMap', 'categories']),
    reasons: known(['dataMap', 'reasons']),
    waived: known(['dataMap', 'waived']),
    retention: known(['dataMap', 'retention']),
    recipients: known(['recipients']),
  }
}

const isInside = (inner: Path, outer: Path): boolean =>
  outer.length <= inner.length && outer.every((step, at) => String(step) === String(inner[at]))

/** JSON has none. */
const withoutBigInts = (_field: string, value: unknown): unknown => (typeof value === 'bigint' ? '' : value)
