/** What the functions `view` and `operate` answer to each command. */
import type { IdStanding } from '../erasure/look-up-ids.ts'
import type { Preview } from '../erasure/preview.ts'
import type { OpenedRequests } from '../intake/open-once.ts'
import type { KeyUses } from '../keys/key-needs.ts'
import type { LinkTimes } from '../keys/tokens.ts'
import type { ListPosition, NotedMail, OpenRow, TablePosition } from '../ledger/ledger.ts'
import type { Held } from '../operations/holds.ts'
import type { Exported, Stats } from '../operations/listings.ts'
import type { ShownRequest } from '../operations/operations.ts'
import type { Released } from '../operations/releases.ts'
import type { Looked } from '../replay/look.ts'
import type { Replay } from '../replay/replay.ts'
import type { LearntFromJournal } from '../replay/replay-journal.ts'
import type { DeletionRequest } from '../requests/request.ts'
import type { ListedRule } from '../retention/rule-switch.ts'

type Decided = Pick<DeletionRequest, 'key' | 'state'>
type Page<T, Position> = T & { readonly next?: Position }
/** With how many an import or a replay began, if it has begun. */
type Found = { readonly found?: number }

type AllStats = Stats & {
  readonly isPaused: boolean
  readonly complaints: number
  /** Of the deployed data map. */
  readonly mapHash?: string
}

interface Form<T> {
  /** Without them an answer is none. */
  readonly fields: readonly (keyof T & string)[]
  /** For its type only. */
  readonly answer?: T
}

const form = <T>(...fields: readonly (keyof T & string)[]): Form<T> => ({ fields })

const decided = form<Decided>('key', 'state')
const digested = form<{ readonly digest: string }>('digest')
const switched = form<{ readonly rule: string; readonly isEnabled: boolean }>('rule', 'isEnabled')

/** Only the tool loads it: the functions need its types alone. */
export const ANSWERS = {
  show: form<ShownRequest>(
    'key',
    'state',
    'channel',
    'receivedAt',
    'updatedAt',
    'dueAt',
    'doubts',
    'history',
  ),
  list: form<Page<{ readonly requests: readonly OpenRow[] }, ListPosition>>('requests'),
  mail: form<{ readonly mails: readonly NotedMail[] }>('mails'),
  stats: form<Page<AllStats, ListPosition>>('states', 'channels', 'due', 'isPaused', 'complaints'),
  export: form<Page<{ readonly requests: readonly Exported[] }, TablePosition>>('requests'),
  'key-uses': form<Page<KeyUses & { readonly links?: LinkTimes }, TablePosition>>('seals'),
  plan: form<Preview>('scope', 'identities', 'holdings', 'unusable'),
  queued: form<{ readonly queued: number }>('queued'),
  retention: form<{ readonly rules: readonly ListedRule[] }>('rules'),
  standing: form<{ readonly standings: readonly IdStanding[] }>('standings'),
  'find-import': form<Found>(),

  open: form<Decided & { readonly code: string }>('key', 'state', 'code'),
  approve: decided,
  retry: decided,
  withdraw: decided,
  refuse: decided,
  extend: form<Decided & Pick<DeletionRequest, 'dueAt'>>('key', 'state', 'dueAt'),
  hold: form<Held>('requests', 'isStill', 'subjects'),
  release: form<Partial<Decided> & Pick<Released, 'by' | 'others'>>('by', 'others'),
  keep: decided,
  done: form<Decided & { readonly open: readonly string[] }>('key', 'state', 'open'),
  complaint: form<{ readonly receivedAt: Date; readonly text: string }>('receivedAt', 'text'),
  answer: form<Decided & { readonly isMailed: boolean }>('key', 'state', 'isMailed'),
  pause: form<{ readonly isPaused: boolean }>('isPaused'),
  resume: form<Page<{ readonly woken: number }, ListPosition>>('woken'),
  'enable-rule': switched,
  'disable-rule': switched,
  'begin-import': digested,
  import: form<OpenedRequests>('requests', 'opened'),
  'end-import': digested,
  'find-replay': form<Replay & Found>('name', 'tables', 'since'),
  'learn-erased': form<LearntFromJournal>('entries', 'forgotten'),
  'look-again': form<Looked>('items', 'found', 'underWay'),
  'begin-replay': form<{ readonly name: string }>('name'),
  replay: form<OpenedRequests>('requests', 'opened'),
  'end-replay': form<{ readonly restores: number }>('restores'),
}

export type Answer<C extends keyof typeof ANSWERS> = (typeof ANSWERS)[C] extends Form<infer T> ? T : never

/** As JSON has it: a Date has become a text of ISO 8601. */
export type OnWire<T> = T extends string | number | boolean | undefined
  ? T
  : T extends Date
    ? string
    : { readonly [K in keyof T]: OnWire<T[K]> }
export type AnswerOnWire<C extends keyof typeof ANSWERS> = OnWire<Answer<C>>
