/** The part of the configuration that each function needs: the `config.json` beside its code. */
import { createHash } from 'node:crypto'
import type { DataMap, IsoDuration, KeySchema, Scope } from './data-map.ts'
import { DEADLINES } from './deadlines.ts'
import type { DeletionConfig, MetaApp, Organization } from './define.ts'

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
}

export interface EraseLiterals {
  readonly dataMap: DataMap
  readonly mapHash: string
  readonly keepRequests: IsoDuration
}

export interface SweepLiterals {
  readonly keepRequests: IsoDuration
}

export interface ViewLiterals {
  readonly dataMap: DataMap
}

export interface FunctionLiterals {
  readonly 'meta-callback': CallbackLiterals
  readonly status: StatusLiterals
  readonly erase: EraseLiterals
  readonly sweep: SweepLiterals
  readonly view: ViewLiterals
  readonly operate: Readonly<Record<string, never>>
}

type Builders = {
  readonly [N in keyof FunctionLiterals]: (
    config: DeletionConfig,
    routes: readonly string[],
  ) => FunctionLiterals[N]
}

/** Literals only: what is known before a deploy. Names and addresses of a deploy are environment. */
export const functionLiterals = <N extends keyof FunctionLiterals>(
  name: N,
  config: DeletionConfig,
  { routes }: { readonly routes: readonly string[] },
): FunctionLiterals[N] => BUILDERS[name](config, routes)

/**
 * Names what the engine acts on: an equal hash means the same plan. Texts for people do not count, and the
 * order of fields neither, except where it has a meaning: partition before sort key, and one holding before another.
 */
export function mapHash({ identities, tables, holdings, review, maxIdentities }: DataMap): string {
  const ordered = {
    identities,
    tables: mapValues(tables, ({ key, indexes, ...table }) => ({
      ...table,
      key: orderOf(key),
      indexes: mapValues(indexes ?? {}, (index) => ({ ...index, key: orderOf(index.key) })),
    })),
    holdings: Object.entries(holdings),
    review,
    maxIdentities,
  }
  return createHash('sha256').update(canonicalJson(ordered)).digest('hex')
}

const keepRequests = ({ keep }: DeletionConfig): IsoDuration => keep?.requests ?? 'P24M'

const BUILDERS: Builders = {
  'meta-callback': ({ apps, deadlines, reviewOlderThanDays }) => ({
    apps: mapValues(apps, ({ product, identity, scope }) => ({ product, identity, scope })),
    deadlines: deadlines.map((jurisdiction) => DEADLINES[jurisdiction]),
    reviewOlderThanDays: reviewOlderThanDays ?? 7,
  }),
  status: ({ organization, locales, dataMap: { categories, reasons } }, routes) => ({
    organization,
    locales,
    categories,
    reasons,
    routes,
  }),
  erase: (config) => ({
    dataMap: config.dataMap,
    mapHash: mapHash(config.dataMap),
    keepRequests: keepRequests(config),
  }),
  sweep: (config) => ({ keepRequests: keepRequests(config) }),
  view: ({ dataMap }) => ({ dataMap }),
  operate: () => ({}),
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
