/** From an address that asks, by mail or by the form, to a row of the ledger that owes it a link to confirm. */
import { add } from 'date-fns/add'
import { addDays } from 'date-fns/addDays'
import { addHours } from 'date-fns/addHours'
import type { EmailIntakeConfig } from '../config/function-config.ts'
import type { Locale } from '../data-map/data-map.ts'
import { type Occasion, openOnce } from '../intake/open-once.ts'
import type { Sealer } from '../keys/seal.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { spellingsOf } from '../platform/email-address.ts'
import { retryOnConflict, ServiceError, unlessConflict } from '../platform/errors.ts'
import { dayOf, duration, earliest } from '../platform/time.ts'
import {
  type ConfirmationCode,
  deriveCode,
  type RequestKey,
  requestKeyOf,
  subjectHash,
} from '../requests/code.ts'
import { isFinal, type State } from '../requests/lifecycle.ts'
import { type Contact, change, type DeletionRequest } from '../requests/request.ts'

export interface EmailIntake {
  readonly ledger: Pick<Ledger, 'open' | 'find' | 'save'>
  readonly sealer: Sealer
  readonly indexKey: () => Promise<string>
  readonly config: EmailIntakeConfig
}

export interface Asking {
  readonly channel: 'email' | 'web'
  /** In the one spelling that is compared, and that mail is sent to. */
  readonly address: string
  /** As the person has written it: their records may be stored so. @default the address */
  readonly typed?: string
  /** The languages of the answer. */
  readonly locales: readonly Locale[]
  /** Of the message that asks. */
  readonly messageId?: string
}

/**
 * `opened`: a new request. `asked_again`: the same link is sent once more. `repeated`: this very message has been dealt
 * with. `too_soon`: the address was answered within the hour. `confirmed`: its request is confirmed and under way.
 */
export type AskResult = 'opened' | 'asked_again' | 'repeated' | 'too_soon' | 'confirmed'

/** An address that withdraws and asks again on the same day gets a new request, so often at most. */
const MAX_PER_DAY = 20
const HOURS_BETWEEN_ANSWERS = 1
/** Hashes of messages that a request keeps, to know one that comes again. */
const KEPT_MESSAGES = 20

/**
 * Records that an address asks. However often it asks, it has one open request at a time, and the answer never tells
 * whether there is an account or another request.
 *
 * @throws {@link ServiceError} `TOO_MANY_REQUESTS` when the requests of one address have ended too often in a day.
 */
export async function openEmailRequest(
  intake: EmailIntake,
  asking: Asking,
  now: Date,
): Promise<{ readonly is: AskResult; readonly request: RequestKey }> {
  const { address, messageId } = asking
  const index = await intake.indexKey()
  const message = messageId === undefined ? undefined : subjectHash(index, 'message', messageId)
  const before = await requestsOf(intake, index, address, now)
  const repeated = message && before.found.find(({ messages }) => messages?.includes(message))
  if (repeated) return { is: 'repeated', request: repeated.key }
  const askAgain = async (open: DeletionRequest) => {
    const row = await withSpellings(intake, open, asking, now)
    return { is: await sendAgain(intake, row, message, now), request: row.key }
  }
  const open = before.found.find(({ state }) => !isFinal(state))
  if (open) return askAgain(open)

  const nextAnswers = before.found.flatMap(({ answerAt }) =>
    answerAt ? addHours(answerAt, HOURS_BETWEEN_ANSWERS).getTime() : [],
  )
  const answerAt = new Date(Math.max(now.getTime(), ...nextAnswers))
  const { request, created } = await intake.ledger.open({
    ...(await newRequest(intake, asking, before.free, now)),
    answerAt,
    ...(message !== undefined && { messages: [message] }),
  })
  // Two messages at once: the other one has opened the request and is answered.
  return created ? { is: 'opened', request: request.key } : askAgain(request)
}

async function newRequest(
  { sealer, config }: EmailIntake,
  { channel, address, typed = address, locales, messageId }: Asking,
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
    dueAt: earliest(now, config.deadlines),
    identity: await sealer.seal({ [config.identity]: spellingsOf(typed) }),
    contact: await sealer.seal(contact),
    doubts: [],
    attempts: 0,
    wakeups: 0,
    nextCheckAt: add(now, duration(config.confirmWithin)),
  }
}

/** Before it is worked on, an address that asks in another spelling is looked up in that one as well. */
async function withSpellings(
  { ledger, sealer, config }: EmailIntake,
  row: DeletionRequest,
  { address, typed = address }: Asking,
  now: Date,
): Promise<DeletionRequest> {
  return retryOnConflict(async (turn) => {
    const request = (turn === 0 ? undefined : await ledger.find(row.key)) ?? row
    if (request.identity === undefined || !NOT_BEGUN.includes(request.state)) return request
    // Sealed by this system, in this shape.
    const named = (await sealer.open(request.identity)) as Readonly<Record<string, readonly string[]>>
    const known = named[config.identity] ?? []
    const all = [...new Set([...known, ...spellingsOf(typed)])]
    if (all.length === known.length || all.length > MOST_SPELLINGS) return request
    const next = change(request, now, {
      identity: await sealer.seal({ ...named, [config.identity]: all }),
    })
    await ledger.save(next)
    return next
  })
}

const NOT_BEGUN: readonly State[] = ['awaiting_confirmation', 'scheduled']
/** An address has few; somebody who makes up more of them is no reason to look for all of these. */
const MOST_SPELLINGS = 50

/** Makes the same link due once more, at most once an hour, unless the request is confirmed. */
async function sendAgain(
  { ledger }: EmailIntake,
  request: DeletionRequest,
  message: string | undefined,
  now: Date,
): Promise<AskResult> {
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
  // Another message has just asked again, or the link was used.
  return isSaved ? 'asked_again' : 'too_soon'
}

/** Requests of the address within the life of a link, the newest first, and the code of today's next one. */
async function requestsOf(
  { ledger, config }: EmailIntake,
  index: string,
  address: string,
  now: Date,
): Promise<{ readonly found: readonly DeletionRequest[]; readonly free: ConfirmationCode }> {
  const first = now.getTime() - (add(now, duration(config.confirmWithin)).getTime() - now.getTime())
  const days: string[] = []
  for (let day = now; dayOf(day) >= dayOf(new Date(first)); day = addDays(day, -1)) days.push(dayOf(day))
  const codesOf = (day: string) => (count: number) => deriveCode(index, 'email', address, day, String(count))
  const all = await Promise.all(days.map((day) => requestsOfDay(ledger, codesOf(day))))
  const [today] = all
  if (!today?.free) throw new ServiceError('TOO_MANY_REQUESTS', 'too many requests of one address in a day')
  return { found: all.flatMap(({ found }) => found), free: today.free }
}

/** The code after the last request of the day that has ended, whether it is free or its request is open. */
async function requestsOfDay(
  ledger: Pick<Ledger, 'find'>,
  codeAt: Occasion['codeAt'],
): Promise<{ readonly found: readonly DeletionRequest[]; readonly free?: ConfirmationCode | undefined }> {
  const found: DeletionRequest[] = []
  const next = await openOnce({ codeAt, most: MAX_PER_DAY }, async (key) => {
    const request = await ledger.find(key)
    if (request) found.unshift(request)
    return { request }
  })
  return { found, free: next?.code }
}
