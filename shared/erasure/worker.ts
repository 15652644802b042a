/** The worker behind the doorbell: takes a `ready` row, works one slice of its phases, and saves where it stands. */
import { hash } from 'node:crypto'
import { addDays } from 'date-fns/addDays'
import { cursorsOf } from '../person/cursors.ts'
import { count, type Identities, subjectHashes } from '../person/identities.ts'
import { isKeptApart } from '../person/kept-values.ts'
import { mapForWork, type Work, workOn } from '../person/work.ts'
import type { Deadline } from '../platform/deadline.ts'
import { defined } from '../platform/defined.ts'
import { SLICE_BUDGET_MS } from '../platform/delays.ts'
import { unlessConflict } from '../platform/errors.ts'
import { later } from '../platform/time.ts'
import type { RequestKey } from '../requests/code.ts'
import { change, type DeletionRequest } from '../requests/request.ts'
import { take, waitForResume } from '../requests/steps.ts'
import { hasMoved, type Progress, planAgain, startOf, withoutPage, writeCheckpoint } from './checkpoint.ts'
import { askingFor } from './company-functions/company-functions.ts'
import { conclude, type Kept, stumble } from './conclude.ts'
import { toCounts } from './counts.ts'
import { erasePhase } from './erase.ts'
import type { EraserDeps } from './eraser-deps.ts'
import { addCounts } from './outcome.ts'
import { missingUnderOtherMap } from './page-at-work.ts'
import { approvalOf, type PhaseContext, type PhaseResult, type SliceEnd } from './phase-context.ts'
import { planPhase } from './plan.ts'
import { endsKeeping, mapFor } from './request-map.ts'
import { claim, resolvePhase } from './resolve.ts'
import { isApproved } from './review.ts'
import { openIdentities } from './sealed-identities.ts'
import { verifyPhase } from './verify.ts'

/** A message is only a doorbell: a worker that finds no `ready` row, or loses the race for it, writes nothing. */
export async function answerDoorbell(shared: EraserDeps, key: RequestKey): Promise<void> {
  const { ledger, clock } = shared
  const found = await ledger.find(key)
  if (found?.state !== 'ready') return
  const deps = { ...shared, ...mapFor(shared, found) }
  const startedAt = clock()
  const taken = take(found, deps.newLeaseId(), startedAt)
  if (!(await unlessConflict(() => ledger.save(taken)))) {
    // The SDK repeats a write whose answer was lost, and then loses to itself.
    const now = await ledger.find(key)
    if (now?.lease?.id !== taken.lease?.id || now?.version !== taken.version) return
  }

  const kept: Kept = { last: taken }
  const permitWrites = permitting(deps, taken, kept)
  const deadline = deadlineOf(deps, taken, startedAt)
  try {
    if (await ledger.isPaused()) {
      await unlessConflict(() => ledger.save(waitForResume(taken, clock(), deps.delays)))
      return
    }
    const end = await runSlice(deps, { request: taken, permitWrites, deadline })
    kept.reached = 'progress' in end && end.progress ? writeCheckpoint(end.progress) : undefined
    await conclude(deps, kept.last, end, taken.checkpoint)
  } catch (error) {
    await stumble(deps, taken, kept, error)
  }
}

/** Works the phases from the checkpoint on, until the request ends or the deadline has passed. */
async function runSlice(
  deps: EraserDeps,
  { deadline, ...slice }: Pick<PhaseContext, 'request' | 'permitWrites'> & Pick<Work, 'deadline'>,
): Promise<SliceEnd> {
  const { map, mapHash, tables, records } = deps
  const { request } = slice
  let progress = startOf(map, mapHash, request)
  const isReviewed = isApproved(approvalOf({ deps, request }), 'review_when')
  const mapped = mapForWork(map, { names: tables, scope: request.scope, isReviewed })
  const opened = await openIdentities(deps, request, mapped.ready.joints)
  if (Object.keys(opened).some((name) => !isKeptApart(name) && !map.identities[name])) {
    // An identity that the map no longer has would find no records, and that would look like done.
    return { is: 'operator', problem: { reason: 'unknown_identity' }, progress }
  }
  const start = workOn({
    ...mapped,
    records,
    ask: askingFor(deps.companyFunctions, request.key),
    identities: opened,
    deadline,
    now: deps.clock(),
    settle: deps.settling,
  })
  let context: PhaseContext = { ...slice, deps, cursors: cursorsOf(deps.sealer), work: start }
  if (request.checkpoint && request.checkpoint.mapHash !== mapHash) {
    const missing = await missingUnderOtherMap(context, request.checkpoint)
    progress = { ...progress, done: addCounts(map, progress.done, toCounts(missing)) }
  }
  if (progress.phase !== 'resolve') {
    const claimed = await claim(context)
    if ('is' in claimed) return claimed
    context = { ...context, ...claimed }
    // The identities that another request knew were in no plan of this one.
    if (count(context.work.identities) > count(opened)) progress = planAgain(map, mapHash, progress)
  }
  for (;;) {
    const result = await runPhase(context, progress)
    if (result.is !== 'next') return result
    ;({ progress } = result)
    context = { ...context, work: result.work }
    if (deadline.passed()) return { is: 'more', progress }
  }
}

function runPhase(context: PhaseContext, progress: Progress): Promise<PhaseResult> {
  if (progress.phase === 'resolve') return resolvePhase(context, progress)
  if (progress.phase === 'plan') return planPhase(context, progress)
  if (progress.phase === 'erase') return erasePhase(context, progress)
  return verifyPhase(context, progress)
}

function permitting(deps: EraserDeps, taken: DeletionRequest, kept: Kept): PhaseContext['permitWrites'] {
  const { ledger, clock } = deps
  const journaling = journalOf(deps)
  return async (progress, identities) => {
    const at = clock()
    const checkpoint = writeCheckpoint(progress)
    const journaled = await journaling(kept.last, identities, at)
    kept.reached = withoutPage(checkpoint)
    const next = change(kept.last, at, {
      checkpoint,
      firstDeleteAt: kept.last.firstDeleteAt ?? at,
      journaled,
      // A worker that is killed after this has not tried in vain.
      ...(hasMoved(taken.checkpoint, checkpoint) && { attempts: 0 }),
    })
    await ledger.save(next)
    kept.last = next
    kept.reached = undefined
  }
}

/** Writes the person's hashes to the journal, again whenever there are more of them. @returns A hash of all that it has. */
function journalOf({ map, journal, indexKey, journalDays }: EraserDeps) {
  let told: { readonly identities: Identities; readonly journaled: string } | undefined
  return async (row: DeletionRequest, identities: Identities, at: Date): Promise<string | undefined> => {
    // An item whose time is over needs no entry: after a restore, its rule finds it again.
    if (endsKeeping(row)) return undefined
    if (told?.identities === identities) return told.journaled
    const hashes = subjectHashes(map, identities, await indexKey()).toSorted()
    const journaled = hash('sha256', hashes.join(), 'base64url')
    if (journaled !== row.journaled) {
      const { key, channel, scope, receivedAt, dueAt, app, keeps, repeats, firstDeleteAt } = row
      const about = defined({ key, channel, scope, receivedAt, dueAt, app, keeps, repeats })
      const until = addDays(at, journalDays)
      await journal.write({ ...about, startedAt: firstDeleteAt ?? at, until, hashes })
    }
    told = { identities, journaled }
    return journaled
  }
}

const LOOK_EVERY_MS = 5000

/** A page may be long: a hold that takes the row away from its worker need not wait for all of it. */
function deadlineOf({ ledger, clock }: EraserDeps, taken: DeletionRequest, startedAt: Date): Deadline {
  const endsAt = later(startedAt, SLICE_BUDGET_MS)
  let lookedAt = clock()
  let isTaken = false
  const look = async (): Promise<void> => {
    const now = await ledger.find(taken.key)
    isTaken = now?.state !== 'erasing' || now.lease?.id !== taken.lease?.id
  }
  return {
    passed(aheadMs = 0) {
      const at = clock()
      if (at >= later(lookedAt, LOOK_EVERY_MS)) {
        lookedAt = at
        // A failed look is no matter: the next write to the row fails, if it was taken away.
        look().catch(() => undefined)
      }
      return isTaken || later(at, aheadMs) > endsAt
    },
  }
}
