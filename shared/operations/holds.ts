/** Holds by the operator: no item of a held person is written to, by any request, until the hold is released. */
import type { HoldName, Ledger } from '../ledger/ledger.ts'
import { defined } from '../platform/defined.ts'
import type { Delays } from '../platform/delays.ts'
import { illegal, retryOnConflict } from '../platform/errors.ts'
import { later } from '../platform/time.ts'
import type { RequestKey } from '../requests/code.ts'
import { type HistoryStep, isFinal } from '../requests/lifecycle.ts'
import { change, type DeletionRequest } from '../requests/request.ts'
import { hold, type Stopped, whileHeld } from '../requests/steps.ts'
import { findNamed } from './find-named.ts'

export interface Holder {
  readonly ledger: Ledger
  readonly delays: Delays
  readonly clock: () => Date
  readonly sleep: (milliseconds: number) => Promise<unknown>
  /** Hashes of all identities that are known of its person by now. */
  readonly hashesOf: (request: DeletionRequest) => Promise<readonly string[]>
}

export interface Decided {
  /** The operator's IAM principal. */
  readonly by: string
  readonly reason?: string | undefined
}

export interface Held {
  /** Those that the hold has stopped, the named one first. */
  readonly requests: readonly ReturnType<typeof stood>[]
  /** Whether no worker of theirs can write any more. */
  readonly isStill: boolean
  /** How many identity values are held. */
  readonly subjects: number
}

/**
 * Stops a request, and holds its person against every other request. Called again, it waits again for workers to stop.
 *
 * @throws {@link ServiceError} `ILLEGAL_TRANSITION` for a request that is final.
 */
export async function holdRequest(holder: Holder, named: string, decided: Decided): Promise<Held> {
  const { ledger, hashesOf } = holder
  const { key, state } = await findNamed(ledger, named)
  if (isFinal(state)) {
    throw illegal(
      `the request is ${state}, and there is nothing to stop: hold the person, by --identity, against what may come`,
    )
  }
  // A stopped request learns nothing more: its identities are complete now.
  const stopped = await stop(holder, key, decided, {})
  if (!stopped) throw illegal('the request ended meanwhile')
  const hashes = await hashesOf(stopped)
  return holdSubjects(holder, hashes, key, decided)
}

/** Holds the person with these identities against every request there is or will be. */
export const holdIdentity = (holder: Holder, hashes: readonly string[], decided: Decided): Promise<Held> =>
  holdSubjects(holder, hashes, 'identity', decided)

/** Intakes claim first and look for holds then: each is seen here, or sees the hold (docs/decisions.md#34). */
async function holdSubjects(
  holder: Holder,
  hashes: readonly string[],
  name: HoldName,
  decided: Decided,
): Promise<Held> {
  const { ledger, delays, clock } = holder
  await ledger.hold(hashes, name, clock())
  const [heldBy] = hashes
  const others = (await ledger.ownersOf(hashes)).filter((key) => key !== name)
  for (const key of others) {
    if (heldBy !== undefined) await stop(holder, key, decided, { heldBy, delays })
  }
  const rows = await stillness(holder, name === 'identity' ? others : [name, ...others])
  return {
    requests: rows.map(stood),
    isStill: rows.every(({ lease }) => lease === undefined || lease.until <= clock()),
    subjects: hashes.length,
  }
}

const MAX_TURNS = 50

/** @returns The row as it is stopped; nothing if it has ended. */
const stop = (
  { ledger, clock }: Pick<Holder, 'ledger' | 'clock'>,
  key: RequestKey,
  decided: Decided,
  stopped: Stopped,
): Promise<DeletionRequest | undefined> =>
  retryOnConflict(async () => {
    const row = await ledger.find(key)
    if (!row || isFinal(row.state)) return undefined
    const at = clock()
    // Stopped by another hold: from now on by name, too.
    const isNewName = stopped.heldBy === undefined && row.heldBy !== undefined
    if (row.state === 'on_hold' && !isNewName) return row
    const next =
      row.state === 'on_hold'
        ? change(row, at, whileHeld(at, stopped))
        : hold(row, at, { lease: row.lease, ...stopped })
    await ledger.save(next, lineOf('hold', at, decided))
    return next
  }, MAX_TURNS)

/** A line of the history. */
export const lineOf = <T extends HistoryStep>(step: T, at: Date, { by, reason }: Decided) =>
  defined({ at, by, step, reason })

const WAIT_MS = 40_000
const LOOK_EVERY_MS = 100

/** Waits until every lease has been given back or is over. */
async function stillness(
  { ledger, clock, sleep }: Holder,
  keys: readonly RequestKey[],
): Promise<readonly DeletionRequest[]> {
  const giveUpAt = later(clock(), WAIT_MS)
  for (;;) {
    const rows = (await Promise.all(keys.map((key) => ledger.find(key)))).filter((row) => row !== undefined)
    const now = clock()
    if (now >= giveUpAt || rows.every((row) => !isAtWork(row, now))) return rows
    await sleep(LOOK_EVERY_MS)
  }
}

export const isAtWork = ({ lease }: DeletionRequest, at: Date): boolean =>
  lease !== undefined && lease.until > at

/** How many items it had written to, as far as is known; until when a worker that has not stopped may still write. */
function stood({ key, checkpoint, firstDeleteAt, lease }: DeletionRequest) {
  const atLeast = checkpoint?.written ?? 0
  const { page = 0 } = checkpoint ?? {}
  const atWork = typeof page === 'number' ? page : Object.values(page).reduce((sum, items) => sum + items, 0)
  const atMost = firstDeleteAt ? atLeast + atWork : 0
  return defined({ key, gone: { atLeast, atMost }, until: lease?.until })
}

/** @throws {@link ServiceError} `ILLEGAL_TRANSITION` while a worker that has not stopped may be at work. */
export function assertStill(request: DeletionRequest, at: Date): void {
  if (!isAtWork(request, at)) return
  throw illegal(
    `a worker that has not answered may still be at work until ${request.lease?.until.toISOString()}: try again then`,
  )
}
