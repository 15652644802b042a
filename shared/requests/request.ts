/** A request as the ledger keeps it, and the one function that moves it on. */

import { addDays } from 'date-fns/addDays'
import type { IsoDuration, Locale, Scope } from '../data-map/data-map.ts'
import { ServiceError } from '../platform/errors.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { ConfirmationCode, RequestKey } from './code.ts'
import type { Complained } from './complaint.ts'
import { type HistoryStep, isFinal, LIFECYCLE, RELEASED_TO, type State, type Step } from './lifecycle.ts'
import { mailFor } from './mail-kinds.ts'
import type { Outcome } from './outcome.ts'
import type { Doubt, Problem, ReviewReason } from './problem.ts'
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
  /** Of channel `retention`: why it may fall due, and since when. */
  readonly retention?: FallsDue
  /** Of channel `operator`: by whom, and how it came. */
  readonly opened?: { readonly by: string; readonly reason: string }
  /** An approved plan is not sent to review again, as long as the map is the same. */
  readonly approval?: Approval
  /** Of the subject hashes that the journal has of it: a digest. */
  readonly journaled?: string
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
  /** Of a replay: the request that is done once more. */
  readonly repeats?: RequestKey
  /** Of a replay: holdings whose items nothing leads to any more but the values that it names. */
  readonly alone?: readonly string[]
  /** What is kept of it, by holding, whatever the map says. */
  readonly keeps?: Readonly<Record<string, Keep>>
  readonly outcome?: Outcome
  readonly refusal?: Refusal
  readonly extension?: Extension
  readonly complaints?: readonly Complained[]
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

/** Nobody asked: a rule of the data map says so, or the person removed an app. */
export interface FallsDue {
  /** Of the map's `retention`, or `deauthorize`. */
  readonly rule: string
  /** When the person left. ISO 8601. */
  readonly since: string
  /** What a holding has kept ends: its items that are over go, and nobody is erased. */
  readonly itemsOnly?: true
  /** The person is told so long before, in calendar units. */
  readonly toldBefore?: IsoDuration
  /** It ended so: the date, or the rule, had changed by then. */
  readonly wasNotDue?: true
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

export interface Lease {
  readonly id: string
  readonly until: Date
}

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
const lastWord = (request: DeletionRequest, step: Step, at: Date) =>
  request.contact !== undefined && mailFor(request, step) !== undefined
    ? { nextCheckAt: addDays(at, KEEP_CONTACT_DAYS) }
    : { contact: undefined }

const ENDED = {
  identity: undefined,
  checkpoint: undefined,
  journaled: undefined,
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
