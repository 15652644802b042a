/** All functions, and what leads to them: routes, schedules, the erasure queue, the streams and events. */
import type { DeletionConfig } from '../shared/config/define.ts'
import { rulesOf } from '../shared/data-map/holdings.ts'
import { EMAIL_FUNCTIONS } from './functions/email.ts'
import type { FunctionEntry, WholeEntry, Wired } from './functions/entry.ts'
import { OPERATOR_FUNCTIONS } from './functions/operators.ts'
import { PUBLIC_FUNCTIONS } from './functions/public.ts'
import { WORKERS } from './functions/workers.ts'

export const FUNCTIONS = {
  ...PUBLIC_FUNCTIONS,
  ...WORKERS,
  ...OPERATOR_FUNCTIONS,
  ...EMAIL_FUNCTIONS,
} as const

type Functions = typeof FUNCTIONS
export type FunctionName = keyof Functions

export const entryOf = (name: FunctionName): WholeEntry => ({
  file: name,
  handler: 'handler',
  memoryMb: 512,
  ...FUNCTIONS[name],
})
const ENTRIES = Object.entries(FUNCTIONS) as readonly (readonly [FunctionName, FunctionEntry])[]

/** The functions that a configuration has. */
export const functionsOf = ({ email, dataMap }: DeletionConfig): readonly FunctionName[] => {
  const has = {
    email: email !== undefined,
    receiving: email?.receiving !== undefined,
    retention: Object.keys(rulesOf(dataMap)).length > 0,
  }
  return ENTRIES.flatMap(([name, { needs }]) => (needs === undefined || has[needs] ? [name] : []))
}

/** The functions of every configuration. */
export type AlwaysThere = {
  [N in FunctionName]: Functions[N] extends { readonly needs: string } ? never : N
}[FunctionName]

type Configs = { readonly [N in FunctionName]: ReturnType<Functions[N]['config']> }
const CONFIGS: {
  readonly [N in FunctionName]: { config(config: DeletionConfig, wired: Wired): Configs[N] }
} = FUNCTIONS

/** The part of the configuration that a function reads. */
export const functionConfig = <N extends FunctionName>(name: N, config: DeletionConfig): Configs[N] =>
  CONFIGS[name].config(config, { routes: Object.keys(routesOf(config)), workers: QUEUE.maxConcurrency })

const routesTo = (names: readonly FunctionName[]): Readonly<Record<string, FunctionName>> =>
  Object.fromEntries(names.flatMap((name) => (entryOf(name).routes ?? []).map((route) => [route, name])))

/** The function behind each route of the HTTP API. */
export const ROUTES = routesTo(ENTRIES.map(([name]) => name))

/** The routes that a configuration has. */
export const routesOf = (config: DeletionConfig): typeof ROUTES => routesTo(functionsOf(config))

/** How many calls a second a route takes, and how many at once, where its function states nothing else. */
export const USUAL_THROTTLE = { perSecond: 50, burst: 100 } as const

/** Schedules by the ids of their constructs. */
export const SCHEDULES: Readonly<
  Record<string, { readonly function: FunctionName; readonly everySeconds: number }>
> = Object.fromEntries(
  ENTRIES.flatMap(([name, { schedule }]) =>
    schedule ? [[schedule.id, { function: name, everySeconds: schedule.everySeconds }]] : [],
  ),
)

/**
 * A ledger row in state `ready` rings the eraser's doorbell, by its request key alone. Filter and template are in the
 * notation of EventBridge Pipes.
 */
export const PIPE = {
  filter: {
    eventName: ['INSERT', 'MODIFY'],
    dynamodb: { NewImage: { sk: { S: ['META'] }, state: { S: ['ready'] } } },
  },
  inputTemplate: '{"request":"<$.dynamodb.NewImage.requestKey.S>"}',
  batchSize: 10,
  maximumRetryAttempts: 5,
  maximumRecordAgeSeconds: 3600,
} as const

/** The erasure queue and how the eraser reads it. */
export const QUEUE = { function: 'erase', ...FUNCTIONS.erase.queue } as const

/** Mails that are due invoke `notify`, straight from the ledger's stream. */
export const NOTICES = { function: 'notify', ...FUNCTIONS.notify.stream } as const

/** The ledger's table, index and stream. */
export const LEDGER = {
  key: { pk: 'S', sk: 'S' },
  openIndex: { name: 'open', key: { openShard: 'S', nextCheckAt: 'S' }, projection: 'KEYS_ONLY' },
  /** Lists open rows, the oldest first, without reading the rows. */
  receivedIndex: {
    name: 'received',
    key: { openShard: 'S', receivedAt: 'S' },
    projection: ['state', 'channel', 'app', 'dueAt'],
  },
  streamViewType: 'NEW_AND_OLD_IMAGES',
  timeToLiveAttribute: 'expiresAt',
} as const
