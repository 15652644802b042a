/** The part of the configuration that each function needs: the `config.json` beside its code. */
import type { DataMap, IsoDuration, Locale, Scope } from '../data-map/data-map.ts'
import { mapHash, mapValues } from '../data-map/map-hash.ts'
import { deadlinesOf, extensionsOf } from './deadlines.ts'
import type { Deauthorize, DeletionConfig, EmailRequests, MetaApp, Organization } from './define.ts'
import { journalDays } from './journal.ts'
import { type Promises, promisesOf } from './page-promises.ts'

export interface CallbackConfig {
  readonly apps: Readonly<
    Record<
      string,
      {
        readonly product: MetaApp['product']
        readonly identity: string
        readonly scope: Scope
        /** Somebody who removes the app is erased so long after it. */
        readonly eraseAfter?: IsoDuration
      }
    >
  >
  readonly timeZone: string
  /** Of the configured jurisdictions; the earliest sets `dueAt`. */
  readonly deadlines: readonly IsoDuration[]
  readonly reviewOlderThanDays: number
}

export interface StatusConfig {
  readonly organization: Organization
  readonly locales: DeletionConfig['locales']
  readonly categories: DataMap['categories']
  readonly reasons: DataMap['reasons']
  /** The routes that exist, in API Gateway's notation. */
  readonly routes: readonly string[]
  readonly promises: Promises
  /** Where mail with a request goes, if it is received. */
  readonly requestAddress?: string
  readonly recipients: readonly Told[]
}

/** Somebody who is told by a holding. */
export interface Told {
  readonly name: string
  readonly holding: string
  readonly scope: Scope
  /** People tell it, and an operator confirms that. */
  readonly isTask: boolean
}

/** How a request by email or by the form begins. */
export interface EmailIntakeConfig {
  /** Our own. */
  readonly address: string
  readonly identity: string
  readonly locales: DeletionConfig['locales']
  readonly deadlines: readonly IsoDuration[]
  readonly confirmWithin: IsoDuration
}

export interface RequestFormConfig extends StatusConfig {
  readonly email: EmailIntakeConfig
}

export interface ConfirmConfig extends StatusConfig {
  /** Or `none`. */
  readonly coolingOff: IsoDuration
  readonly keepRequests: IsoDuration
}

export interface NotifyConfig {
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

export interface EraseConfig {
  readonly dataMap: DataMap
  readonly mapHash: string
  readonly keepRequests: IsoDuration
  readonly journalDays: number
  /** That many work at once, and share the pace of each table. */
  readonly workers: number
  readonly timeZone: string
  /** What becomes of people who remove these apps. */
  readonly deauthorize: Readonly<Record<string, Deauthorize>>
}

export interface RetentionConfig {
  readonly dataMap: DataMap
  /** What people who have asked for nothing are written to in. */
  readonly locale: Locale
  readonly workers: number
  readonly timeZone: string
  /** Of the configured jurisdictions; the earliest sets `dueAt`. */
  readonly deadlines: readonly IsoDuration[]
}

export interface SweepConfig {
  readonly keepRequests: IsoDuration
}

export interface ViewConfig {
  readonly dataMap: DataMap
  readonly mapHash: string
  readonly workers: number
  readonly apps: Readonly<Record<string, Pick<MetaApp, 'appId' | 'identity' | 'scope'>>>
  /** How long the links in mails are good for. */
  readonly links?: { readonly confirmWithin: IsoDuration; readonly coolingOff: IsoDuration }
}

export interface OperateConfig {
  readonly dataMap: DataMap
  readonly mapHash: string
  /** Of the configured jurisdictions; the earliest sets `dueAt`. */
  readonly deadlines: readonly IsoDuration[]
  readonly keepRequests: IsoDuration
  /** How much longer each configured jurisdiction allows, once. */
  readonly extensions: readonly IsoDuration[]
  readonly apps: ViewConfig['apps']
  readonly journalDays: number
  readonly timeZone: string
  readonly workers: number
}

export interface FunctionConfigs {
  readonly 'meta-callback': CallbackConfig
  readonly status: StatusConfig
  readonly receipt: StatusConfig
  readonly complaint: StatusConfig
  readonly erase: EraseConfig
  readonly sweep: SweepConfig
  readonly retention: RetentionConfig
  readonly view: ViewConfig
  readonly operate: OperateConfig
  readonly restores: Readonly<Record<string, never>>
  readonly 'email-received': EmailIntakeConfig
  readonly 'inbox-sweep': EmailIntakeConfig
  readonly 'request-form': RequestFormConfig
  readonly confirm: ConfirmConfig
  readonly notify: NotifyConfig
  readonly 'mail-events': Readonly<Record<string, never>>
}

type Builders = {
  readonly [N in keyof FunctionConfigs]: (config: DeletionConfig, wired: Wired) => FunctionConfigs[N]
}

/** What a function has to know of how all of them are wired. */
export interface Wired {
  /** The routes that exist, in API Gateway's notation. */
  readonly routes: readonly string[]
  /** Erasers at once. */
  readonly workers: number
}

/** Literals only: what is known before a deploy. Names and addresses of a deploy are environment. */
export const functionConfig = <N extends keyof FunctionConfigs>(
  name: N,
  config: DeletionConfig,
  wired: Wired,
): FunctionConfigs[N] => BUILDERS[name](config, wired)

const keepRequests = ({ keep }: DeletionConfig): IsoDuration => keep?.requests ?? 'P24M'

const BUILDERS: Builders = {
  'meta-callback': ({ apps, deadlines, reviewOlderThanDays, organization: { timeZone } }) => ({
    apps: mapValues(apps, ({ product, identity, scope, deauthorize = 'ignore' }) => ({
      product,
      identity,
      scope,
      ...(deauthorize !== 'ignore' && { eraseAfter: deauthorize.after }),
    })),
    timeZone,
    deadlines: deadlinesOf(deadlines),
    reviewOlderThanDays: reviewOlderThanDays ?? 7,
  }),
  status: siteConfig,
  receipt: siteConfig,
  complaint: siteConfig,
  erase: (config, { workers }) => ({
    dataMap: config.dataMap,
    mapHash: mapHash(config.dataMap),
    keepRequests: keepRequests(config),
    journalDays: journalDays(config),
    workers,
    timeZone: config.organization.timeZone,
    deauthorize: deauthorizeOf(config),
  }),
  sweep: (config) => ({ keepRequests: keepRequests(config) }),
  retention: ({ dataMap, deadlines, locales, organization: { timeZone } }, { workers }) => ({
    dataMap,
    locale: locales[0],
    workers,
    timeZone,
    deadlines: deadlinesOf(deadlines),
  }),
  view: (config, { workers }) => ({
    dataMap: config.dataMap,
    mapHash: mapHash(config.dataMap),
    workers,
    apps: idsOf(config.apps),
    ...(config.email && {
      links: { confirmWithin: confirmWithin(config), coolingOff: coolingOff(config) },
    }),
  }),
  operate: (config, { workers }) => ({
    dataMap: config.dataMap,
    mapHash: mapHash(config.dataMap),
    keepRequests: keepRequests(config),
    deadlines: deadlinesOf(config.deadlines),
    extensions: extensionsOf(config.deadlines),
    apps: idsOf(config.apps),
    journalDays: journalDays(config),
    timeZone: config.organization.timeZone,
    workers,
  }),
  restores: () => ({}),
  'email-received': intakeConfig,
  'inbox-sweep': intakeConfig,
  'request-form': (config, wired) => ({ ...siteConfig(config, wired), email: intakeConfig(config) }),
  confirm: (config, wired) => ({
    ...siteConfig(config, wired),
    coolingOff: coolingOff(config),
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

const deauthorizeOf = ({ apps }: DeletionConfig): EraseConfig['deauthorize'] =>
  Object.fromEntries(
    Object.entries(apps).flatMap(([name, { deauthorize = 'ignore' }]) =>
      deauthorize === 'ignore' ? [] : [[name, deauthorize]],
    ),
  )

const idsOf = (apps: DeletionConfig['apps']): ViewConfig['apps'] =>
  mapValues(apps, ({ appId, identity, scope }) => ({ appId, identity, scope }))

const toldBy = ({ recipients = [], dataMap: { holdings } }: DeletionConfig): readonly Told[] =>
  recipients.flatMap(({ name, how }) => {
    const holding = holdings[how]
    return holding ? [{ name, holding: how, scope: holding.scope, isTask: 'manual' in holding }] : []
  })

function siteConfig(config: DeletionConfig, { routes }: Wired): StatusConfig {
  const { organization, locales, email, dataMap } = config
  const { categories, reasons } = dataMap
  return {
    organization,
    locales,
    categories,
    reasons,
    routes,
    promises: promisesOf(config),
    recipients: toldBy(config),
    ...(email?.receiving && { requestAddress: email.address }),
  }
}

function intakeConfig(config: DeletionConfig): EmailIntakeConfig {
  const { address, identity } = emailOf(config)
  const { locales, deadlines } = config
  return {
    address,
    identity,
    locales,
    deadlines: deadlinesOf(deadlines),
    confirmWithin: confirmWithin(config),
  }
}

const coolingOff = (config: DeletionConfig): IsoDuration => emailOf(config).coolingOff ?? 'PT24H'
const confirmWithin = (config: DeletionConfig): IsoDuration => emailOf(config).confirmWithin ?? 'P7D'

/** Functions that need it are deployed with it only. */
function emailOf({ email }: DeletionConfig): EmailRequests {
  if (!email) throw new TypeError('a function for email has no configuration for it')
  return email
}
