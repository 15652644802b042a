/** A replay: people who were erased since the state of a restore are found and erased again. */
import { addDays } from 'date-fns/addDays'
import type { DataMap } from '../data-map/data-map.ts'
import type { Erasures, Restore } from '../ledger/erasures.ts'
import { ServiceError } from '../platform/errors.ts'
import { dayOf, startOfDay } from '../platform/time.ts'

/** What is replayed: one table, or every table if the ledger was restored. */
export interface Replay {
  /** `<table>@<since>`: it names no person. */
  readonly name: string
  /** Keys of the data map. */
  readonly tables: readonly string[]
  /** The time of the state that was restored. */
  readonly since: Date
}

export interface ReplayRules {
  readonly map: DataMap
  /** Names in DynamoDB by map key, as deployed. */
  readonly tables: Readonly<Record<string, string>>
  readonly ledgerTable: string
  readonly timeZone: string
  /** How long the journal keeps an entry. */
  readonly journalDays: number
}

const LEDGER = 'ledger'

/**
 * Reads the table and the time that an operator gives.
 *
 * @throws {@link ServiceError} `BAD_REQUEST`
 */
export function replayOf(
  { map, tables, ledgerTable, timeZone, journalDays }: ReplayRules,
  { table, since: text }: { readonly table: string; readonly since: string },
  now: Date,
): Replay {
  const all = Object.keys(map.tables)
  const isLedger = table === ledgerTable || (table === LEDGER && !all.includes(LEDGER))
  const chosen = isLedger ? all : all.filter((key) => key === table || tables[key] === table)
  const known = [...all, LEDGER].join(', ')
  if (chosen.length === 0) throw badRequest(`the data map has no such table: use ${known}`)
  const since = momentOf(text, timeZone)
  if (!since) {
    throw badRequest('--since takes a day such as 2026-11-20, or a time with its zone: 2026-11-20T08:30:00Z')
  }
  if (since > now) throw badRequest('--since is in the future: say which state the table was restored to')
  const first = addDays(now, -journalDays)
  if (since < first) {
    throw badRequest(
      `--since is too long ago: erasures are known for ${journalDays} days, from ${dayOf(first)} on`,
    )
  }
  return { name: `${isLedger ? LEDGER : chosen[0]}@${since.toISOString()}`, tables: chosen, since }
}

const badRequest = (message: string): ServiceError => new ServiceError('BAD_REQUEST', message)

/** A day begins in the organization's time zone; a time has to name its zone. */
function momentOf(text: string, timeZone: string): Date | undefined {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text)
  if (!isDay && !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text))
    return undefined
  const moment = new Date(text)
  if (Number.isNaN(moment.getTime())) return undefined
  return isDay ? startOfDay(moment, timeZone) : moment
}

/** Ends the restores that a replay has made good: those of its tables, to a state no earlier than its own. */
export async function endRestores(
  ledger: Pick<Erasures, 'endRestore' | 'restores'>,
  { tables, ledgerTable }: Pick<ReplayRules, 'ledgerTable' | 'tables'>,
  replay: Replay,
): Promise<readonly Restore[]> {
  const isOfLedger = replay.name.startsWith(`${LEDGER}@`)
  const names = [...replay.tables.map((key) => tables[key]), ...(isOfLedger ? [ledgerTable] : [])]
  const done = (await ledger.restores()).filter(
    ({ source, target, to }) =>
      [source, target].some((name) => name !== undefined && names.includes(name)) &&
      (!to || replay.since <= to),
  )
  for (const { id } of done) await ledger.endRestore(id)
  return done
}
