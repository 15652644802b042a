/** Companies with a map and some rows each: people ask, and whole tables are read afterwards. */
import sample from '../../../../deletion.config.ts'
import { checkConfig } from '../../../../shared/config/validate.ts'
import type { DataMap, Index, KeySchema, Table, TableHolding } from '../../../../shared/data-map/data-map.ts'
import { retainOf } from '../../../../shared/data-map/holdings.ts'
import { answerDoorbell } from '../../../../shared/erasure/worker.ts'
import type { Item, Value } from '../../../../shared/records/records.ts'
import type { RequestKey } from '../../../../shared/requests/code.ts'
import type { DeletionRequest } from '../../../../shared/requests/request.ts'
import type { Company, Otherwise } from '../../../fixtures/world/company.ts'
import { inMemory, type MemoryWorld } from '../../../fixtures/world/in-memory.ts'

/** Texts, numbers, booleans, `null`, lists, maps, and sets of texts. */
export type Row = Readonly<Record<string, unknown>>
export type Rows = Readonly<Record<string, readonly Row[]>>

/** A table's name is its key in the map; its indexes follow the key. */
type DraftTable = readonly [
  key: KeySchema,
  indexes?: Readonly<Record<string, KeySchema>>,
  more?: Partial<Table>,
]
/** The category is the holding's name, so that each is counted by itself. */
export type DraftHolding = Omit<TableHolding, 'category' | 'scope'> &
  Partial<Pick<TableHolding, 'scope'>> & { readonly strands?: string }

export interface Draft extends Partial<Omit<DataMap, 'tables' | 'holdings'>> {
  readonly tables: Readonly<Record<string, DraftTable>>
  readonly holdings: Readonly<Record<string, DraftHolding>>
}

const TEXT = { vi: 'x', en: 'x' }

/** Every map has `links` of `fb` and `userId`: the Meta id `1` leads to `u1`. */
export function mapOf({ identities, tables, holdings, ...more }: Draft): DataMap {
  const drafts: Draft['holdings'] = { ...holdings, link: LINK }
  const full = Object.entries(drafts).map(([name, draft]) => {
    const holding: TableHolding = { scope: 'account', ...draft, category: name }
    return [name, holding] as const
  })
  const reasons = full.flatMap(([, { action }]) => retainOf(action)?.because ?? [])
  return {
    identities: { userId: { of: 'person' }, fb: { of: 'alias' }, ...identities },
    tables: Object.fromEntries(Object.entries({ ...tables, links: LINKS }).map(tableOf)),
    holdings: Object.fromEntries(full),
    categories: Object.fromEntries(full.map(([name]) => [name, TEXT])),
    reasons: Object.fromEntries(reasons.map((name) => [name, TEXT])),
    ...more,
  }
}

const LINKS: DraftTable = [{ fb: 'S' }]
const LINK: DraftHolding = {
  table: 'links',
  find: { fb: '{fb}' },
  learns: { userId: 'userId' },
  last: true,
  action: 'erase',
  scope: 'platform',
}

function tableOf([name, [key, indexes = {}, more = {}]]: [string, DraftTable]): [string, Table] {
  const keys = Object.entries(indexes).map(([index, its]): [string, Index] => [index, { key: its }])
  const hasIndexes = keys.length > 0
  return [
    name,
    { name, key, ...(hasIndexes && { indexes: Object.fromEntries(keys) }), backupsKeptFor: 'P1D', ...more },
  ]
}

/** What the check finds wrong with a map, by place. */
export const findingsIn = (draft: Draft): readonly string[] =>
  checkConfig({
    organization: sample.organization,
    locales: ['en'],
    deadlines: ['gdpr'],
    apps: { shop: { appId: '100000000000001', product: 'facebook', identity: 'fb', scope: 'account' } },
    dataMap: mapOf(draft),
  }).findings.map(({ place, problem }) => `${place}: ${problem}`)

/** What a request says at its end, or where it stopped. */
export interface End {
  readonly state: DeletionRequest['state']
  /** Items by holding. */
  readonly erased: Readonly<Record<string, number>>
  readonly redacted: Readonly<Record<string, number>>
  readonly retained: Readonly<Record<string, number>>
  readonly reason?: string
  /** `holding why items`, or the table where no holding claims it. */
  readonly residue?: readonly string[]
}

export interface People {
  readonly world: MemoryWorld
  readonly company: Company
  readonly map: DataMap
  /** The person with this Meta id asks, or one with these identities; until the end, or until somebody has to look. */
  readonly asks: (who: string | Identified, more?: Parameters<Company['receive']>[1]) => Promise<End>
  /** The rows of a table, in the order they were put in. */
  readonly rows: (table: string) => readonly Row[]
  /** All rows of all tables but empty ones. */
  readonly left: () => Rows
}
type Identified = Readonly<Record<string, readonly string[]>>

export function companyOf(draft: Draft, rows: Rows, otherwise?: Otherwise): People {
  const map = mapOf(draft)
  const world = inMemory()
  const company = world.open(map, otherwise)
  for (const [table, all] of Object.entries(rows)) world.put(table, ...all.map(itemOf))
  const rowsOf = (table: string): readonly Row[] => world.all(table).map(rowOf)
  return {
    world,
    company,
    map,
    async asks(who, more) {
      const key = await company.receive(typeof who === 'string' ? { fb: [who] } : who, more)
      return endOf(await company.settle(key))
    },
    rows: rowsOf,
    left: () =>
      Object.fromEntries(
        Object.keys(map.tables)
          .map((table) => [table, rowsOf(table)] as const)
          .filter(([, all]) => all.length > 0),
      ),
  }
}

export function endOf({ state, outcome, problem }: DeletionRequest): End {
  const { erased = [], redacted = [], retained = [] } = outcome ?? {}
  const byName = (tallies: readonly { readonly category: string; readonly items: number }[]) =>
    Object.fromEntries(tallies.map(({ category, items }) => [category, items]))
  return {
    state,
    erased: byName(erased),
    redacted: byName(redacted),
    retained: byName(retained),
    ...(problem && { reason: problem.reason }),
    ...(problem?.residue && {
      residue: problem.residue.map(({ holding, table, why, items }) => `${holding ?? table} ${why} ${items}`),
    }),
  }
}

/** One delivery of the doorbell, whose worker dies at that call of a table or of the ledger. */
export async function deliver(company: Company, key: RequestKey, diesAt: number): Promise<number> {
  let calls = 0
  const mortal = <T extends object>(port: T): T => {
    const entries = Object.entries(port).map(([name, call]: [string, unknown]) => [
      name,
      name === 'pauseMs'
        ? call
        : async (...args: unknown[]) => {
            calls += 1
            if (calls > diesAt) throw new Error('killed')
            return (call as (...all: unknown[]) => unknown)(...args)
          },
    ])
    return Object.fromEntries(entries) as T
  }
  const worker = { ...company, ledger: mortal(company.ledger), records: mortal(company.records) }
  await answerDoorbell(worker, key).catch(() => undefined)
  return calls
}

function itemOf(row: Row): Item {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, attributeOf(value)]))
}

function attributeOf(value: unknown): Value {
  if (typeof value === 'string') return { S: value }
  if (typeof value === 'number') return { N: String(value) }
  if (typeof value === 'boolean') return { BOOL: value }
  if (value === null) return { NULL: true }
  if (value instanceof Set) return { SS: [...value].map(String) }
  if (Array.isArray(value)) return { L: value.map(attributeOf) }
  return { M: itemOf({ ...(value as Row) }) }
}

const rowOf = (item: Item): Row =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plain(value)]))

function plain({ S, N, BOOL, NULL, SS, L, M }: Value): unknown {
  if (SS) return new Set(SS)
  if (L) return L.map(plain)
  if (M) return rowOf(M)
  return NULL ? null : (S ?? BOOL ?? Number(N))
}

/** Ten years from `issuedAt`, then by the TTL. */
export const TEN_YEARS = {
  retain: {
    because: 'tax',
    until: { from: 'issuedAt', format: 'iso', for: 'P10Y' },
    ends: { by: 'ttl', attribute: 'ttl' },
  },
} as const

/** In epoch seconds, as a TTL. */
export const seconds = (iso: string): number => Date.parse(iso) / 1000
