/** The holdings of a data map made ready for work: templates read, key types known, in plan order. */
import { type AttributePath, parsePath } from '../data-map/attribute-path.ts'
import type {
  Action,
  Constant,
  DataMap,
  Holding,
  Over,
  Scope,
  SortCondition,
  TableHolding,
} from '../data-map/data-map.ts'
import { inPlanOrder, isFunctionHolding, isTableHolding, tableHoldings } from '../data-map/holdings.ts'
import { conditionsOf, templatesOf } from '../data-map/key-conditions.ts'
import { parseRedactionPath } from '../data-map/redaction-path.ts'
import { keyTypeOf } from '../data-map/table-keys.ts'
import { type ParsedTemplate, parseTemplate } from '../data-map/template.ts'
import type { ItemTest, SortTest } from '../records/records.ts'
import { heldBy, testsOf } from './conditions.ts'
import { templatesIn } from './identities.ts'
import type { Encoding } from './key-values.ts'

export interface ReadyHolding {
  readonly name: string
  readonly config: TableHolding
  readonly action: Action
  /** The table's name in DynamoDB. */
  readonly table: string
  readonly keyNames: readonly string[]
  readonly index?: string
  /** Absent where the whole table is read. */
  readonly partition?: Part
  readonly sort?: Part
  /** Of a whole table: what its items must have. */
  readonly among: readonly Part[]
  readonly owner: readonly Part[]
  /** Items of which all of this holds are not of this place. */
  readonly unless: readonly ItemTest[]
  /** Items of which all of this holds are held: nobody touches them. */
  readonly held: readonly ItemTest[]
  /** Attributes by which a holding of this table finds items or knows whose they are. */
  readonly telling: readonly string[]
  /** Items of which all of this holds are for the operator to approve. */
  readonly reviewWhen: readonly ItemTest[]
  /** The same, as long as nobody has. */
  readonly unreviewed: readonly ItemTest[]
  /** What its items teach, and where in them. */
  readonly lessons: readonly Lesson[]
  /** Worked within each page of this one: what a record identity learnt there finds. */
  readonly children: readonly ReadyHolding[]
  /** The key attributes of the index: an item without them is not in it. */
  readonly indexKeys: readonly string[]
  /** What redactions of this table put in the place of a value, by attribute. */
  readonly constants: Readonly<Record<string, readonly Constant[]>>
  /** Only items that were over by then are of this place. */
  readonly over?: Over
  /** Identities that some template in scope needs to find or to own items. */
  readonly needed: readonly string[]
  /** What work on this place and its table needs to see of an item; everything if absent. */
  readonly attributes?: readonly string[]
}

interface Lesson {
  readonly identity: string
  readonly path: AttributePath
  /** The identity is bytes. */
  readonly binary: boolean
}

/** An attribute and what it must be: one template, or the two ends of a range. */
export interface Part extends Encoding {
  readonly attribute: string
  readonly test: SortTest
  readonly templates: readonly ParsedTemplate[]
}

/** What a function of the company's holds. */
export interface ReadyFunction {
  readonly name: string
  readonly functionArn: string
}

export interface ReadyMap {
  /** In plan order, children inside their parents: what is worked on one after the other. */
  readonly steps: readonly (ReadyHolding | ReadyFunction)[]
  /** Those of the steps that are in tables. */
  readonly roots: readonly ReadyHolding[]
  /** In plan order, children before their parents: the first that matches an item counts it. */
  readonly all: readonly ReadyHolding[]
  /** The same, by the table's name in DynamoDB. */
  readonly byTable: ReadonlyMap<string, readonly ReadyHolding[]>
  /** Holdings that people see to when all else is done. */
  readonly tasks: readonly string[]
}

export const isReadyFunction = (step: ReadyHolding | ReadyFunction): step is ReadyFunction =>
  'functionArn' in step

export interface ReadyMapOptions {
  /** Table names by map key, as deployed. */
  readonly names: Readonly<Record<string, string>>
  readonly scope: Scope
  /** Whether an operator has approved that items are touched which `reviewWhen` marks. */
  readonly isReviewed: boolean
}

export function readyMapOf(map: DataMap, { names, scope, isReviewed }: ReadyMapOptions): ReadyMap {
  const inScope = Object.entries(map.holdings).filter(
    ([, holding]) => scope === 'account' || holding.scope === scope,
  )
  const needed = inScope
    .flatMap(([, holding]) => (isTableHolding(holding) ? templatesIn(holding) : []))
    .flatMap((template) => parseTemplate(template).identities)
  const build = (name: string, holding: TableHolding): ReadyHolding => {
    const table = map.tables[holding.table]
    if (!table) throw new TypeError(`holding ${name} names a table that is not in the map`)
    const part = (attribute: string, condition: SortCondition): Part => {
      const templates = templatesOf(condition).map(parseTemplate)
      return {
        attribute,
        type: keyTypeOf(attribute, table) ?? 'S',
        binary: templates.some(({ identities }) => identities.some((one) => map.identities[one]?.binary)),
        test: testIn(condition),
        templates,
      }
    }
    const { index, scan } = holding.find
    const parts = conditionsOf(holding.find).map(([attribute, condition]) => part(attribute, condition))
    const keys = Object.keys((index === undefined ? table.key : table.indexes?.[index]?.key) ?? {})
    const [partition, sort] = keys.map((key) => parts.find(({ attribute }) => attribute === key))
    if (!partition && scan === undefined) throw new TypeError(`holding ${name} does not say which partition`)
    const attributes = attributesOf(map, holding.table)
    return {
      name,
      config: holding,
      action: holding.action,
      table: names[holding.table] ?? table.name,
      keyNames: Object.keys(table.key),
      ...(index === undefined ? {} : { index }),
      ...(scan === undefined && partition ? { partition, ...(sort && { sort }) } : {}),
      among: scan === undefined ? [] : parts,
      owner: Object.entries(holding.owner ?? {}).map(([attribute, template]) => part(attribute, template)),
      unless: testsOf(holding.unless),
      held: table.holdAttribute === undefined ? [] : heldBy(table.holdAttribute),
      telling: tellingIn(map, holding.table),
      reviewWhen: testsOf(holding.reviewWhen),
      unreviewed: isReviewed ? [] : testsOf(holding.reviewWhen),
      lessons: Object.entries(holding.learns ?? {}).map(([identity, path]) => ({
        identity,
        path: parsePath(path),
        binary: map.identities[identity]?.binary ?? false,
      })),
      children: inScope.flatMap(([child, one]) =>
        isTableHolding(one) && one.per === name ? [build(child, one)] : [],
      ),
      indexKeys: index === undefined ? [] : keys,
      constants: constantsOf(map, holding.table),
      needed,
      ...(holding.over && { over: holding.over }),
      ...(attributes && { attributes }),
    }
  }
  const steps = inPlanOrder(inScope).flatMap<ReadyHolding | ReadyFunction>(([name, holding]) => {
    if (isChild(holding)) return []
    if (isTableHolding(holding)) return [build(name, holding)]
    return isFunctionHolding(holding) ? [{ name, functionArn: holding.function }] : []
  })
  const roots = steps.flatMap((step) => (isReadyFunction(step) ? [] : [step]))
  const all = roots.flatMap(withChildren)
  const tasks = inScope.flatMap(([name, holding]) => ('manual' in holding ? [name] : []))
  return { steps, roots, all, byTable: Map.groupBy(all, ({ table }) => table), tasks }
}

const isChild = (holding: Holding): boolean => isTableHolding(holding) && holding.per !== undefined

/** A place after those that are worked within it. */
export const withChildren = (holding: ReadyHolding): readonly ReadyHolding[] => [
  ...holding.children.flatMap(withChildren),
  holding,
]

function testIn(condition: SortCondition): SortTest {
  if (typeof condition === 'string') return 'equals'
  if ('beginsWith' in condition) return 'beginsWith'
  return 'between' in condition ? 'between' : 'from' in condition ? 'from' : 'to'
}

const tellingIn = (map: DataMap, tableKey: string): readonly string[] => [
  ...Object.values(map.tables[tableKey]?.indexes ?? {}).flatMap(({ key }) => Object.keys(key)),
  ...tableHoldings(map).flatMap(([, { table, owner = {} }]) =>
    table === tableKey ? Object.keys(owner) : [],
  ),
]

/** Everything any holding of this table looks at, so that each item can be judged by all of them. */
function attributesOf(map: DataMap, tableKey: string): readonly string[] | undefined {
  const { key = {}, indexes, holdAttribute } = map.tables[tableKey] ?? {}
  const names = new Set([...Object.keys(key), ...(holdAttribute === undefined ? [] : [holdAttribute])])
  for (const [, holding] of tableHoldings(map)) {
    if (holding.table !== tableKey) continue
    const { find, owner = {}, learns = {}, unless = {}, reviewWhen = {}, over } = holding
    const seen = lookedAt(holding.action)
    if (!seen) return undefined
    const conditions = Object.fromEntries(conditionsOf(find))
    const paths = Object.values(learns).map((path) => parsePath(path).attribute)
    for (const part of [
      find.index === undefined ? {} : indexes?.[find.index]?.key,
      conditions,
      owner,
      unless,
      reviewWhen,
    ])
      for (const name of Object.keys(part ?? {})) names.add(name)
    for (const name of [...paths, ...seen, ...(over ? [over.from] : [])]) names.add(name)
  }
  return [...names]
}

/** Where only some attributes are kept, all have to be seen. */
function lookedAt(action: Action): readonly string[] | undefined {
  if (action === 'erase' || 'leave' in action) return []
  if ('redact' in action)
    return Object.keys(action.redact).map((place) => parseRedactionPath(place).attribute)
  const { until, ends, keep } = action.retain
  return keep ? undefined : [until.from, ...(ends.by === 'ttl' ? [ends.attribute] : [])]
}

function constantsOf(map: DataMap, tableKey: string): ReadyHolding['constants'] {
  const constants = tableHoldings(map).flatMap(([, { table, action }]) =>
    table !== tableKey || action === 'erase' || !('redact' in action)
      ? []
      : Object.entries(action.redact).flatMap(([place, put]) =>
          put === 'remove'
            ? []
            : [{ attribute: parseRedactionPath(place).attribute, constant: put.constant }],
        ),
  )
  return Object.fromEntries(
    Array.from(
      Map.groupBy(constants, ({ attribute }) => attribute),
      ([attribute, puts]) => [attribute, puts.map(({ constant }) => constant)],
    ),
  )
}
