/** Restores of tables that people are erased from, as CloudTrail reports them. */
import type { Restore } from '../ledger/erasures.ts'
import { defined } from '../platform/defined.ts'

/** `AWS API Call via CloudTrail`, as EventBridge delivers it. */
export interface RestoreEvent {
  readonly id: string
  readonly time: string
  readonly detail?: {
    readonly requestParameters?: Fields | null
    readonly responseElements?: { readonly tableDescription?: { readonly restoreSummary?: Fields } } | null
  }
}
type Fields = Readonly<Record<string, unknown>>

/** @param names The tables' names in DynamoDB. @returns Undefined for the restore of another table. */
export function restoreIn(event: RestoreEvent, names: readonly string[]): Restore | undefined {
  const asked = event.detail?.requestParameters ?? {}
  const summary = event.detail?.responseElements?.tableDescription?.restoreSummary ?? {}
  const source =
    text(asked['sourceTableName']) ??
    tableIn(text(asked['sourceTableArn']) ?? text(summary['sourceTableArn']) ?? text(asked['backupArn']))
  const target = text(asked['targetTableName'])
  if (![source, target].some((name) => name !== undefined && names.includes(name))) return undefined
  const to = dateIn(text(summary['restoreDateTime']) ?? text(asked['restoreDateTime']))
  return defined({ id: event.id, at: new Date(event.time), source, target, to })
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** `arn:aws:dynamodb:<region>:<account>:table/<name>`; the ARN of a backup goes on after the name. */
const tableIn = (arn: string | undefined): string | undefined => /:table\/([^/]+)/.exec(arn ?? '')?.[1]

/** CloudTrail writes some dates in other formats; one that cannot be read counts as unknown. */
function dateIn(text: string | undefined): Date | undefined {
  const date = new Date(text ?? '')
  return Number.isNaN(date.getTime()) ? undefined : date
}
