/** Complaints: a person who has the code of a request may object to it, in any state, and an operator answers. */
import { addDays } from 'date-fns/addDays'
import { min } from 'date-fns/min'
import type { Sealer } from '../keys/seal.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { defined } from '../platform/defined.ts'
import { illegal, retryOnConflict, ServiceError } from '../platform/errors.ts'
import { type Complained, type Complaint, change, type DeletionRequest } from '../requests/request.ts'
import { findNamed } from './find-named.ts'

const MOST_COMPLAINTS = 3
/** Characters in a complaint, and in its answer. */
export const MOST_CHARACTERS = 2000
const KEEP_ANSWERED_DAYS = 90

/** The complaint that waits for an answer, if any; no other is taken meanwhile. */
export function openComplaint({ complaints = [] }: Pick<DeletionRequest, 'complaints'>) {
  const last = complaints.at(-1)
  return last && last.answeredAt === undefined ? { ...last, number: complaints.length } : undefined
}

export const mayComplain = (request: Pick<DeletionRequest, 'complaints'>): boolean =>
  openComplaint(request) === undefined && (request.complaints ?? []).length < MOST_COMPLAINTS

/**
 * A typed text without space around it and without control characters, its lines ended alike.
 *
 * @returns The text, or the problem for which it cannot be taken.
 */
export function textOf(
  typed: string,
): { readonly text: string; readonly problem?: undefined } | { readonly problem: 'empty' | 'too_long' } {
  const text = typed
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .toWellFormed()
    .trim()
  if (text === '') return { problem: 'empty' }
  return Array.from(text).length > MOST_CHARACTERS ? { problem: 'too_long' } : { text }
}

export interface Complaining {
  readonly ledger: Pick<Ledger, 'find' | 'save'>
  readonly sealer: Pick<Sealer, 'seal'>
  readonly clock: () => Date
}

/** Keeps a complaint with its request, whose state stays as it is. @returns Whether it was taken. */
export async function complain(
  { ledger, sealer, clock }: Complaining,
  request: DeletionRequest,
  text: string,
): Promise<boolean> {
  const sealed = await sealer.seal(text)
  return retryOnConflict(async (turn) => {
    const now = turn === 0 ? request : await ledger.find(request.key)
    if (!now || !mayComplain(now)) return false
    const { key, complaints = [], expiresAt } = now
    const at = clock()
    const next = withComplaints(now, [...complaints, { at: at.toISOString() }])
    const number = complaints.length + 1
    const complaint = defined({ request: key, number, receivedAt: at, text: sealed, expiresAt })
    await ledger.save(next, { at, by: 'person', step: 'complained' }, complaint)
    return true
  })
}

/** @throws {@link ServiceError} `BAD_REQUEST` for a text that cannot be taken, `ILLEGAL_TRANSITION` when no complaint is open. */
export async function answerComplaint(
  ledger: Ledger,
  named: string,
  { text, by, at }: { readonly text: string; readonly by: string; readonly at: Date },
): Promise<DeletionRequest> {
  const answer = textOf(text)
  if (answer.problem) throw new ServiceError('BAD_REQUEST', `the answer is ${answer.problem}`)
  const { request, complaint } = await findOpen(ledger, named)
  const until = addDays(at, KEEP_ANSWERED_DAYS)
  const { expiresAt = until, complaints = [] } = request
  const answered = complaints.map((one) => ({ answeredAt: at.toISOString(), ...one }))
  const next = withComplaints(request, answered)
  await ledger.save(
    next,
    { at, by, step: 'answered' },
    { ...complaint, answer: answer.text, answeredAt: at, expiresAt: min([expiresAt, until]) },
  )
  return next
}

/** @throws {@link ServiceError} `ILLEGAL_TRANSITION` when no complaint is open. */
export async function readComplaint(
  { ledger, sealer }: { readonly ledger: Ledger; readonly sealer: Pick<Sealer, 'open'> },
  named: string,
): Promise<{ readonly receivedAt: Date; readonly text: string }> {
  const { complaint } = await findOpen(ledger, named)
  // Only `complain` has sealed it.
  return { receivedAt: complaint.receivedAt, text: (await sealer.open(complaint.text)) as string }
}

export type Answered = Complaint & Required<Pick<Complaint, 'answer' | 'answeredAt'>>

/** Answered complaints, as long as they are kept; the oldest first. */
export async function answeredComplaints(
  ledger: Pick<Ledger, 'complaint'>,
  { key, complaints = [] }: Pick<DeletionRequest, 'key' | 'complaints'>,
): Promise<readonly Answered[]> {
  const answered = complaints.flatMap(({ answeredAt }, at) => (answeredAt === undefined ? [] : [at + 1]))
  const kept = await Promise.all(answered.map((number) => ledger.complaint(key, number)))
  return kept.filter((one): one is Answered => one?.answer !== undefined && one.answeredAt !== undefined)
}

async function findOpen(ledger: Ledger, named: string) {
  const request = await findNamed(ledger, named)
  const open = openComplaint(request)
  const complaint = open && (await ledger.complaint(request.key, open.number))
  if (!complaint) throw illegal('no complaint about this request is open')
  return { request, complaint }
}

/** `updatedAt` stays: a complaint does not move the request on. */
const withComplaints = (request: DeletionRequest, complaints: readonly Complained[]): DeletionRequest =>
  change(request, request.updatedAt, { complaints })
