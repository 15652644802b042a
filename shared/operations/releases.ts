/** The end of a hold: the requests that it had stopped go on, unless another hold stands. */
import type { HoldName, Ledger } from '../ledger/ledger.ts'
import type { Delays } from '../platform/delays.ts'
import { illegal, unlessConflict } from '../platform/errors.ts'
import { later } from '../platform/time.ts'
import type { RequestKey } from '../requests/code.ts'
import { isFinal } from '../requests/lifecycle.ts'
import { change, type DeletionRequest } from '../requests/request.ts'
import { release, whileHeld } from '../requests/steps.ts'
import { findNamed } from './find-named.ts'
import { assertStill, type Decided, type Holder, isAtWork, lineOf } from './holds.ts'

export interface Released {
  readonly request: DeletionRequest
  /** The holds that still stand on its person. */
  readonly by: readonly HoldName[]
  /** Other requests that go on, too. */
  readonly others: readonly RequestKey[]
}

/**
 * Ends the hold of this request. It goes on, and so do the other requests that its hold had stopped.
 *
 * @throws {@link ServiceError} `ILLEGAL_TRANSITION` when it is not held, or only by others.
 */
export async function releaseRequest(holder: Holder, named: string, decided: Decided): Promise<Released> {
  const { ledger, hashesOf, clock, delays } = holder
  const request = await findNamed(ledger, named)
  const at = clock()
  if (request.state !== 'on_hold') {
    throw illegal(
      isFinal(request.state)
        ? `the request is ${request.state}: what it may still hold ends by release --identity`
        : `the request is ${request.state}: only one that is on_hold is released`,
    )
  }
  assertStill(request, at)
  const hashes = await hashesOf(request)
  const names = await namesOn(ledger, hashes)
  if (request.heldBy !== undefined && names.size > 0 && !names.has(request.key)) {
    throw illegal(heldByOthers(names))
  }
  await ledger.endHold(hashes, request.key)
  const [held] = await ledger.holdsOn(hashes)
  const next = held
    ? change(request, at, whileHeld(at, { heldBy: held.hash, delays }))
    : release(request, at, delays)
  await ledger.save(next, lineOf('release', at, decided))
  const others = await letGo(holder, hashes, decided)
  return { request: next, by: held?.by ?? [], others: others.filter((key) => key !== request.key) }
}

/** Ends the hold by identity, and the holds of requests that have ended. */
export async function releaseIdentity(
  holder: Holder,
  hashes: readonly string[],
  decided: Decided,
): Promise<Pick<Released, 'by' | 'others'>> {
  const { ledger } = holder
  const names = await namesOn(ledger, hashes)
  const over: HoldName[] = []
  for (const name of names) {
    const row = name === 'identity' ? undefined : await ledger.find(name)
    if (!row || isFinal(row.state)) over.push(name)
  }
  if (over.length === 0) {
    const who = names.size > 0 ? heldByOthers(names) : 'nobody holds it'
    throw illegal(`no hold by identity stands here; ${who}`)
  }
  for (const name of over) await ledger.endHold(hashes, name)
  const by = [...(await namesOn(ledger, hashes))]
  return { by, others: await letGo(holder, hashes, decided) }
}

const namesOn = async (ledger: Ledger, hashes: readonly string[]): Promise<ReadonlySet<HoldName>> =>
  new Set((await ledger.holdsOn(hashes)).flatMap(({ by }) => by))

/** Lets go on what only this hold had stopped. The sweep finds a request that is missed here. */
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
    if (await unlessConflict(() => ledger.save(next, lineOf('release', at, decided)))) gone.push(key)
  }
  return gone
}

const SHORT = 12
function heldByOthers(names: ReadonlySet<HoldName>): string {
  const others = [...names].map((name) => (name === 'identity' ? '--identity' : name.slice(0, SHORT)))
  return `it is held by others: release ${others.join(', ')}`
}

/** What the sweep does with a request that a hold has stopped: it goes on once the hold has ended. */
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
