/** A request as the ledger keeps it, and the one function that moves it on. */

import { addDays } from 'date-fns/addDays'
import type { Locale, Scope } from '../config/data-map.ts'
import { ServiceError } from '../platform/errors.ts'
import type { ConfirmationCode, RequestKey } from './code.ts'
import { isFinal, LIFECYCLE, RELEASED_TO, type State, type Step } from './lifecycle.ts'
import { saidBy } from './notice.ts'
import type { ExtensionReason, RefusalReason } from './reasons.ts'

export const CHANNELS = ['meta', 'email', 'web', 'list', 'retention', 'operator'] as const
/** How a request came. */
export type Channel = (typeof CHANNELS)[number]

export interface DeletionRequest {
  readonly key: RequestKey
  readonly state: State
  /** Counts the writes; each write names the one before it. */
  readonly version: number
  readonly channel: Channel
  /** The Meta app it came through. */
  readonly app?: string
  readonly scope: Scope
  readonly receivedAt: Date
  readonly updatedAt: Date
  /** Fixed at receipt: confirmation, retries and merging never move it, one recorded extension may. */
  readonly dueAt: Date
  /** When it entered its final state. */
  readonly endedAt?: Date
  /** Sealed identities the request named; gone in a final state. */
  readonly identity?: string
  /** Sealed {@link Contact}: gone when the mail about the final state has been accepted, or 30 days after it. */
  readonly contact?: string
  /** Keyed hashes of the messages that asked for it. */
  readonly messages?: readonly string[]
  /** When the last mail with a link to confirm was due. */
  readonly answerAt?: Date
  /** Why it waits for the operator if anything is found. */
  readonly doubts: readonly Doubt[]
  /** Of channel `operator`: by whom, and how it came. */
  readonly opened?: { readonly by: string; readonly reason: string }
  /** An approved plan is not sent to review again, as long as the map is the same. */
  readonly approval?: Approval
  /** Written before the first change to the company's tables; from then on it cannot be withdrawn. */
  readonly firstDeleteAt?: Date
  readonly heldFrom?: State
  /** The hash of a held subject that stopped it; absent where the operator stopped it by name. */
  readonly heldBy?: string
  /** What `nextCheckAt` was when it was held. */
  readonly resumeAt?: Date
  /** Who works on it: saves work, correctness never depends on it. */
  readonly lease?: Lease
  /** Tries in a row without progress. */
  readonly attempts: number
  /** Times it was woken since it became `ready`. */
  readonly wakeups: number
  /** When the sweep looks at it; absent in a final state. */
  readonly nextCheckAt?: Date
  readonly checkpoint?: Checkpoint
  readonly problem?: Problem
  /** What was done by hand, and who says so. */
  readonly confirmed?: readonly Confirmation[]
  /** What is kept of it, by holding, whatever the map says. */
  readonly keeps?: Readonly<Record<string, Keep>>
  readonly outcome?: Outcome
  readonly refusal?: Refusal
  readonly extension?: Extension
  /** Names the data map by which it was completed. */
  readonly mapHash?: string
  /** When the record of the request goes (DynamoDB's TTL); never on an open one. */
  readonly expiresAt?: Date
}

/** Whom mails about the request go to, and what they need. */
export interface Contact {
  readonly address: string
  /** Of the message that asked, without angle brackets. */
  readonly messageId?: string
  readonly locales: readonly Locale[]
  readonly code: ConfirmationCode
}

/** What the operator has let go. */
export interface Approval {
  readonly mapHash: string
  readonly reasons: readonly ReviewReason[]
  /** Person values that were found then: one more is asked about again. */
  readonly persons: number
}

/** Decided by the operator; the person is told why. */
export interface Refusal {
  readonly reason: RefusalReason
}

/** Of one holding, decided by the operator; the person is told why. */
export interface Keep {
  /** A word of the map's `reasons`. */
  readonly because: string
  /** A day, `YYYY-MM-DD`. */
  readonly until: string
}

/** It takes longer, once; the person is told why. */
export interface Extension {
  readonly reason: ExtensionReason
  /** When it was due before. ISO 8601. */
  readonly from: string
}

/** A task of a manual holding, done. It holds for this holding, whatever the map says later. */
export interface Confirmation {
  readonly holding: string
  /** The operator's IAM principal. */
  readonly by: string
  /** ISO 8601. */
  readonly at: string
}

/**
 * `login_shaped`: fields that only login cookies carry. `undated`: no `issued_at`. `stale`, `early`: far
 * from it. `by_operator`: nobody but who opened it has seen whether it is the person who asks.
 */
export type Doubt = 'login_shaped' | 'undated' | 'stale' | 'early' | 'by_operator'

export interface Lease {
  readonly id: string
  readonly until: Date
}

/** Where an erasure stands: as large as the map allows, whatever the person has; without personal data but for the sealed cursor. */
export interface Checkpoint {
  readonly mapHash: string
  /** Counts every resolve-plan-erase-verify; the first counts all items, later ones only what still needs work. */
  readonly pass: number
  /** Passes since the operator last started it. */
  readonly round: number
  readonly phase: Phase
  /** The holding at work. */
  readonly holding?: string
  /** While verifying, the look at work, by its number. */
  readonly look?: number
  /** Sealed: where the page begins that is next, or at work. */
  readonly cursor?: string
  /** How many values were known then: a place in the work holds for these. */
  readonly values?: number
  /** Items to be worked on in the page at work, as it was first read. */
  readonly page?: number
  /** What each holding that teaches has been asked already, as a hash. */
  readonly asked?: Readonly<Record<string, string>>
  /** What this pass's plan found. */
  readonly planned: Counts
  /** Holdings in which the plan found items that the operator has to approve. */
  readonly flagged?: readonly string[]
  /** Functions that could not answer in this pass's plan, or while it erased. */
  readonly unanswered?: readonly string[]
  /** Items that the erase phase met, and those it had to leave, by holding. */
  readonly seen?: Readonly<Record<string, number>>
  readonly left?: Readonly<Record<string, number>>
  /** Items that the plan found by an index and the erase phase did not: gone by themselves, or not shown. */
  readonly unmet?: Readonly<Record<string, number>>
  /** Children that the plan found and the erase phase did not, as their parents had gone by themselves, by holding. */
  readonly stranded?: Readonly<Record<string, number>>
  /** What this pass's verification has found so far. */
  readonly residue?: readonly Residue[]
  /** What earlier passes did; it stands under any map. */
  readonly done: Outcome
  /** Items that functions were found to have in an earlier pass, and that no look has found gone yet, by holding. */
  readonly owed?: Readonly<Record<string, number>>
  /** Items written to so far: what shows that a long erasure moves. */
  readonly written?: number
}
export type Phase = 'resolve' | 'plan' | 'erase' | 'verify'

/** Per holding: distinct items present when the plan read them, and the latest end of what is kept. */
export type Counts = Readonly<Record<string, { readonly items: number; readonly until?: string }>>

/** Why a person has to look at it. Names holdings, tables and key literals, never a value. */
export interface Problem {
  readonly reason: ReviewReason | OperatorReason
  /** Of a plan, every reason that holds, approved before or not: it is shown for all of them, and let go for these. */
  readonly reasons?: readonly ReviewReason[]
  /** Our error code or the name of a foreign error. */
  readonly error?: string
  readonly residue?: readonly Residue[]
  /** Manual holdings whose tasks nobody has confirmed. */
  readonly tasks?: readonly string[]
  /** The plan that waits for an approval, and the map it was made with. */
  readonly planned?: Counts
  readonly mapHash?: string
  /** Person values found. */
  readonly persons?: number
}
export type ReviewReason =
  | Doubt
  | 'too_big'
  | 'every_plan'
  | 'incomplete_plan'
  | 'review_when'
  | 'second_person'
  | 'too_many_identities'
export type OperatorReason =
  | 'residue'
  | 'manual'
  | 'unknown_identity'
  | 'no_progress'
  | 'not_taken'
  | 'paused'

export interface Residue {
  /** The table's name in DynamoDB; absent where a function holds it. */
  readonly table?: string
  /** The holding that finds it; absent where none claims it. */
  readonly holding?: string
  /** The leading literal of an unclaimed item's sort key. */
  readonly sortKey?: string
  readonly items: number
  readonly why: ResidueReason
}

/**
 * `unclaimed`: in the person's partition, and no holding says what to do. `not_done`: it would not go, or cannot be
 * changed as the map says. `unusable_identity`: it names a value that is no key, so what that leads to cannot be
 * found. `owner_missing`: it does not say whose it is. `held`: the company's own hold attribute keeps it.
 * `parent_gone`: it was planned, and what led to it went by itself before it was erased, so nobody can find it.
 * `function_failed`: a function could not say whether anything is left. `kept_by_function`: it keeps something, and
 * the map has no reason for that to tell the person.
 */
export type ResidueReason =
  | 'unclaimed'
  | 'not_done'
  | 'unusable_identity'
  | 'owner_missing'
  | 'held'
  | 'parent_gone'
  | 'function_failed'
  | 'kept_by_function'

/** What was done, in counts by category: all that the status page says of it. */
export interface Outcome {
  readonly erased: readonly Tally[]
  readonly redacted: readonly Tally[]
  readonly retained: readonly Retained[]
  /** When backups of the tables touched age out; absent if one is unknown. */
  readonly backupsExpireAt?: string
}
export interface Retained extends Tally {
  readonly reason: string
  readonly until?: string
  /** How the end comes about: each way once. */
  readonly ends: readonly Ending[]
}
export type Ending = { readonly by: 'ttl' } | { readonly by: 'owner'; readonly owner: string }
export interface Tally {
  readonly category: string
  readonly items: number
}

/** `asked_again`: the same person, before it was confirmed. `reply`: to a mail of ours. `extended`: due later. `kept`: of a holding. */
export type HistoryStep = Step | 'received' | 'asked_again' | 'reply' | 'extended' | 'kept'

/** One line of a request's history. */
export interface HistoryEntry {
  readonly at: Date
  readonly step: HistoryStep
  /** `system`, or the operator's IAM principal. */
  readonly by: string
  readonly reason?: string
}

type Patch = {
  -readonly [K in Exclude<keyof DeletionRequest, 'key' | 'state' | 'version' | 'updatedAt'>]?:
    | DeletionRequest[K]
    | undefined
}

/**
 * The request after a step. In a final state nothing of the person and nothing of the work is left on it.
 *
 * @throws {@link ServiceError} `ILLEGAL_TRANSITION`
 */
export function advance(request: DeletionRequest, step: Step, at: Date, patch: Patch = {}): DeletionRequest {
  const target = LIFECYCLE[request.state][step]
  const state = target === 'heldFrom' ? request.heldFrom && RELEASED_TO[request.heldFrom] : target
  if (state === undefined || (step === 'withdraw' && request.firstDeleteAt !== undefined)) {
    throw new ServiceError('ILLEGAL_TRANSITION', `cannot ${step} a request that is ${request.state}`)
  }
  return change(request, at, {
    ...(step === 'hold' ? { heldFrom: request.state } : {}),
    ...(step === 'release' ? { heldFrom: undefined, heldBy: undefined, resumeAt: undefined } : {}),
    ...(state === 'erasing' ? {} : { lease: undefined }),
    ...patch,
    ...(isFinal(state) ? { ...ENDED, ...lastWord(request, step, at), endedAt: at } : {}),
    state,
  })
}

const KEEP_CONTACT_DAYS = 30

/** Whoever is to be told of the end stays known so long. */
const lastWord = ({ contact }: DeletionRequest, step: Step, at: Date) =>
  contact !== undefined && saidBy(step) !== undefined
    ? { nextCheckAt: addDays(at, KEEP_CONTACT_DAYS) }
    : { contact: undefined }

const ENDED = {
  identity: undefined,
  checkpoint: undefined,
  lease: undefined,
  nextCheckAt: undefined,
  heldBy: undefined,
  resumeAt: undefined,
  problem: undefined,
} as const

/** The same state with other details, as its next version. */
export function change(
  request: DeletionRequest,
  at: Date,
  patch: Patch & { state?: State },
): DeletionRequest {
  const next = Object.entries({ ...request, ...patch, version: request.version + 1, updatedAt: at })
  return Object.fromEntries(next.filter(([, value]) => value !== undefined)) as unknown as DeletionRequest
}
