/** What CloudTrail reports of a restore, as far as it is about a table that people are erased from. */
import type { Restore } from '../ledger/ledger.ts'

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

/** @param names In DynamoDB. @returns Nothing of other tables. */
export function restoreIn(event: RestoreEvent, names: readonly string[]): Restore | undefined {
  const asked = event.detail?.requestParameters ?? {}
  const summary = event.detail?.responseElements?.tableDescription?.restoreSummary ?? {}
  const source =
    text(asked['sourceTableName']) ??
    tableIn(text(asked['sourceTableArn']) ?? text(summary['sourceTableArn']) ?? text(asked['backupArn']))
  const target = text(asked['targetTableName'])
  if (![source, target].some((name) => name !== undefined && names.includes(name))) return undefined
  const to = dateIn(text(summary['restoreDateTime']) ?? text(asked['restoreDateTime']))
  return {
    id: event.id,
    at: new Date(event.time),
    ...(source !== undefined && { source }),
    ...(target !== undefined && { target }),
    ...(to && { to }),
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** `arn:aws:dynamodb:<region>:<account>:table/<name>`, and of a backup more behind it. */
const tableIn = (arn: string | undefined): string | undefined => /:table\/([^/]+)/.exec(arn ?? '')?.[1]

/** CloudTrail writes some dates as text of their own; one that cannot be read is not known. */
function dateIn(said: string | undefined): Date | undefined {
  const date = new Date(said ?? '')
  return Number.isNaN(date.getTime()) ? undefined : date
}
