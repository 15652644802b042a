/** How the functions are wired, for the stack and for `infra/local` alike. */

import type { DeletionConfig } from '../shared/config/define.ts'
import { rulesOf } from '../shared/data-map/holdings.ts'
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
  /** The part of the configuration without which there is no such function. @default it is always there */
  readonly needs?: 'email' | 'receiving' | 'retention'
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
  receipt: {
    entry: 'receipt',
    handler: 'handler',
    timeoutSeconds: 10,
    memoryMb: 512,
    settings: ['ledgerTable', 'publicUrl', 'receiptSecret'],
  },
  complaint: {
    entry: 'complaint',
    handler: 'handler',
    timeoutSeconds: 10,
    memoryMb: 512,
    settings: ['ledgerTable', 'publicUrl', 'sealSecret'],
  },
  erase: {
    entry: 'erase',
    handler: 'handler',
    timeoutSeconds: 120,
    memoryMb: 1024,
    settings: [
      'ledgerTable',
      'indexSecret',
      'sealSecret',
      'tables',
      'pauseScale',
      'metricNamespace',
      'journalBucket',
    ],
  },
  sweep: {
    entry: 'sweep',
    handler: 'handler',
    timeoutSeconds: 55,
    memoryMb: 512,
    settings: ['ledgerTable', 'pauseScale', 'metricNamespace'],
  },
  retention: {
    entry: 'retention',
    handler: 'handler',
    timeoutSeconds: 300,
    memoryMb: 512,
    settings: ['ledgerTable', 'indexSecret', 'sealSecret', 'tables', 'pauseScale'],
    needs: 'retention',
  },
  view: {
    entry: 'operator',
    handler: 'view',
    timeoutSeconds: 60,
    memoryMb: 512,
    settings: ['ledgerTable', 'tables', 'indexSecret'],
  },
  operate: {
    entry: 'operator',
    handler: 'operate',
    timeoutSeconds: 60,
    memoryMb: 512,
    settings: ['ledgerTable', 'tables', 'indexSecret', 'sealSecret', 'pauseScale', 'journalBucket'],
  },
  restores: {
    entry: 'restores',
    handler: 'handler',
    timeoutSeconds: 30,
    memoryMb: 512,
    settings: ['ledgerTable', 'tables'],
  },
  'email-received': {
    entry: 'email-received',
    handler: 'handler',
    timeoutSeconds: 60,
    memoryMb: 512,
    settings: ['ledgerTable', 'indexSecret', 'sealSecret', 'pauseScale', 'inboxBucket', 'metricNamespace'],
    needs: 'receiving',
  },
  'inbox-sweep': {
    entry: 'email-received',
    handler: 'sweepInbox',
    timeoutSeconds: 60,
    memoryMb: 512,
    settings: ['ledgerTable', 'indexSecret', 'sealSecret', 'pauseScale', 'inboxBucket', 'metricNamespace'],
    needs: 'receiving',
  },
  'request-form': {
    entry: 'request-form',
    handler: 'handler',
    timeoutSeconds: 10,
    memoryMb: 512,
    settings: ['ledgerTable', 'publicUrl', 'indexSecret', 'sealSecret', 'pauseScale'],
    needs: 'email',
  },
  confirm: {
    entry: 'confirm',
    handler: 'handler',
    timeoutSeconds: 10,
    memoryMb: 512,
    settings: ['ledgerTable', 'publicUrl', 'tokenSecret', 'pauseScale'],
    needs: 'email',
  },
  notify: {
    entry: 'notify',
    handler: 'handler',
    timeoutSeconds: 60,
    memoryMb: 512,
    settings: ['ledgerTable', 'publicUrl', 'sealSecret', 'tokenSecret', 'pauseScale', 'configurationSet'],
    needs: 'email',
  },
  'mail-events': {
    entry: 'mail-events',
    handler: 'handler',
    timeoutSeconds: 30,
    memoryMb: 512,
    settings: ['ledgerTable'],
    needs: 'email',
  },
} as const satisfies Record<string, FunctionWiring>

/** The functions that a configuration has. */
export const functionsOf = ({ email, dataMap }: DeletionConfig): readonly FunctionName[] => {
  const has = {
    email: email !== undefined,
    receiving: email?.receiving !== undefined,
    retention: Object.keys(rulesOf(dataMap)).length > 0,
  }
  return (Object.keys(FUNCTIONS) as FunctionName[]).filter((name) => {
    const { needs }: FunctionWiring = FUNCTIONS[name]
    return needs === undefined || has[needs]
  })
}

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
  'GET /status/{code}/receipt': 'receipt',
  'HEAD /status/{code}/receipt': 'receipt',
  'POST /status/{code}/complaint': 'complaint',
  'GET /.well-known/jwks.json': 'receipt',
  'HEAD /.well-known/jwks.json': 'receipt',
  'POST /request': 'request-form',
  'GET /confirm/{token}': 'confirm',
  'HEAD /confirm/{token}': 'confirm',
  'POST /confirm/{token}': 'confirm',
  'GET /withdraw/{token}': 'confirm',
  'HEAD /withdraw/{token}': 'confirm',
  'POST /withdraw/{token}': 'confirm',
  $default: 'status',
} as const satisfies Record<string, FunctionName>

type Route = keyof typeof ROUTES
export type RouteFunction = (typeof ROUTES)[Route]

/** The routes that a configuration has. */
export function routesOf(config: DeletionConfig): Readonly<Partial<Record<Route, RouteFunction>>> {
  const names = functionsOf(config)
  return Object.fromEntries(Object.entries(ROUTES).filter(([, name]) => names.includes(name)))
}

/**
 * How many calls a second each route takes, by the function behind it, and how many at once.
 *
 * Meta's calls must never wait for people who look up their status: the callback's share is ten times as large.
 */
const USUAL = { perSecond: 50, burst: 100 } as const

export const THROTTLES = {
  'meta-callback': { perSecond: 500, burst: 1000 },
  status: USUAL,
  receipt: USUAL,
  complaint: USUAL,
  confirm: USUAL,
  'request-form': USUAL,
} as const satisfies Record<RouteFunction, { perSecond: number; burst: number }>

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
export const wiredFor = (config: DeletionConfig) =>
  ({ routes: Object.keys(routesOf(config)), workers: QUEUE.maxConcurrency }) as const

/**
 * A mail that is due rings `notify`, straight from the ledger's stream: it names the request and the version that made it
 * due. The filter is Lambda's own, in the words of EventBridge Pipes' filter above.
 */
export const NOTICES = {
  function: 'notify',
  filter: {
    eventName: ['INSERT', 'MODIFY'],
    dynamodb: { NewImage: { sk: { S: [{ prefix: 'NOTICE#' }] }, state: { S: ['due'] } } },
  },
  batchSize: 10,
  maximumRetryAttempts: 5,
  maximumRecordAgeSeconds: 3600,
} as const satisfies { function: FunctionName } & Record<string, unknown>

/** Restores of tables, in EventBridge's own notation: of which tables, the function sees. */
export const RESTORES = {
  function: 'restores',
  pattern: {
    source: ['aws.dynamodb'],
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: {
      eventSource: ['dynamodb.amazonaws.com'],
      eventName: ['RestoreTableToPointInTime', 'RestoreTableFromBackup', 'RestoreTableFromAwsBackup'],
      errorCode: [{ exists: false }],
    },
  },
} as const satisfies { function: FunctionName } & Record<string, unknown>

export const SCHEDULES = {
  sweep: { function: 'sweep', everySeconds: 60 },
  /** A pass a day over each rule; the others go on where one has stopped. */
  retention: { function: 'retention', everySeconds: 3600 },
  /** Mail that has come in and was not dealt with. */
  inbox: { function: 'inbox-sweep', everySeconds: 60 },
} as const satisfies Record<string, { function: FunctionName; everySeconds: number }>

/** The ledger's table, index and stream. */
export const LEDGER = {
  key: { pk: 'S', sk: 'S' },
  openIndex: { name: 'open', key: { openShard: 'S', nextCheckAt: 'S' }, projection: 'KEYS_ONLY' },
  /** Lists open rows, the oldest first, without a look at the rows. */
  receivedIndex: {
    name: 'received',
    key: { openShard: 'S', receivedAt: 'S' },
    projection: ['state', 'channel', 'app', 'dueAt'],
  },
  streamViewType: 'NEW_AND_OLD_IMAGES',
  timeToLiveAttribute: 'expiresAt',
} as const
