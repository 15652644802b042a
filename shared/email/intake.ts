/** From an address that asks, by mail or by the form, to a row of the ledger that owes it a link to confirm with. */

import { add } from 'date-fns/add'
import { addDays } from 'date-fns/addDays'
import { addHours } from 'date-fns/addHours'
import type { EmailIntakeLiterals } from '../config/literals.ts'
import type { Locale } from '../data-map/data-map.ts'
import { type Occasion, openOnce } from '../intake/open-once.ts'
import type { Sealer } from '../keys/seal.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { ServiceError, unlessConflict } from '../platform/errors.ts'
import { dayOf, duration, earliest } from '../platform/time.ts'
import { type ConfirmationCode, type RequestKey, requestKeyOf, subjectHash } from '../requests/code.ts'
import { isFinal } from '../requests/lifecycle.ts'
import { type Contact, change, type DeletionRequest } from '../requests/request.ts'

export interface EmailIntake {
  readonly ledger: Pick<Ledger, 'open' | 'find' | 'save'>
  readonly sealer: Pick<Sealer, 'seal'>
  readonly indexKey: () => Promise<string>
  readonly literals: EmailIntakeLiterals
}

export interface Asking {
  readonly channel: 'email' | 'web'
  /** In the one spelling that is compared, and written to. */
  readonly address: string
  /** What the answer is written in. */
  readonly locales: readonly Locale[]
  /** Of the message that asks. */
  readonly messageId?: string
}

/**
 * `opened`: a new request. `asked_again`: the same link goes out once more. `repeated`: this very message has been dealt
 * with. `too_soon`: it has been answered within the hour. `confirmed`: it has been confirmed, and goes its way.
 */
export type Opening = 'opened' | 'asked_again' | 'repeated' | 'too_soon' | 'confirmed'

/** A person who withdraws and asks again on one day gets a new request; nobody does so more often. */
const MAX_PER_DAY = 20
const HOURS_BETWEEN_ANSWERS = 1
/** As many as tell a message that comes again from a new one. */
const KEPT_MESSAGES = 20

/**
 * Records that an address asks. One request per address is open at a time, whatever comes and how often: nobody learns from
 * it whether there is an account, or another request.
 *
 * @throws {@link ServiceError} `TOO_MANY_REQUESTS` when one address has asked and withdrawn all day.
 */
export async function openEmailRequest(
  intake: EmailIntake,
  asking: Asking,
  now: Date,
): Promise<{ readonly is: Opening; readonly request: RequestKey }> {
  const { address, messageId } = asking
  const index = await intake.indexKey()
  const message = messageId === undefined ? undefined : subjectHash(index, 'message', messageId)
  const before = await requestsOf(intake, index, address, now)
  const repeated = before.found.find(
    ({ messages = [] }) => message !== undefined && messages.includes(message),
  )
  if (repeated) return { is: 'repeated', request: repeated.key }
  const open = before.found.find(({ state }) => !isFinal(state))
  if (open) return { is: await askAgain(intake, open, message, now), request: open.key }

  const lastAnswer = Math.max(...before.found.map(({ answerAt }) => answerAt?.getTime() ?? 0))
  const answerAt = new Date(
    Math.max(now.getTime(), lastAnswer > 0 ? addHours(lastAnswer, HOURS_BETWEEN_ANSWERS).getTime() : 0),
  )
  const { request, created } = await intake.ledger.open({
    ...(await newRequest(intake, asking, before.free, now)),
    answerAt,
    ...(message !== undefined && { messages: [message] }),
  })
  // Two at once: the other one has opened it, and is answered.
  return { is: created ? 'opened' : 'too_soon', request: request.key }
}

async function newRequest(
  { sealer, literals }: EmailIntake,
  { channel, address, locales, messageId }: Asking,
  code: ConfirmationCode,
  now: Date,
): Promise<DeletionRequest> {
  const contact: Contact = { address, locales, code, ...(messageId !== undefined && { messageId }) }
  return {
    key: requestKeyOf(code),
    state: 'awaiting_confirmation',
    version: 1,
    channel,
    scope: 'account',
    receivedAt: now,
    updatedAt: now,
    dueAt: earliest(now, literals.deadlines),
    identity: await sealer.seal({ [literals.identity]: [address] }),
    contact: await sealer.seal(contact),
    doubts: [],
    attempts: 0,
    wakeups: 0,
    nextCheckAt: add(now, duration(literals.confirmWithin)),
  }
}

/** The same link once more, at most once an hour; a confirmed one goes its way. */
async function askAgain(
  { ledger }: EmailIntake,
  request: DeletionRequest,
  message: string | undefined,
  now: Date,
): Promise<Opening> {
  if (request.state !== 'awaiting_confirmation') return 'confirmed'
  const { answerAt = request.receivedAt, messages = [] } = request
  if (addHours(answerAt, HOURS_BETWEEN_ANSWERS) > now) return 'too_soon'
  const next = change(request, now, {
    answerAt: now,
    ...(message !== undefined && { messages: [...messages, message].slice(-KEPT_MESSAGES) }),
  })
  const isSaved = await unlessConflict(() =>
    ledger.save(next, { at: now, step: 'asked_again', by: 'person' }),
  )
  // Somebody else has just asked again, or confirmed.
  return isSaved ? 'asked_again' : 'too_soon'
}

interface Before {
  /** Requests of the address within the life of a link, the newest first. */
  readonly found: readonly DeletionRequest[]
  /** For the next request of today. */
  readonly free: ConfirmationCode
}

async function requestsOf(
  { ledger, literals }: EmailIntake,
  index: string,
  address: string,
  now: Date,
): Promise<Before> {
  const first = now.getTime() - (add(now, duration(literals.confirmWithin)).getTime() - now.getTime())
  const days: string[] = []
  for (let day = now; dayOf(day) >= dayOf(new Date(first)); day = addDays(day, -1)) days.push(dayOf(day))
  const all = await Promise.all(days.map((day) => requestsOfDay(ledger, { index, fields: [address, day] })))
  const [today] = all
  if (!today?.free) throw new ServiceError('TOO_MANY_REQUESTS', 'too many requests of one address in a day')
  return { found: all.flatMap(({ found }) => found), free: today.free }
}

/** The code after the last request of the day that has ended, whether it is free or its request is open. */
async function requestsOfDay(
  ledger: Pick<Ledger, 'find'>,
  day: Pick<Occasion, 'index' | 'fields'>,
): Promise<{ readonly found: readonly DeletionRequest[]; readonly free?: ConfirmationCode | undefined }> {
  const found: DeletionRequest[] = []
  const next = await openOnce({ ...day, label: 'email', most: MAX_PER_DAY }, async (key) => {
    const request = await ledger.find(key)
    if (request) found.unshift(request)
    return { request }
  })
  return { found, free: next?.code }
}
