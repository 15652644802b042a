/** Holds by the operator: nothing of a held person is written to, whatever request it is, until the hold is released. */

import type { HoldName, Ledger } from '../ledger/ledger.ts'
import type { Delays } from '../platform/delays.ts'
import { ServiceError, unlessConflict } from '../platform/errors.ts'
import { later } from '../platform/time.ts'
import type { RequestKey } from '../requests/code.ts'
import { isFinal } from '../requests/lifecycle.ts'
import { change, type DeletionRequest } from '../requests/request.ts'
import { hold, release, type Stopped, whileHeld } from '../requests/steps.ts'
import { findNamed } from './find-named.ts'

export interface Holder {
  readonly ledger: Ledger
  readonly delays: Delays
  readonly clock: () => Date
  readonly sleep: (milliseconds: number) => Promise<unknown>
  /** Of all that is known of its person by now. */
  readonly hashesOf: (request: DeletionRequest) => Promise<readonly string[]>
}

export interface Decided {
  /** The operator's IAM principal. */
  readonly by: string
  readonly reason?: string | undefined
}

/** A request that a hold has stopped. */
export interface Stood {
  readonly key: RequestKey
  /** Items written to before, as far as is known. */
  readonly gone: { readonly atLeast: number; readonly atMost: number }
  /** Until then a worker that has not answered may still write. */
  readonly until?: Date
}

export interface Held {
  /** The named one first. */
  readonly requests: readonly Stood[]
  /** Whether none of them can write any more. */
  readonly isStill: boolean
  /** Values of identities that are held. */
  readonly subjects: number
}

/**
 * Stops a request, and holds its person against every other. Asked again, it waits again.
 *
 * @throws {@link ServiceError} `ILLEGAL_TRANSITION` for a request that is final.
 */
export async function holdRequest(holder: Holder, named: string, decided: Decided): Promise<Held> {
  const { ledger, hashesOf } = holder
  const { key, state } = await findNamed(ledger, named)
  if (isFinal(state)) {
    throw new ServiceError(
      'ILLEGAL_TRANSITION',
      `the request is ${state}, and there is nothing to stop: hold the person, by --identity, against what may come`,
    )
  }
  // It can learn nothing once it has stopped: what is known of its person now is all that it ever knew.
  const stopped = await stop(holder, key, decided, {})
  if (!stopped) throw new ServiceError('ILLEGAL_TRANSITION', 'the request ended meanwhile')
  const hashes = await hashesOf(stopped)
  return holdSubjects(holder, { hashes, name: key, first: key }, decided)
}

/** Holds whoever has this identity, by any request there is or will be. */
export const holdIdentity = (holder: Holder, hashes: readonly string[], decided: Decided): Promise<Held> =>
  holdSubjects(holder, { hashes, name: 'identity' }, decided)

interface Subjects {
  readonly hashes: readonly string[]
  readonly name: HoldName
  readonly first?: RequestKey
}

/** Who claims first and looks for holds then is either seen here, or sees the hold (docs/decisions.md#34). */
async function holdSubjects(
  holder: Holder,
  { hashes, name, first }: Subjects,
  decided: Decided,
): Promise<Held> {
  const { ledger, delays, clock } = holder
  await ledger.hold(hashes, name, clock())
  const [heldBy] = hashes
  const owners = heldBy === undefined ? [] : await ledger.ownersOf(hashes)
  const others = owners.filter((key) => key !== first)
  for (const key of others) {
    if (heldBy !== undefined) await stop(holder, key, decided, { heldBy, delays })
  }
  const keys = [...(first ? [first] : []), ...others]
  const rows = await stillness(holder, keys)
  return {
    requests: rows.map(stood),
    isStill: rows.every(({ lease }) => lease === undefined || lease.until <= clock()),
    subjects: hashes.length,
  }
}

const MAX_TURNS = 50

/** @returns The row as it stands still, or nothing if it has ended. */
async function stop(
  { ledger, clock }: Pick<Holder, 'ledger' | 'clock'>,
  key: RequestKey,
  { by, reason }: Decided,
  stopped: Stopped,
): Promise<DeletionRequest | undefined> {
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const row = await ledger.find(key)
    if (!row || isFinal(row.state)) return undefined
    const at = clock()
    if (row.state !== 'on_hold') {
      const next = hold(row, at, { lease: row.lease, ...stopped })
      const entry = { at, by, step: 'hold', ...(reason !== undefined && { reason }) } as const
      if (await unlessConflict(() => ledger.save(next, entry))) return next
    } else if (stopped.heldBy === undefined && row.heldBy !== undefined) {
      // Another hold had stopped it: from now on its own does, too.
      const next = change(row, at, whileHeld(at, stopped))
      const entry = { at, by, step: 'hold', ...(reason !== undefined && { reason }) } as const
      if (await unlessConflict(() => ledger.save(next, entry))) return next
    } else return row
  }
  throw new ServiceError('LEDGER_CONFLICT', 'the request changes all the time; try again')
}

const WAIT_MS = 40_000
const LOOK_EVERY_MS = 100

/** Waits until every worker has given its lease back, or cannot be alive any more. */
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

function stood({ key, checkpoint, firstDeleteAt, lease }: DeletionRequest): Stood {
  const atLeast = checkpoint?.written ?? 0
  const atMost = firstDeleteAt ? atLeast + (checkpoint?.page ?? 0) : 0
  return { key, gone: { atLeast, atMost }, ...(lease && { until: lease.until }) }
}

/** @throws {@link ServiceError} `ILLEGAL_TRANSITION` while a worker that has not answered may be at work. */
export function assertStill(request: DeletionRequest, at: Date): void {
  if (!isAtWork(request, at)) return
  throw new ServiceError(
    'ILLEGAL_TRANSITION',
    `a worker that has not answered may still be at work until ${request.lease?.until.toISOString()}: try again then`,
  )
}

export interface Released {
  readonly request: DeletionRequest
  /** Who still holds its person. */
  readonly by: readonly HoldName[]
  /** Other requests that go on. */
  readonly others: readonly RequestKey[]
}

/**
 * Ends the hold of this request; it goes on by itself, with all others that it had stopped.
 *
 * @throws {@link ServiceError} `ILLEGAL_TRANSITION` when it is not held, or by others only.
 */
export async function releaseRequest(holder: Holder, named: string, decided: Decided): Promise<Released> {
  const { ledger, hashesOf, clock, delays } = holder
  const request = await findNamed(ledger, named)
  const at = clock()
  if (request.state !== 'on_hold') {
    throw new ServiceError(
      'ILLEGAL_TRANSITION',
      isFinal(request.state)
        ? `the request is ${request.state}: what it may still hold ends by release --identity`
        : `the request is ${request.state}: only one that is on_hold is released`,
    )
  }
  assertStill(request, at)
  const hashes = await hashesOf(request)
  const before = await ledger.holdsOn(hashes)
  const names = new Set(before.flatMap(({ by }) => by))
  if (request.heldBy !== undefined && names.size > 0 && !names.has(request.key)) {
    throw new ServiceError('ILLEGAL_TRANSITION', `it is held by others: release ${described([...names])}`)
  }
  await ledger.endHold(hashes, request.key)
  const [held] = await ledger.holdsOn(hashes)
  const next = held
    ? change(request, at, whileHeld(at, { heldBy: held.hash, delays }))
    : release(request, at, delays)
  await ledger.save(next, { at, step: 'release', ...lineOf(decided) })
  const others = await letGo(holder, hashes, decided)
  return { request: next, by: held?.by ?? [], others: others.filter((key) => key !== request.key) }
}

/** Ends the hold by identity, and those of requests that have ended. */
export async function releaseIdentity(
  holder: Holder,
  hashes: readonly string[],
  decided: Decided,
): Promise<Pick<Released, 'by' | 'others'>> {
  const { ledger } = holder
  const names = new Set((await ledger.holdsOn(hashes)).flatMap(({ by }) => by))
  const over: HoldName[] = []
  for (const name of names) {
    const row = name === 'identity' ? undefined : await ledger.find(name)
    if (!row || isFinal(row.state)) over.push(name)
  }
  if (over.length === 0) {
    const who = names.size > 0 ? `it is held by others: release ${described([...names])}` : 'nobody holds it'
    throw new ServiceError('ILLEGAL_TRANSITION', `no hold by identity stands here; ${who}`)
  }
  for (const name of over) await ledger.endHold(hashes, name)
  const left = (await ledger.holdsOn(hashes)).flatMap(({ by }) => by)
  return { by: [...new Set(left)], others: await letGo(holder, hashes, decided) }
}

/** Those that only this hold had stopped. What is missed here, the sweep finds. */
async function letGo(
  { ledger, delays, clock, hashesOf }: Holder,
  hashes: readonly string[],
  decided: Decided,
): Promise<readonly RequestKey[]> {
  const gone: RequestKey[] = []
  for (const key of await ledger.ownersOf(hashes)) {
    const row = await ledger.find(key)
    const at = clock()
    if (row?.state !== 'on_hold' || row.heldBy === undefined || isAtWork(row, at)) continue
    if (await ledger.isHeld([...(await hashesOf(row)), row.heldBy])) continue
    const next = release(row, at, delays)
    const entry = { at, step: 'release', ...lineOf(decided) } as const
    if (await unlessConflict(() => ledger.save(next, entry))) gone.push(key)
  }
  return gone
}

const lineOf = ({ by, reason }: Decided) => ({ by, ...(reason !== undefined && { reason }) })

const SHORT = 12
const described = (names: readonly HoldName[]): string =>
  names.map((name) => (name === 'identity' ? '--identity' : name.slice(0, SHORT))).join(', ')

/** What the sweep does with a request that a hold had stopped: it goes on when that has ended. */
export async function lookAtHold(
  ledger: Pick<Ledger, 'isHeld'>,
  request: DeletionRequest,
  at: Date,
  delays: Delays,
): Promise<{ readonly step?: 'release'; readonly request: DeletionRequest }> {
  const { heldBy } = request
  const isStopped = isAtWork(request, at) || (heldBy !== undefined && (await ledger.isHeld([heldBy])))
  if (isStopped) return { request: change(request, at, { nextCheckAt: later(at, delays.forHold) }) }
  return { step: 'release', request: release(request, at, delays) }
}
