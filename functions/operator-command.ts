/** One command with its arguments, as `npm run ops` sends it: read strictly, answered by name. */
import type { Scope } from '../shared/data-map/data-map.ts'
import type { ListPosition, TablePosition } from '../shared/ledger/ledger.ts'
import type { ListedId } from '../shared/meta/list-intake.ts'
import { ServiceError } from '../shared/platform/errors.ts'
import { isRequestKey, type RequestKey } from '../shared/requests/code.ts'
import { STATES, type State } from '../shared/requests/lifecycle.ts'
import {
  EXTENSION_REASONS,
  type ExtensionReason,
  MAX_REASON_LENGTH,
  REFUSAL_REASONS,
  type RefusalReason,
} from '../shared/requests/reasons.ts'
import { CHANNELS, type Channel } from '../shared/requests/request.ts'

export type Named = readonly (readonly [identity: string, value: string])[]

interface OnRequest {
  readonly request: string
  readonly reason?: string
}
/** Whom, or which request. */
type Whom =
  | { readonly request: string; readonly identities?: undefined }
  | { readonly request?: undefined; readonly identities: Named }

interface OfReplay {
  /** A key of the data map, a name in DynamoDB, or `ledger`. */
  readonly table: string
  /** The state that was restored: a day, or ISO 8601 with a zone. */
  readonly since: string
}

export type Command =
  | { readonly command: 'show'; readonly request: string }
  | { readonly command: 'plan'; readonly identities: Named; readonly scope?: Scope }
  | { readonly command: 'mail'; readonly days: number }
  | {
      readonly command: 'list'
      readonly limit: number
      readonly state?: State
      readonly channel?: Channel
      readonly app?: string
      /** ISO 8601. */
      readonly dueBefore?: string
      readonly after?: PlaceOnWire
    }
  | { readonly command: 'stats'; readonly after?: PlaceOnWire }
  | { readonly command: 'export'; readonly after?: TablePosition }
  | { readonly command: 'key-uses'; readonly after?: TablePosition }
  | { readonly command: 'pause' }
  | { readonly command: 'resume'; readonly after?: PlaceOnWire }
  | ({ readonly command: 'approve' | 'retry' | 'withdraw' } & OnRequest)
  | { readonly command: 'done'; readonly request: string; readonly holding: string }
  | { readonly command: 'open'; readonly identities: Named; readonly reason: string }
  | {
      readonly command: 'keep'
      readonly request: string
      readonly holding: string
      readonly because: string
      readonly until: string
    }
  | ({ readonly command: 'hold' | 'release'; readonly reason?: string } & Whom)
  | {
      readonly command: 'standing'
      readonly app: string
      readonly ids: readonly string[]
      /** The number of an app in the name of the list's file. */
      readonly fileOf?: string
    }
  | { readonly command: 'retention' }
  | { readonly command: 'enable-rule'; readonly rule: string; readonly expect: number }
  | { readonly command: 'disable-rule'; readonly rule: string }
  | { readonly command: 'queued'; readonly requests: readonly RequestKey[] }
  | { readonly command: 'find-import' | 'end-import'; readonly digest: string }
  | {
      readonly command: 'begin-import'
      readonly digest: string
      readonly app: string
      readonly found: number
    }
  | { readonly command: 'import'; readonly app: string; readonly ids: readonly ListedId[] }
  | ({ readonly command: 'find-replay' | 'end-replay' } & OfReplay)
  | ({ readonly command: 'learn-erased'; readonly after?: string } & OfReplay)
  | ({
      readonly command: 'look-again'
      /** A key of the data map. */
      readonly at: string
      readonly isKept: boolean
      readonly after?: string
    } & OfReplay)
  | ({ readonly command: 'begin-replay'; readonly found: number } & OfReplay)
  | ({ readonly command: 'replay'; readonly requests: readonly RequestKey[] } & OfReplay)
  | { readonly command: 'refuse'; readonly request: string; readonly reason: RefusalReason }
  | { readonly command: 'complaint'; readonly request: string }
  | { readonly command: 'answer'; readonly request: string; readonly text: string }
  | { readonly command: 'extend'; readonly request: string; readonly reason: ExtensionReason }

/** A {@link ListPosition}, its moment in ISO 8601. */
export interface PlaceOnWire {
  readonly receivedAt: string
  readonly key: RequestKey
}

export const placeOf = ({ receivedAt, key }: PlaceOnWire): ListPosition => ({
  receivedAt: new Date(receivedAt),
  key,
})

export type CommandName = Command['command']
export type Answers = {
  readonly [N in CommandName]?: (command: Extract<Command, { command: N }>, by: string) => Promise<unknown>
}

const MAX_LISTED = 1000
/** Of a list of ids, in one call. */
const MAX_IDS = 500

type Given = Readonly<Record<string, unknown>>
type Test = (given: Given) => boolean

const isText = (value: unknown): value is string => typeof value === 'string'
const hasText =
  (name: string): Test =>
  (given) =>
    isText(given[name])
const hasReason: Test = ({ reason }) =>
  reason === undefined || (isText(reason) && reason.trim() !== '' && reason.length <= MAX_REASON_LENGTH)
const onRequest: Test = (given) => isText(given['request']) && hasReason(given)
const hasIdentities: Test = ({ identities }) =>
  Array.isArray(identities) &&
  identities.length > 0 &&
  identities.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isText))
const onWhom: Test = (given) =>
  hasReason(given) && (given['identities'] === undefined ? hasText('request')(given) : hasIdentities(given))
const oneOf =
  (name: string, all: readonly unknown[]): Test =>
  (given) =>
    all.includes(given[name])

const maybe =
  (name: string, test: (value: unknown) => boolean): Test =>
  (given) =>
    given[name] === undefined || test(given[name])
const isMoment = (value: unknown): boolean => isText(value) && !Number.isNaN(Date.parse(value))
const isPlace = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'receivedAt' in value &&
  isMoment(value.receivedAt) &&
  'key' in value &&
  isText(value.key) &&
  isRequestKey(value.key)
const isTablePlace = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'pk' in value &&
  isText(value.pk) &&
  'sk' in value &&
  isText(value.sk)
const hasPlace = maybe('after', isPlace)
const hasSome =
  (name: string, test: (value: unknown) => boolean): Test =>
  (given) => {
    const all = given[name]
    return Array.isArray(all) && all.length > 0 && all.length <= MAX_IDS && all.every(test)
  }
const isId = (value: unknown): boolean => isText(value) && /^\d{1,40}$/.test(value)
const isDay = (value: unknown): boolean =>
  isText(value) && /^\d{4}-\d{2}-\d{2}$/.test(value) && isMoment(value)
const isListed = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'userId' in value &&
  isId(value.userId) &&
  'day' in value &&
  isDay(value.day) &&
  'isFound' in value &&
  typeof value.isFound === 'boolean'
const isKey = (key: unknown): boolean => isText(key) && isRequestKey(key)
const ofReplay: Test = (given) => hasText('table')(given) && hasText('since')(given)
const hasDigest: Test = ({ digest }) => isText(digest) && /^[0-9a-f]{64}$/.test(digest)

/** What each command needs; what else is sent is not looked at. */
const NEEDS: Readonly<Record<CommandName, Test>> = {
  show: hasText('request'),
  plan: (given) => hasIdentities(given) && oneOf('scope', [undefined, 'platform', 'account'])(given),
  mail: ({ days }) => typeof days === 'number' && days >= 1,
  list: (given) =>
    typeof given['limit'] === 'number' &&
    given['limit'] >= 1 &&
    given['limit'] <= MAX_LISTED &&
    oneOf('state', [undefined, ...STATES])(given) &&
    oneOf('channel', [undefined, ...CHANNELS])(given) &&
    maybe('app', isText)(given) &&
    maybe('dueBefore', isMoment)(given) &&
    hasPlace(given),
  stats: hasPlace,
  export: maybe('after', isTablePlace),
  'key-uses': maybe('after', isTablePlace),
  pause: () => true,
  resume: hasPlace,
  approve: onRequest,
  retry: onRequest,
  withdraw: onRequest,
  done: (given) => onRequest(given) && hasText('holding')(given),
  open: (given) => hasIdentities(given) && isText(given['reason']) && hasReason(given),
  keep: (given) =>
    ['request', 'holding', 'because'].every((name) => hasText(name)(given)) && isDay(given['until']),
  standing: (given) => hasText('app')(given) && hasSome('ids', isId)(given) && maybe('fileOf', isId)(given),
  queued: hasSome('requests', isKey),
  retention: () => true,
  'enable-rule': (given) => hasText('rule')(given) && Number.isSafeInteger(given['expect']),
  'disable-rule': hasText('rule'),
  'find-import': hasDigest,
  'end-import': hasDigest,
  'begin-import': (given) =>
    hasDigest(given) && hasText('app')(given) && Number.isSafeInteger(given['found']),
  import: (given) => hasText('app')(given) && hasSome('ids', isListed)(given),
  'find-replay': ofReplay,
  'end-replay': ofReplay,
  'learn-erased': (given) => ofReplay(given) && maybe('after', isText)(given),
  'look-again': (given) =>
    ofReplay(given) &&
    hasText('at')(given) &&
    typeof given['isKept'] === 'boolean' &&
    maybe('after', isText)(given),
  'begin-replay': (given) => ofReplay(given) && Number.isSafeInteger(given['found']),
  replay: (given) => ofReplay(given) && hasSome('requests', isKey)(given),
  hold: onWhom,
  release: onWhom,
  refuse: (given) => onRequest(given) && oneOf('reason', REFUSAL_REASONS)(given),
  extend: (given) => onRequest(given) && oneOf('reason', EXTENSION_REASONS)(given),
  complaint: hasText('request'),
  answer: (given) => hasText('request')(given) && hasText('text')(given),
}

/** @throws {@link ServiceError} `BAD_REQUEST` */
export function parseCommand(body = '', isBase64Encoded = false): Command {
  try {
    const value: unknown = JSON.parse(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString())
    if (isCommand(value)) return value
  } catch {
    // Said below.
  }
  throw new ServiceError('BAD_REQUEST', 'the body is not a command')
}

function isCommand(value: unknown): value is Command {
  if (typeof value !== 'object' || value === null || !('command' in value)) return false
  const { command } = value
  return isText(command) && Object.hasOwn(NEEDS, command) && NEEDS[command as CommandName](value)
}
