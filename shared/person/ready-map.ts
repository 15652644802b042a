/** The holdings of a data map made ready for work: templates parsed, key types known, in plan order. */
import { type AttributePath, parsePath } from '../data-map/attribute-path.ts'
import type {
  Action,
  Constant,
  DataMap,
  Find,
  Holding,
  Scope,
  Table,
  TableHolding,
} from '../data-map/data-map.ts'
import { inPlanOrder, isFunctionHolding, isTableHolding, tableHoldings } from '../data-map/holdings.ts'
import { conditionsOf, identitiesOf } from '../data-map/key-conditions.ts'
import type { Over } from '../data-map/retention.ts'
import { parseTemplate } from '../data-map/template.ts'
import type { ItemTest } from '../records/records.ts'
import { COMBINED, type Joint, jointOf, jointsOf } from './combinations.ts'
import { heldBy, testsOf } from './conditions.ts'
import { STORED, templatesIn } from './identities.ts'
import { keptRecords } from './kept-records.ts'
import type { Encoding } from './key-values.ts'
import { type Part, partOf } from './parts.ts'
import { attributesOf, constantsOf, sparingIn, tellingIn } from './table-attributes.ts'

export interface ReadyHolding {
  readonly name: string
  readonly config: TableHolding
  readonly action: Action
  /** The table's name in DynamoDB. */
  readonly table: string
  readonly keyNames: readonly string[]
  readonly index?: string
  /** Absent where the whole table is scanned. */
  readonly partition?: Part
  readonly sort?: Part
  /** The identities of its key, or of what is scanned for. */
  readonly identities: readonly string[]
  /** Those of them that are looked up in combinations that were seen together. */
  readonly joint: Joint
  /** The joints of any holding that its items may show a combination for. */
  readonly shows: readonly Joint[]
  /** Of a scan: the conditions its items must meet. */
  readonly among: readonly Part[]
  readonly owner: readonly Part[]
  /** Items that meet all of this do not belong to the holding. */
  readonly unless: readonly ItemTest[]
  /** Items that meet all of this are held: nothing touches them. */
  readonly held: readonly ItemTest[]
  /** Attributes by which any holding of the table finds items or tells whose they are. */
  readonly telling: readonly string[]
  /** Attributes by which any holding of the table spares items. */
  readonly sparing: readonly string[]
  /** Items that meet all of this wait for the operator's approval. */
  readonly reviewWhen: readonly ItemTest[]
  /** The same until the operator has approved; then empty. */
  readonly unreviewed: readonly ItemTest[]
  /** What its items teach, and where in them. */
  readonly lessons: readonly Lesson[]
  /** The attributes that teach what is kept with a request. */
  readonly teaching: readonly string[]
  /** The parts of its items' keys that name the person whom the items teach, too. */
  readonly proofs: readonly Part[]
  /** Worked within each page of this one, by the record identities learnt there. */
  readonly children: readonly ReadyHolding[]
  /** The key attributes of the index: an item without them is not in it. */
  readonly indexKeys: readonly string[]
  /** The constants that redactions of the table put in the place of values, by attribute. */
  readonly constants: Readonly<Record<string, readonly Constant[]>>
  /** Only items whose retention was over by then belong to the holding. */
  readonly over?: Over
  /** Identities whose values are addresses, of any spelling. */
  readonly addresses: readonly string[]
  /** Identities in the templates of any holding, whatever its scope: an item may be the only way to what they find. */
  readonly needed: readonly string[]
  /** The attributes that are read of an item; all if absent. */
  readonly attributes?: readonly string[]
}

/** `binary`: the identity's value is base64 of bytes. */
export interface Lesson extends Pick<Encoding, 'binary'> {
  readonly identity: string
  readonly path: AttributePath
}

/** A holding behind one of the company's functions. */
export interface ReadyFunction {
  readonly name: string
  readonly functionArn: string
}

export interface ReadyMap {
  /** In plan order, children inside their parents. */
  readonly steps: readonly (ReadyHolding | ReadyFunction)[]
  /** The steps that are in tables. */
  readonly roots: readonly ReadyHolding[]
  /** In plan order, children before their parents: the first that matches an item counts it. */
  readonly all: readonly ReadyHolding[]
  /** The same, by the table's name in DynamoDB. */
  readonly byTable: ReadonlyMap<string, readonly ReadyHolding[]>
  /** The identities whose values are kept with a request, and the combinations of them. */
  readonly stored: readonly string[]
  /** The joints of all holdings, of any scope. */
  readonly joints: readonly Joint[]
  /** Names of the manual holdings, which people see to after all others. */
  readonly tasks: readonly string[]
}

export const isReadyFunction = (step: ReadyHolding | ReadyFunction): step is ReadyFunction =>
  'functionArn' in step

export interface ReadyMapOptions {
  /** Table names by map key, as deployed. */
  readonly names: Readonly<Record<string, string>>
  readonly scope: Scope
  /** Whether an operator has approved that items which `reviewWhen` marks are touched. */
  readonly isReviewed: boolean
}

export function readyMapOf(map: DataMap, options: ReadyMapOptions): ReadyMap {
  const { scope } = options
  const inScope = Object.entries(map.holdings).filter(
    ([, holding]) => scope === 'account' || holding.scope === scope,
  )
  const needed = tableHoldings(map)
    .flatMap(([, holding]) => templatesIn(holding))
    .flatMap((template) => parseTemplate(template).identities)
  const joints = jointsOf(map)
  const kept = Object.entries(map.identities).flatMap(([name, { of }]) => (STORED.includes(of) ? [name] : []))
  const stored = [...kept, ...keptRecords(map), COMBINED]
  const basis = { ...options, map, inScope, needed, joints, stored }
  const steps = inPlanOrder(inScope).flatMap<ReadyHolding | ReadyFunction>(([name, holding]) => {
    if (isTableHolding(holding)) {
      return holding.per === undefined ? [readyHolding(basis, name, holding)] : []
    }
    return isFunctionHolding(holding) ? [{ name, functionArn: holding.function }] : []
  })
  const roots = steps.flatMap((step) => (isReadyFunction(step) ? [] : [step]))
  const all = roots.flatMap(withChildren)
  const tasks = inScope.flatMap(([name, holding]) => ('manual' in holding ? [name] : []))
  return { steps, roots, all, byTable: Map.groupBy(all, ({ table }) => table), tasks, stored, joints }
}

/** The holding after those that are worked within it. */
export const withChildren = (holding: ReadyHolding): readonly ReadyHolding[] => [
  ...holding.children.flatMap(withChildren),
  holding,
]

interface Basis extends ReadyMapOptions {
  readonly map: DataMap
  readonly inScope: readonly (readonly [string, Holding])[]
  readonly needed: readonly string[]
  readonly joints: readonly Joint[]
  readonly stored: readonly string[]
}

function readyHolding(basis: Basis, name: string, holding: TableHolding): ReadyHolding {
  const { map, names, inScope, needed, isReviewed, joints, stored } = basis
  const table = map.tables[holding.table]
  if (!table) throw new TypeError(`holding ${name} names a table that is not in the map`)
  const partsOf = (conditions: ReturnType<typeof conditionsOf>): readonly Part[] =>
    conditions.map(([attribute, condition]) => partOf(map, table, attribute, condition))
  const attributes = attributesOf(map, holding.table)
  const reviewWhen = testsOf(holding.reviewWhen)
  const identities = identitiesOf(holding.find)
  const learnt = Object.keys(holding.learns ?? {})
  const isShown = (joint: Joint): boolean =>
    joint.some((one) => learnt.includes(one)) &&
    joint.every((one) => learnt.includes(one) || identities.includes(one))
  return {
    name,
    config: holding,
    action: holding.action,
    table: names[holding.table] ?? table.name,
    keyNames: Object.keys(table.key),
    ...foundBy(table, name, holding.find, partsOf(conditionsOf(holding.find))),
    identities,
    joint: jointOf(map, holding.find),
    shows: joints.filter(isShown),
    owner: partsOf(Object.entries(holding.owner ?? {})),
    unless: testsOf(holding.unless),
    held: table.holdAttribute === undefined ? [] : heldBy(table.holdAttribute),
    telling: tellingIn(map, holding.table),
    sparing: sparingIn(map, holding.table),
    reviewWhen,
    unreviewed: isReviewed ? [] : reviewWhen,
    lessons: Object.entries(holding.learns ?? {}).map(([identity, path]) => ({
      identity,
      path: parsePath(path),
      binary: map.identities[identity]?.binary ?? false,
    })),
    teaching: learnt
      .filter((one) => stored.includes(one))
      .map((one) => parsePath(holding.learns?.[one] ?? '').attribute),
    proofs: proofsOf(map, holding, partsOf),
    children: inScope.flatMap(([child, one]) =>
      isTableHolding(one) && one.per === name ? [readyHolding(basis, child, one)] : [],
    ),
    constants: constantsOf(map, holding.table),
    addresses: Object.keys(map.identities).filter((one) => map.identities[one]?.normalise === 'email'),
    needed,
    ...(holding.over && { over: holding.over }),
    ...(attributes && { attributes }),
  }
}

/**
 * The holding's own key, and the partition key of the table as any holding makes it of a literal and a person: a template
 * without a literal would fit every value.
 */
function proofsOf(
  map: DataMap,
  { table, find, learns = {} }: TableHolding,
  partsOf: (conditions: ReturnType<typeof conditionsOf>) => readonly Part[],
): readonly Part[] {
  const taught = Object.keys(learns).filter((name) => map.identities[name]?.of === 'person')
  if (taught.length === 0) return []
  const [partition = ''] = Object.keys(map.tables[table]?.key ?? {})
  const others = tableHoldings(map).flatMap(([, one]) => {
    const isOther = one.table === table && one.find.index === undefined && one.find.scan === undefined
    return isOther ? conditionsOf(one.find).filter(([attribute]) => attribute === partition) : []
  })
  const names = ({ templates }: Part): boolean =>
    templates.some(({ identities }) => identities.some((one) => taught.includes(one)))
  const hasLiteral = ({ templates }: Part): boolean =>
    templates.some(({ parts }) => parts.some((part) => typeof part === 'string'))
  return [...partsOf(conditionsOf(find)), ...partsOf(others).filter(hasLiteral)].filter(names)
}

function foundBy({ key, indexes }: Table, name: string, { index, scan }: Find, parts: readonly Part[]) {
  const keys = Object.keys((index === undefined ? key : indexes?.[index]?.key) ?? {})
  const ofIndex = index === undefined ? { indexKeys: [] } : { index, indexKeys: keys }
  if (scan !== undefined) return { ...ofIndex, among: parts }
  const [partition, sort] = keys.map((name) => parts.find(({ attribute }) => attribute === name))
  if (!partition) throw new TypeError(`holding ${name} does not say which partition`)
  return { ...ofIndex, among: [], partition, ...(sort && { sort }) }
}
