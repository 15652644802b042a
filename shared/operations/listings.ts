/** What operators, auditors and metrics read of many requests: nothing of a person. */
import { differenceInCalendarDays } from 'date-fns/differenceInCalendarDays'
import { min } from 'date-fns/min'
import pMap from 'p-map'
import type { Ledger, Listings, ListPosition, OpenRow, TablePosition } from '../ledger/ledger.ts'
import { defined } from '../platform/defined.ts'
import type { Measure } from '../platform/measure.ts'
import type { RequestKey } from '../requests/code.ts'
import type { State } from '../requests/lifecycle.ts'
import type { Tally } from '../requests/outcome.ts'
import type { Channel, DeletionRequest } from '../requests/request.ts'

export interface Filter {
  readonly state?: State
  readonly channel?: Channel
  readonly app?: string
  readonly dueBefore?: Date
}

const PAGE = 1000
/** So that a function answers in time; it is called again for the rest. */
const MOST_READ = 20_000

/** Open requests, page by page, the oldest first. The last page may have a `next`, where the rest begins. */
export async function* openPages(ledger: Pick<Listings, 'openRows'>, after?: ListPosition, size = PAGE) {
  let position = after
  for (let read = 0; read < MOST_READ; read += PAGE) {
    const page = await ledger.openRows(size, position)
    yield page
    if (!page.next) return
    position = page.next
  }
}

/** Open requests, the oldest first. @returns `next`, if more may follow. */
export async function listOpen(
  ledger: Pick<Listings, 'openRows'>,
  {
    filter,
    limit,
    after,
  }: { readonly filter: Filter; readonly limit: number; readonly after?: ListPosition },
): Promise<{ readonly requests: readonly OpenRow[]; readonly next?: ListPosition }> {
  const found: OpenRow[] = []
  let position: ListPosition | undefined
  const size = hasNone(filter) ? Math.min(limit * 2, PAGE) : PAGE
  for await (const { rows, next } of openPages(ledger, after, size)) {
    found.push(...rows.filter((row) => isMeant(row, filter)))
    const last = found[limit - 1]
    if (last && (found.length > limit || next)) {
      return { requests: found.slice(0, limit), next: { receivedAt: last.receivedAt, key: last.key } }
    }
    position = next
  }
  return defined({ requests: found, next: position })
}

const hasNone = (filter: Filter): boolean => Object.values(filter).every((value) => value === undefined)

const isMeant = (row: OpenRow, { state, channel, app, dueBefore }: Filter): boolean =>
  (state === undefined || row.state === state) &&
  (channel === undefined || row.channel === channel) &&
  (app === undefined || row.app === app) &&
  (dueBefore === undefined || row.dueAt < dueBefore)

export type Stats = Awaited<ReturnType<typeof countOpen>>

/** Counts open requests. @returns `due`, by days left; `next`, if others are still to be counted. */
export async function countOpen(ledger: Pick<Listings, 'openRows'>, now: Date, after?: ListPosition) {
  const states: Record<string, number> = {}
  const channels: Record<string, number> = {}
  const due = { overdue: 0, within7Days: 0, later: 0 }
  let oldest: Date | undefined
  let position: ListPosition | undefined
  for await (const { rows, next } of openPages(ledger, after)) {
    oldest ??= rows[0]?.receivedAt
    for (const { state, channel, dueAt } of rows) {
      states[state] = (states[state] ?? 0) + 1
      channels[channel] = (channels[channel] ?? 0) + 1
      due[dueAt < now ? 'overdue' : differenceInCalendarDays(dueAt, now) <= 7 ? 'within7Days' : 'later'] += 1
    }
    position = next
  }
  return defined({ states, channels, due, oldest, next: position })
}

export async function exportPage(
  ledger: Pick<Listings, 'everyRequest'>,
  after?: TablePosition,
): Promise<{ readonly requests: readonly Exported[]; readonly next?: TablePosition }> {
  const { rows, next } = await ledger.everyRequest(PAGE, after)
  return defined({ requests: rows.map(exported), next })
}

/** One request, as an auditor reads it. */
export type Exported = ReturnType<typeof exported>

function exported(row: DeletionRequest) {
  const { key, channel, app, scope, state, receivedAt, dueAt, firstDeleteAt, endedAt, mapHash } = row
  const { outcome, extension, refusal, expiresAt } = row
  return defined({
    request: key,
    channel,
    app,
    scope,
    state,
    receivedAt,
    dueAt,
    extendedFrom: extension?.from,
    extendedBecause: extension?.reason,
    firstDeleteAt,
    endedAt,
    refusedBecause: refusal?.reason,
    erased: outcome && sum(outcome.erased),
    redacted: outcome && sum(outcome.redacted),
    retained: outcome && sum(outcome.retained),
    mapHash,
    recordUntil: expiresAt,
  })
}

const sum = (tallies: readonly Tally[]): number => tallies.reduce((total, { items }) => total + items, 0)

const CONCURRENCY = 16

/** How many of these are at work or in the queue. A request that waits for anything else delays none. */
export async function countQueued(
  ledger: Pick<Ledger, 'find'>,
  keys: readonly RequestKey[],
): Promise<number> {
  const rows = await pMap(keys, (key) => ledger.find(key), { concurrency: CONCURRENCY })
  return rows.filter((row) => row?.state === 'ready' || row?.state === 'erasing').length
}

/** How long people have waited, and how long is left: over all requests that are accepted and not done. */
export async function measureOpen(
  ledger: Pick<Listings, 'openRows'>,
  measure: Measure,
  at: Date,
): Promise<void> {
  const requests: OpenRow[] = []
  for await (const { rows } of openPages(ledger)) {
    requests.push(...rows.filter(({ state }) => state !== 'awaiting_confirmation'))
  }
  measure('openRequests', requests.length, {})
  if (requests.length === 0) return
  const secondsTo = (dates: Date[]): number => Math.round((min(dates).getTime() - at.getTime()) / 1000)
  measure('oldestOpenSeconds', -secondsTo(requests.map(({ receivedAt }) => receivedAt)), {})
  measure('secondsToDue', secondsTo(requests.map(({ dueAt }) => dueAt)), {})
}
