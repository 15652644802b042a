/** The holdings of a data map made ready for work: templates parsed, key types known, in plan order. */
import { type AttributePath, parsePath } from '../data-map/attribute-path.ts'
import type {
  Action,
  Constant,
  DataMap,
  Find,
  Holding,
  Scope,
  SortCondition,
  Table,
  TableHolding,
} from '../data-map/data-map.ts'
import { inPlanOrder, isFunctionHolding, isTableHolding } from '../data-map/holdings.ts'
import { conditionsOf, templatesOf } from '../data-map/key-conditions.ts'
import type { Over } from '../data-map/retention.ts'
import { keyTypeOf } from '../data-map/table-keys.ts'
import { type ParsedTemplate, parseTemplate } from '../data-map/template.ts'
import type { ItemTest, SortTest } from '../records/records.ts'
import { heldBy, testsOf } from './conditions.ts'
import { templatesIn } from './identities.ts'
import type { Encoding } from './key-values.ts'
import { attributesOf, constantsOf, tellingIn } from './table-attributes.ts'

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
  /** Of a scan: the conditions its items must meet. */
  readonly among: readonly Part[]
  readonly owner: readonly Part[]
  /** Items that meet all of this do not belong to the holding. */
  readonly unless: readonly ItemTest[]
  /** Items that meet all of this are held: nothing touches them. */
  readonly held: readonly ItemTest[]
  /** Attributes by which any holding of the table finds items or tells whose they are. */
  readonly telling: readonly string[]
  /** Items that meet all of this wait for the operator's approval. */
  readonly reviewWhen: readonly ItemTest[]
  /** The same until the operator has approved; then empty. */
  readonly unreviewed: readonly ItemTest[]
  /** What its items teach, and where in them. */
  readonly lessons: readonly Lesson[]
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
  /** Identities in the templates of any holding in scope. */
  readonly needed: readonly string[]
  /** The attributes that are read of an item; all if absent. */
  readonly attributes?: readonly string[]
}

/** `binary`: the identity's value is base64 of bytes. */
interface Lesson extends Pick<Encoding, 'binary'> {
  readonly identity: string
  readonly path: AttributePath
}

/** An attribute and what it must match: one template, or the two ends of a range. */
export interface Part extends Encoding {
  readonly attribute: string
  readonly test: SortTest
  readonly templates: readonly ParsedTemplate[]
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
  const needed = inScope
    .flatMap(([, holding]) => (isTableHolding(holding) ? templatesIn(holding) : []))
    .flatMap((template) => parseTemplate(template).identities)
  const basis = { ...options, map, inScope, needed }
  const steps = inPlanOrder(inScope).flatMap<ReadyHolding | ReadyFunction>(([name, holding]) => {
    if (isTableHolding(holding)) {
      return holding.per === undefined ? [readyHolding(basis, name, holding)] : []
    }
    return isFunctionHolding(holding) ? [{ name, functionArn: holding.function }] : []
  })
  const roots = steps.flatMap((step) => (isReadyFunction(step) ? [] : [step]))
  const all = roots.flatMap(withChildren)
  const tasks = inScope.flatMap(([name, holding]) => ('manual' in holding ? [name] : []))
  return { steps, roots, all, byTable: Map.groupBy(all, ({ table }) => table), tasks }
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
}

function readyHolding(basis: Basis, name: string, holding: TableHolding): ReadyHolding {
  const { map, names, inScope, needed, isReviewed } = basis
  const table = map.tables[holding.table]
  if (!table) throw new TypeError(`holding ${name} names a table that is not in the map`)
  const partsOf = (conditions: ReturnType<typeof conditionsOf>): readonly Part[] =>
    conditions.map(([attribute, condition]) => partOf(map, table, attribute, condition))
  const attributes = attributesOf(map, holding.table)
  const reviewWhen = testsOf(holding.reviewWhen)
  return {
    name,
    config: holding,
    action: holding.action,
    table: names[holding.table] ?? table.name,
    keyNames: Object.keys(table.key),
    ...foundBy(table, name, holding.find, partsOf(conditionsOf(holding.find))),
    owner: partsOf(Object.entries(holding.owner ?? {})),
    unless: testsOf(holding.unless),
    held: table.holdAttribute === undefined ? [] : heldBy(table.holdAttribute),
    telling: tellingIn(map, holding.table),
    reviewWhen,
    unreviewed: isReviewed ? [] : reviewWhen,
    lessons: Object.entries(holding.learns ?? {}).map(([identity, path]) => ({
      identity,
      path: parsePath(path),
      binary: map.identities[identity]?.binary ?? false,
    })),
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

function foundBy({ key, indexes }: Table, name: string, { index, scan }: Find, parts: readonly Part[]) {
  const keys = Object.keys((index === undefined ? key : indexes?.[index]?.key) ?? {})
  const ofIndex = index === undefined ? { indexKeys: [] } : { index, indexKeys: keys }
  if (scan !== undefined) return { ...ofIndex, among: parts }
  const [partition, sort] = keys.map((name) => parts.find(({ attribute }) => attribute === name))
  if (!partition) throw new TypeError(`holding ${name} does not say which partition`)
  return { ...ofIndex, among: [], partition, ...(sort && { sort }) }
}

function partOf(map: DataMap, table: Table, attribute: string, condition: SortCondition): Part {
  const templates = templatesOf(condition).map(parseTemplate)
  return {
    attribute,
    type: keyTypeOf(attribute, table) ?? 'S',
    binary: templates.some(({ identities }) => identities.some((one) => map.identities[one]?.binary)),
    test: testIn(condition),
    templates,
  }
}

function testIn(condition: SortCondition): SortTest {
  if (typeof condition === 'string') return 'equals'
  if ('beginsWith' in condition) return 'beginsWith'
  return 'between' in condition ? 'between' : 'from' in condition ? 'from' : 'to'
}
