/** How the functions are wired, for the stack and for `infra/local` alike. */
import type { SETTINGS } from '../shared/platform/settings.ts'

export type FunctionName = keyof typeof FUNCTIONS
export type SettingName = keyof typeof SETTINGS

interface FunctionWiring {
  /** The file in `functions/`, without `.ts`, and its export. */
  readonly entry: string
  readonly handler: string
  readonly timeoutSeconds: number
  readonly memoryMb: number
  readonly settings: readonly SettingName[]
}

export const FUNCTIONS = {
  'meta-callback': {
    entry: 'meta-callback',
    handler: 'handler',
    timeoutSeconds: 10,
    memoryMb: 512,
    settings: ['ledgerTable', 'publicUrl', 'indexSecret', 'sealSecret', 'metaSecret', 'pauseScale'],
  },
  status: {
    entry: 'status',
    handler: 'handler',
    timeoutSeconds: 10,
    memoryMb: 512,
    settings: ['ledgerTable', 'publicUrl'],
  },
  erase: {
    entry: 'erase',
    handler: 'handler',
    timeoutSeconds: 120,
    memoryMb: 1024,
    settings: ['ledgerTable', 'indexSecret', 'sealSecret', 'tables', 'pauseScale', 'metricNamespace'],
  },
  sweep: {
    entry: 'sweep',
    handler: 'handler',
    timeoutSeconds: 55,
    memoryMb: 512,
    settings: ['ledgerTable', 'pauseScale'],
  },
  view: {
    entry: 'operator',
    handler: 'view',
    timeoutSeconds: 60,
    memoryMb: 512,
    settings: ['ledgerTable', 'tables'],
  },
  operate: {
    entry: 'operator',
    handler: 'operate',
    timeoutSeconds: 60,
    memoryMb: 512,
    settings: ['ledgerTable', 'pauseScale'],
  },
} as const satisfies Record<string, FunctionWiring>

/**
 * Routes of the HTTP API, in API Gateway's own notation. What matches none goes to `$default`.
 *
 * A trap: a route with a throttle of its own is named in the stage's settings, and API Gateway keeps that name when the
 * template drops it. Take such a route out, or rename it, and the deployment fails: docs/limits.md says what to do.
 */
export const ROUTES = {
  'POST /meta/{app}/data-deletion': 'meta-callback',
  'GET /meta/{app}/data-deletion': 'meta-callback',
  'HEAD /meta/{app}/data-deletion': 'meta-callback',
  'POST /meta/{app}/deauthorize': 'meta-callback',
  'GET /meta/{app}/deauthorize': 'meta-callback',
  'HEAD /meta/{app}/deauthorize': 'meta-callback',
  'GET /': 'status',
  'HEAD /': 'status',
  'GET /status': 'status',
  'HEAD /status': 'status',
  'GET /status/{code}': 'status',
  'HEAD /status/{code}': 'status',
  $default: 'status',
} as const satisfies Record<string, FunctionName>

/**
 * How many calls a second each route takes, by the function behind it, and how many at once.
 *
 * Meta's calls must never wait for people who look up their status: the callback's share is ten times as large.
 */
export const THROTTLES = {
  'meta-callback': { perSecond: 500, burst: 1000 },
  status: { perSecond: 50, burst: 100 },
} as const satisfies Record<(typeof ROUTES)[keyof typeof ROUTES], { perSecond: number; burst: number }>

/**
 * A ledger row that is in `ready` rings the eraser's doorbell: by request key, nothing else.
 * Filter and template are EventBridge Pipes' own.
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
export const QUEUE = {
  function: 'erase',
  batchSize: 1,
  maxConcurrency: 5,
  visibilityTimeoutSeconds: 720,
  retentionSeconds: 14 * 24 * 3600,
  maxReceiveCount: 5,
} as const satisfies { function: FunctionName } & Record<string, unknown>

/** What the functions know of this. */
export const WIRED = { routes: Object.keys(ROUTES), workers: QUEUE.maxConcurrency } as const

export const SCHEDULES = {
  sweep: { function: 'sweep', everySeconds: 60 },
} as const satisfies Record<string, { function: FunctionName; everySeconds: number }>

/** The ledger's table, index and stream. */
export const LEDGER = {
  key: { pk: 'S', sk: 'S' },
  openIndex: { name: 'open', key: { openShard: 'S', nextCheckAt: 'S' }, projection: 'KEYS_ONLY' },
  streamViewType: 'NEW_AND_OLD_IMAGES',
  timeToLiveAttribute: 'expiresAt',
} as const
