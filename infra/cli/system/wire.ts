/** The functions' answers as they arrive: what was a Date is a text. */

import type { IdStanding } from '../../../shared/erasure/look-up-ids.ts'
import type { Preview } from '../../../shared/erasure/preview.ts'
import type { KeyUses } from '../../../shared/keys/key-needs.ts'
import type { LinkTimes } from '../../../shared/keys/links.ts'
import type { NotedMail, OpenRow } from '../../../shared/ledger/ledger.ts'
import type { OpenedFromList } from '../../../shared/meta/list-intake.ts'
import type { Held } from '../../../shared/operations/holds.ts'
import type { Exported, Stats } from '../../../shared/operations/listings.ts'
import type { ShownRequest } from '../../../shared/operations/operations.ts'
import type { Looked } from '../../../shared/replay/look.ts'
import type { Reopened } from '../../../shared/replay/open.ts'
import type { Replay } from '../../../shared/replay/replay.ts'
import type { LearntFromJournal } from '../../../shared/replay/replay-journal.ts'
import type { State } from '../../../shared/requests/lifecycle.ts'
import type { ListedRule } from '../../../shared/retention/rule-switch.ts'
import { CliError } from '../console/failure.ts'
import { isFields } from '../console/json.ts'

export type OnWire<T> = T extends string | number | boolean | undefined
  ? T
  : T extends Date
    ? string
    : { readonly [K in keyof T]: OnWire<T[K]> }

interface Answers {
  readonly plan: Preview
  readonly show: OnWire<ShownRequest>
  readonly mail: { readonly mails: readonly OnWire<NotedMail>[] }
  readonly list: { readonly requests: readonly OnWire<OpenRow>[]; readonly next?: unknown }
  readonly stats: OnWire<Stats> & {
    readonly isPaused: boolean
    readonly complaints: number
    /** Of the deployed data map. */
    readonly mapHash?: string
    readonly next?: unknown
  }
  readonly export: { readonly requests: readonly OnWire<Exported>[]; readonly next?: unknown }
  readonly 'key-uses': KeyUses & { readonly links?: LinkTimes; readonly next?: unknown }
  readonly pause: { readonly isPaused: boolean }
  readonly resume: { readonly woken: number; readonly next?: unknown }
  readonly standing: { readonly standings: readonly IdStanding[] }
  readonly retention: { readonly rules: readonly ListedRule[] }
  readonly 'enable-rule': { readonly rule: string; readonly isEnabled: boolean }
  readonly queued: { readonly queued: number }
  readonly 'find-import': { readonly found?: number }
  readonly 'begin-import': { readonly digest: string }
  readonly import: OnWire<OpenedFromList>
  readonly 'find-replay': OnWire<Replay> & { readonly found?: number }
  readonly 'learn-erased': OnWire<LearntFromJournal>
  readonly 'look-again': OnWire<Looked>
  readonly 'begin-replay': { readonly name: string }
  readonly replay: OnWire<Reopened>
  readonly 'end-replay': { readonly restores: number }
  readonly open: { readonly key: string; readonly state: State; readonly code: string }
  readonly hold: OnWire<Held>
  readonly release: {
    readonly key?: string
    readonly state?: State
    readonly by: readonly string[]
    readonly others: readonly string[]
  }
  readonly extend: { readonly key: string; readonly state: State; readonly dueAt: string }
  readonly decision: { readonly key: string; readonly state: State }
  readonly complaint: { readonly receivedAt: string; readonly text: string }
  readonly answer: { readonly key: string; readonly state: State; readonly isMailed: boolean }
  readonly done: { readonly key: string; readonly state: State; readonly open: readonly string[] }
}

/** The fields without which an answer is none. */
const NEEDED: { readonly [N in keyof Answers]: readonly (keyof Answers[N])[] } = {
  plan: ['scope', 'identities', 'holdings', 'unusable'],
  show: ['key', 'state', 'channel', 'receivedAt', 'updatedAt', 'dueAt', 'doubts', 'history'],
  mail: ['mails'],
  open: ['key', 'state', 'code'],
  list: ['requests'],
  standing: ['standings'],
  retention: ['rules'],
  'enable-rule': ['rule', 'isEnabled'],
  queued: ['queued'],
  'find-import': [],
  'begin-import': ['digest'],
  import: ['requests', 'opened'],
  'find-replay': ['name', 'tables', 'since'],
  'learn-erased': ['entries', 'forgotten'],
  'look-again': ['items', 'found', 'underWay'],
  'begin-replay': ['name'],
  replay: ['requests', 'opened'],
  'end-replay': ['restores'],
  stats: ['states', 'channels', 'due', 'isPaused', 'complaints'],
  export: ['requests'],
  'key-uses': ['seals'],
  pause: ['isPaused'],
  resume: ['woken'],
  hold: ['requests', 'isStill', 'subjects'],
  release: ['by', 'others'],
  extend: ['key', 'state', 'dueAt'],
  decision: ['key', 'state'],
  complaint: ['receivedAt', 'text'],
  answer: ['key', 'state', 'isMailed'],
  done: ['key', 'state', 'open'],
}

/** @throws {@link CliError} when the other side speaks another version of this. */
export function readAnswer<N extends keyof Answers>(name: N, value: unknown): Answers[N] {
  const missing = NEEDED[name].filter((field) => !isFields(value) || value[String(field)] === undefined)
  if (missing.length === 0) return value as Answers[N] // from our own functions, whose types these are
  throw new CliError(
    'unexpected_answer',
    `the answer lacks ${missing.join(', ')}: is what answers of the same version as this tool?`,
  )
}
