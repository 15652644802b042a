/** The part of the configuration that each function needs: the `config.json` beside its code. */
import { createHash } from 'node:crypto'
import {
  type Action,
  type DataMap,
  type Holding,
  type IsoDuration,
  isFunctionHolding,
  isTableHolding,
  type KeySchema,
  type Scope,
} from './data-map.ts'
import { DEADLINES, EXTENSIONS } from './deadlines.ts'
import type { DeletionConfig, EmailRequests, MetaApp, Organization } from './define.ts'
import { type Promises, promisesOf } from './promises.ts'

export interface CallbackLiterals {
  readonly apps: Readonly<
    Record<string, { readonly product: MetaApp['product']; readonly identity: string; readonly scope: Scope }>
  >
  /** Of the configured jurisdictions; the earliest sets `dueAt`. */
  readonly deadlines: readonly IsoDuration[]
  readonly reviewOlderThanDays: number
}

export interface StatusLiterals {
  readonly organization: Organization
  readonly locales: DeletionConfig['locales']
  readonly categories: DataMap['categories']
  readonly reasons: DataMap['reasons']
  /** The routes that exist, in API Gateway's notation. */
  readonly routes: readonly string[]
  readonly promises: Promises
  /** Where mail with a request goes, if it is received. */
  readonly requestAddress?: string
}

/** How a request by email or by the form begins. */
export interface EmailIntakeLiterals {
  /** Our own. */
  readonly address: string
  readonly identity: string
  readonly locales: DeletionConfig['locales']
  readonly deadlines: readonly IsoDuration[]
  readonly confirmWithin: IsoDuration
}

export interface RequestFormLiterals extends StatusLiterals {
  readonly email: EmailIntakeLiterals
}

export interface ConfirmLiterals extends StatusLiterals {
  /** Or `none`. */
  readonly coolingOff: IsoDuration
  readonly keepRequests: IsoDuration
}

export interface NotifyLiterals {
  readonly organization: Organization
  readonly categories: DataMap['categories']
  /** Words of these, of what is deleted. */
  readonly erased: readonly string[]
  readonly reasons: DataMap['reasons']
  /** Where answers come from. */
  readonly address: string
  /** Where replies go, if not there: nobody receives mail at the address. */
  readonly replyTo?: string
  readonly confirmWithin: IsoDuration
  readonly answersPerDay: number
}

export interface EraseLiterals {
  readonly dataMap: DataMap
  readonly mapHash: string
  readonly keepRequests: IsoDuration
  /** That many work at once, and share the pace of each table. */
  readonly workers: number
}

export interface SweepLiterals {
  readonly keepRequests: IsoDuration
}

export interface ViewLiterals {
  readonly dataMap: DataMap
  readonly workers: number
}

export interface OperateLiterals {
  readonly dataMap: DataMap
  readonly mapHash: string
  /** Of the configured jurisdictions; the earliest sets `dueAt`. */
  readonly deadlines: readonly IsoDuration[]
  readonly keepRequests: IsoDuration
  /** How much longer each configured jurisdiction allows, once. */
  readonly extensions: readonly IsoDuration[]
}

export interface FunctionLiterals {
  readonly 'meta-callback': CallbackLiterals
  readonly status: StatusLiterals
  readonly receipt: StatusLiterals
  readonly erase: EraseLiterals
  readonly sweep: SweepLiterals
  readonly view: ViewLiterals
  readonly operate: OperateLiterals
  readonly 'email-received': EmailIntakeLiterals
  readonly 'inbox-sweep': EmailIntakeLiterals
  readonly 'request-form': RequestFormLiterals
  readonly confirm: ConfirmLiterals
  readonly notify: NotifyLiterals
  readonly 'mail-events': Readonly<Record<string, never>>
}

type Builders = {
  readonly [N in keyof FunctionLiterals]: (config: DeletionConfig, wired: Wired) => FunctionLiterals[N]
}

/** What a function has to know of how all of them are wired. */
export interface Wired {
  /** The routes that exist, in API Gateway's notation. */
  readonly routes: readonly string[]
  /** Erasers at once. */
  readonly workers: number
}

/** Literals only: what is known before a deploy. Names and addresses of a deploy are environment. */
export const functionLiterals = <N extends keyof FunctionLiterals>(
  name: N,
  config: DeletionConfig,
  wired: Wired,
): FunctionLiterals[N] => BUILDERS[name](config, wired)

/**
 * Names what the engine acts on: an equal hash means the same plan. Texts for people do not count, nor how fast a
 * table is worked and what becomes of its copies, and the order of fields neither, except where it has a meaning:
 * partition before sort key, and one holding before another.
 */
export function mapHash({ identities, tables, holdings, review, maxIdentities }: DataMap): string {
  const ordered = {
    identities,
    tables: mapValues(tables, ({ name, key, indexes, holdAttribute }) => ({
      name,
      key: orderOf(key),
      indexes: mapValues(indexes ?? {}, (index) => ({ ...index, key: orderOf(index.key) })),
      holdAttribute,
    })),
    holdings: Object.entries(mapValues(holdings, actedOn)),
    review,
    maxIdentities,
  }
  return createHash('sha256').update(canonicalJson(ordered)).digest('hex')
}

/** Without the sentences that explain it. A task for people counts as it is written: it is what they do. */
function actedOn(holding: Holding): unknown {
  if (isFunctionHolding(holding)) return { ...holding, local: undefined }
  if (!isTableHolding(holding)) return holding
  const { find, action } = holding
  const found = find.scan === undefined ? find : { ...find, scan: true }
  return { ...holding, find: found, action: unexplained(action) }
}

function unexplained(action: Action): unknown {
  if (action === 'erase' || 'redact' in action) return action
  if ('leave' in action) return 'leave'
  const { keep, ...retain } = action.retain
  return { retain: { ...retain, keep: keep?.toSorted() } }
}

const keepRequests = ({ keep }: DeletionConfig): IsoDuration => keep?.requests ?? 'P24M'

const BUILDERS: Builders = {
  'meta-callback': ({ apps, deadlines, reviewOlderThanDays }) => ({
    apps: mapValues(apps, ({ product, identity, scope }) => ({ product, identity, scope })),
    deadlines: deadlines.map((jurisdiction) => DEADLINES[jurisdiction]),
    reviewOlderThanDays: reviewOlderThanDays ?? 7,
  }),
  status: siteLiterals,
  receipt: siteLiterals,
  erase: (config, { workers }) => ({
    dataMap: config.dataMap,
    mapHash: mapHash(config.dataMap),
    keepRequests: keepRequests(config),
    workers,
  }),
  sweep: (config) => ({ keepRequests: keepRequests(config) }),
  view: ({ dataMap }, { workers }) => ({ dataMap, workers }),
  operate: (config) => ({
    dataMap: config.dataMap,
    mapHash: mapHash(config.dataMap),
    keepRequests: keepRequests(config),
    deadlines: config.deadlines.map((jurisdiction) => DEADLINES[jurisdiction]),
    extensions: config.deadlines.map((jurisdiction) => EXTENSIONS[jurisdiction]),
  }),
  'email-received': intakeLiterals,
  'inbox-sweep': intakeLiterals,
  'request-form': (config, wired) => ({ ...siteLiterals(config, wired), email: intakeLiterals(config) }),
  confirm: (config, wired) => ({
    ...siteLiterals(config, wired),
    coolingOff: emailOf(config).coolingOff ?? 'PT24H',
    keepRequests: keepRequests(config),
  }),
  notify: (config) => {
    const { address, receiving, answersPerDay = 1000 } = emailOf(config)
    const { organization, dataMap } = config
    const { categories, reasons } = dataMap
    return {
      organization,
      categories,
      erased: promisesOf(config).erased,
      reasons,
      address,
      ...(!receiving && { replyTo: organization.contactEmail }),
      answersPerDay,
      confirmWithin: confirmWithin(config),
    }
  },
  'mail-events': () => ({}),
}

function siteLiterals(config: DeletionConfig, { routes }: Wired): StatusLiterals {
  const { organization, locales, email, dataMap } = config
  const { categories, reasons } = dataMap
  return {
    organization,
    locales,
    categories,
    reasons,
    routes,
    promises: promisesOf(config),
    ...(email?.receiving && { requestAddress: email.address }),
  }
}

function intakeLiterals(config: DeletionConfig): EmailIntakeLiterals {
  const { address, identity } = emailOf(config)
  const { locales, deadlines } = config
  return {
    address,
    identity,
    locales,
    deadlines: deadlines.map((jurisdiction) => DEADLINES[jurisdiction]),
    confirmWithin: confirmWithin(config),
  }
}

const confirmWithin = (config: DeletionConfig): IsoDuration => emailOf(config).confirmWithin ?? 'P7D'

/** Functions that need it are deployed with it only. */
function emailOf({ email }: DeletionConfig): EmailRequests {
  if (!email) throw new TypeError('a function for email has no configuration for it')
  return email
}

const orderOf = (key: KeySchema): readonly (readonly [string, string])[] => Object.entries(key)

const mapValues = <T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))

/** JSON with the fields of every object in order of their names. */
const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_field, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
