/** What the operator's tool may ask of the functions `view` and `operate`, and what each command takes. */
import type { ListPosition } from '../ledger/ledger.ts'
import { isRequestKey, type RequestKey } from '../requests/code.ts'
import { STATES } from '../requests/lifecycle.ts'
import { EXTENSION_REASONS, MAX_REASON_LENGTH, REFUSAL_REASONS } from '../requests/reasons.ts'
import { CHANNELS } from '../requests/request.ts'
import type { Answer } from './answers.ts'
import {
  absent,
  between,
  day,
  either,
  integer,
  listOf,
  matching,
  moment,
  object,
  oneOf,
  optional,
  type Read,
  text,
  trueOrFalse,
} from './readers.ts'

/** Identities of the data map, with their values. */
export type NamedIdentities = readonly (readonly [identity: string, value: string])[]

const named = (value: unknown): value is NamedIdentities =>
  listOf(listOf(text))(value) && value.every(({ length }) => length === 2)
const requestKey = (value: unknown): value is RequestKey => text(value) && isRequestKey(value)
/** In the operator's own words. */
const reason = (value: unknown): value is string =>
  text(value) && value.trim() !== '' && value.length <= MAX_REASON_LENGTH
const userId = matching(/^\d{1,40}$/)
const digest = matching(/^[0-9a-f]{64}$/)
/** Of a list of ids, or of keys, in one call. */
const MOST_IDS = 500
const MOST_LISTED = 1000

/** A {@link ListPosition} as it is sent. */
const listPosition = object({ receivedAt: moment, key: requestKey })
const afterInList = object({ after: optional(listPosition) })
const afterInTable = object({ after: optional(object({ pk: text, sk: text })) })

const onRequest = { request: text, reason: optional(reason) }
const decision = object(onRequest)
/** Of one request, or of people. */
const onRequestOrPeople = either(
  object({ identities: named, reason: optional(reason) }),
  object({ identities: absent, ...onRequest }),
)
/** `table`: a key of the data map, a name in DynamoDB, or `ledger`. `since`: a day, or a moment with its zone. */
const ofReplay = { table: text, since: text }

/** The commands of each function: `view` can change nothing, `operate` can. */
export const COMMANDS = {
  view: {
    show: object({ request: text }),
    list: object({
      limit: between(1, MOST_LISTED),
      state: optional(oneOf(STATES)),
      channel: optional(oneOf(CHANNELS)),
      app: optional(text),
      dueBefore: optional(moment),
      after: optional(listPosition),
    }),
    mail: object({ days: between(1) }),
    stats: afterInList,
    export: afterInTable,
    'key-uses': afterInTable,
    plan: object({ identities: named, scope: optional(oneOf(['platform', 'account'])) }),
    queued: object({ requests: listOf(requestKey, MOST_IDS) }),
    retention: object({}),
    /** `fileOf`: the number of an app in the name of the list's file. */
    standing: object({ app: text, ids: listOf(userId, MOST_IDS), fileOf: optional(userId) }),
    'find-import': object({ digest }),
  },
  operate: {
    open: object({ identities: named, reason }),
    approve: decision,
    retry: decision,
    withdraw: decision,
    refuse: object({ request: text, reason: oneOf(REFUSAL_REASONS) }),
    extend: object({ request: text, reason: oneOf(EXTENSION_REASONS) }),
    hold: onRequestOrPeople,
    release: onRequestOrPeople,
    keep: object({ request: text, holding: text, because: text, until: day }),
    done: object({ ...onRequest, holding: text }),
    complaint: object({ request: text }),
    answer: object({ request: text, text }),
    pause: object({}),
    resume: afterInList,
    'enable-rule': object({ rule: text, expect: integer }),
    'disable-rule': object({ rule: text }),
    'begin-import': object({ digest, app: text, found: integer }),
    import: object({ app: text, ids: listOf(object({ userId, day, isFound: trueOrFalse }), MOST_IDS) }),
    'end-import': object({ digest }),
    'find-replay': object(ofReplay),
    'learn-erased': object({ ...ofReplay, after: optional(text) }),
    /** `at`: a key of the data map. */
    'look-again': object({ ...ofReplay, at: text, isKept: trueOrFalse, after: optional(text) }),
    'begin-replay': object({ ...ofReplay, found: integer }),
    replay: object({ ...ofReplay, requests: listOf(requestKey, MOST_IDS) }),
    'end-replay': object(ofReplay),
  },
}

export type OperatorFunction = keyof typeof COMMANDS
export type CommandOf<F extends OperatorFunction> = keyof (typeof COMMANDS)[F] & string
export type CommandName = CommandOf<'view'> | CommandOf<'operate'>

type Readers = (typeof COMMANDS)['view'] & (typeof COMMANDS)['operate']
export type Input<C extends CommandName> = Read<Readers[C]>

/** One call of a function. */
export interface Call {
  /** The operator's IAM principal. */
  readonly by: string
  readonly at: Date
}

/** What a function runs for each of its commands. */
export type Handlers<F extends OperatorFunction, Deps> = {
  readonly [C in CommandOf<F> & CommandName]: (
    input: Input<C>,
    deps: Deps & Call,
  ) => Answer<C> | Promise<Answer<C>>
}

export const positionOf = ({ receivedAt, key }: Read<typeof listPosition>): ListPosition => ({
  receivedAt: new Date(receivedAt),
  key,
})
