/** A request as the ledger keeps it, and the one function that moves it on. */
import { addDays } from 'date-fns/addDays'
import type { Locale, Scope } from '../data-map/data-map.ts'
import type { IsoDuration } from '../data-map/retention.ts'
import { type Changes, changed } from '../platform/defined.ts'
import { illegal } from '../platform/errors.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { ConfirmationCode, RequestKey } from './code.ts'
import { type HistoryStep, isFinal, LIFECYCLE, RELEASED_TO, type State, type Step } from './lifecycle.ts'
import { mailFor } from './mail-kinds.ts'
import type { Outcome } from './outcome.ts'
import type { Doubt, Problem, ReviewReason } from './problem.ts'
import type { ExtensionReason, RefusalReason } from './reasons.ts'

export const CHANNELS = ['meta', 'email', 'web', 'list', 'retention', 'operator'] as const
/** How a request came in. */
export type Channel = (typeof CHANNELS)[number]

export interface DeletionRequest {
  readonly key: RequestKey
  readonly state: State
  /** Counts the writes; each write is conditional on the version before it. */
  readonly version: number
  readonly channel: Channel
  /** The Meta app it came through. */
  readonly app?: string
  readonly scope: Scope
  readonly receivedAt: Date
  readonly updatedAt: Date
  /** Fixed at receipt. Confirmation, retries and merging never move it; one recorded extension may. */
  readonly dueAt: Date
  /** When it entered its final state. */
  readonly endedAt?: Date
  /** Sealed: the identities that the request named. Gone in a final state. */
  readonly identity?: string
  /** Sealed {@link Contact}: gone when SES has accepted the mail about the final state, or 30 days after that state. */
  readonly contact?: string
  /** Keyed hashes of the messages that asked for it. */
  readonly messages?: readonly string[]
  /** When the last mail with a link to confirm was due. */
  readonly answerAt?: Date
  /** Reasons to ask the operator before anything that is found is erased. */
  readonly doubts: readonly Doubt[]
  /** Of channel `retention`: the rule, and since when it counts. */
  readonly retention?: FallsDue
  /** Of channel `operator`: who opened it, and how it was asked for. */
  readonly opened?: { readonly by: string; readonly reason: string }
  /** An approved plan is not reviewed again while the map is the same. */
  readonly approval?: Approval
  /** A digest of the subject hashes that the journal has for it. */
  readonly journaled?: string
  /** Written before the first change to the company's tables; from then on it cannot be withdrawn. */
  readonly firstDeleteAt?: Date
  readonly heldFrom?: State
  /** Hash of the held subject that stopped it; absent when the operator stopped it by name. */
  readonly heldBy?: string
  /** What `nextCheckAt` was when it was held. */
  readonly resumeAt?: Date
  /** The worker's. It saves double work; correctness never depends on it. */
  readonly lease?: { readonly id: string; readonly until: Date }
  /** Tries in a row without progress. */
  readonly attempts: number
  /** Times it was woken since it became `ready`. */
  readonly wakeups: number
  /** When the sweep looks at it; absent in a final state. */
  readonly nextCheckAt?: Date
  readonly checkpoint?: Checkpoint
  readonly problem?: Problem
  /** Manual tasks that are done, and who confirmed each. */
  readonly confirmed?: readonly Confirmation[]
  /** Of a replay: the request that it repeats. */
  readonly repeats?: RequestKey
  /** Of a replay: holdings whose items are found only by the values that it names. */
  readonly alone?: readonly string[]
  /** What the operator keeps, by holding, whatever the map says. */
  readonly keeps?: Readonly<Record<string, Keep>>
  readonly outcome?: Outcome
  /** The person is told the reason. */
  readonly refusal?: { readonly reason: RefusalReason }
  /** More time, once; the person is told the reason. `from`: the date on which it was due before. ISO 8601. */
  readonly extension?: { readonly reason: ExtensionReason; readonly from: string }
  readonly complaints?: readonly Complained[]
  /** SHA-256 of the data map by which it was completed. */
  readonly mapHash?: string
  /** When the record of the request expires (DynamoDB's TTL); never on an open one. */
  readonly expiresAt?: Date
}

/** The person to whom mails about the request go, and what those mails need. */
export interface Contact {
  readonly address: string
  /** Of the message that asked for the erasure, without angle brackets. */
  readonly messageId?: string
  readonly locales: readonly Locale[]
  readonly code: ConfirmationCode
}

/** Why a request was opened without being asked for: a rule of the data map, or an app that the person removed. */
export interface FallsDue {
  /** Name in the map's `retention`, or `deauthorize`. */
  readonly rule: string
  /** When the person left. ISO 8601. */
  readonly since: string
  /** Only items whose time in a holding is over are erased, not the person. */
  readonly itemsOnly?: true
  /** How long before its day the person is told, in calendar units. */
  readonly toldBefore?: IsoDuration
  /** It ended without erasing: the date or the rule had changed by then. */
  readonly wasNotDue?: true
}

/** The operator's approval of a plan. */
export interface Approval {
  readonly mapHash: string
  readonly reasons: readonly ReviewReason[]
  /** Person values found then: with one more, the operator is asked again. */
  readonly persons: number
}

/** The operator's decision about one holding; the person is told the reason. */
export interface Keep {
  /** A word of the map's `reasons`. */
  readonly because: string
  /** A day, `YYYY-MM-DD`. */
  readonly until: string
}

/** A manual holding's task is done. It counts for this holding, however the map changes later. */
export interface Confirmation {
  readonly holding: string
  /** The operator's IAM principal. */
  readonly by: string
  /** ISO 8601. */
  readonly at: string
}

/** What the row keeps of a complaint: dates in ISO 8601, none of its text. */
export interface Complained {
  readonly at: string
  readonly answeredAt?: string
}

/** The complaint itself, beside the row. */
export interface Complaint {
  readonly request: RequestKey
  /** Its number among those of the request, from 1. */
  readonly number: number
  readonly receivedAt: Date
  /** Sealed. */
  readonly text: string
  /** Not sealed: a person who has the code may read it. */
  readonly answer?: string
  readonly answeredAt?: Date
  readonly expiresAt?: Date
}

/** One line of a request's history. */
export interface HistoryEntry {
  readonly at: Date
  readonly step: HistoryStep
  /** `system`, or the operator's IAM principal. */
  readonly by: string
  readonly reason?: string
}

type Patch = Changes<Omit<DeletionRequest, 'key' | 'state' | 'version' | 'updatedAt'>>

/**
 * The request after a step. In a final state nothing of the person and nothing of the work is left on it.
 *
 * @throws {@link ServiceError} `ILLEGAL_TRANSITION`
 */
export function advance(request: DeletionRequest, step: Step, at: Date, patch: Patch = {}): DeletionRequest {
  const target = LIFECYCLE[request.state][step]
  const state = target === 'heldFrom' ? request.heldFrom && RELEASED_TO[request.heldFrom] : target
  if (state === undefined || (step === 'withdraw' && request.firstDeleteAt !== undefined)) {
    throw illegal(`cannot ${step} a request that is ${request.state}`)
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

/** The contact is kept so long if a mail about the end is owed. */
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
export const change = (
  request: DeletionRequest,
  at: Date,
  patch: Patch & { state?: State },
): DeletionRequest => changed(request, { ...patch, version: request.version + 1, updatedAt: at })
